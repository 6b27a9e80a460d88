"""The screen below all dialogs, which paints the cells that changed and nothing else, and some at a time.

Textual makes all rows of each widget that has a change near it, or between two changes, and throws most of them away:
for the line below the picture and the one at the bottom, which every key changes, those of all panes. And it paints
all that changed in one turn of its loop, in which no key is heard.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

from rich.console import Console, RenderableType
from textual._compositor import Compositor, CompositorUpdate, LayoutUpdate, ReflowResult
from textual._context import visible_screen_stack
from textual._styles_cache import StylesCache
from textual.driver import Driver
from textual.drivers._writer_thread import WriterThread
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.signal import Signal
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.courtesy import TURN
from tui.ui.panes.slices import Labour

PAINT_SECONDS = 0.001  # after which the rest waits for the next turn
PIECE_ROWS = 4
DIALOG_ROWS = 1  # they have many widgets in a row
FIRST_SECONDS = 0.002  # of other work in a turn, after which nothing is painted in it
LARGE = 4096  # characters
BEGIN_SECONDS = 0.001  # for the thread that writes
_LOOK_SECONDS = 1e-5

Result = TypeVar("Result")


def write_now(driver: Driver, text: str) -> None:
    """Write to the terminal. If that is much, it is on its way before anything else is painted.

    The thread of the driver that writes needs the interpreter's lock to take what has come, and this thread keeps it
    as long as it has work; while the terminal is behind, nothing is waited for.
    """
    thread: WriterThread | None = getattr(driver, "_writer_thread", None)
    if thread is None or len(text) < LARGE or not thread._queue.empty():
        driver.write(text)
        return
    driver.write(text)
    end = time.perf_counter() + BEGIN_SECONDS
    while not thread._queue.empty() and time.perf_counter() < end:
        time.sleep(_LOOK_SECONDS)


def bands(regions: Iterable[Region]) -> list[Region]:
    """Regions around those that have rows in common or follow on each other, from the top."""
    found: list[Region] = []
    for region in sorted(regions, key=lambda one: one.y):
        if found and region.y <= found[-1].bottom:
            found[-1] = found[-1].union(region)
        else:
            found.append(region)
    return found


def cut(regions: Iterable[Region], rows: int = PIECE_ROWS) -> list[Region]:
    """The same cells in regions of few rows: those of the same columns are joined first, those inside others go."""
    columns: dict[tuple[int, int], list[Region]] = {}
    for region in regions:
        columns.setdefault(region.column_span, []).append(region)
    joined = [band for same in columns.values() for band in bands(same)]
    kept = [one for one in joined if not any(one is not other and other.contains_region(one) for other in joined)]
    return [
        Region(one.x, y, one.width, min(rows, one.bottom - y)) for one in kept for y in range(one.y, one.bottom, rows)
    ]


def without(region: Region, hole: Region) -> list[Region]:
    """The cells of a region that are in no other, as regions."""
    inside = region.intersection(hole)
    if not inside:
        return [region]
    around = (
        Region(region.x, region.y, region.width, inside.y - region.y),
        Region(region.x, inside.y, inside.x - region.x, inside.height),
        Region(inside.right, inside.y, region.right - inside.right, inside.height),
        Region(region.x, inside.bottom, region.width, region.bottom - inside.bottom),
    )
    return [one for one in around if one]


def _uncovered(region: Region, before: list[Region]) -> list[Region]:
    parts = [region]
    for hole in reversed(before):  # what holds others stands behind them, and leaves fewer parts
        parts = [part for one in parts for part in without(one, hole)]
    return parts


class Patch(CompositorUpdate):
    """Pieces of rows, each with the cell that it begins in."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Text for the terminal."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces)


class Patches(Compositor):
    """Asks only those widgets that are seen in the cells that changed, and leaves for later what would take long.

    A widget whose class says ``UNDIVIDED`` is painted first and never in part: a picture that a terminal draws over
    its cells would be torn.

    Parameters
    ----------
    below
        What is seen where the screen has no widgets; None if the screen fills its cells itself.
    """

    def __init__(self, below: Callable[[], Compositor | None] = lambda: None) -> None:
        super().__init__()
        self._below = below
        self._left: list[Region] = []
        self.begun = False

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Find where all widgets stand; of a screen that is new, what is seen through it stands there already."""
        new, before = parent not in self._full_map, set(self._dirty_regions)
        found = super().reflow(parent, size)
        if new and self._below() is not None:
            self._dirty_regions, self.begun = before | self.places(parent), True
        return found

    def places(self, root: Widget) -> set[Region]:
        """Cells in which widgets stand, but for the screen itself."""
        places = [place for widget, place in self.visible_widgets.items() if widget is not root]
        return {seen for region, clip in places if (seen := region.intersection(clip))}

    def seen(self) -> Iterator[tuple[Widget, Region, Region]]:
        """What is seen, from the front to the back: widgets, their cells, and those of them that are not cut off."""
        below = self._below()
        for widget, (region, clip) in self.visible_widgets.items():
            if below is None or widget is not self.root:
                yield widget, region, clip
        if isinstance(below, Patches):
            yield from below.seen()
        elif below is not None:
            yield from ((widget, *place) for widget, place in below.visible_widgets.items())

    @property
    def waits(self) -> bool:
        """Whether something is left to be painted."""
        return bool(self._left or self._dirty_regions)

    def add(self, regions: Iterable[Region]) -> None:
        """Paint these, too."""
        self._dirty_regions.update(regions)

    def take(self) -> set[Region]:
        """Leave what is left to be painted to somebody else."""
        self.hand_back()
        taken = set(self._dirty_regions)
        self._dirty_regions.clear()
        return taken

    def hand_back(self) -> None:
        """Count what is left among the changes, for whoever paints them."""
        self._dirty_regions.update(self._left)
        self._left = []

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[object]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        """What changed, be it all of the screen; but when it is painted for the first time, in one go."""
        if full or not self.begun:
            self.begun = True
            return super().render_update(full, screen_stack, simplify)
        return self.render_partial_update()  # type: ignore[return-value]  # App writes any CompositorUpdate

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        """All of the screen."""
        self._left = []
        return super().render_full_update(simplify)

    def render_partial_update(self) -> Patch | None:  # type: ignore[override]  # App writes any CompositorUpdate
        """What changed, for the terminal; of much, what is painted in a short time. None if nothing did."""
        area = self.size.region
        dirty = dict.fromkeys((*self._left, *sorted(self._dirty_regions)))
        changed = [seen for region in dirty if (seen := region.intersection(area))]
        self._dirty_regions.clear()
        end = time.thread_time() + PAINT_SECONDS
        first: list[Region] = []
        layers, before = list(self.seen()), list[Region]()
        for widget, region, clip in layers:
            if getattr(widget, "UNDIVIDED", False):
                for whole in _uncovered(clip.intersection(region), before):
                    first += [inside for one in changed if (inside := one.intersection(whole))]
                    changed = [part for one in changed for part in without(one, whole)]
            before.append(clip.intersection(region))
        made = self._pieces(first, layers)
        rest = deque(cut(changed, PIECE_ROWS if self._below() is None else DIALOG_ROWS))
        while rest and (not made or time.thread_time() < end):
            made += self._pieces([rest.popleft()], layers)
        self._left = list(rest)
        return Patch(made) if made else None

    def _pieces(
        self, regions: list[Region], layers: list[tuple[Widget, Region, Region]]
    ) -> list[tuple[int, int, Strip]]:
        bare: dict[int, list[tuple[int, int]]] = {}  # of each row, the cells first <= x < last that nothing fills yet
        for y, first, last in self._regions_to_spans(regions):
            bare.setdefault(y, []).append((first, last))
        pieces: list[tuple[int, int, Strip]] = []
        for band in bands(regions):
            for widget, region, clip in layers:
                seen = region.intersection(clip).intersection(band)
                if seen and any(_meets(bare[y], seen) for y in seen.line_range):
                    if isinstance(widget, Screen):
                        visible_screen_stack.set(_below(widget))
                    strips = widget.render_lines(seen.translate(-region.offset))
                    for y, strip in zip(seen.line_range, strips, strict=True):
                        pieces += [
                            (first, y, strip.crop(first - seen.x, last - seen.x))
                            for first, last in _taken(bare, y, seen)
                        ]
        return sorted(pieces, key=lambda piece: (piece[1], piece[0]))


def _below(screen: Screen[object]) -> list[Screen[object]]:
    """What Textual paints in the cells of a screen that are not filled, from the bottom up."""
    stack = screen.app.screen_stack
    below = stack[: stack.index(screen)] if screen in stack else []
    opaque = [number for number, one in enumerate(below) if one.styles.background.a == 1]
    return below[opaque[-1] :] if opaque else below


def _meets(spans: list[tuple[int, int]], seen: Region) -> bool:
    return any(first < seen.right and seen.x < last for first, last in spans)


def _taken(bare: dict[int, list[tuple[int, int]]], y: int, seen: Region) -> list[tuple[int, int]]:
    """Cells of a row that the region fills; they are no longer bare."""
    taken, left = [], []
    for first, last in bare[y]:
        begin, end = max(first, seen.x), min(last, seen.right)
        if begin >= end:
            left.append((first, last))
            continue
        taken.append((begin, end))
        left += [span for span in ((first, begin), (end, last)) if span[0] < span[1]]
    bare[y] = left
    return taken


class Patched(Screen[Result]):
    """Is laid out once for a size, and painted once in a turn of the loop."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._patches = Patches(self.below)
        self._compositor = self._patches
        self._rests = False  # it has painted in this turn
        self.painted: Callable[[], None] = lambda: None

    def below(self) -> Compositor | None:
        """What is seen where this screen has no widgets."""
        return None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint these cells again, or lay out again.

        Without regions nothing is painted: Textual asks for all of a screen whenever something is mounted, focused or
        opened, where the widgets that have changed say so themselves. :meth:`paint_all` paints all.
        """
        if repaint:
            self._styles_cache.clear()
            self.clear_cached_dimensions()
            self._rich_style_cache.clear()
        if repaint and regions:
            self._patches.add(regions)
            self._dirty_regions.update(regions)
            self._dirty_widgets.add(self)  # Textual would forget the others, had the screen itself to be painted
        return super().refresh(repaint=False, layout=layout, recompose=recompose)

    def paint_all(self) -> None:
        """Lay out and paint everything, whatever the terminal still shows."""
        super().refresh(layout=True)

    def _screen_resized(self, size: Size) -> None:
        """Be laid out in another size. Textual says it again when that is done, and when a dialog has been opened."""
        if size != self._compositor.size:
            super()._screen_resized(size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Find where all widgets stand; what that takes counts among the work of the turn, before it is painted."""
        TURN.spent()
        first = self not in self._patches
        super()._refresh_layout(size, scroll)
        if first:  # Textual wants all of it to be painted again, since it has a size now
            self._exchange_repaint_regions()
            self._repaint_required = False

    def _compositor_refresh(self) -> None:
        """Paint once in a turn of the loop, and not late in it, and go on in the next one with what is left.

        A screen that stands over this one paints it, too: what is left is left to it, once it has its place.
        """
        if not self.is_current:
            return
        if self.app.screen is not self:
            self._leave_to(self.app.screen)
            return
        if self._rests or (self._patches.begun and TURN.spent() > FIRST_SECONDS):
            if not self._rests:
                self._rest()
            self._patches.update_widgets(self._dirty_widgets)
            self._dirty_widgets.clear()  # what changed of them is known, and painted in the next turn
            return
        super()._compositor_refresh()
        self.painted()
        self._rest()

    def _leave_to(self, above: Screen[object]) -> None:
        self._count_changes()
        self._patches.hand_back()
        if isinstance(above, Patched) and above.below() is not None and not above._patches.begun:
            return
        stack, left = self.app.screen_stack, self._patches.take()
        for screen in stack[stack.index(self) + 1 :] if left else []:
            if screen is above or screen.styles.background.a:
                screen.refresh(*left)
        self.painted()

    def _rest(self) -> None:
        self._rests = True
        asyncio.get_running_loop().call_soon(self._rested)

    def _rested(self) -> None:
        self._rests = False
        if self._patches.waits:
            self.call_later(self._paint_rest)

    def _paint_rest(self) -> None:
        """Paint what is left, and with it what has changed since: Textual would forget which widgets those are.

        One that has no place yet gets it, and is told so, when Textual lays out the next time.
        """
        if not self._patches.waits:
            return
        without_place = self._count_changes()
        self._compositor_refresh()
        self._dirty_widgets |= without_place

    def _count_changes(self) -> set[Widget]:
        """Count what has changed of widgets among the changes; returns those that have no place yet."""
        changed = self._dirty_widgets & self._patches.visible_widgets.keys()
        self._patches.update_widgets(changed)
        self._dirty_widgets -= changed
        return set(self._dirty_widgets)


class PatchedScreen(Patched[None]):
    """The screen of the panes; ``covered`` tells whether another one stands over it."""

    def __init__(self) -> None:
        super().__init__(id="_default")
        self.covered: Signal[bool] = Signal(self, "covered")
        self.laboured: Callable[[], None] = lambda: None
        self.uncovered: Callable[[], None] = lambda: None

    def on_labour(self, message: Labour) -> None:
        """A pane works for long."""
        message.stop()
        self.laboured()

    def on_screen_suspend(self) -> None:
        """Tell the panes."""
        self.covered.publish(True)

    def on_screen_resume(self) -> None:
        """A dialog has gone: take its painted rows out of a cache of Textual's, which keeps them by the widget.

        Their two colours are looked up by a method that is cached for a thousand widgets, whether they live or not.
        """
        StylesCache.get_inner_outer.cache_clear()
        self.covered.publish(False)
        self.uncovered()
