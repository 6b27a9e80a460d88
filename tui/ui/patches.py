"""The screen below all dialogs, which paints the cells that changed and nothing else.

Textual makes all rows of each widget that has a change near it, or between two changes, and throws most of them away:
for the line below the picture and the one at the bottom, which every key changes, those of all panes.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.screen import Screen
from textual.signal import Signal
from textual.strip import Strip


def bands(regions: Iterable[Region]) -> list[Region]:
    """Regions around those that have rows in common or follow on each other, from the top."""
    found: list[Region] = []
    for region in sorted(regions, key=lambda one: one.y):
        if found and region.y <= found[-1].bottom:
            found[-1] = found[-1].union(region)
        else:
            found.append(region)
    return found


class Patch(CompositorUpdate):
    """Pieces of rows, each with the cell that it begins in."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Text for the terminal."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces)


class Patches(Compositor):
    """Asks only those widgets that are seen in the cells that changed, and for no other rows."""

    def render_partial_update(self) -> Patch | None:  # type: ignore[override]  # App writes any CompositorUpdate
        """What changed, for the terminal; None if nothing did."""
        area = self.size.region
        regions = [seen for region in self._dirty_regions if (seen := region.intersection(area))]
        self._dirty_regions.clear()
        bare: dict[int, list[tuple[int, int]]] = {}  # of each row, the cells first <= x < last that nothing fills yet
        for y, first, last in self._regions_to_spans(regions):
            bare.setdefault(y, []).append((first, last))
        pieces: list[tuple[int, int, Strip]] = []
        for band in bands(regions):
            for widget, (region, clip) in self.visible_widgets.items():  # from the front to the back
                seen = region.intersection(clip).intersection(band)
                if seen and any(_meets(bare[y], seen) for y in seen.line_range):
                    strips = widget.render_lines(seen.translate(-region.offset))
                    for y, strip in zip(seen.line_range, strips, strict=True):
                        pieces += [
                            (first, y, strip.crop(first - seen.x, last - seen.x))
                            for first, last in _taken(bare, y, seen)
                        ]
        return Patch(sorted(pieces, key=lambda piece: (piece[1], piece[0]))) if pieces else None


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


class PatchedScreen(Screen[None]):
    """The screen of the panes; ``covered`` tells that another one stands over it."""

    def __init__(self) -> None:
        super().__init__(id="_default")
        self._compositor = Patches()
        self.covered: Signal[None] = Signal(self, "covered")

    def on_screen_suspend(self) -> None:
        """Tell the panes."""
        self.covered.publish(None)

    def on_screen_resume(self) -> None:
        """A dialog has gone: take its painted rows out of a cache of Textual's, which keeps them by the widget.

        Their two colours are looked up by a method that is cached for a thousand widgets, whether they live or not.
        """
        StylesCache.get_inner_outer.cache_clear()
