"""Three pictures beside each other: the original, its mask, and the result, which is the picture inside of the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core import marks
from tui.core.geometry import Placement, enlarge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.values import View

_GAPS = 64  # a gap is this part of a picture's width
_GREY = 32  # of the gaps


def beside(
    pixels: NDArray[np.uint8], placement: Placement, view: View, over: marks.Over, ground: int
) -> tuple[NDArray[np.uint8], int]:
    """The three pictures as one, turned, and its width in pixels of the screen.

    Parameters
    ----------
    pixels
        The original before it is turned, shape (rows, columns) or (rows, columns, 3).
    over
        Its mask parts the pictures; without one there is the original alone.
    ground
        Grey level of the result outside of the mask.
    """
    if over.mask is None:
        return placement.turn(pixels), placement.width
    if min(pixels.shape[:2]) < _GAPS:  # else a gap could be no wider than a pixel of the image
        pixels = marks.enlarged(pixels, placement)
    mask = marks.seen(placement, over.mask)
    if mask.shape != pixels.shape[:2]:
        mask = enlarge(mask.astype(np.uint8), pixels.shape[0], pixels.shape[1]).astype(np.bool_)
    white = np.where(mask, np.uint8(255), np.uint8(0))
    where = mask if pixels.ndim == 2 else mask[..., None]
    result = np.where(where, pixels, np.uint8(ground))
    if pixels.ndim == 3:
        white = np.repeat(white[..., None], 3, axis=2)
    each = [placement.turn(marks.drawn(one, placement, view, over, tint=False)) for one in (pixels, white, result)]
    rows, columns = each[0].shape[:2]
    gap = max(1, round(columns / _GAPS))
    between = np.full((rows, gap, *each[0].shape[2:]), _GREY, np.uint8)
    joined = np.concatenate([each[0], between, each[1], between, each[2]], axis=1)
    return np.ascontiguousarray(joined), round(placement.width * joined.shape[1] / columns)
