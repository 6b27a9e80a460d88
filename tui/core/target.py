"""The frame that something is drawn over: which one it is, and where its pixels lie in the patient (PS3.3 C.7.6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import number, text
from tui.core.volume import Place, place_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.frames import Frame

PARALLEL = 1e-3  # of one minus the cosine between two normals
_ANY_MM = 1.0  # how thick a slice is taken to be that says nothing of it


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of pixels in the patient, with numpy's arithmetic. Pixel centers are at whole columns and rows."""

    place: Place

    @cached_property
    def axes(self) -> NDArray[np.float64]:
        """Unit vectors along a row, along a column and along the normal, shape (3, 3)."""
        across, down = np.array(self.place.along_row), np.array(self.place.along_column)
        return np.stack([across, down, np.cross(across, down)])

    @cached_property
    def origin(self) -> NDArray[np.float64]:
        """Center of the first pixel in mm."""
        return np.array(self.place.position)

    def inside(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Column, row (center of the first pixel 0, 0) and height over the plane in mm of points in mm, (n, 3)."""
        found = (np.asarray(points, np.float64) - self.origin) @ self.axes.T
        found[:, 0] /= self.place.horizontal
        found[:, 1] /= self.place.vertical
        return np.asarray(found)

    def parallel(self, other: Plane) -> bool:
        """Whether both have the same direction, whichever way their normals point."""
        return bool(abs(abs(float(self.axes[2] @ other.axes[2])) - 1) < PARALLEL)

    def height(self, other: Plane) -> float:
        """How far the other's first pixel is above this plane, in mm."""
        return float(self.axes[2] @ (other.origin - self.origin))

    def same_grid(self, other: Plane) -> bool:
        """Whether each pixel of one stands under that of the same column and row of the other."""
        a, b = self.place, other.place
        if (a.rows, a.columns) != (b.rows, b.columns):
            return False
        corners = np.array([[0, 0], [a.columns - 1, 0], [0, a.rows - 1]])
        return bool(np.abs(self.inside(other.at(corners))[:, :2] - corners).max() < 0.1)

    def at(self, pixels: NDArray[Any]) -> NDArray[np.float64]:
        """Patient coordinates in mm of columns and rows, (n, 2) to (n, 3)."""
        steps = self.axes[:2] * np.array([[self.place.horizontal], [self.place.vertical]])
        return np.asarray(self.origin + np.asarray(pixels, np.float64) @ steps)


@dataclass(frozen=True, eq=False)
class Target:
    """A frame to be drawn over.

    Attributes
    ----------
    frame
        From 0.
    apart_mm
        Distance to the next slice: of the series where it is known, else what the file says.
    """

    sop_instance_uid: str
    frame: int
    frames: int
    rows: int
    columns: int
    frame_of_reference: str
    plane: Plane | None
    apart_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @cached_property
    def pixels(self) -> NDArray[np.float64]:
        """Columns and rows of all pixels, shape (rows * columns, 2)."""
        y, x = np.mgrid[0 : self.rows, 0 : self.columns]
        return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64)

    @property
    def reach_mm(self) -> float:
        """How far from the plane of the frame something may lie to be shown on it."""
        return self.apart_mm / 2 + 1e-3


def target_of(frame: Frame, apart_mm: float = 0.0) -> Target:
    """The frame as something to be drawn over; ``apart_mm`` is what the series says, 0 where it says nothing."""
    dataset, index = frame.dataset, frame.index
    rows, columns = frame.sides
    place = place_of(dataset, index, rows, columns)
    if apart_mm <= 0:
        found = number(dataset, "SpacingBetweenSlices", index) or number(dataset, "SliceThickness", index)
        apart_mm = abs(found) if found else _ANY_MM
    frames = number(dataset, "NumberOfFrames", default=1)
    return Target(
        text(dataset, "SOPInstanceUID"),
        index,
        max(int(frames), 1),
        rows,
        columns,
        text(dataset, "FrameOfReferenceUID"),
        Plane(place) if place else None,
        apart_mm,
    )
