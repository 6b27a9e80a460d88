"""What is drawn into a picture for measuring: the crosshair of the probe, pins, and the colour of a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.geometry import Placement, enlarge, shrink
from tui.core.quantities import Box, Pixel
from tui.core.values import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

MASK_COLOUR = (255, 96, 32)
OPACITY = 0.45
_GAP = 5  # pixels of the picture around the probe that stay free
_ARM = 3  # length of a pin's arms


def drawn(
    pixels: NDArray[np.uint8], placement: Placement, view: View, mask: NDArray[np.bool_] | None
) -> NDArray[np.uint8]:
    """A copy of a picture that is not turned yet, with the mask's colour, pins and the probe's crosshair over it.

    Parameters
    ----------
    mask
        Of the whole image, shape (rows, columns).
    """
    if mask is not None:
        part = shrink(placement.crop(mask), *placement.shrunk) >= 0.5
        pixels = tinted(pixels, part)
    if view.probe is None and not view.pins and not view.boxes:
        return pixels
    pixels = enlarged(pixels, placement).copy()
    shape = pixels.shape[0], pixels.shape[1]
    for number, box in enumerate(view.boxes.boxes if view.boxes else ()):
        frame(pixels, placement, box, thick=view.boxes is not None and number == view.boxes.at)
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


def enlarged(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """A picture, before it is turned, with as many pixels as it has on the screen, so that marks are thin."""
    rows, columns = placement.size
    return enlarge(pixels, max(rows, pixels.shape[0]), max(columns, pixels.shape[1]))


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


def tinted(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A picture in RGB with the colour of the mask over it; the mask has the shape of the whole picture."""
    found = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels.copy()
    rows, columns = found.shape[:2]
    if mask.shape != (rows, columns):
        mask = enlarge(mask.astype(np.uint8), rows, columns).astype(np.bool_)
    colour = np.asarray(MASK_COLOUR, np.float32) * OPACITY
    found[mask] = (found[mask] * np.float32(1 - OPACITY) + colour).astype(np.uint8)
    return found
