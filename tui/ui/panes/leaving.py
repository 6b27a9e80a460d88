"""What nobody needs any more, forgotten some at a time: that of a hundred thousand files takes a tenth of a second."""

from __future__ import annotations

from collections import deque
from typing import Any

from textual.widget import Widget

from tui.service.values import Library, Packed
from tui.ui.panes.slices import PAUSE_SECONDS, Slices, Steps

LET_GO = 256
HASTE = 0.5  # nobody waits for it
Held = list[Any] | dict[Any, Any] | set[Any]


def let_go(*held: Held) -> Steps[None]:
    """Empty these, one after the other."""
    for one in held:
        take = one.popitem if isinstance(one, dict) else one.pop
        while one:
            for _ in range(min(LET_GO, len(one))):
                take()
            yield


def let_library_go(library: Library) -> Steps[None]:
    """Forget a library that nobody else holds: what is in a thing goes after the thing."""
    patients = list(library.patients)
    del library
    while patients:
        studies = list(patients.pop().studies)
        while studies:
            series = list(studies.pop().series)
            while series:
                found = series.pop().instances
                instances = list(found) if not isinstance(found, Packed) or found.is_made else []
                del found
                yield from let_go(instances)


class Leaving:
    """Forgets for a widget.

    Parameters
    ----------
    widget
        When it goes, all is forgotten at once.
    seconds
        How long each thing is held at least: who still has it would forget all of it at once.
    after
        Whose things may be of these.
    """

    def __init__(self, widget: Widget, seconds: float = PAUSE_SECONDS, after: Leaving | None = None) -> None:
        self._slices = Slices(widget, HASTE)
        self._seconds, self._after = seconds, after
        self._waiting: deque[Steps[None]] = deque()

    @property
    def busy(self) -> bool:
        """Whether something is still held."""
        return self._slices.busy

    def add(self, steps: Steps[None]) -> None:
        """Forget something, after what waits already."""
        self._waiting.append(steps)
        if not self.busy:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            self._slices.start_later(self._one(self._waiting.popleft()), self._seconds)

    def _one(self, steps: Steps[None]) -> Steps[None]:
        if self._after is not None and self._after.busy:
            self._waiting.appendleft(steps)
        else:
            yield from steps
        self._next()
