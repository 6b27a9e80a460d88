"""What an export is made of: an order, tasks of one or several instances, and the files that come of each."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from tui.core.values import Label, View, Wish
from tui.errors import SafelightError, UsageError
from tui.frozen import frozen
from tui.service.actions import Target
from tui.service.formats import Exporter, Makes
from tui.service.ports import Cancelled, Instances

if TYPE_CHECKING:
    from tui.core.looks import Looks
    from tui.core.pages import Page, Pages
    from tui.core.pipeline import Renderer
    from tui.service.objects import Objects
    from tui.service.ports import Opened


@frozen
class PrintOrder:
    """What is the same for all files of an export. ``rate`` is that of the cine where neither file nor wish has one."""

    format: str
    view: View
    wish: Wish
    rate: float = 15.0


@frozen
class Print:
    """The bytes of one file, or a sentence why there is none."""

    source: str
    frame: int | None
    label: Label = Label()
    data: bytes = b""
    error: str = ""
    notes: tuple[str, ...] = ()


Told = Callable[[int, int], None]


class _StoppedError(SafelightError):
    """The export was cancelled in the middle of a file."""


class Press:
    """Makes the files of an order, one task after another; for one thread.

    Parameters
    ----------
    instances
        Where files are read.
    exporters
        By format.
    told
        Hears how many pictures of a task are done, and of how many.
    """

    def __init__(
        self, instances: Instances, exporters: Mapping[str, Exporter], order: PrintOrder, told: Told | None = None
    ) -> None:
        self._told = told
        self._instances = instances
        self._order = order
        self._exporter = exporters[order.format]
        self._held: Renderer | None = None
        self._objects: Objects | None = None
        self._looks: Looks | None = None

    def prints(self, task: tuple[Target, ...], cancelled: Cancelled) -> Iterator[Print]:
        """The files of a task; ends early, without the file that is not done, once ``cancelled``."""
        try:
            if self._exporter.makes is Makes.TAGS:
                yield from map(self._tags, task)
            elif self._order.wish.sheet:
                yield from self._sheets(task, cancelled)
            elif self._exporter.makes is Makes.SERIES:
                yield self._series(task, cancelled)
            else:
                for target in task:
                    yield from self._frames(target, cancelled)
        except _StoppedError:
            return

    # ------------------------------------------------------------------------------------------ one file a frame

    def _frames(self, target: Target, cancelled: Cancelled) -> Iterator[Print]:
        try:
            if (found := self._alike(target)) is not None:
                yield self._encoded(found, target.ref.path, 0)
                return
            opened, indices = self._open(target)
        except (SafelightError, MemoryError) as error:
            yield Print(target.ref.path, target.frame, error=sentence(error))
            return
        for index in indices:
            if cancelled():
                raise _StoppedError("stopped")
            made = self._frame(target, opened, index)
            if self._told is not None:
                self._told(index + 1 - indices.start, len(indices))
            yield made

    def _frame(self, target: Target, opened: Opened, index: int) -> Print:
        path = target.ref.path
        try:
            return self._encoded(self._page(opened, index), path, index)
        except (SafelightError, MemoryError) as error:
            return Print(path, index, error=sentence(error))

    def _encoded(self, page: Page, path: str, index: int) -> Print:
        from tui.core.pages import Pages

        data = self._exporter.encode(Pages(page.frame.dataset, lambda: iter([page])), self._order.wish)
        notes = page.picture.notes if self._exporter.shows else page.frame.notes
        return Print(path, index, _labelled(page, path), data, notes=notes)

    def _alike(self, target: Target) -> Page | None:
        """The page of a slice that is shown as others before; None for one that must go the whole way."""
        if not self._exporter.shows or target.frame not in (0, None):
            return None
        plain = self._instances.plain(target.ref)
        if plain is None:
            return None
        from tui.core.looks import Alike, Looks

        if self._looks is None:
            self._looks = Looks(self._order.view, self._order.wish)
        look = self._looks.find(plain[0])
        if look is None and self._looks.promising:
            opened = self._instances.open(target.ref)
            look = None if opened.notes else self._looks.learn(*plain, opened.dataset)
        return Alike.of(look, *plain) if look is not None else None

    # ------------------------------------------------------------------------------------------ one file for many

    def _series(self, task: tuple[Target, ...], cancelled: Cancelled) -> Print:
        first = task[0]
        try:
            pages = self._pages(task, cancelled)
            page = pages.first()
            wish = _paced(self._order, page.facts.rate)
            data = self._exporter.encode(pages, wish)
        except _StoppedError:
            raise
        except (SafelightError, MemoryError) as error:
            return Print(first.ref.path, first.frame, error=sentence(error))
        return Print(first.ref.path, first.frame, _labelled(page, first.ref.path), data)

    def _sheets(self, task: tuple[Target, ...], cancelled: Cancelled) -> Iterator[Print]:
        from tui.core.pages import Pages
        from tui.core.sheet import sheets

        path, wish = task[0].ref.path, self._order.wish
        columns, rows = wish.sheet or (1, 1)
        try:
            pages = self._pages(task, cancelled)
            for still in sheets(pages, columns, rows, wish.max_size):
                one = Pages(pages.dataset, lambda still=still: iter([still]))  # type: ignore[misc]
                yield Print(path, None, _labelled(still, path), self._exporter.encode(one, wish))
        except _StoppedError:
            raise
        except (SafelightError, MemoryError) as error:
            yield Print(path, task[0].frame, error=sentence(error))

    def _tags(self, target: Target) -> Print:
        from tui.core.pages import Pages, label

        path = target.ref.path
        try:
            dataset = self._instances.open(target.ref).dataset
            data = self._exporter.encode(Pages(dataset, lambda: iter(())), self._order.wish)
        except (SafelightError, MemoryError) as error:
            return Print(path, None, error=sentence(error))
        return Print(path, None, _stemmed(label(dataset, 0), path), data)

    # ------------------------------------------------------------------------------------------ frames

    def _pages(self, task: tuple[Target, ...], cancelled: Cancelled) -> Pages:
        from tui.core.pages import Pages

        def make() -> Iterator[Page]:
            for number, target in enumerate(task):
                opened, indices = self._open(target)
                for index in indices:
                    if cancelled():
                        raise _StoppedError("stopped")
                    yield self._page(opened, index)
                    if self._told is not None:  # of several files each is a step, however many frames it has
                        steps = (index + 1 - indices.start, len(indices)) if len(task) == 1 else (number + 1, len(task))
                        self._told(*steps)

        return Pages(self._instances.open(task[0].ref).dataset, make)

    def _open(self, target: Target) -> tuple[Opened, range]:
        opened = self._instances.open(target.ref)
        indices = range(opened.frames) if target.frame is None else range(target.frame, target.frame + 1)
        if not indices:
            opened.frame(0)  # raises with the reason why there is no picture
        return opened, indices

    def _page(self, opened: Opened, index: int) -> Page:
        from tui.core.pages import Page
        from tui.core.pipeline import Renderer

        if self._held is None:
            self._held = Renderer()
        frame, laid = opened.frame(index), None
        if self._order.view.chosen and self._exporter.shows:
            if self._objects is None:
                from tui.service.objects import Objects

                self._objects = Objects(self._instances)
            frame, laid = self._objects.prepared(frame, self._order.view)
        return Page(frame, self._order.view, self._order.wish, self._held, laid)


def sentence(error: Exception) -> str:
    """What went wrong with a file, for the user."""
    if isinstance(error, SafelightError):
        return error.sentence()
    return "There is not enough memory for it."


def check(exporter: Exporter, wish: Wish) -> None:
    """Raise where a format cannot fulfil a wish.

    Raises
    ------
    tui.errors.UsageError
    """
    if wish.sheet and not (exporter.shows and exporter.makes is Makes.FRAME):
        raise UsageError("A contact sheet is a picture", "Export it as png, jpeg or webp.")


def _labelled(page: Page, path: str) -> Label:
    return _stemmed(page.label, path)


def _stemmed(label: Label, path: str) -> Label:
    from dataclasses import replace

    return replace(label, stem=os.path.splitext(os.path.basename(path))[0])


def _paced(order: PrintOrder, stored: float) -> Wish:
    from dataclasses import replace

    return replace(order.wish, rate=order.wish.rate or stored or order.rate)
