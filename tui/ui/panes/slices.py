"""Work of the screen's thread that may take long, cut into slices between which keys are looked at.

Work is a generator that yields often. What is short is done at once, so that nothing flickers; the rest goes on
between the messages of the screen. Newer work of the same widget takes the place of what is not done.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import TypeVar

from textual.message import Message
from textual.widget import Widget

from tui.ui.courtesy import TURN, TURN_SECONDS
from tui.ui.panes.leaving import HELD_SECONDS, LEAVING, let_go

SLICE_SECONDS = 0.002
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


class Labour(Message):
    """Work takes longer than a slice, and makes or forgets things in great number."""


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

    @property
    def busy(self) -> bool:
        """Whether work is not done yet."""
        return self._steps is not None

    def start(self, steps: Steps[None]) -> None:
        """Do this instead of what is not done yet."""
        self.stop()
        self._steps = steps
        self._go_on(steps, first=True)

    def stop(self) -> None:
        """Leave what is not done; what it has made so far may be much."""
        if self._steps is not None:
            LEAVING.add(let_go([self._steps]), HELD_SECONDS)
        self._steps = None

    def finish(self) -> None:
        """Do at once what is not done yet, for somebody who needs it now."""
        steps, self._steps = self._steps, None
        if steps is not None:
            finished(steps)

    def _go_on(self, steps: Steps[None], first: bool = False) -> None:
        if self._steps is not steps:
            return  # it was left, or newer work came
        attached = self._widget.is_attached
        spent = TURN.spent() if attached else 0.0
        if attached and not first and spent > TURN_SECONDS:
            self._pause(steps)
            return
        if not attached:
            finished(steps)
        elif not _slice(steps, SLICE_SECONDS - spent):  # one step at least
            if self._steps is steps:
                self._widget.post_message(Labour())
                self._pause(steps)
            return
        if self._steps is steps:  # its end may have started other work
            self._steps = None

    def _pause(self, steps: Steps[None]) -> None:
        """Go on in another turn of the loop, after the messages that wait.

        Textual's own timer would not do: where another thread holds the processor up at the wrong moment, a timer of
        a millisecond believes that its only time has passed, and never comes.
        """
        asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._widget.call_later, self._go_on, steps)


def _slice(steps: Steps[None], seconds: float) -> bool:
    """Go on for a while; whether it is done."""
    end = time.thread_time() + seconds  # its own: what others take of the wall clock ends no slice
    return all(time.thread_time() <= end for _ in steps)
