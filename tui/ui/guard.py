"""The second door for foreign text, and the end of the program when it fails or is told to go.

Text from files passes ``printable`` where it enters; the filter here is for what slips through all the same. A
crash is one sentence and a report of places in the code: never a local variable, never an exception's own words,
since both may hold what a patient's file says.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
import time
from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.message import Message

from tui.service import crash
from tui.ui.courtesy import TURN

PATIENCE_SECONDS = 3.0  # for an orderly end after a signal
CRASHED = 70  # EX_SOFTWARE of sysexits.h
_FORBIDDEN = (  # compiled at the first use
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "·"


def visible(text: str) -> str:
    """Text with a sign of one cell for each character that a terminal would obey, hide or reorder.

    Spaces at the end make room for the signs, so that the line keeps its width where it can.
    """
    if text.isprintable() and "\u034f" not in text and max(text, default="") < "\U000e0000":
        return text
    shown = re.sub(_FORBIDDEN, _sign, text)
    if shown == text:
        return text
    surplus = cell_len(shown) - cell_len(text)
    spaces = len(shown) - len(shown.rstrip(" "))
    return shown[: len(shown) - min(surplus, spaces)] if surplus > 0 and spaces else shown


class Guard(LineFilter):
    """Makes control and bidi characters visible in everything the app paints.

    A widget that has to send escape codes of its own leaves it out in its ``get_line_filters``.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, safe for the terminal."""
        return [
            segment if segment.control or (text := visible(segment.text)) == segment.text else Segment(text, segment[1])
            for segment in segments
        ]


# ---------------------------------------------------------------------------------------------- crash


class CrashError(Exception):
    """An exception that should not have been, told without anything of the data.

    Parameters
    ----------
    error
        What was raised.
    report
        Where the report lies, if it could be written.
    """

    def __init__(self, error: BaseException, report: str = "") -> None:
        super().__init__(crash.sentence(error, report))
        self.__cause__ = error

    def __rich__(self) -> Text:
        return Text(str(self))


def write_report(error: BaseException) -> str:
    """Write the report for the user's eyes only (mode 0600) and return its path; empty if that is not possible."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    folder = os.path.join(state, "safelight")
    path = os.path.join(folder, f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(crash.report(error))
    except OSError:
        return ""
    return path


# ---------------------------------------------------------------------------------------------- signals

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)  # as keys, the last two are no signals here


class GuardedApp(App[None]):
    """Ends with one sentence instead of Textual's traceback, which prints local variables."""

    def _handle_exception(self, error: BaseException) -> None:
        if self._exception is None:  # what follows from the first one says nothing new
            report = "" if self.is_headless else write_report(error)
            super()._handle_exception(CrashError(error, report))
        self._return_code = CRASHED

    async def _dispatch_message(self, message: Message) -> None:
        """Each with what it costs in a turn of its own, as several of them come at a time."""
        await TURN.room()
        await super()._dispatch_message(message)


class Ending:
    """The end of the program when it is told to go: ``leave`` is called with the exit code 128 + n on the app's loop.

    Textual waits for ever for a terminal that is gone and takes no more bytes, at its very end too, when its loop
    hears no signal any more; so what is not over in time is ended.
    """

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave = leave
        self._watches: list[threading.Timer] = []
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, self._end, 128 + number)

    def _end(self, code: int) -> None:
        self._watch(code)
        self._leave(code)

    def _watch(self, code: int) -> None:
        watch = threading.Timer(PATIENCE_SECONDS, os._exit, (code,))
        watch.daemon = True
        watch.start()
        self._watches.append(watch)

    def last(self) -> None:
        """The app is ending already; from now on a signal only says that it must not take long."""
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.remove_signal_handler(number)
            signal.signal(number, lambda number, frame: self._watch(128 + number))

    def over(self) -> None:
        """The terminal is restored: nothing of this is needed any more."""
        for watch in self._watches:
            watch.cancel()
        for number in ENDING:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
