"""Who does the reading: this process, on lanes, or one beside it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from tui.adapters import wire
from tui.errors import ReaderCrashedError

if TYPE_CHECKING:
    from tui.service.events import Event
    from tui.service.ports import Runner
    from tui.service.requests import Desk, Request
    from tui.service.settings import Limits

_START = "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]); from tui.adapters.serving import main; main()"


class LocalReader:
    """Reads in this process."""

    def __init__(self, runner: Runner, desk: Desk) -> None:
        self._runner = runner
        self._desk = desk

    def ask(self, request: Request) -> None:
        """Do a request on its lane."""
        self._runner.submit(*self._desk.work(request))

    def close(self) -> None:
        """Nothing is held."""


class ReaderProcess:
    """Reads in a process of its own, and starts another when that one dies.

    ``deliver`` and ``crashed`` are called in a thread and must hand over themselves.

    Parameters
    ----------
    limits
        For the process.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._door = threading.Lock()
        self._number = 0
        self._open: dict[str, tuple[int, Request]] = {}  # by lane, the newest request that is not done
        self._closed = False
        self._deliver: Callable[[Event], None] = _unattached
        self._crashed: Callable[[BaseException], None] = _unattached
        self._requests: BinaryIO | None = None
        self._pid = 0
        self._start()

    def attach(self, deliver: Callable[[Event], None], crashed: Callable[[BaseException], None]) -> None:
        """Send all events, and what must never be raised, there from now on."""
        self._deliver, self._crashed = deliver, crashed

    # ------------------------------------------------------------------------------------------ asking

    def ask(self, request: Request) -> None:
        """Hand a request over; what comes of it is delivered."""
        with self._door:
            if self._closed:
                return
            self._number += 1
            self._open[request.lane] = (self._number, request)
            if self._requests is None:
                self._start()
            self._hand_over(self._number, request)

    def _hand_over(self, number: int, request: Request) -> None:
        if self._requests is not None:
            with contextlib.suppress(OSError):  # it has died: the thread that listens to it says so to the user
                wire.send(self._requests, (number, request))

    def busy(self) -> bool:
        """Whether an answer is still to come."""
        with self._door:
            return bool(self._open)

    def close(self) -> None:
        """End the process, whatever it does."""
        with self._door:
            self._closed = True
            self._open.clear()
            if self._requests is not None:
                self._requests.close()
                self._requests = None
                os.kill(self._pid, signal.SIGKILL)  # not reaped before the listener has seen the end

    # ------------------------------------------------------------------------------------------ the process

    def _start(self) -> None:
        ours, theirs = os.pipe(), os.pipe()
        dups = [(os.POSIX_SPAWN_DUP2, ours[0], 0), (os.POSIX_SPAWN_DUP2, theirs[1], 1)]
        # without site and environment: its paths are those of this process, and so it is ready sooner
        words = [
            sys.executable,
            "-I",
            "-S",
            "-c",
            _START,
            os.pathsep.join(path or os.getcwd() for path in sys.path),
            os.pathsep,
        ]
        # its own process group: ctrl+c and ctrl+z in the terminal are for the program
        self._pid = os.posix_spawn(sys.executable, words, os.environ, file_actions=dups, setpgroup=0)
        os.close(ours[0])
        os.close(theirs[1])
        self._requests = os.fdopen(ours[1], "wb")
        wire.send(self._requests, self._limits)
        answers = os.fdopen(theirs[0], "rb")
        threading.Thread(target=self._listen, args=(answers, self._pid), name="reader", daemon=True).start()

    def _listen(self, answers: BinaryIO, pid: int) -> None:
        rows: tuple[Any, ...] = ()
        with answers:
            while True:
                try:
                    kind, *content = wire.receive(answers)
                except (EOFError, OSError):
                    break
                if kind == "done":
                    self._done(*content)
                elif kind == "crash":
                    self._crashed(ReaderCrashedError(*content))
                elif isinstance(content[0], tuple):
                    rows += content[0]
                else:
                    self._deliver(replace(content[0], rows=rows) if rows else content[0])
                    rows = ()
        os.waitpid(pid, 0)
        self._died(pid)

    def _done(self, lane: str, number: int) -> None:
        with self._door:
            if lane in self._open and self._open[lane][0] == number:
                del self._open[lane]

    def _died(self, pid: int) -> None:
        """Say which requests came to nothing; the next one starts a new process."""
        with self._door:
            if self._closed or pid != self._pid:
                return
            lost = [request for _, request in self._open.values()]
            self._open.clear()
            if self._requests is not None:
                self._requests.close()
                self._requests = None
        for request in lost:
            self._deliver(request.lost())


def _unattached(anything: object) -> None:
    raise RuntimeError("no one is attached")
