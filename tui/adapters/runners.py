"""Where work is done: :class:`Lanes` in the app, :class:`Inline` in the command line and in tests."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from tui.service.ports import Runner

if TYPE_CHECKING:
    from tui.service.events import Event
    from tui.service.ports import Cancelled, Emit

    Work = Callable[[Emit, Cancelled], None]
    Deliver = Callable[[Event], None]

LANES = ("index", "sort", "open", "ask", "render", "whole", "encode", "ahead", "write")
QUEUES = frozenset({"write"})  # never dropped; on the other lanes a new job replaces the waiting one
WRITE_PATIENCE_SECONDS = 10.0
PATIENCE_SECONDS = 1.0


def _unattached(event: Event) -> None:
    raise RuntimeError(f"no one is attached to take {type(event).__name__}")


class Inline(Runner):
    """Runs each job at once, in the caller.

    A job that is submitted while another runs, from a delivery too, waits until that one is done, so the viewer
    never sees an event in the middle of another. An exception of a job reaches who submitted the first one.

    Parameters
    ----------
    lanes
        Jobs of other lanes are not wanted and never run.
    """

    def __init__(self, lanes: Collection[str] = LANES) -> None:
        self._lanes = frozenset(lanes)
        self._deliver: Deliver = _unattached
        self._waiting: deque[tuple[str, Work]] = deque()
        self._running = ""
        self._stop = False
        self._closed = False

    def attach(self, deliver: Deliver) -> None:
        """Send all events there from now on."""
        self._deliver = deliver

    def submit(self, lane: str, work: Work) -> None:
        """Run the work, or keep it for when the running one is done."""
        _check(lane)
        if self._closed or lane not in self._lanes:
            return
        if lane not in QUEUES:
            self._forget(lane)
        self._waiting.append((lane, work))
        if not self._running:
            self._drain()

    def _drain(self) -> None:
        try:
            while self._waiting:
                self._running, work = self._waiting.popleft()
                self._stop = False
                work(self._emit, self._cancelled)
        except BaseException:
            self._waiting.clear()
            raise
        finally:
            self._running = ""

    def _emit(self, event: Event) -> None:
        self._deliver(event)

    def _cancelled(self) -> bool:
        return self._stop

    def _forget(self, lane: str) -> None:
        self._waiting = deque(job for job in self._waiting if job[0] != lane)

    def cancel(self, lane: str) -> None:
        """Tell the job of the lane to end, if it is the one that runs, and forget the waiting ones."""
        _check(lane)
        self._forget(lane)
        if self._running == lane:
            self._stop = True

    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._running or self._waiting)

    def close(self) -> None:
        """Take no more work."""
        self._closed = True
        self._waiting.clear()
        self._stop = True


class Lanes(Runner):
    """One daemon thread a lane, started with its first job.

    ``deliver`` and ``crashed`` are called in the lane's thread and must hand over themselves. An exception that a job
    lets through is a bug: ``crashed`` gets it, so that the program ends visibly; without one Python's own hook for
    threads reports it. The lane goes on.

    Parameters
    ----------
    held
        Lanes that take jobs, and begin with them only after :meth:`release`.
    prepare
        Called in the thread of each lane that was held, before its first job.
    """

    def __init__(self, held: Collection[str] = (), prepare: Callable[[], None] | None = None) -> None:
        self._deliver: Deliver = _unattached
        self._crashed: Callable[[BaseException], None] = _report
        self._lanes = {name: _Lane(name, self._run, name in held, prepare) for name in LANES}

    def attach(self, deliver: Deliver, crashed: Callable[[BaseException], None] | None = None) -> None:
        """Send all events, and what must never be raised, there from now on."""
        self._deliver = deliver
        self._crashed = crashed or _report

    def _run(self, work: Work, cancelled: Cancelled) -> None:
        try:
            work(self._deliver, cancelled)
        except BaseException as error:  # noqa: BLE001  a decoder's panic is none of Exception; none may die unseen
            self._crashed(error)

    def submit(self, lane: str, work: Work) -> None:
        """Run the work when the lane is free."""
        _check(lane)
        self._lanes[lane].submit(work)

    def release(self) -> None:
        """Let the lanes begin that were held."""
        for lane in self._lanes.values():
            lane.release()

    def cancel(self, lane: str) -> None:
        """Tell the running job of the lane to end, and forget the waiting ones."""
        _check(lane)
        self._lanes[lane].cancel()

    def busy(self) -> bool:
        """Whether any job runs or waits; false only after the last event of the last job was delivered."""
        return any(lane.busy() for lane in self._lanes.values())

    def close(self) -> None:
        """Cancel all, and wait: for the file that is being written a while, for the other lanes a moment."""
        for lane in self._lanes.values():
            lane.end()
        start = time.monotonic()
        for name, lane in self._lanes.items():
            patience = WRITE_PATIENCE_SECONDS if name in QUEUES else PATIENCE_SECONDS
            lane.join(max(0.0, start + patience - time.monotonic()))


class _Lane:
    """One thread, the job it runs and those that wait for it."""

    def __init__(
        self, name: str, run: Callable[[Work, Cancelled], None], held: bool, prepare: Callable[[], None] | None
    ) -> None:
        self.name = name
        self._run = run
        self._held = held
        self._prepare = prepare if held else None
        self._change = threading.Condition()
        self._waiting: deque[Work] = deque()
        self._stop: threading.Event | None = None  # of the running job
        self._thread: threading.Thread | None = None
        self._ended = False

    def submit(self, work: Work) -> None:
        with self._change:
            if self._ended:
                return
            if self.name not in QUEUES:
                self._waiting.clear()
            self._waiting.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"lane {self.name}", daemon=True)
                self._thread.start()
            self._change.notify()

    def _serve(self) -> None:
        while True:
            with self._change:
                while self._held or not self._waiting:
                    if self._ended:
                        return
                    self._change.wait()
                stop = self._stop = threading.Event()
                if self._prepare is None:
                    work = self._waiting.popleft()
                else:  # as a job of its own, so that the one after it is the newest by then
                    work, self._prepare = _plain(self._prepare), None
            try:
                self._run(work, stop.is_set)
            finally:
                del work  # it may hold a library that would be forgotten at once when the next work comes
                with self._change:
                    self._stop = None

    def release(self) -> None:
        with self._change:
            self._held = False
            self._change.notify()

    def cancel(self) -> None:
        with self._change:
            self._waiting.clear()
            if self._stop:
                self._stop.set()

    def end(self) -> None:
        with self._change:
            self._ended = True
            self._waiting.clear()
            if self._stop:
                self._stop.set()
            self._change.notify()

    def busy(self) -> bool:
        with self._change:
            return bool(self._waiting or self._stop)

    def join(self, seconds: float) -> None:
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(seconds)


def _plain(call: Callable[[], None]) -> Work:
    def work(emit: Emit, cancelled: Cancelled) -> None:
        call()

    return work


def _check(lane: str) -> None:
    if lane not in LANES:
        raise ValueError(f"no lane {lane!r}")


def _report(error: BaseException) -> None:
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )
