"""Work of the screen's thread that may take long, cut into slices between which keys are looked at.

Work is a generator that yields often. What is short is done at once, so that nothing flickers; the rest goes on
between the messages of the screen. Newer work of the same widget takes the place of what is not done.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TypeVar

from textual.timer import Timer
from textual.widget import Widget

SLICE_SECONDS = 0.006
PAUSE_SECONDS = 0.001

Value = TypeVar("Value")
Steps = Generator[None, None, Value]
"""Work that yields where it may be interrupted, and returns what it made."""


def finished(steps: Steps[Value]) -> Value:
    """What work makes, without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Value = end.value
            return made


class Slices:
    """Does the work of a widget, one piece at a time.

    Parameters
    ----------
    widget
        When it goes, its work ends.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._steps: Steps[None] | None = None
        self._timer: Timer | None = None

    @property
    def busy(self) -> bool:
        """Whether work is not done yet."""
        return self._steps is not None

    def start(self, steps: Steps[None]) -> None:
        """Do this instead of what is not done yet."""
        self.stop()
        self._steps = steps
        self._go_on()

    def stop(self) -> None:
        """Leave what is not done."""
        self._steps = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _go_on(self) -> None:
        steps = self._steps
        if steps is None:
            return
        self._timer = None
        if not self._widget.is_attached:
            finished(steps)
        elif not _slice(steps):
            if self._steps is steps:
                self._timer = self._widget.set_timer(PAUSE_SECONDS, self._go_on)
            return
        if self._steps is steps:  # its end may have started other work
            self._steps = None


def _slice(steps: Steps[None]) -> bool:
    """Go on for a while; whether it is done."""
    end = time.perf_counter() + SLICE_SECONDS
    return all(time.perf_counter() <= end for _ in steps)
