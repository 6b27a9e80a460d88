"""A stack of slices as a volume: their order, and the affine map from voxels to millimetres (PS3.3 C.7.6.2.1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tui.core import geometry
from tui.core.attributes import numbers
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

_COSINE = 1e-3  # largest difference of a direction cosine within one volume
_UNEVEN = 0.02  # of the slice distance
_HINT = "Export the slices one by one, or as npz, which keeps each position."


@dataclass(frozen=True)
class Slice:
    """Where a frame lies in the patient, in mm: LPS, as DICOM has it.

    ``row`` is the direction in which the column index rises, ``column`` that of the row index; ``spacing`` is
    (vertical, horizontal).
    """

    position: tuple[float, float, float]
    row: tuple[float, float, float]
    column: tuple[float, float, float]
    spacing: tuple[float, float]
    thickness: float = 0.0


def slice_of(dataset: Dataset, frame: int) -> Slice | None:
    """Where a frame lies, functional groups honoured; None where the file does not say."""
    position = numbers(dataset, "ImagePositionPatient", frame)
    cosines = numbers(dataset, "ImageOrientationPatient", frame)
    spacing = geometry.spacing(dataset, frame)
    if len(position) != 3 or len(cosines) != 6 or spacing is None:
        return None
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if min(lengths) < 0.5 or max(lengths) > 2 or abs(row @ column) > 0.01:
        return None
    thickness = numbers(dataset, "SpacingBetweenSlices", frame) or numbers(dataset, "SliceThickness", frame)
    x, y, z = position
    return Slice(
        (x, y, z),
        _triple(row / lengths[0]),
        _triple(column / lengths[1]),
        spacing,
        abs(thickness[0]) if thickness else 0.0,
    )


def _triple(vector: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(part) for part in vector)
    return x, y, z


def arranged(slices: Sequence[Slice | None]) -> tuple[list[int], NDArray[np.float64]]:
    """The order of the slices along their normal, and the affine map of voxels (column, row, slice, 1) to LPS in mm.

    Returns
    -------
    tuple
        Indices into ``slices``, and shape (4, 4).

    Raises
    ------
    tui.errors.NoPictureError
        The slices are no regular volume; says how.
    """
    known = [one for one in slices if one is not None]
    if not known or len(known) != len(slices):
        raise NoPictureError("The images do not say where they lie in the patient, so they are no volume", _HINT)
    first = known[0]
    for one in known[1:]:
        far = max(abs(a - b) for a, b in zip(first.row + first.column, one.row + one.column, strict=True))
        if far > _COSINE:
            raise NoPictureError("The images lie in different directions, so they are no volume", _HINT)
        if not np.allclose(first.spacing, one.spacing, rtol=1e-3):
            raise NoPictureError("The images have different pixel spacings, so they are no volume", _HINT)
    across, down = np.array(first.row), np.array(first.column)
    normal = np.cross(across, down)
    heights = [float(np.dot(one.position, normal)) for one in known]
    order = sorted(range(len(known)), key=lambda i: heights[i])
    step = _step(known, order, heights, normal)
    affine = np.eye(4)
    affine[:3, 0] = across * first.spacing[1]
    affine[:3, 1] = down * first.spacing[0]
    affine[:3, 2] = step
    affine[:3, 3] = known[order[0]].position
    return order, affine


def _step(
    slices: Sequence[Slice], order: list[int], heights: list[float], normal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """From one slice to the next, also where the stack leans (a tilted gantry)."""
    if len(order) == 1:
        return normal * (slices[0].thickness or 1.0)
    gaps = np.diff([heights[i] for i in order])
    mean = float(gaps.mean())
    if mean < 1e-4 or gaps.min() < 1e-4:
        raise NoPictureError("Several images lie at the same place, so they are no volume", _HINT)
    if np.abs(gaps - mean).max() > max(_UNEVEN * mean, 1e-3):
        raise NoPictureError(
            f"The distance of the slices varies from {gaps.min():.3g} to {gaps.max():.3g} mm, so they are no volume",
            _HINT,
        )
    positions = np.array([slices[i].position for i in order])
    step: NDArray[np.float64] = (positions[-1] - positions[0]) / (len(order) - 1)
    ideal = positions[0] + np.arange(len(order))[:, None] * step
    if np.abs(positions - ideal).max() > max(_UNEVEN * mean, 1e-3) + 0.05:
        raise NoPictureError("The slices do not lie behind each other in one line, so they are no volume", _HINT)
    return step
