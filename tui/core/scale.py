"""What one pixel measures in mm, and how far that may be trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.core.attributes import integer, number, numbers, text, value
from tui.core.geometry import spacing
from tui.frozen import frozen

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Point = tuple[float, float]
"""Column and row of an image, from 0; whole numbers are the centers of pixels."""

_CENTIMETRES = 3  # Physical Units X/Y Direction (PS3.3 C.8.5.5.1.15)
_AT_THE_DETECTOR = "Lengths are at the detector; in the patient they are shorter by an unknown magnification."
_MAGNIFIED = "Lengths are at the detector, divided by the Estimated Radiographic Magnification Factor."
_CALIBRATED = {
    "GEOMETRY": "The spacing is calibrated by the geometry of the projection.",
    "FIDUCIAL": "The spacing is calibrated by an object of known size in the image.",
}
_PROJECTIONS = frozenset({"CR", "DX", "MG", "PX", "IO", "RG", "RF", "XA", "RTIMAGE"})


@frozen
class Scale:
    """Lengths of an image.

    Attributes
    ----------
    vertical, horizontal
        Distance of the centers of neighbouring pixels, from row to row and from column to column, in ``unit``.
    unit
        ``mm``, or ``px`` where no attribute can be trusted; then pixels keep their shape, the shorter side being 1.
    source
        The attribute that says so.
    note
        A sentence on what the lengths are not; empty where nothing is to be said.
    """

    vertical: float = 1.0
    horizontal: float = 1.0
    unit: str = "px"
    source: str = ""
    note: str = ""

    @property
    def area(self) -> float:
        """Area of a pixel in the unit squared."""
        return self.vertical * self.horizontal

    def distance(self, start: Point, end: Point) -> float:
        """Length of a straight line in the unit."""
        return math.hypot((end[0] - start[0]) * self.horizontal, (end[1] - start[1]) * self.vertical)

    def angle(self, start: Point, corner: Point, end: Point) -> float | None:
        """Angle at ``corner`` in degrees, 0 to 180; None where a leg has no length."""
        legs = [((p[0] - corner[0]) * self.horizontal, (p[1] - corner[1]) * self.vertical) for p in (start, end)]
        if any(math.hypot(*leg) == 0 for leg in legs):
            return None
        (a, b), (c, d) = legs
        return math.degrees(math.atan2(abs(a * d - b * c), a * c + b * d))


def scale_of(dataset: Dataset, frame: int = 0, points: tuple[Point, ...] = ()) -> Scale:
    """The scale of an image, or of the part of it in which all points lie.

    Regions of ultrasound have their own (PS3.3 C.8.5.5); else Pixel Spacing, which for projections may be calibrated
    (C.7.6.3.1, 10.7.1.3), else Imager Pixel Spacing, by the magnification where the file knows it (C.8.7.1, C.8.11),
    else Nominal Scanned Pixel Spacing, else pixels in the shape that Pixel Aspect Ratio gives them.
    """
    if _regions(dataset):
        return _in_regions(dataset, points)
    modality = text(dataset, "Modality")
    if found := _pair(dataset, "PixelSpacing", frame):
        return _scale(found, "Pixel Spacing", _of_projection(dataset, found) if modality in _PROJECTIONS else "")
    if found := _pair(dataset, "ImagerPixelSpacing", frame):
        factor = number(dataset, "EstimatedRadiographicMagnificationFactor", frame)
        if factor is not None and 1 <= factor < 10:
            return _scale((found[0] / factor, found[1] / factor), "Imager Pixel Spacing", _MAGNIFIED)
        return _scale(found, "Imager Pixel Spacing", _AT_THE_DETECTOR)
    if found := _pair(dataset, "NominalScannedPixelSpacing", frame):
        return _scale(found, "Nominal Scanned Pixel Spacing", "Lengths are those on the film that was scanned.")
    if (found := spacing(dataset, frame)) and "ImagePlanePixelSpacing" in dataset:
        return _scale(found, "Image Plane Pixel Spacing", "Lengths are those in the plane of the image.")
    return _in_pixels(dataset, frame)


def _scale(found: tuple[float, float], source: str, note: str) -> Scale:
    return Scale(found[0], found[1], "mm", source, note)


def _pair(dataset: Dataset, keyword: str, frame: int) -> tuple[float, float] | None:
    found = numbers(dataset, keyword, frame)
    if len(found) == 2 and all(1e-9 < length < 1e9 for length in found):
        return found[0], found[1]
    return None


def _of_projection(dataset: Dataset, found: tuple[float, float]) -> str:
    """What Pixel Spacing of a projection means (PS3.3 10.7.1.3)."""
    kind = text(dataset, "PixelSpacingCalibrationType").upper()
    if kind in _CALIBRATED:
        return _CALIBRATED[kind]
    imager = _pair(dataset, "ImagerPixelSpacing", 0)
    return _AT_THE_DETECTOR if imager in (None, found) else ""


def _in_pixels(dataset: Dataset, frame: int) -> Scale:
    note = "The file has no spacing, so lengths are in pixels."
    ratio = numbers(dataset, "PixelAspectRatio", frame)
    if len(ratio) == 2 and all(0 < part < 1e9 for part in ratio):
        least = min(ratio)
        return Scale(ratio[0] / least, ratio[1] / least, source="Pixel Aspect Ratio", note=note)
    return Scale(note=note)


# ------------------------------------------------------------------------------------------------- ultrasound


def _regions(dataset: Dataset) -> list[Dataset]:
    from pydicom.sequence import Sequence

    found = value(dataset, "SequenceOfUltrasoundRegions")
    return list(found) if isinstance(found, Sequence) else []


def _in_regions(dataset: Dataset, points: tuple[Point, ...]) -> Scale:
    """The scale of the smallest region that holds all points; without points, of all regions if they agree."""
    regions = _regions(dataset)
    inside = [region for region in regions if all(_holds(region, point) for point in points)]
    if not points:
        scales = {_of_region(region) for region in regions}
        if len(scales) == 1:
            return scales.pop()
        return Scale(note="The regions of the image have different scales, so lengths of the whole are in pixels.")
    if not inside:
        return Scale(note="The points lie in no one region of the image, so lengths are in pixels.")
    return _of_region(min(inside, key=_extent))


def _box(region: Dataset) -> tuple[float, float, float, float]:
    names = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
    left, top, right, bottom = (number(region, name, default=-1.0) for name in names)
    return left, top, right, bottom


def _holds(region: Dataset, point: Point) -> bool:
    left, top, right, bottom = _box(region)
    return left <= point[0] <= right and top <= point[1] <= bottom


def _extent(region: Dataset) -> float:
    left, top, right, bottom = _box(region)
    return (right - left) * (bottom - top)


def _of_region(region: Dataset) -> Scale:
    units = {integer(region, "PhysicalUnitsXDirection"), integer(region, "PhysicalUnitsYDirection")}
    across, down = number(region, "PhysicalDeltaX", default=0.0), number(region, "PhysicalDeltaY", default=0.0)
    if units != {_CENTIMETRES} or 0.0 in (across, down):
        return Scale(note="This region of the image has no lengths on both axes, so lengths are in pixels.")
    return Scale(abs(down) * 10, abs(across) * 10, "mm", "Physical Delta X, Y of the ultrasound region")
