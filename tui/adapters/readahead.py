"""Reading ahead side by side, where the disk is slow: a cold cache or a network share makes each file wait on its own.

The files are read in order by one thread as ever. Others touch the beginnings of those that come next, so that these
lie in the system's cache when their turn comes. Where files lie there already nothing is done: threads only cost then.
"""

from __future__ import annotations

import os
import threading
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
SAMPLE = 8  # of so many files one is asked whether it lies in the cache
COLD = 3  # so many more are not than are, until others read ahead

_NO_WAITING = getattr(os, "RWF_NOWAIT", None)  # Linux alone can ask

Found = TypeVar("Found")


class ReadAhead:
    """Hands on what a source finds, some of it later, and touches the files that wait.

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

    def look(self, opened: int) -> None:
        """Now and then, ask whether the beginning of a file lies in the cache, before it is read."""
        self._files += 1
        if self._threads or self._files % SAMPLE or _NO_WAITING is None:
            return
        with suppress(OSError):  # a file system that cannot tell
            try:
                os.preadv(opened, [bytearray(1)], 0, _NO_WAITING)
                self._cold = max(0, self._cold - 1)
            except BlockingIOError:
                self._cold += 1

    def over(self, found: Iterable[Found]) -> Iterator[Found]:
        """The same, in the same order."""
        waiting: deque[Found] = deque()
        try:
            for one in found:
                if self._cold < COLD:
                    yield one
                    continue
                self._start()
                waiting.append(one)
                if isinstance(one, Ref):
                    self._queue.put(one.path)
                if len(waiting) > AHEAD:
                    yield waiting.popleft()
            yield from waiting
        finally:
            self.close()

    def _start(self) -> None:
        while len(self._threads) < READERS:
            thread = threading.Thread(target=self._touch, name="readahead", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """End the readers."""
        for _ in self._threads:
            self._queue.put(None)
        self._threads = []

    def _touch(self) -> None:
        while (path := self._queue.get()) is not None:
            with suppress(UnreadableError):  # its turn will tell why
                opened, _ = regular.descriptor(path)
                try:
                    regular.head(opened, self._count)
                finally:
                    os.close(opened)
