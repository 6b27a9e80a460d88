"""Who makes de-identified copies: this process, or several beside it, of which a broken file ends no more than one."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from tui.adapters import wire
from tui.adapters.drafts import DraftFolder
from tui.core.values import Ref
from tui.service.batch import Orders, Result, State, Workers
from tui.service.ports import Cancelled, Instances, Output

if TYPE_CHECKING:
    from tui.service.settings import Limits

_START = "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]); from tui.adapters.copying import main; main()"
_AHEAD = 2  # chunks for each process that may wait behind the one whose turn it is
_LOOK_SECONDS = 0.1  # how long a wait for results may hide that the run was cancelled
LOST = "Reading it ended the process that did: the file is broken in a way that a decoder does not survive."

Chunk = tuple[int, tuple[Ref, ...]]
Answer = tuple[int, list[Result]]


class CopyWorkers(Workers):
    """Copies on the local disk.

    Parameters
    ----------
    instances, output
        For copies that are made in this process.
    limits
        For the other processes.
    """

    def __init__(self, instances: Instances, output: Output, limits: Limits) -> None:
        self._instances = instances
        self._output = output
        self._limits = limits

    def run(self, orders: Orders, refs: Iterator[Ref], jobs: int, cancelled: Cancelled) -> Iterator[list[Result]]:
        """What becomes of the files, in their order, some at a time."""
        if jobs > 0:
            return _Crew(orders, self._limits, refs, jobs, cancelled).results()
        return self._here(orders, refs, cancelled)

    def _here(self, orders: Orders, refs: Iterator[Ref], cancelled: Cancelled) -> Iterator[list[Result]]:
        from tui.adapters import imports
        from tui.service.copying import CHUNK, Copyist

        imports.load()
        copyist = Copyist(orders, self._instances, self._output, DraftFolder(orders.drafts))
        while chunk := tuple(islice(refs, CHUNK)):
            done: list[Result] = []
            for ref in chunk:
                if cancelled():
                    break
                done.append(copyist.copy(ref))
            copyist.bring(done)
            yield done
            if cancelled():
                return


class _Crew:
    """Some processes, each with a thread here that hands it chunks of files."""

    def __init__(self, orders: Orders, limits: Limits, refs: Iterator[Ref], jobs: int, cancelled: Cancelled) -> None:
        self._orders, self._limits, self._cancelled = orders, limits, cancelled
        self._refs = refs
        self._jobs = jobs
        self._door = threading.Lock()
        self._room = threading.Semaphore(jobs * (1 + _AHEAD))
        self._count = 0
        self._answers: queue.Queue[Answer | BaseException | None] = queue.Queue()
        self._ended = threading.Event()
        self._members: set[_Member] = set()

    def results(self) -> Iterator[list[Result]]:
        """The chunks' results in the order of the chunks."""
        threads = [threading.Thread(target=self._serve, name="copies", daemon=True) for _ in range(self._jobs)]
        for thread in threads:
            thread.start()
        waiting: dict[int, list[Result]] = {}
        turn, working = 0, self._jobs
        try:
            while working and not self._cancelled():
                try:
                    answer = self._answers.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    continue
                if isinstance(answer, BaseException):
                    raise answer
                if answer is None:
                    working -= 1
                    continue
                waiting[answer[0]] = answer[1]
                while turn in waiting and not self._cancelled():
                    yield waiting.pop(turn)
                    self._room.release()
                    turn += 1
        finally:
            self._ended.set()
            with self._door:
                members = list(self._members)
            for member in members:
                member.kill()
            self._room.release(self._jobs)
            for thread in threads:
                thread.join()

    def _next(self) -> Chunk | None:
        from tui.service.copying import CHUNK

        self._room.acquire()
        with self._door:
            if self._ended.is_set():
                return None
            chunk = tuple(islice(self._refs, CHUNK))
            if not chunk:
                return None
            self._count += 1
            return self._count - 1, chunk

    def _serve(self) -> None:
        member: _Member | None = None
        try:
            while (chunk := self._next()) is not None:
                number, refs = chunk
                member = member or self._join()
                results = member.ask(refs)
                if results is None:  # it has died of one of them; alone, each is asked for again
                    results = []
                    for ref in refs:
                        self._leave(member)
                        if self._ended.is_set():
                            return
                        member = self._join()
                        results += member.ask((ref,)) or [Result(ref, State.FAILED, error=LOST, reason=LOST)]
                self._answers.put((number, results))
        except BaseException as error:  # noqa: BLE001  it is raised again where the results are read
            self._answers.put(error)
        finally:
            if member is not None:
                self._leave(member)
            self._answers.put(None)

    def _join(self) -> _Member:
        member = _Member(self._orders, self._limits)
        with self._door:
            self._members.add(member)
            if self._ended.is_set():
                member.kill()
        return member

    def _leave(self, member: _Member) -> None:
        with self._door:
            self._members.discard(member)
        member.close()


class _Member:
    """One process that makes copies."""

    def __init__(self, orders: Orders, limits: Limits) -> None:
        ours, theirs = os.pipe(), os.pipe()
        dups = [(os.POSIX_SPAWN_DUP2, ours[0], 0), (os.POSIX_SPAWN_DUP2, theirs[1], 1)]
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        words = [sys.executable, "-I", "-S", "-c", _START, paths, os.pathsep]
        # its own process group: ctrl+c and ctrl+z in the terminal are for the program
        self._pid = os.posix_spawn(sys.executable, words, os.environ, file_actions=dups, setpgroup=0)
        os.close(ours[0])
        os.close(theirs[1])
        self._door = threading.Lock()
        self._gone = False
        self._tasks: BinaryIO = os.fdopen(ours[1], "wb")
        self._answers: BinaryIO = os.fdopen(theirs[0], "rb")
        try:
            wire.send(self._tasks, (orders, limits))
        except OSError:
            self.kill()

    def ask(self, refs: tuple[Ref, ...]) -> list[Result] | None:
        """What becomes of some files; None if the process has died of it."""
        try:
            wire.send(self._tasks, refs)
            answer: list[Result] = wire.receive(self._answers)
        except (OSError, EOFError):
            return None
        return answer

    def kill(self) -> None:
        """End it at once; what it has drafted is nobody's."""
        with self._door:
            if not self._gone:
                os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """End it, and take its last breath; nothing if that is done."""
        self.kill()
        with self._door:
            if self._gone:
                return
            self._gone = True
            os.waitpid(self._pid, 0)
        for file in (self._tasks, self._answers):
            try:
                file.close()
            except OSError:  # what was still to be sent is for nobody
                continue
