"""Axial, coronal and sagittal planes as one picture, on one scale, with the lines along which they cut each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tui.core import marks
from tui.core.cuts import ACROSS, NORMAL, Cut, Plane, Volumed, Voxel
from tui.core.pipeline import Renderer
from tui.core.values import Picture, View, Viewport, Voi, VoiKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.reformat import Block

_GAP = 6  # pixels of the screen between two planes
_DIM, _BRIGHT = 64, 200  # greys of the frame around a plane, and around the one that the keys move
_LONE = 48  # pixels of the screen: where a plane would be narrower, the one that the keys move stands alone


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a plane stands in the picture, in pixels of the screen."""

    plane: Plane
    left: int
    top: int
    width: int
    height: int


def arranged(block: Block, viewport: Viewport) -> tuple[Panel, ...]:
    """The three planes on one scale: in a row, or two by two, or the axial one beside the others; as is largest.

    Two by two, the coronal plane stands below the axial one, and beside it the sagittal one, with the same heights.
    """
    x, y, z = (count * size for count, size in zip(block.shape, block.voxel_mm, strict=True))
    wide, high = max(viewport.width, 1), max(viewport.height, 1)
    row = min((wide - 2 * _GAP) / (2 * x + y), high / max(y, z))
    square = min((wide - _GAP) / (x + y), (high - _GAP) / (y + z))
    beside = min((wide - _GAP) / (x + max(x, y)), high / y, (high - _GAP) / (2 * z))
    scale = max(row, square, beside)
    right, below, half = x * scale + _GAP, y * scale + _GAP, max(y, z) * scale / 2
    if scale == row:
        level = half - z * scale / 2
        places = [(0.0, half - y * scale / 2), (right, level), (2 * right, level)]
    elif scale == square:
        places = [(0.0, 0.0), (0.0, below), (right, below)]
    else:
        whole = max(y * scale, 2 * z * scale + _GAP)
        top = (whole - 2 * z * scale - _GAP) / 2
        places = [(0.0, (whole - y * scale) / 2), (right, top), (right, top + z * scale + _GAP)]
    found = []
    for plane, (left, above) in zip(Plane, places, strict=True):
        across, down = ((x, y, z)[n] * scale for n in ACROSS[plane])
        found.append(Panel(plane, int(left), int(above), max(1, int(across)), max(1, int(down))))
    return tuple(found)


class Triptych:
    """Draws planes through a volume; for one thread. Keeps of each plane what the next picture needs."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._drawn = {plane: Renderer() for plane in Plane}
        self._frames: dict[Plane, tuple[tuple[object, ...], Frame]] = {}

    def at(self, cut: Cut, dataset: Dataset, frame: int) -> Voxel:
        """Where the planes meet: as asked, else in the middle of the slice that was looked at."""
        return self.block.near(dataset, frame) if cut.at is None else self.block.inside(cut.at)

    def draw(self, cut: Cut, at: Voxel, view: View, viewport: Viewport) -> tuple[Picture, Volumed]:
        """The planes for a viewport, and what is where they meet.

        Raises
        ------
        tui.errors.UsageError
            For a window that is none.
        """
        found = self.block.found(cut, at)
        plain = View(voi=view.voi, invert=view.invert, smooth=view.smooth, overlays=False)
        panels = () if cut.alone else arranged(self.block, viewport)
        if not panels or min(min(panel.width, panel.height) for panel in panels) < _LONE:
            right, down = self._pixel(cut.plane, at)
            zoomed = replace(
                plain, zoom=view.zoom, one_to_one=view.one_to_one, center_x=view.center_x, center_y=view.center_y,
                probe=(right, down),
            )  # fmt: skip
            alone = self._drawn[cut.plane].draw(self._frame(cut.plane, cut, at), zoomed, viewport)
            return replace(alone, notes=alone.notes + found.notes), found
        made: dict[Plane, Picture] = {}
        for panel in sorted(panels, key=lambda one: one.plane is not cut.plane):
            room = Viewport(panel.width, panel.height)
            picture = self._drawn[panel.plane].draw(self._frame(panel.plane, cut, at), plain, room)
            made[panel.plane] = picture
            if panel.plane is cut.plane and picture.window_label == "auto" and picture.window:
                plain = replace(plain, voi=Voi(VoiKind.MANUAL, window=picture.window))  # one window for all three
        pixels = np.zeros(
            (max(one.top + one.height for one in panels), max(one.left + one.width for one in panels)), np.uint8
        )
        for panel in panels:
            part = sized(made[panel.plane].pixels, panel.height, panel.width, smooth=view.smooth)
            place = self._place(panel, at)
            marks.crosshair(part, place)
            edge = _BRIGHT if panel.plane is cut.plane else _DIM
            part[[0, -1]] = edge
            part[:, [0, -1]] = edge
            pixels[panel.top : panel.top + panel.height, panel.left : panel.left + panel.width] = part
        active = made[cut.plane]
        rows, columns = pixels.shape
        none = ("", "", "", "")
        notes = active.notes + found.notes
        return replace(active, pixels=pixels, width=columns, height=rows, letters=none, notes=notes), found

    def _frame(self, plane: Plane, cut: Cut, at: Voxel) -> Frame:
        """Made once for all pictures of it."""
        key = (at[NORMAL[plane]], cut.slab, cut.rendering)
        held = self._frames.get(plane)
        if held is None or held[0] != key:
            held = self._frames[plane] = key, self.block.frame(plane, *key)
        return held[1]

    def _pixel(self, plane: Plane, at: Voxel) -> tuple[int, int]:
        """Column and row of a voxel in a plane."""
        right, down = ACROSS[plane]
        return at[right], at[down] if plane is Plane.AXIAL else self.block.shape[down] - 1 - at[down]

    def _place(self, panel: Panel, at: Voxel) -> tuple[int, int]:
        right, down = ACROSS[panel.plane]
        column, row = self._pixel(panel.plane, at)
        columns, rows = self.block.shape[right], self.block.shape[down]
        return (2 * column + 1) * panel.width // (2 * columns), (2 * row + 1) * panel.height // (2 * rows)


def sized(pixels: NDArray[np.uint8], rows: int, columns: int, *, smooth: bool) -> NDArray[np.uint8]:
    """Greys at another size, shape (rows, columns): between the middles of pixels in a straight line, or the nearest.

    Beyond the middle of the outermost pixels nothing changes.
    """
    if pixels.shape == (rows, columns):
        return pixels.copy()
    found = pixels.astype(np.float32)
    for axis, count in enumerate((rows, columns)):
        length = found.shape[axis]
        middles = np.clip((np.arange(count) + 0.5) * length / count - 0.5, 0, length - 1)
        low = middles.astype(np.intp) if smooth else np.rint(middles).astype(np.intp)
        below = np.take(found, low, axis)
        if smooth:
            share = (middles - low).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
            below += (np.take(found, np.minimum(low + 1, length - 1), axis) - below) * share
        found = below
    return np.rint(found).astype(np.uint8)
