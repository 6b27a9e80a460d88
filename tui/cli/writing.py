"""What ``export`` and ``anonymize`` share: a path or a JSON object a line for each file, as it goes."""

from __future__ import annotations

import json
import sys

from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Progress, Session, plural, tell
from tui.service import actions as act
from tui.service import events as ev
from tui.service.cutting import WritePlanes
from tui.service.editing import EDIT, WriteEdits
from tui.service.values import Outcome, printable


class Writer:
    """Carries out actions that write, prints what becomes of each file, and counts.

    Parameters
    ----------
    session
        With its paths opened.
    as_json
        Print JSON objects instead of paths.
    """

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._json = as_json
        self._failed = self._count = self._heard = 0
        self._told: set[tuple[str, int | None]] = set()
        self._progress = Progress()
        session.subscribe(self._hear)

    def refuse(self) -> None:
        """Tell of the paths that were asked for by name and could not be read, and count the other skipped ones."""
        refused = self._session.refused()
        for skipped in refused:
            self._tell(Outcome(skipped.path, error=f"{skipped.reason}."))
        others = len(self._session.state.library.skipped) - len(refused)
        if others:
            print(f"safelight: {plural(others, 'file')} skipped; `safelight info` says why", file=sys.stderr)

    def tell(self, outcome: Outcome) -> None:
        """Print what became of a file, and count it."""
        self._tell(outcome)

    def write(self, action: act.Export | act.Anonymize | act.Convert | WriteEdits | WritePlanes) -> None:
        """Carry out the action."""
        self._session.do(action)

    def code(self) -> int:
        """The exit code."""
        self._progress.end()
        if not self._session.instances():
            return NOTHING_READABLE
        return self.outcome()

    def outcome(self) -> int:
        """The exit code by what became of the files alone."""
        if not self._count:
            return NOTHING_READABLE
        return SOME_FAILED if self._failed else DONE

    def _hear(self, event: ev.Event) -> None:
        match event:
            case ev.Written():
                self._heard += 1
                if event.outcome.output or event.outcome.error or event.outcome.notes:
                    self._tell(event.outcome)
                if not sys.stdout.isatty():  # a terminal sees the paths go by
                    self._progress.say(f"{event.done:,} of {event.total:,}")
            case ev.AnonymizeEnded():
                self._progress.end()
                for outcome in event.summary.failures:  # paths that could not be walked into
                    if (outcome.source, outcome.frame) not in self._told:
                        self._tell(outcome)
            case ev.WritingEnded() if event.verb == EDIT:
                pass  # each file was told as it was done
            case ev.WritingEnded():
                if not self._heard:  # it failed as a whole, and nothing was told one by one
                    for outcome in event.outcomes:
                        self._tell(outcome)
                self._heard = 0
            case _:
                pass

    def _tell(self, outcome: Outcome) -> None:
        if outcome.error or outcome.frame is not None:
            self._told.add((outcome.source, outcome.frame))
        self._progress.end()
        self._failed += bool(outcome.error)
        self._count += 1
        if self._json:
            # ASCII alone: every byte that a terminal obeys is escaped, and a path that is no UTF-8 survives
            print(json.dumps(as_data(outcome), ensure_ascii=True), flush=True)
        elif outcome.output:
            print(printable(outcome.output), flush=True)
        if outcome.error and not self._json:
            tell(_named(outcome), outcome.error)
        for note in outcome.notes:
            tell(_named(outcome), note)


def as_data(outcome: Outcome) -> dict[str, str | int | None]:
    """An outcome in the shape of ``--json``; frames count from 1."""
    return {
        "source": outcome.source,
        "frame": None if outcome.frame is None else outcome.frame + 1,
        "output": outcome.output or None,
        "error": outcome.error or None,
    }


def _named(outcome: Outcome) -> str:
    return outcome.source if not outcome.frame else f"{outcome.source}, frame {outcome.frame + 1}"
