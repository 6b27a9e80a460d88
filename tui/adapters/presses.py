"""Who makes the files of an export: this process, or several beside it, where a broken file ends its own alone."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.adapters import processes, wire
from tui.service.formats import Presses
from tui.service.printing import Press, Print, PrintOrder, Told

if TYPE_CHECKING:
    from tui.adapters.processes import Process
    from tui.service.actions import Target
    from tui.service.formats import Exporter
    from tui.service.ports import Cancelled, Instances
    from tui.service.settings import Limits

    Task = tuple[Target, ...]

_LOOK_SECONDS = 0.1  # how long a wait for a file may hide that the export was cancelled
_WAITING = 8  # files of one process that wait for their turn
_AHEAD = 2  # tasks that a process has been given and has not finished


class LocalPresses(Presses):
    """On this machine.

    Parameters
    ----------
    instances, exporters
        For files that are made in this process.
    limits
        For the other processes.
    """

    def __init__(self, instances: Instances, exporters: Mapping[str, Exporter], limits: Limits) -> None:
        self._instances = instances
        self._exporters = exporters
        self._limits = limits

    def prints(
        self, order: PrintOrder, tasks: Sequence[Task], jobs: int, cancelled: Cancelled, told: Told
    ) -> Iterator[tuple[int, Print]]:
        """What comes of each task, in order."""
        if jobs > 0:
            return _beside(order, tasks, min(jobs, len(tasks)), self._limits, cancelled)
        return self._here(order, tasks, cancelled, told)

    def _here(
        self, order: PrintOrder, tasks: Sequence[Task], cancelled: Cancelled, told: Told
    ) -> Iterator[tuple[int, Print]]:
        from tui.adapters import imports

        imports.load()
        press = Press(self._instances, self._exporters, order, told if len(tasks) == 1 else None)
        for number, task in enumerate(tasks):
            if cancelled():
                return
            for found in press.prints(task, cancelled):
                yield number, found


def _beside(
    order: PrintOrder, tasks: Sequence[Task], jobs: int, limits: Limits, cancelled: Cancelled
) -> Iterator[tuple[int, Print]]:
    """Task ``n`` is done by process ``n mod jobs``, and their files are taken in the order of the tasks.

    A process that is ahead of its turn waits, because nobody takes what it has made: nothing piles up.
    """
    crew = [_Member(order, limits, deque(tasks[first::jobs])) for first in range(jobs)]
    try:
        for number, task in enumerate(tasks):
            member = crew[number % jobs]
            while not cancelled():
                answer = member.answer()
                if answer is None:
                    continue
                if answer == "done":
                    break
                if isinstance(answer, Print):
                    yield number, answer
                else:
                    yield (
                        number,
                        Print(task[0].ref.path, task[0].frame, error=processes.cause(int(answer), limits).sentence()),
                    )
                    break
            if cancelled():
                return
    finally:
        for member in crew:
            member.close()


class _Member:
    """One process, and the tasks that are still its own, the present one first."""

    def __init__(self, order: PrintOrder, limits: Limits, tasks: deque[Task]) -> None:
        self._order, self._limits, self._tasks = order, limits, tasks
        self._sent = 0
        self._process: Process | None = None
        self._answers: queue.Queue[Print | str | None]
        self._thread: threading.Thread

    def answer(self) -> Print | str | None:
        """The next file of the present task, ``done`` at its end, an exit code in digits; None for nothing yet."""
        process = self._running()
        try:
            found = self._answers.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            return None
        if found is None:
            return self._lost(process)
        if isinstance(found, Print):
            return found
        self._tasks.popleft()
        self._sent -= 1
        self._send(process)
        return "done"

    def _listen(self, process: Process) -> None:
        while True:
            try:
                found = wire.receive(process.answers)
            except (EOFError, OSError, ValueError):  # it has ended, or was ended
                self._answers.put(None)
                return
            self._answers.put(found)

    def _running(self) -> Process:
        if self._process is None:
            self._process = processes.spawn("pressing")
            self._sent = 0
            with contextlib.suppress(OSError):  # it has died: its answer says so
                wire.send(self._process.requests, (self._order, self._limits))
            self._send(self._process)
            self._answers = queue.Queue(_WAITING)
            self._thread = threading.Thread(target=self._listen, args=(self._process,), name="press", daemon=True)
            self._thread.start()
        return self._process

    def _send(self, process: Process) -> None:
        while self._sent < min(_AHEAD, len(self._tasks)):
            with contextlib.suppress(OSError):
                wire.send(process.requests, self._tasks[self._sent])
            self._sent += 1

    def _lost(self, process: Process) -> str:
        """The process has died of the present task; the next one is for another."""
        self._tasks.popleft()
        self._process = None
        with contextlib.suppress(OSError):
            process.requests.close()
        process.answers.close()
        return str(process.wait())

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        while self._thread.is_alive():  # it may wait for room for what nobody takes any more
            with contextlib.suppress(queue.Empty):
                self._answers.get(timeout=_LOOK_SECONDS / 10)
        self._process.answers.close()
        self._process.wait()
        self._process = None
