"""The collector of garbage, kept out of the way of keys: it looks when nothing was painted for a while.

Python looks for cycles of objects that nobody holds whenever many were made, and the more there are the longer it
takes: with a hundred thousand files up to 90 ms, in the middle of a turn. Nearly nothing here is such garbage.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

from tui.service.scanning import FEW
from tui.ui.courtesy import TURN, TURN_SECONDS

QUIET_SECONDS = 0.5
BUSY_SECONDS = 0.25  # between two looks at what is young, where it is never quiet
YOUNG = 1_000_000  # objects that may be made before Python looks on its own all the same
MOST = 400_000  # objects that may be looked through while nobody is there: three tenths of a second
LONG_SECONDS = 0.003
REST_SECONDS = 30.0  # without anything painted, after which somebody is hardly about to press a key
PACE = 2_500  # objects for each of them, else more: a hundred thousand files are looked through after minutes


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
        self._laboured = False
        self._gone = False  # a dialog, since the last look
        self._through = 0  # so many objects were set aside when they were looked through
        self._begun = False  # what the first pictures and rows brought is there to stay
        gc.set_threshold(YOUNG, 50, 50)
        gc.freeze()

    def stir(self) -> None:
        """Something was painted."""
        self._last = now = time.monotonic()
        if now - self._looked > BUSY_SECONDS:
            self._looked = now
            asyncio.get_running_loop().call_soon(self._glance)
        if not self._waits:
            self._wait(QUIET_SECONDS)

    def _glance(self) -> None:
        """Look at what is young, in a turn in which nothing was painted."""
        if TURN.spent() > TURN_SECONDS:
            asyncio.get_running_loop().call_soon(self._glance)
        elif gc.isenabled():
            if not self._many():
                gc.collect(0)
            elif self._settled() and not self._gone:
                self._freeze()

    def labour(self) -> None:
        """Work goes on that makes things in great number, and may forget as many at the same time."""
        self._laboured = True

    def closed(self) -> None:
        """A dialog has gone, of which all is rings: set aside with what is young, it would stay for good."""
        self._gone = True

    def _many(self) -> bool:
        """Whether there is much that is young. Python's own count falls by all that goes, be it young or not."""
        return self._laboured or gc.get_count()[0] > FEW

    def _freeze(self) -> None:
        gc.freeze()
        self._laboured = False

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
            asyncio.get_running_loop().call_later(REST_SECONDS, self._rest, self._last, REST_SECONDS)

    def _rest(self, last: float, rested: float) -> None:
        """Look through what was set aside, if nothing was painted since then: some of it has become garbage.

        Such as panes that were closed, and painted rows: a ``Strip`` of Textual that is divided or extended to its own
        width keeps itself.
        """
        if last != self._last or not gc.isenabled() or not self._settled():
            return
        if (left := gc.get_freeze_count() / PACE - rested) > 0:
            asyncio.get_running_loop().call_later(left, self._rest, last, rested + left)
        else:
            self.thaw()

    def thaw(self) -> None:
        """Look through what was set aside since this was done before, if that is not very much."""
        if self._through != gc.get_freeze_count() <= MOST:
            gc.unfreeze()
            gc.collect()
            self._freeze()
            self._through = gc.get_freeze_count()

    def collect(self) -> None:
        """Look for garbage among what is young; of very much, and of what took long, nothing is looked at again."""
        settled, self._looked = self._settled(), time.monotonic()
        begun, self._begun = self._begun, True
        if settled and (self._laboured or not begun or (self._many() and not self._gone)):
            self._freeze()
            return
        start = time.thread_time()
        gc.collect()
        self._laboured = self._gone = False
        if settled and time.thread_time() - start > LONG_SECONDS:
            self._freeze()
