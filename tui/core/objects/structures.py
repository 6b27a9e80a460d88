"""Contours of RT Structure Sets over the images of their frame of reference (PS3.3 A.19, C.8.8.5, C.8.8.6).

A contour belongs to the image that it names, else to that slice, within half the distance of slices, to whose plane it
is nearest. Closed contours of a region in one plane make it together by the even-odd rule, so holes stay open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import items, numbers, own_integer, text, value_errors
from tui.core.objects import Area, Drawing, Drawn, ObjectOverlay, Reading, Source, Stroke
from tui.core.overlaid import COLOURS, RGB, Look, Part, Spot
from tui.core.polygons import filled
from tui.core.printable import printable
from tui.core.target import PARALLEL, Plane, Target
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame

OTHER_PLANES = "Contours lie in planes that are not parallel to this picture, and are not drawn."
_MOST_POINTS = 5_000_000  # of one structure set
_NAME = 64
_LEVEL_MM = 0.1  # contours at most so much farther away than the nearest are of the same slice
_OUTLINE = frozenset(("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"))


@dataclass(frozen=True, eq=False)
class Contour:
    """One contour: ``points`` (n, 3) in mm; the images that it names."""

    kind: str
    points: NDArray[np.float64]
    images: frozenset[str]

    @property
    def closed(self) -> bool:
        """Whether it bounds an area."""
        return self.kind in _OUTLINE

    @cached_property
    def normal(self) -> NDArray[np.float64] | None:
        """Unit normal of its plane; None for what spans none."""
        if len(self.points) < 3:
            return None
        middle = self.points - self.points.mean(axis=0)
        area = np.cross(middle, np.roll(middle, -1, axis=0)).sum(axis=0)
        length = float(np.linalg.norm(area))
        return np.asarray(area / length) if length > 1e-6 else None


class Region:
    """A region of interest and its contours.

    Parameters
    ----------
    frame_of_reference
        Of its coordinates.
    """

    def __init__(self, part: Part, frame_of_reference: str, contours: tuple[Contour, ...]) -> None:
        self.part, self.frame_of_reference, self.contours = part, frame_of_reference, contours
        self._levels: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def away(self, plane: Plane) -> NDArray[np.float64]:
        """How far each contour is from a plane in mm; infinite where it lies across. Kept for planes of one normal."""
        normal = plane.axes[2]
        if self._levels is None or not np.array_equal(self._levels[0], normal):
            self._levels = normal, np.array([_level(contour, normal) for contour in self.contours]).reshape(-1, 2)
        return np.asarray(np.abs(self._levels[1] - float(normal @ plane.origin)).max(axis=1))


def _level(contour: Contour, normal: NDArray[np.float64]) -> tuple[float, float]:
    """The lowest and highest point of a contour along a normal; infinite where it lies across."""
    if contour.normal is not None and abs(abs(float(contour.normal @ normal)) - 1) > PARALLEL:
        return float("inf"), float("inf")
    heights = contour.points @ normal
    return float(heights.min()), float(heights.max())


class Structures:
    """A structure set as it was read."""

    look: Look | None = None

    def __init__(self, source: Source) -> None:
        dataset = source.dataset
        self._regions = _regions(dataset)
        if not self._regions:
            raise NoPictureError("The structure set has no contours")
        self.title = printable(text(dataset, "StructureSetLabel") or text(dataset, "SeriesDescription"), _NAME)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The regions of interest, with their display colours."""
        return tuple(region.part for region in self._regions)

    def refers(self, target: Target) -> bool:
        """By the frame of reference, or by an image that a contour names."""
        uid = target.sop_instance_uid
        return any(
            self._same_space(region, target) or any(uid in contour.images for contour in region.contours)
            for region in self._regions
        )

    def here(self, target: Target) -> frozenset[int]:
        """The regions that have a contour here."""
        return frozenset(region.part.number for region in self._regions if self._on(region, target))

    def drawn(self, target: Target, parts: frozenset[int]) -> Drawn:
        """The areas first, then all lines."""
        areas: list[Drawing] = []
        lines: list[Drawing] = []
        count, turned = 0, False
        for region in self._regions:
            if region.part.number not in parts or target.plane is None:
                continue
            contours = self._on(region, target)
            turned = turned or (self._same_space(region, target) and bool(np.isinf(region.away(target.plane)).all()))
            if not contours:
                continue
            count += 1
            flat = [(contour, target.plane.inside(contour.points)[:, :2] + 0.5) for contour in contours]
            colour = region.part.colour
            closed = [points for contour, points in flat if contour.closed]
            if closed:
                areas.append(Area(filled(closed, *target.shape), colour, edge=False, light=True))
            for contour, points in flat:
                lines += _strokes(contour, points, colour)
        return Drawn((*areas, *lines), count, (OTHER_PLANES,) if turned and not count else ())

    def dressed(self, frame: Frame) -> Frame:
        """As it is."""
        return frame

    def _same_space(self, region: Region, target: Target) -> bool:
        return bool(region.frame_of_reference) and region.frame_of_reference == target.frame_of_reference

    def _on(self, region: Region, target: Target) -> list[Contour]:
        """The contours of a region that belong to this slice."""
        plane = target.plane
        if plane is None:
            return []
        away = region.away(plane)
        uid = target.sop_instance_uid
        near = [
            contour
            for contour, far in zip(region.contours, away, strict=True)
            if far <= target.apart_mm + 1e-3 and uid and uid in contour.images
        ]
        if near or not self._same_space(region, target) or not len(away) or away.min() > target.reach_mm:
            return near
        most = min(float(away.min()) + _LEVEL_MM, target.reach_mm)
        return [contour for contour, far in zip(region.contours, away, strict=True) if far <= most]


def _strokes(contour: Contour, points: NDArray[np.float64], colour: RGB) -> list[Stroke]:
    if contour.kind == "POINT":
        return [Stroke(point[None], colour) for point in points]
    return [Stroke(points, colour, closed=contour.closed)]


# ------------------------------------------------------------------------------------------------- the data set


def _regions(dataset: Dataset) -> tuple[Region, ...]:
    named = {own_integer(item, "ROINumber"): item for item in items(dataset, "StructureSetROISequence")}
    found: list[Region] = []
    left = _MOST_POINTS
    for at, item in enumerate(items(dataset, "ROIContourSequence")):
        roi = own_integer(item, "ReferencedROINumber")
        number = at + 1 if roi is None else roi
        told = named.get(roi)
        name = printable(text(told, "ROIName"), _NAME) if told is not None else ""
        contours = []
        for inside in items(item, "ContourSequence"):
            contour = _contour(inside)
            left -= len(contour.points) if contour else 0
            if left < 0:
                raise NoPictureError(f"The structure set has more than {_MOST_POINTS:,} points")
            if contour:
                contours.append(contour)
        part = Part(number, name or f"region {number}", _colour(item, number), spot=_spot(contours))
        frame = text(told, "ReferencedFrameOfReferenceUID") if told is not None else ""
        found.append(Region(part, frame or text(dataset, "FrameOfReferenceUID"), tuple(contours)))
    return tuple(found)


def _spot(contours: list[Contour]) -> Spot:
    """The contour in the middle, from the lowest to the highest point of each."""
    if not contours:
        return Spot()
    ordered = sorted(contours, key=lambda one: tuple(one.points[0][::-1]))
    middle = ordered[len(ordered) // 2]
    x, y, z = (float(part) for part in middle.points[0])
    return Spot(min(middle.images, default=""), -1, (x, y, z))


def _colour(item: Dataset, number: int) -> RGB:
    found = numbers(item, "ROIDisplayColor")
    if len(found) == 3 and all(0 <= part <= 255 for part in found):
        return int(found[0]), int(found[1]), int(found[2])
    return COLOURS[(number - 1) % len(COLOURS)]


def _contour(item: Dataset) -> Contour | None:
    """A contour; None where its coordinates are no points."""
    flat = _coordinates(item)
    if not len(flat) or len(flat) % 3 or not np.isfinite(flat).all():
        return None
    named = [text(image, "ReferencedSOPInstanceUID") for image in items(item, "ContourImageSequence")]
    kind = text(item, "ContourGeometricType").upper()
    return Contour(kind, flat.reshape(-1, 3), frozenset(uid for uid in named if uid))


def _coordinates(item: Dataset) -> NDArray[np.float64]:
    """Contour Data (3006,0050) from its bytes: as pydicom's numbers, half a million take seconds."""
    empty = np.zeros(0)
    try:
        raw: Any = item.get_item((0x3006, 0x0050))
        data = getattr(raw, "value", None)
        if data is None:
            return empty
        parts = data.split(b"\\") if isinstance(data, bytes) else list(data)
        return np.array([float(part) for part in parts], np.float64)
    except value_errors():
        return empty


class StructureSet:
    """Reads structure sets."""

    word = "RTSTRUCT"
    sop_classes = frozenset(("1.2.840.10008.5.1.4.1.1.481.3",))

    def read(self, source: Source) -> Reading:
        """Read one."""
        return Structures(source)


OVERLAY: ObjectOverlay = StructureSet()
