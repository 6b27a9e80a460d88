"""What is drawn into a picture for measuring: the probe, pins, the gauge, and the colour of a mask."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.geometry import Placement, enlarge, shrink
from tui.core.quantities import TINTS, Box, Pixel, Tint
from tui.core.values import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.scale import Point

_LINE = 240  # grey of lines; a dark border parts them from what is bright
_FINE = 160  # pixels of a picture's shorter side from which on lines have that border
_GRIP = 2  # pixels around the middle of a handle
_GAP = 5  # pixels of the picture around the probe that stay free
_ARM = 3  # length of a pin's arms


@dataclass(frozen=True, eq=False)
class Over:
    """What measuring lays over a picture.

    Attributes
    ----------
    mask
        Of the whole image, shape (rows, columns).
    paths
        Lines of the gauge, in columns and rows of the image.
    grip
        The handle of the gauge that the keys move.
    dot
        Width and height, in pixels of the screen, of the least that it can show: a thinner line would fade.
    """

    mask: NDArray[np.bool_] | None = None
    paths: tuple[tuple[Point, ...], ...] = ()
    grip: Point | None = None
    dot: tuple[int, int] = (1, 1)


NOTHING = Over()


def drawn(
    pixels: NDArray[np.uint8], placement: Placement, view: View, over: Over = NOTHING, *, tint: bool = True
) -> NDArray[np.uint8]:
    """A copy of a picture that is not turned yet, with the mask's colour, the gauge, pins and the probe over it.

    Parameters
    ----------
    tint
        Whether the mask is shown.
    """
    if tint and over.mask is not None:
        pixels = tinted(pixels, seen(placement, over.mask), view.tint)
    if view.probe is None and not view.pins and not view.boxes and not over.paths:
        return pixels
    pixels = enlarged(pixels, placement, over.dot).copy()
    shape = pixels.shape[0], pixels.shape[1]
    for number, box in enumerate(view.boxes.boxes if view.boxes else ()):
        frame(pixels, placement, box, thick=view.boxes is not None and number == view.boxes.at)
    for path in over.paths:
        stroke(pixels, [inside(placement, point, shape) for point in path])
    if over.grip is not None:
        grip(pixels, inside(placement, over.grip, shape))
    for pixel in view.pins:
        if place := at(placement, pixel, shape):
            pin(pixels, place)
    if view.probe and (place := at(placement, view.probe, shape)):
        crosshair(pixels, place)
    return pixels


def frame(pixels: NDArray[np.uint8], placement: Placement, box: Box, *, thick: bool) -> None:
    """Draw the border of a box of the image, and dim what it covers; the thick one is the one that moves."""
    rows, columns = pixels.shape[:2]
    left, top, width, height = box
    ends = [
        (min(max((at - start) * size // most, 0), size))
        for at, start, size, most in (
            (left, placement.left, columns, placement.columns),
            (left + width, placement.left, columns, placement.columns),
            (top, placement.top, rows, placement.rows),
            (top + height, placement.top, rows, placement.rows),
        )
    ]
    first, last, upper, lower = ends
    if first >= last or upper >= lower:
        return
    pixels[upper:lower, first:last] //= 3
    line = 3 if thick else 1
    for part in (
        (slice(upper, min(upper + line, lower)), slice(first, last)),
        (slice(max(lower - line, upper), lower), slice(first, last)),
        (slice(upper, lower), slice(first, min(first + line, last))),
        (slice(upper, lower), slice(max(last - line, first), last)),
    ):
        pixels[part] = 255


def enlarged(pixels: NDArray[np.uint8], placement: Placement, dot: tuple[int, int] = (1, 1)) -> NDArray[np.uint8]:
    """A picture, before it is turned, with a pixel for each dot of the screen, so that marks are thin and are seen."""
    rows, columns = placement.size
    if dot == (1, 1):
        return enlarge(pixels, max(rows, pixels.shape[0]), max(columns, pixels.shape[1]))
    across, down = dot[::-1] if placement.rotation % 2 else dot
    rows, columns = max(rows // down, 1), max(columns // across, 1)
    less = shrink(pixels, min(rows, pixels.shape[0]), min(columns, pixels.shape[1]))
    return enlarge(np.rint(less).astype(np.uint8), rows, columns)


def at(placement: Placement, pixel: Pixel, shape: tuple[int, int]) -> tuple[int, int] | None:
    """Column and row, in a picture of this shape that is not turned yet, of the middle of an image's pixel."""
    x, y = pixel[0] - placement.left, pixel[1] - placement.top
    if not (0 <= x < placement.columns and 0 <= y < placement.rows):
        return None
    rows, columns = shape
    return (2 * x + 1) * columns // (2 * placement.columns), (2 * y + 1) * rows // (2 * placement.rows)


def crosshair(pixels: NDArray[np.uint8], place: tuple[int, int]) -> None:
    """Draw lines across the whole picture, free around the middle, in the opposite of what they cross."""
    x, y = place
    rows, columns = pixels.shape[:2]
    for part in (slice(0, max(x - _GAP, 0)), slice(min(x + _GAP + 1, columns), columns)):
        _contrast(pixels, (slice(y, y + 1), part))
    for part in (slice(0, max(y - _GAP, 0)), slice(min(y + _GAP + 1, rows), rows)):
        _contrast(pixels, (part, slice(x, x + 1)))


def pin(pixels: NDArray[np.uint8], place: tuple[int, int]) -> None:
    """Draw a small cross."""
    x, y = place
    across, down = slice(max(x - _ARM, 0), x + _ARM + 1), slice(max(y - _ARM, 0), y + _ARM + 1)
    _contrast(pixels, (slice(y, y + 1), across))
    _contrast(pixels, (down, slice(x, x + 1)))
    _contrast(pixels, (slice(y, y + 1), slice(x, x + 1)))  # not crossed twice


def _contrast(pixels: NDArray[np.uint8], where: Any) -> None:
    part = pixels[where]
    pixels[where] = np.where(part < 128, 255, 0)


def seen(placement: Placement, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The part of a mask that is shown, in the shape of the shrunk picture: where it covers at least half a pixel."""
    return np.asarray(shrink(placement.crop(mask), *placement.shrunk) >= 0.5)


def tinted(pixels: NDArray[np.uint8], mask: NDArray[np.bool_], tint: Tint = Tint()) -> NDArray[np.uint8]:
    """A picture in RGB with the colour of the mask over it; the mask has the shape of the whole picture."""
    rows, columns = pixels.shape[:2]
    if mask.shape != (rows, columns):
        mask = enlarge(mask.astype(np.uint8), rows, columns).astype(np.bool_)
    opacity = tint.opacity
    if not opacity:
        mask, opacity = rim(mask), 1.0
    found = np.empty((rows, columns, 3), np.uint8)
    for channel, part in enumerate(TINTS.get(tint.colour, TINTS[Tint().colour])):
        level = pixels if pixels.ndim == 2 else pixels[..., channel]
        mixed = (np.arange(256, dtype=np.float32) * np.float32(1 - opacity) + part * opacity).astype(np.uint8)
        found[..., channel] = np.where(mask, mixed[level], level)
    return found


def rim(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels of a mask beside which one is none of it; beyond the border of the picture none is."""
    framed = np.pad(mask, 1)
    return mask & ~(framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:])


# ------------------------------------------------------------------------------------------------- the gauge


def inside(placement: Placement, point: Point, shape: tuple[int, int]) -> Point:
    """Column and row, in a picture of this shape that is not turned yet, of a point of the image; maybe beyond it."""
    rows, columns = shape
    x = (point[0] - placement.left + 0.5) * columns / placement.columns - 0.5
    y = (point[1] - placement.top + 0.5) * rows / placement.rows - 0.5
    return x, y


def stroke(pixels: NDArray[np.uint8], points: list[Point]) -> None:
    """Draw straight lines from point to point, bright between dark borders."""
    rows, columns = pixels.shape[:2]
    line = np.zeros((rows, columns), np.bool_)
    for start, end in pairwise(points):
        steps = int(max(abs(end[0] - start[0]), abs(end[1] - start[1]))) + 1
        along = np.linspace(0.0, 1.0, min(steps, 1 << 16) + 1)
        x = np.floor(start[0] + along * (end[0] - start[0]) + 0.5).astype(np.int64)
        y = np.floor(start[1] + along * (end[1] - start[1]) + 0.5).astype(np.int64)
        there = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        line[y[there], x[there]] = True
    if min(rows, columns) >= _FINE:
        wide = line.copy()
        wide[1:] |= line[:-1]
        wide[:-1] |= line[1:]
        wide[:, 1:] |= line[:, :-1]
        wide[:, :-1] |= line[:, 1:]
        pixels[wide] //= 3
    pixels[line] = _LINE


def grip(pixels: NDArray[np.uint8], point: Point) -> None:
    """Draw a small square where the keys take hold."""
    rows, columns = pixels.shape[:2]
    around = _GRIP if min(rows, columns) >= _FINE else 0
    x, y = int(point[0] + 0.5), int(point[1] + 0.5)
    for size, level in ((around + 1, 0), (around, 255)):
        across = slice(min(max(x - size, 0), columns), min(max(x + size + 1, 0), columns))
        pixels[min(max(y - size, 0), rows) : min(max(y + size + 1, 0), rows), across] = level
