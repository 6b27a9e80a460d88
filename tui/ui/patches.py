"""The screen below all dialogs, which paints the rows that changed and no row between them.

Textual makes all rows of each widget that has a change near it, or between two changes, and throws most of them away:
for the line above the picture and the one at the bottom, as every key changes them both, the whole screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
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


class Patches(Compositor):
    """Makes the rows of each band of changes by themselves."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Each widget's region, the part of it that is seen, and the rows of that part within ``crop``."""
        area = self.size.region
        rows = area if crop is None else Region(0, crop.y, area.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            part = clip.intersection(rows)
            seen = region.intersection(part)
            if seen:
                yield region, part, widget.render_lines(seen.translate(-region.offset))

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed, as Textual writes it; None if nothing did."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        spans = list(self._regions_to_spans(regions))
        if not spans:
            return None
        wanted = {y for y, _, _ in spans}
        rows: list[Mapping[int, Strip | None]] = [{} for _ in self.cuts]
        for band in bands(regions):
            crop = band.intersection(self.size.region)
            made = cast(Sequence[Mapping[int, Strip | None]], self._render_chops(crop, wanted.__contains__))
            rows[crop.y : crop.bottom] = made[crop.y : crop.bottom]
        return ChopsUpdate(rows, spans, [cuts[1:] for cuts in self.cuts])


class PatchedScreen(Screen[None]):
    """The screen of the panes; ``covered`` tells that another one stands over it."""

    def __init__(self) -> None:
        super().__init__(id="_default")
        self._compositor = Patches()
        self.covered: Signal[None] = Signal(self, "covered")

    def on_screen_suspend(self) -> None:
        """Tell the panes."""
        self.covered.publish(None)
