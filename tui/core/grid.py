"""Where the slices of a series lie, and whether they make up a volume (PS3.3 C.7.6.2.1.1)."""

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
    from pydicom.dataset import Dataset

Vector = tuple[float, float, float]

_SAME_COSINE = 1e-3
_SAME_LENGTH = 1e-3  # of a spacing, relative
_EVEN = 0.02  # of the usual distance of slices; coordinates are written with few digits
_TILT = 0.01  # sideways, for each mm along the normal


@frozen
class Place:
    """Where a slice lies.

    Attributes
    ----------
    position
        Center of the first pixel in patient coordinates, mm.
    along_row, along_column
        Direction cosines in which the column index, and the row index, rise.
    vertical, horizontal
        Pixel spacing in mm.
    """

    position: Vector
    along_row: Vector
    along_column: Vector
    vertical: float
    horizontal: float
    rows: int
    columns: int


@frozen
class Grid:
    """Slices of one direction, in order of their height.

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
        The usual distance of slices in mm; of one slice 0.
    notes
        Sentences on what is uneven.
    """

    first: Place
    normal: Vector
    order: tuple[int, ...]
    heights: tuple[float, ...]
    apart: float
    even: bool
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return len(self.order), self.first.rows, self.first.columns

    def thickness(self, slice_: int) -> float:
        """Height that a slice stands for, in mm: half the way to each neighbour, at the ends twice the one half."""
        if len(self.heights) < 2:
            return 0.0
        below = self.heights[slice_] - self.heights[slice_ - 1] if slice_ else None
        above = self.heights[slice_ + 1] - self.heights[slice_] if slice_ + 1 < len(self.heights) else None
        return ((below if below is not None else above or 0.0) + (above if above is not None else below or 0.0)) / 2

    def patient(self, slice_: float, row: float, column: float) -> Vector:
        """Patient coordinates in mm of a point between the centers of voxels, of even slices."""
        first, height = self.first, slice_ * self.apart
        x, y, z = (
            first.position[n]
            + column * first.horizontal * first.along_row[n]
            + row * first.vertical * first.along_column[n]
            + height * self.normal[n]
            for n in range(3)
        )
        return x, y, z


def place_of(dataset: Dataset, frame: int, rows: int, columns: int) -> Place | None:
    """Where a frame lies, functional groups honoured; None where the file does not say."""
    position = numbers(dataset, "ImagePositionPatient", frame)
    cosines = numbers(dataset, "ImageOrientationPatient", frame)
    spacing = numbers(dataset, "PixelSpacing", frame)
    if len(position) != 3 or len(cosines) != 6 or len(spacing) != 2 or min(spacing) <= 0:
        return None
    row, column = _unit(cosines[:3]), _unit(cosines[3:])
    if row is None or column is None or abs(_dot(row, column)) > 0.01:
        return None
    x, y, z = position
    return Place((x, y, z), row, column, spacing[0], spacing[1], rows, columns)


def grid(places: Sequence[Place | None]) -> Grid:
    """The slices as a volume, if they are one; even or not.

    Raises
    ------
    tui.errors.GeometryError
        Why they are none: no place, several directions, sizes or spacings, a tilted gantry.
    """
    known = [place for place in places if place is not None]
    if len(known) < len(places) or not known:
        raise GeometryError("These images do not say where they lie in the patient")
    first = known[0]
    _check_alike(known)
    normal = _cross(first.along_row, first.along_column)
    levels = sorted((_dot(place.position, normal), n) for n, place in enumerate(known))
    order, heights, doubled = _levels(levels)
    lowest = known[order[0]]
    _check_tilt([known[n] for n in order], normal)
    gaps = [above - below for below, above in pairwise(heights)]
    apart = median(gaps) if gaps else 0.0
    uneven = [gap for gap in gaps if abs(gap - apart) > _EVEN * apart]
    notes = []
    if doubled:
        notes.append(f"Slices that lie where another one does are left out: {doubled}.")
    if uneven:
        notes.append(f"The slices are unevenly spaced: from {min(gaps):.2f} to {max(gaps):.2f} mm.")
    return Grid(lowest, normal, tuple(order), tuple(heights), apart, not uneven, tuple(notes))


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
        if heights and height - heights[-1] < 1e-3:
            doubled += 1
            continue
        order.append(n)
        heights.append(height)
    return order, heights, doubled


def _check_tilt(places: Sequence[Place], normal: Vector) -> None:
    """Slices of a tilted gantry move sideways as they rise: their stack is no box."""
    if len(places) < 2:
        return
    low, high = places[0].position, places[-1].position
    way = tuple(b - a for a, b in zip(low, high, strict=True))
    up = _dot((way[0], way[1], way[2]), normal)
    aside = math.sqrt(max(math.fsum(part * part for part in way) - up * up, 0.0))
    if aside > max(_TILT * abs(up), 0.1):
        angle = math.degrees(math.atan2(aside, abs(up)))
        raise GeometryError(f"The slices are tilted by {angle:.1f} degrees against the way they are stacked")


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
