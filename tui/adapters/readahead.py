"""Reading ahead, where the disk is slow: a cold cache or a network share makes each file wait on its own.

The files are read in order by one thread as ever. The system is told which beginnings will be read next, and fetches
many of them at a time while that thread works; asking costs no thread. Where already the opening of a file takes long,
as on a network share, others open the files that come next. Where files lie in the system's cache nothing is done.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

from tui.adapters import regular
from tui.core.values import Ref
from tui.errors import UnreadableError

READERS = 4  # 16 were slower: they wait for Python, not for the disk
AHEAD = 64  # files
SAMPLE = 8  # so many files first, and of so many later one, are asked whether they lie in the cache
COLD = 3  # so many more are not than are, until the system is told of the next ones
SLOW = 2e-4  # seconds for opening a file
MANY = 32  # files; where half of them are slow, others open the next ones

_NO_WAITING = getattr(os, "RWF_NOWAIT", None)  # Linux alone can ask

Found = TypeVar("Found")


class ReadAhead:
    """Hands on what a source finds, some of it later, and has the files fetched that wait.

    Parameters
    ----------
    count
        Bytes of each file that will be read.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._files = self._cold = 0
        self._opened = self._slow = 0

    def look(self, opened: int) -> None:
        """Of the first files, and of some later ones, ask whether the beginning lies in the cache before it is read."""
        self._files += 1
        if self._cold < COLD and (self._files <= SAMPLE or not self._files % SAMPLE):
            self._ask(opened)

    def _ask(self, opened: int) -> None:
        if _NO_WAITING is None:
            return
        with suppress(OSError):  # a file system that cannot tell
            try:
                os.preadv(opened, [bytearray(1)], 0, _NO_WAITING)
                self._cold = max(0, self._cold - 1)
            except BlockingIOError:
                self._cold = min(2 * COLD, self._cold + 1)

    def over(self, found: Iterable[Found]) -> Iterator[Found]:
        """The same, in the same order."""
        waiting: deque[Found] = deque()
        try:
            for one in found:
                if self._cold >= COLD:
                    if isinstance(one, Ref):
                        self._announce(one.path)
                elif not waiting:
                    yield one
                    continue
                waiting.append(one)
                while len(waiting) > (AHEAD if self._cold >= COLD else 0):
                    yield waiting.popleft()
            yield from waiting
        finally:
            self.close()

    def _announce(self, path: str) -> None:
        if self._threads:
            self._queue.put(path)
            return
        start = time.perf_counter()
        self._opened += 1
        self._fetch(path, ask=not self._opened % SAMPLE)
        self._slow += time.perf_counter() - start >= SLOW
        if self._opened >= MANY:
            if self._slow * 2 >= MANY:
                self._start()
            self._opened = self._slow = 0

    def _fetch(self, path: str, ask: bool = False) -> None:
        """Have the beginning of a file read into the cache, without waiting for it."""
        with suppress(UnreadableError):  # its turn will tell why
            opened, _ = regular.descriptor(path)
            try:
                if ask:
                    self._ask(opened)
                with suppress(OSError):  # a file system that takes no advice
                    os.posix_fadvise(opened, 0, self._count, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(opened)

    def _start(self) -> None:
        for _ in range(READERS):
            thread = threading.Thread(target=self._work, name="readahead", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """End the readers."""
        for _ in self._threads:
            self._queue.put(None)
        self._threads = []

    def _work(self) -> None:
        while (path := self._queue.get()) is not None:
            self._fetch(path)
