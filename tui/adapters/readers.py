"""Who does the reading: this process, on lanes, or one beside it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.adapters import processes, wire
from tui.adapters.processes import Process
from tui.errors import ReaderCrashedError
from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.service.events import Event
    from tui.service.ports import Runner
    from tui.service.requests import Desk, Request
    from tui.service.settings import Limits

PATIENCE_SECONDS = 5.0  # for a file that the user has left
TRIES = 2  # of a request that may have no part in the end of the process


@frozen
class _Asked:
    number: int
    request: Request
    tries: int


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
        self._open: dict[str, _Asked] = {}  # by lane, the newest request that is not done
        self._begun: dict[str, _Asked] = {}  # by lane, the request that it is busy with
        self._sent: dict[int, _Asked] = {}  # by number, what may begin
        self._closed = False
        self._careful = False  # it has died before
        self._deliver: Callable[[Event], None] = _unattached
        self._crashed: Callable[[BaseException], None] = _unattached
        self._process: Process | None = None
        self._start()

    def attach(self, deliver: Callable[[Event], None], crashed: Callable[[BaseException], None]) -> None:
        """Send all events, and what must never be raised, there from now on."""
        self._deliver, self._crashed = deliver, crashed

    # ------------------------------------------------------------------------------------------ asking

    def ask(self, request: Request) -> None:
        """Hand a request over; what comes of it is delivered."""
        with self._door:
            if not self._closed:
                self._ask(request, 0)

    def _ask(self, request: Request, tries: int) -> None:
        if self._careful:  # what is read ahead may be what kills it, and would end another picture
            request = request.alone()
        self._number += 1
        asked = _Asked(self._number, request, tries)
        self._open[request.lane] = self._sent[asked.number] = asked
        if self._process is None:
            self._start()
        if self._process is not None:
            with contextlib.suppress(OSError):  # it has died: the thread that listens to it sees to the request
                wire.send(self._process.requests, (asked.number, request))
        busy = self._begun.get(request.lane)
        if busy is not None and busy.request.about() != request.about():
            wait = threading.Timer(PATIENCE_SECONDS, self._leave, (request.lane, busy))
            wait.daemon = True
            wait.start()

    def _leave(self, lane: str, busy: _Asked) -> None:
        """What the user has left behind must not keep the next file waiting: end it, and the rest is asked again."""
        with self._door:
            if self._process is not None and self._begun.get(lane) is busy and self._open.get(lane) is not busy:
                self._process.kill()

    def busy(self) -> bool:
        """Whether an answer is still to come."""
        with self._door:
            return bool(self._open)

    def close(self) -> None:
        """End the process, whatever it does."""
        with self._door:
            self._closed = True
            self._open.clear()
            if self._process is not None:
                self._process.kill()
                self._process = None

    # ------------------------------------------------------------------------------------------ the process

    def _start(self) -> None:
        process = self._process = processes.spawn("serving")
        with contextlib.suppress(OSError):
            wire.send(process.requests, self._limits)
        threading.Thread(target=self._listen, args=(process,), name="reader", daemon=True).start()

    def _listen(self, process: Process) -> None:
        with process.answers as answers:
            while True:
                try:
                    kind, *content = wire.receive(answers)
                except (EOFError, OSError):
                    break
                if kind == "begin":
                    self._begin(*content)
                elif kind == "done":
                    self._done(*content)
                elif kind == "crash":
                    self._crashed(ReaderCrashedError(*content))
                else:
                    self._deliver(*content)
        self._died(process)

    def _begin(self, lane: str, number: int) -> None:
        with self._door:
            self._begun[lane] = self._sent[number]
            self._sent = {n: asked for n, asked in self._sent.items() if n > number or asked.request.lane != lane}

    def _done(self, lane: str, number: int) -> None:
        with self._door:
            for table in (self._open, self._begun):
                if lane in table and table[lane].number == number:
                    del table[lane]

    def _died(self, process: Process) -> None:
        """Say which requests came to nothing, and ask again for those that had no part in it."""
        with self._door:  # nobody may send a signal to a number that is another process's by then
            if self._process is process:
                process.kill()
                self._process = None
            code = process.wait()
            if self._closed:
                return
            self._careful = self._careful or code != -signal.SIGKILL
            asked, begun = list(self._open.items()), dict(self._begun)
            self._open.clear()
            self._begun.clear()
            self._sent.clear()
            lost = []
            for lane, one in asked:
                guilty = begun.get(lane) is one and len(begun) == 1 and one.request.alone() is one.request
                if guilty or one.tries == TRIES:
                    lost.append(one.request)
                else:
                    self._ask(one.request, one.tries + 1)
        for request in lost:
            self._deliver(request.lost(processes.cause(code, self._limits).sentence()))


def _unattached(anything: object) -> None:
    raise RuntimeError("no one is attached")
