"""A viewer without a screen: opens paths, hears what comes of actions, and tells how far it is."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from tui import compose
from tui.errors import UnreadableError
from tui.service import actions as act
from tui.service import events as ev
from tui.service import questions as ask
from tui.service.figures import plural as plural  # noqa: PLC0414  with the other words for people
from tui.service.measuring import MaskGrown, MaskMade
from tui.service.ports import Order
from tui.service.settings import Settings
from tui.service.state import State
from tui.service.values import Instance, Skipped, printable

_Found = TypeVar("_Found")


class Session:
    """A viewer that does all work at once.

    Parameters
    ----------
    settings
        The settings.
    lanes
        The kinds of work that are wanted.
    """

    def __init__(self, settings: Settings, lanes: Collection[str]) -> None:
        self._viewer = compose.viewer(settings, inline=True, lanes=lanes)
        self._progress = Progress()
        self.heard: list[ev.Event] = []
        self._viewer.subscribe(self._hear)

    @property
    def state(self) -> State:
        """The state of the viewer."""
        return self._viewer.state

    def _hear(self, event: ev.Event) -> None:
        match event:
            case ev.StateChanged():
                return
            case ev.FilesFound():
                scan = self.state.scan
                self._progress.say(f"{scan.dicom + scan.skipped:,} files looked at")
                return
            case ev.Notice():
                print(f"safelight: {printable(event.text)}", file=sys.stderr)
            case ask.Progress():
                self._progress.say(f"{event.done:,} of {event.total:,} {event.what}")
                return
            case MaskGrown():
                self._progress.say(f"mask {event.done:,} of {event.total:,}")
                return
            case MaskMade():
                self._progress.end()
            case ask.Answered():
                self._progress.end()
            case ev.Written():
                return  # told as it comes; to keep them would cost memory by the number of files
            case _:
                pass
        self.heard.append(event)

    def order(self, order: Order) -> None:
        """Have the pictures drawn for a terminal, like this."""
        self._viewer.order(order)

    def subscribe(self, listener: Callable[[ev.Event], None]) -> None:
        """Hear of every event as it comes."""
        self._viewer.subscribe(listener)

    def do(self, action: act.Action) -> None:
        """Carry out an action, to its end."""
        self._viewer.do(action)

    def disabled(self, action: act.Action) -> str:
        """Why the action cannot be carried out now; empty where it can."""
        return self._viewer.disabled(action)

    def open(self, paths: Iterable[str]) -> None:
        """Scan the paths to the end."""
        self._viewer.do(act.Open(tuple(paths)))
        self._progress.end()

    def last(self, kind: type[_Found]) -> _Found | None:
        """The newest event of a kind."""
        return next((event for event in reversed(self.heard) if isinstance(event, kind)), None)

    def instances(self) -> tuple[Instance, ...]:
        """Everything that was found, in the order of the tree."""
        return tuple(
            instance
            for patient in self.state.library.patients
            for study in patient.studies
            for series in study.series
            for instance in series.instances
        )

    def only(self, path: str) -> Instance:
        """Open one file; the first instance, where it stands for several.

        Raises
        ------
        UnreadableError
            With the reason.
        """
        self.open([path])
        found = self.instances()
        if found:
            return found[0]
        reason = next((skipped.reason for skipped in self.state.library.skipped), "no DICOM file was found")
        raise UnreadableError(f"{printable(path)}: {printable(reason)}")

    def refused(self) -> tuple[Skipped, ...]:
        """Of the paths that were asked for by name, those that could not be read."""
        asked = {os.path.abspath(path) for path in self.state.scan.paths}
        return tuple(s for s in self.state.library.skipped if os.path.abspath(s.path) in asked)


class Progress:
    """A count on one line of a terminal at stderr; silent elsewhere."""

    def __init__(self) -> None:
        self._shown = False

    def say(self, words: str) -> None:
        """Show a line, in place of the last one."""
        if sys.stderr.isatty():
            self._shown = True
            print(f"\r{words}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = False


def tell(path: str, sentence: str) -> None:
    """Say on stderr what is wrong with a file."""
    print(f"safelight: {printable(path)}: {printable(sentence)}", file=sys.stderr)


def cells(text: str) -> int:
    """Cells of a terminal that printable text takes: wide letters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, width: int) -> str:
    """Text with spaces behind, up to a number of cells."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """Text of at most so many cells, ending in ``…`` where some is left off."""
    if cells(text) <= width:
        return text
    taken, room = "", width - 1
    for character in text:
        room -= cells(character)
        if room < 0:
            break
        taken += character
    return taken + "…"
