"""Masks by a range of values: threshold, holes filled, opened, closed, pieces chosen; in a slice or through a series.

Morphology is that of mahotas, pieces are found by ``pieces.py``. A piece hangs together by sides and corners, a hole
by sides alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.pieces import painted, runs
from tui.core.pieces import pieces as pieces_of
from tui.core.quantities import LARGEST_RADIUS, MaskSize, Recipe
from tui.core.scale import Scale
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.volume import Volume

    Mask = NDArray[np.bool_]

HALF = 0.5  # columns: the radius of an element of 2 x 2 pixels, which has no middle


def threshold(values: NDArray[Any], valid: Mask, recipe: Recipe) -> Mask:
    """Where values lie in the range, both ends included, and belong to the picture; same shape."""
    return np.asarray((values >= recipe.low) & (values <= recipe.high) & valid)


def slice_mask(values: NDArray[Any], valid: Mask, recipe: Recipe, scale: Scale) -> Mask:
    """The mask of one slice.

    Parameters
    ----------
    values, valid
        Values in the modality's units and where they are part of the picture, shape (rows, columns).

    Raises
    ------
    tui.errors.UsageError
        A radius in mm where no length is known, or one that is too large.
    """
    mask = shaped(threshold(values, valid, recipe), recipe, scale)
    return pieces(mask, recipe, scale.area if scale.unit == "mm" else 1.0)


def shaped(mask: Mask, recipe: Recipe, scale: Scale) -> Mask:
    """A slice's mask with holes filled, opened and closed."""
    if recipe.fill:
        mask = filled(mask)
    if recipe.opening == HALF and not recipe.millimetres:
        mask = opened_by_half(mask)
    elif recipe.opening:
        mask = opened(mask, disk(recipe.opening, recipe.millimetres, scale))
    if recipe.closing:
        mask = closed(mask, disk(recipe.closing, recipe.millimetres, scale))
    return mask


def filled(mask: Mask) -> Mask:
    """Holes filled: what cannot reach the border of the slice by sides."""
    framed = np.pad(~mask, 1, constant_values=True)[None]
    there = runs(framed)
    piece = pieces_of(there, corners=False)
    painted(there, piece == piece[0], framed)
    return ~framed[0, 1:-1, 1:-1]


def disk(radius: float, millimetres: bool, scale: Scale) -> Mask:
    """Pixels whose centers are at most a radius away, in mm, or in columns where pixels need not be square.

    Raises
    ------
    tui.errors.UsageError
        A radius in mm where no length is known, or one that is too large.
    """
    if millimetres and scale.unit != "mm":
        raise UsageError("a radius in mm needs a spacing, which this image does not have", "Give it in pixels.")
    across, down = (radius / scale.horizontal, radius / scale.vertical) if millimetres else (radius, radius)
    if max(across, down) > LARGEST_RADIUS:
        raise UsageError(f"a radius must be at most {LARGEST_RADIUS:g} pixels", "Take a smaller one.")
    x, y = np.arange(-int(across), int(across) + 1)[None, :], np.arange(-int(down), int(down) + 1)[:, None]
    return np.asarray((x / max(across, 1e-9)) ** 2 + (y / max(down, 1e-9)) ** 2 <= 1 + 1e-9)


def opened(mask: Mask, element: Mask) -> Mask:
    """Eroded, then dilated; beyond the border there is nothing that would erode."""
    import mahotas

    if element.size == 1:
        return mask
    height, width = (side // 2 for side in element.shape)
    framed = np.pad(mask, ((height, height), (width, width)), mode="edge")
    worn = mahotas.erode(framed, element)[height : height + mask.shape[0], width : width + mask.shape[1]]
    return np.asarray(mahotas.dilate(np.ascontiguousarray(worn), element))


def opened_by_half(mask: Mask) -> Mask:
    """Opened with three pixels: this one, the one above and the one to the left, not reflected for the dilation.

    So scripts with OpenCV's ellipse of 2 x 2 do it, whose masks come out equal here; it moves what it opens by up to a
    pixel to the right and down. Any other radius opens without moving.
    """
    worn = mask.copy()
    worn[1:] &= mask[:-1]
    worn[:, 1:] &= mask[:, :-1]
    grown = worn.copy()
    grown[1:] |= worn[:-1]
    grown[:, 1:] |= worn[:, :-1]
    return grown


def closed(mask: Mask, element: Mask) -> Mask:
    """Dilated, then eroded, with room beyond the border, so that nothing closes onto it."""
    import mahotas

    if element.size == 1:
        return mask
    height, width = (side // 2 for side in element.shape)
    framed = np.pad(mask, ((2 * height, 2 * height), (2 * width, 2 * width)))
    grown = mahotas.erode(mahotas.dilate(framed, element), element)
    return np.asarray(grown[2 * height : -2 * height or None, 2 * width : -2 * width or None]) | mask


def pieces(mask: Mask, recipe: Recipe, unit: float, out: Mask | None = None) -> Mask:
    """The pieces that the recipe keeps, in two or three dimensions.

    Parameters
    ----------
    unit
        Area of a pixel or volume of a voxel, in the unit of ``Recipe.smallest``.
    out
        Where to put them; may be the mask itself, which saves the room of another one.
    """
    if not (recipe.largest or recipe.smallest > 0) or not mask.any():
        return mask
    layers = mask if mask.ndim == 3 else mask[None]
    there = runs(layers)
    piece = pieces_of(there)
    sizes = np.bincount(piece, there.stops - there.starts)
    kept = sizes * unit >= recipe.smallest
    if recipe.largest:
        kept &= np.arange(len(sizes)) == int(sizes.argmax())
    found = np.zeros_like(mask) if out is None else out
    painted(there, kept[piece], found if mask.ndim == 3 else found[None])
    return found


def area(mask: Mask, scale: Scale) -> MaskSize:
    """How large the mask of one slice is."""
    pixels = int(np.count_nonzero(mask))
    notes = (scale.note,) if scale.note else ()
    return MaskSize(pixels, pixels * scale.area if scale.unit == "mm" else None, None, 1, notes)


@dataclass(frozen=True, eq=False)
class MaskStack:
    """Masks of the slices of a series, or of one picture, ready to be written.

    Attributes
    ----------
    masks
        bool, shape (slices, rows, columns), in the order of :attr:`frames`.
    frames
        Header and frame index of each slice.
    volume
        Where the slices lie; None for what is none.
    recipe
        How the masks were made.
    """

    masks: Mask
    frames: tuple[tuple[Dataset, int], ...]
    volume: Volume | None
    recipe: Recipe


def volume(stack: MaskStack, scales: Sequence[Scale], why: str) -> MaskSize:
    """How large the mask of a series is; of one slice its area.

    Parameters
    ----------
    scales
        One for each slice.
    why
        Why the slices are no volume, if the stack has none.
    """
    if len(stack.masks) == 1:
        return area(stack.masks[0], scales[0])
    counts = [int(np.count_nonzero(mask)) for mask in stack.masks]
    notes = tuple(dict.fromkeys(scale.note for scale in scales if scale.note))
    if scales[0].unit != "mm":
        return MaskSize(sum(counts), slices=len(counts), notes=notes)
    there = stack.volume
    if there is None or len(there.order) < 2:
        reason = why or "all slices lie at one place"
        return MaskSize(sum(counts), slices=len(counts), notes=(*notes, f"There is no volume: {reason}."))
    held = sum(counts[n] * scales[n].area * there.thickness(place) for place, n in enumerate(there.order))
    pixels = sum(counts[n] for n in there.order)
    return MaskSize(pixels, None, held / 1000, len(there.order), (*notes, *there.notes))
