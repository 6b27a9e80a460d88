"""What the lane ``index`` does: find files, grow the library of them, and send it.

The library is made here, off the screen's thread, and sent whole: what has not changed stays the same object, and the
screen has nothing to do but to show it. Making it costs more the more there is, so it is made the less often.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.core.library import PATIENT
from tui.core.ordering import Ordering
from tui.core.series import Growth, series_list
from tui.core.values import Checked, Instance, Library, Lost, Series, Skipped
from tui.service import events as ev
from tui.service.known import Catalogue, Visit
from tui.service.ports import Cancelled, Emit, Instances

Work = Callable[[Emit, Cancelled], None]

COUNT_SECONDS = 0.15  # between two messages
FEW = 10_000  # objects that may be looked through while somebody may press a key: some thousandths of a second
SHARE = 6  # so much longer than making a library takes is waited before the next is made


def scan(
    instances: Instances,
    number: int,
    paths: tuple[str, ...],
    again: bool = False,
    catalogue: Catalogue | None = None,
    *,
    order: Callable[[], str] = lambda: PATIENT,
) -> Work:
    """Find files and send what they make: at once with the first picture, then as it grows.

    Parameters
    ----------
    again
        What was there before stays on the screen until all is found anew: only counts are sent on the way.
    catalogue
        What earlier scans found is shown at once, and checked then.
    order
        In which order the library is to be now.
    """

    def work(emit: Emit, cancelled: Cancelled) -> None:
        with _without_collector(first=number <= 1):
            progress = _Progress(number, emit, again, order)
            visit = catalogue.visit(paths) if catalogue else Visit()
            for known in (visit.skipped(), visit.series()):
                for one in known:
                    progress.take(one)
            progress.send()
            for item in instances.scan(paths, cancelled, visit):
                progress.take(item)
            complete = not cancelled()
            library = progress.growth.library(complete=complete)
            progress.end(library)
            emit(ev.ScanEnded(number, complete, progress.ordered(library) if complete or not again else None))
            visit.keep(library, complete)

    return work


def sort(library: Library, order: str) -> Work:
    """Put a library in another order."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        emit(ev.LibrarySorted(library, Ordering().apply(library, order)))

    return work


class _Progress:
    """Counts what comes, and sends it when it is time."""

    def __init__(self, number: int, emit: Emit, again: bool, order: Callable[[], str]) -> None:
        self.growth = Growth()
        self._order, self._ordering = order, Ordering()
        self._number, self._emit, self._again = number, emit, again
        self._dicom = self._skipped = self._checked = 0
        self._first: Instance | None = None
        self._start = time.monotonic()
        self._sent = 0.0  # long ago: the first picture goes out at once
        self._next = 0.0

    def take(self, item: Instance | Skipped | Series | Checked | Lost) -> None:
        first: Instance | None = None
        match item:
            case Instance():
                self.growth.add(item)
                self._dicom += 1
                first = item if self._first is None and item.rows else None
            case Skipped():
                self.growth.skip(item)
                self._skipped += 1
            case Series():
                self.growth.put(item)
                self._dicom += len(item.instances)
                first = item.first if item.first.rows else None
            case Checked():
                self._checked += item.files
            case Lost():
                self.growth.forget(item)
        if self._first is None and first is not None:
            self._first, self._sent, self._next = first, 0.0, 0.0
        now = time.monotonic()
        if now - self._sent >= COUNT_SECONDS and (self._dicom or self._skipped > 1):
            self._sent = now
            if now < self._next or self._again or not self._dicom:
                self.count()
            else:
                self.send()
                self._next = time.monotonic() + SHARE * (time.monotonic() - now)

    def send(self) -> None:
        """The library as it is now, and the counts; nothing where there is nothing."""
        if self._dicom and not self._again:
            self._emit(self._found(self.ordered(self.growth.library())))

    def ordered(self, library: Library) -> Library:
        """The library in the order that is asked for now."""
        return self._ordering.apply(library, self._order())

    def end(self, library: Library) -> None:
        """Count what there is in the end."""
        self._dicom = sum(len(series.instances) for series in series_list(library))
        self._skipped = len(library.skipped)
        self.count()

    def count(self) -> None:
        """The counts alone."""
        self._emit(self._found())

    def _found(self, library: Library | None = None) -> ev.FilesFound:
        seconds = time.monotonic() - self._start
        counts = self._dicom, self._skipped, self._checked
        return ev.FilesFound(self._number, library, *counts, seconds, None if self._again else self._first)


@contextmanager
def _without_collector(*, first: bool) -> Iterator[None]:
    """Nothing of what a scan makes is garbage, and to look for it holds up the screen, longer the more there is.

    What is garbage already would be set aside with it, so it is looked for before, if there is little to look through.
    What was set aside before stays so: a hundred thousand files are looked through in a quarter of a second, in which
    no other thread runs.
    """
    was = gc.isenabled()
    if was and not first and _young() <= FEW:
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.enable()


def _young() -> int:
    """How many objects the collector would look through."""
    return sum(len(gc.get_objects(generation=generation)) for generation in range(3))
