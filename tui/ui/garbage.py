"""The collector of garbage, kept out of the way of keys: it looks when nothing was painted for a while.

Python looks for cycles of objects that nobody holds whenever many were made, and the more there are the longer it
takes: with a hundred thousand files up to 90 ms, in the middle of a turn. Nearly nothing here is such garbage.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

QUIET_SECONDS = 0.5
BUSY_SECONDS = 1.0  # between two looks at what is young, where it is never quiet
YOUNG = 1_000_000  # objects that may be made before Python looks on its own all the same
MANY = 20_000  # objects that are too many to look through while somebody may press a key
LONG_SECONDS = 0.003


class Collector:
    """Collects after the screen was quiet.

    Parameters
    ----------
    settled
        Whether nothing is open that goes soon: then what there is in great number is there to stay, and is not looked
        at again.
    """

    def __init__(self, settled: Callable[[], bool]) -> None:
        self._settled = settled
        self._last = 0.0
        self._looked = time.monotonic()
        self._waits = False
        self._begun = False  # what the first pictures and rows brought is there to stay
        gc.set_threshold(YOUNG, 50, 50)
        gc.freeze()

    def stir(self) -> None:
        """Something was painted."""
        self._last = now = time.monotonic()
        if now - self._looked > BUSY_SECONDS and gc.isenabled():
            self._looked = now
            if gc.get_count()[0] <= MANY:
                gc.collect(0)
        if not self._waits:
            self._wait(QUIET_SECONDS)

    def _wait(self, seconds: float) -> None:
        self._waits = True
        asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        self._waits = False
        left = self._last + QUIET_SECONDS - time.monotonic()
        if left > 0:
            self._wait(left)
        elif gc.isenabled():  # else a scan runs, which freezes what it made
            self.collect()

    def collect(self) -> None:
        """Look for garbage among what is young; of very much, and of what took long, nothing is looked at again."""
        settled, self._looked = self._settled(), time.monotonic()
        begun, self._begun = self._begun, True
        if settled and (gc.get_count()[0] > MANY or not begun):
            gc.freeze()
            return
        start = time.thread_time()
        gc.collect()
        if settled and time.thread_time() - start > LONG_SECONDS:
            gc.freeze()
