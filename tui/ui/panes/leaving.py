"""What nobody needs any more, forgotten beside the screen: that of a hundred thousand files takes a tenth of a second.

Whoever has a thing last pays for its end, and for that of all that is in it. So it is handed to a thread of its own,
which lets go of some at a time: no other thread runs meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from tui.service.values import Library, Packed

LET_GO = 256
PAUSE_SECONDS = 0.001
HELD_SECONDS = 0.3  # what is under way, and the message before the next, may still hold what is gone
Held = list[Any] | dict[Any, Any] | set[Any]


def let_go(*held: Held) -> Iterator[None]:
    """Empty these, one after the other. They are to be nobody else's."""
    for one in held:
        take = one.popitem if isinstance(one, dict) else one.pop
        while one:
            for _ in range(min(LET_GO, len(one))):
                take()
            yield


def let_items_go(found: Iterator[object]) -> Iterator[None]:
    """Forget items of the tree: what is in an item comes after it, and goes after it. They may be others', too."""
    items: list[object] = []
    while some := list(islice(found, LET_GO)):
        items += some
        yield
    items.reverse()
    yield from let_go(items)


def let_library_go(library: Library) -> Iterator[None]:
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


def _report(error: BaseException) -> None:
    about = type(error), error, error.__traceback__, threading.current_thread()
    threading.excepthook(threading.ExceptHookArgs(about))


class Leaving:
    """Forgets one thing after the other, on a thread that ends when nothing is left."""

    def __init__(self) -> None:
        self.crashed: Callable[[BaseException], None] = _report  # called in the thread
        self._waiting: deque[tuple[float, Iterator[None]]] = deque()
        self._change = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is still held."""
        return bool(self._waiting)

    def add(self, steps: Iterator[None], seconds: float = 0.0) -> None:
        """Forget something, after what waits already, and after so many seconds.

        Parameters
        ----------
        steps
            Lets go of some at a time.
        seconds
            How long it is held at least: who still has it would forget all of it at once.
        """
        with self._change:
            self._waiting.append((time.monotonic() + seconds, steps))
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="forgets", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while True:
            with self._change:
                if not self._waiting:
                    self._thread = None
                    return
                due, steps = self._waiting[0]
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                for _ in steps:
                    time.sleep(PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001  a fault of ours, told on the screen; what waits goes all the same
                self.crashed(error)
            del steps
            with self._change:
                self._waiting.popleft()


LEAVING = Leaving()
"""For all of the program."""


def drop(held: object, count: int) -> None:
    """Forget what holds so many things that may be others', too."""
    if held is not None and count > LET_GO:
        LEAVING.add(let_go([held]), HELD_SECONDS)
