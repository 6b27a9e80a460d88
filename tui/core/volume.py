"""Slices as a volume: where each lies, their order, and the map from voxels to mm (PS3.3 C.7.6.2.1.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from tui.core.attributes import numbers
from tui.errors import GeometryError
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

Vector = tuple[float, float, float]

_SAME_COSINE = 1e-3
_SAME_LENGTH = 1e-3  # of a spacing, relative
_SAME_HEIGHT = 1e-3  # mm
_EVEN = 0.02  # of the usual distance of slices; coordinates are written with few digits
_ASIDE = 0.05  # mm beside the line through the first and the last slice
_TILT = 0.01  # sideways, for each mm along the normal
_TILTED = 0.1  # mm sideways in all, which rounding explains


@frozen
class Place:
    """Where a slice lies.

    Attributes
    ----------
    position
        Center of the first pixel in patient coordinates (LPS), mm.
    along_row, along_column
        Direction cosines in which the column index, and the row index, rise.
    vertical, horizontal
        Pixel spacing in mm.
    thickness
        What the file says of it in mm, or else of the distance to the next slice; 0 for nothing.
    """

    position: Vector
    along_row: Vector
    along_column: Vector
    vertical: float
    horizontal: float
    rows: int
    columns: int
    thickness: float = 0.0


@frozen
class Volume:
    """Slices of one direction, size and spacing, in order of their height.

    Attributes
    ----------
    first
        The lowest slice.
    normal
        Unit vector, row x column, in which the height rises.
    order
        Index of each slice among those that were given, the lowest first; a second slice at a height is left out.
    heights
        In mm along the normal, rising.
    apart
        The usual distance of slices along the normal in mm; of one slice 0.
    step
        From a slice to the next in mm: it leans where the gantry was tilted. Of one slice as long as that is thick.
    tilt
        Degrees between the step and the normal; 0 for upright slices.
    uneven
        A sentence that says why the slices are not regular; empty where they are.
    doubled
        How many slices were left out because another lies in their place.
    """

    first: Place
    normal: Vector
    order: tuple[int, ...]
    heights: tuple[float, ...]
    apart: float
    step: Vector
    tilt: float = 0.0
    uneven: str = ""
    doubled: int = 0

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return len(self.order), self.first.rows, self.first.columns

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what is not as it should be."""
        doubled = f"Slices that lie where another one does are left out: {self.doubled}." if self.doubled else ""
        return tuple(filter(None, (doubled, self.uneven)))

    def thickness(self, slice_: int) -> float:
        """Height that a slice stands for, in mm: half the way to each neighbour, at the ends twice the one half."""
        if len(self.heights) < 2:
            return 0.0
        below = self.heights[slice_] - self.heights[slice_ - 1] if slice_ else None
        above = self.heights[slice_ + 1] - self.heights[slice_] if slice_ + 1 < len(self.heights) else None
        return ((below if below is not None else above or 0.0) + (above if above is not None else below or 0.0)) / 2

    def patient(self, slice_: float, row: float, column: float) -> Vector:
        """Patient coordinates in mm of a point between the centers of voxels, of regular slices."""
        first = self.first
        x, y, z = (
            first.position[n]
            + column * first.horizontal * first.along_row[n]
            + row * first.vertical * first.along_column[n]
            + slice_ * self.step[n]
            for n in range(3)
        )
        return x, y, z

    def affine(self) -> NDArray[np.float64]:
        """The map from (column, row, slice, 1) to patient coordinates in mm, shape (4, 4).

        Raises
        ------
        tui.errors.GeometryError
            The slices are not regular, so there is none.
        """
        import numpy as np

        if self.uneven:
            raise GeometryError(self.uneven.rstrip("."))
        found = np.eye(4)
        found[:3, 0] = np.array(self.first.along_row) * self.first.horizontal
        found[:3, 1] = np.array(self.first.along_column) * self.first.vertical
        found[:3, 2] = self.step
        found[:3, 3] = self.first.position
        return found


def place_of(dataset: Dataset, frame: int, rows: int, columns: int) -> Place | None:
    """Where a frame lies, functional groups honoured; None where the file does not say."""
    thick = numbers(dataset, "SpacingBetweenSlices", frame) or numbers(dataset, "SliceThickness", frame) or [0.0]
    return placed(
        numbers(dataset, "ImagePositionPatient", frame),
        numbers(dataset, "ImageOrientationPatient", frame),
        numbers(dataset, "PixelSpacing", frame),
        (rows, columns),
        abs(thick[0]),
    )


def placed(
    position: Sequence[float],
    cosines: Sequence[float],
    spacing: Sequence[float],
    shape: tuple[int, int],
    thickness: float = 0.0,
) -> Place | None:
    """The place that Image Position, Image Orientation and Pixel Spacing give; None where they cannot be one."""
    if len(position) != 3 or len(cosines) != 6 or len(spacing) != 2 or min(spacing) <= 0:
        return None
    row, column = _unit(cosines[:3]), _unit(cosines[3:])
    if row is None or column is None or abs(_dot(row, column)) > 0.01:
        return None
    x, y, z = position
    return Place((x, y, z), row, column, spacing[0], spacing[1], *shape, thickness)


def volume(places: Sequence[Place | None], *, tilted: bool = False) -> Volume:
    """The slices as a volume, if they are one; regular or not.

    Parameters
    ----------
    tilted
        Take slices that move sideways as they rise, as those of a tilted gantry do: their stack is no box.

    Raises
    ------
    tui.errors.GeometryError
        Why they are none: no place, several directions, sizes or spacings, slices beside each other, a tilt.
    """
    known = [place for place in places if place is not None]
    if len(known) < len(places) or not known:
        raise GeometryError("These images do not say where they lie in the patient")
    _check_alike(known)
    normal = _cross(known[0].along_row, known[0].along_column)
    levels = sorted((_dot(place.position, normal), n) for n, place in enumerate(known))
    order, heights, doubled = _levels(levels)
    stack = [known[n] for n in order]
    gaps = [above - below for below, above in pairwise(heights)]
    apart = median(gaps) if gaps else 0.0
    step = _step(stack, normal)
    _check_line(stack, heights, step, max(_EVEN * apart, _ASIDE, 0.1 * min(stack[0].vertical, stack[0].horizontal)))
    tilt = _tilt(step, normal, len(gaps))
    if tilt and not tilted:
        raise GeometryError(f"The slices are tilted by {tilt:.1f} degrees against the way they are stacked")
    uneven = ""
    if any(abs(gap - apart) > max(_EVEN * apart, _SAME_HEIGHT) for gap in gaps):
        uneven = f"The slices are unevenly spaced: from {min(gaps):.2f} to {max(gaps):.2f} mm."
    return Volume(stack[0], normal, tuple(order), tuple(heights), apart, step, tilt, uneven, doubled)


def _check_alike(places: Sequence[Place]) -> None:
    first = places[0]
    for place in places:
        if (place.rows, place.columns) != (first.rows, first.columns):
            raise GeometryError("These images have different numbers of rows or columns")
        cosines = zip((*place.along_row, *place.along_column), (*first.along_row, *first.along_column), strict=True)
        if any(abs(a - b) > _SAME_COSINE for a, b in cosines):
            raise GeometryError("These images have different orientations")
        sides = ((place.vertical, first.vertical), (place.horizontal, first.horizontal))
        if any(abs(a - b) > _SAME_LENGTH * b for a, b in sides):
            raise GeometryError("These images have different pixel spacings")


def _levels(levels: list[tuple[float, int]]) -> tuple[list[int], list[float], int]:
    """Indices and heights, rising, and how many slices were left out because one of that height was there."""
    order: list[int] = []
    heights: list[float] = []
    doubled = 0
    for height, n in levels:
        if heights and height - heights[-1] < _SAME_HEIGHT:
            doubled += 1
            continue
        order.append(n)
        heights.append(height)
    return order, heights, doubled


def _step(places: Sequence[Place], normal: Vector) -> Vector:
    """The mean way from one slice to the next."""
    if len(places) < 2:
        x, y, z = (part * (places[0].thickness or 1.0) for part in normal)
        return x, y, z
    low, high = places[0].position, places[-1].position
    x, y, z = ((b - a) / (len(places) - 1) for a, b in zip(low, high, strict=True))
    return x, y, z


def _check_line(places: Sequence[Place], heights: Sequence[float], step: Vector, most: float) -> None:
    """Slices lie on one line through the first and the last, at whatever distances."""
    if len(places) < 3:
        return
    steps = (len(places) - 1) / (heights[-1] - heights[0])  # for each mm of height
    for place, height in zip(places, heights, strict=True):
        along = (height - heights[0]) * steps
        aside = (b - a - along * part for a, b, part in zip(places[0].position, place.position, step, strict=True))
        if math.hypot(*aside) > most:
            raise GeometryError("The slices do not lie behind each other in one line")


def _tilt(step: Vector, normal: Vector, gaps: int) -> float:
    """Degrees, or 0 where rounding explains them."""
    up = _dot(step, normal)
    aside = math.hypot(*(part - up * axis for part, axis in zip(step, normal, strict=True)))
    return math.degrees(math.atan2(aside, up)) if aside * gaps > max(_TILT * up * gaps, _TILTED) else 0.0


def _unit(vector: Sequence[float]) -> Vector | None:
    length = math.hypot(*vector)
    if not 0.5 < length < 2:
        return None
    x, y, z = (part / length for part in vector)
    return x, y, z


def _dot(a: Vector, b: Vector) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
