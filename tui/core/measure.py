"""Numbers from the picture: the value under a point, statistics of a region, profiles along a line.

Values are those after the Modality LUT (PS3.3 C.11.1), never clamped or windowed; padding is left out (C.7.5.1.1.2).
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import mask as masks
from tui.core import modality
from tui.core.attributes import integer, number, numbers, text, value
from tui.core.colour import Colour
from tui.core.grey import Grey
from tui.core.pipeline import content_of, render
from tui.core.quantities import Histogram, Line, MaskSize, Probe, Reading, Recipe, Region, RegionKind, Statistics
from tui.core.scale import Point, Scale, scale_of
from tui.core.suv import Uptake, uptake
from tui.core.values import View

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame

BINS = 256
_TABLE = 1 << 20  # most stored values that are counted one by one
_PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)


class Measured:
    """A frame whose values can be asked for. Keeps what was worked out, and the mask of the last recipe."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._mask: tuple[Recipe, NDArray[np.bool_], MaskSize] | None = None

    @property
    def dataset(self) -> Dataset:
        """Header of the instance."""
        return self.frame.dataset

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.stored.shape[0], self.stored.shape[1]

    @cached_property
    def content(self) -> Grey | Colour:
        """The frame as the display pipeline sees it."""
        return content_of(self.frame)

    @property
    def stored(self) -> NDArray[Any]:
        """Stored values, shape (rows, columns), of colour (rows, columns, 3)."""
        return self.content.stored

    @cached_property
    def transform(self) -> modality.Rescale | modality.LookupTable:
        """From stored values to the modality's units."""
        return modality.transformation(self.dataset, self.frame.index)[0]

    @cached_property
    def unit(self) -> str:
        """Unit of :attr:`values`; HU only where the file says so (PS3.3 C.11.1.1.2)."""
        return modality.unit(self.dataset, self.frame.index)

    @cached_property
    def uptake(self) -> Uptake:
        """SUV, for PET."""
        return uptake(self.dataset, self.frame.index)

    @cached_property
    def values(self) -> NDArray[Any]:
        """Values in the modality's units, shape (rows, columns); of colour their luminance (PS3.3 C.7.6.3.1.2)."""
        if isinstance(self.content, Colour):
            return np.asarray(self.rgb @ np.array([0.299, 0.587, 0.114]))
        return np.asarray(self.transform(self.stored))

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """A colour frame as RGB of 8 bits, shape (rows, columns, 3)."""
        return render(self.frame, View(overlays=False)).pixels

    @cached_property
    def valid(self) -> NDArray[np.bool_]:
        """Where :attr:`values` are a part of the picture: no padding and finite, shape (rows, columns)."""
        if isinstance(self.content, Colour):
            return np.ones(self.shape, np.bool_)
        stored = self.stored
        valid = modality.finite(stored)
        padding = modality.padding(self.dataset, stored, self.frame.index)
        return valid if padding is None else valid & ~padding.covers(stored)

    # ------------------------------------------------------------------------------------------ probe

    def probe(self, column: int, row: int) -> Probe:
        """What is at a pixel; column and row from 0, moved to the nearest pixel of the image."""
        rows, columns = self.shape
        column, row = min(max(column, 0), columns - 1), min(max(row, 0), rows - 1)
        where = position(self.dataset, self.frame.index, (column, row))
        if isinstance(self.content, Colour):
            red, green, blue = (int(part) for part in self.rgb[row, column])
            stored = tuple(float(part) for part in np.atleast_1d(self.stored[row, column]))
            return Probe(column, row, stored=stored, rgb=(red, green, blue), position_mm=where)
        at = self.stored[row, column]
        notes = self._notes(column, row)
        readings = [] if "padding" in notes else list(self._readings(float(at), column, row))
        return Probe(column, row, stored=(float(at),), readings=tuple(readings), position_mm=where, notes=notes)

    def _notes(self, column: int, row: int) -> tuple[str, ...]:
        if not self.valid[row, column]:
            return ("padding" if math.isfinite(float(self.stored[row, column])) else "not a number",)
        stored = self.stored
        if stored.dtype.kind == "f":
            return ()
        bits = modality.bits_stored(self.dataset, stored)
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if stored.dtype.kind == "i" else (0, (1 << bits) - 1)
        at = int(stored[row, column])
        return ("at the upper end of what the bits can hold",) if bits > 1 and at == high and high > low else ()

    def _readings(self, stored: float, column: int, row: int) -> list[Reading]:
        found = [Reading(float(self.values[row, column]), self.unit)]
        factor = self.uptake.factor
        if factor is not None and self.uptake.unit != self.unit:
            found.append(Reading(found[0].value * factor, self.uptake.unit))
        return found + real_world(self.dataset, stored, self.frame.index)

    # ------------------------------------------------------------------------------------------ regions

    def inside(self, region: Region, drawn: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        """Pixels of the picture whose centers lie in a region, shape (rows, columns)."""
        if region.kind is RegionKind.WHOLE:
            return self.valid
        if region.kind is RegionKind.MASK:
            return self.valid & drawn if drawn is not None else np.zeros(self.shape, np.bool_)
        return self.valid & covered(region, self.shape, scale_of(self.dataset, self.frame.index))

    def statistics(
        self, region: Region, drawn: NDArray[np.bool_] | None = None, inside: NDArray[np.bool_] | None = None
    ) -> Statistics:
        """Statistics of the values in a region; with a kind of ``mask`` in the pixels that are drawn.

        The standard deviation is that of the sample (n - 1), 0 for one pixel. Percentiles interpolate linearly.
        ``inside`` is what :meth:`inside` gives, where that is known.
        """
        values, counts = self._distribution(self.inside(region, drawn) if inside is None else inside)
        scale = scale_of(self.dataset, self.frame.index, corners(region))
        notes = (scale.note,) if scale.note else ()
        unit, count = self._shown_unit()[1], int(counts.sum())
        if not count:
            return Statistics(unit=unit, area_unit=f"{scale.unit}²", notes=notes)
        mean = float(values @ counts) / count
        spread = float((values - mean) ** 2 @ counts) / (count - 1) if count > 1 else 0.0
        return Statistics(
            count=count,
            area=count * (scale.area if scale.unit == "mm" else 1.0),
            area_unit=f"{scale.unit}²" if scale.unit == "mm" else "px",
            mean=mean,
            deviation=math.sqrt(spread),
            least=float(values[0]),
            greatest=float(values[-1]),
            percentiles=tuple((percent, percentile(values, counts, percent)) for percent in _PERCENTILES),
            unit=unit,
            notes=notes,
        )

    def _distribution(self, inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The values that occur at these pixels, rising, and how often each does."""
        factor, content = self._shown_unit()[0], self.content
        if isinstance(content, Grey) and content.stored.dtype.kind in "iu":
            low, high = (int(end) for end in content.extent)
            if high - low < _TABLE:
                often = np.bincount(np.subtract(content.stored[inside], low, dtype=np.int64))
                occur = np.flatnonzero(often)
                values = np.asarray(self.transform(occur + low), np.float64) * factor
                order = np.argsort(values, kind="stable")
                return values[order], often[occur][order]
        found, counts = np.unique(np.asarray(self.values[inside], np.float64) * factor, return_counts=True)
        return found, counts

    def mask(self, recipe: Recipe) -> tuple[NDArray[np.bool_], MaskSize]:
        """The mask of this frame alone, and its area; the last one is kept.

        Raises
        ------
        tui.errors.UsageError
            For a recipe that cannot be followed.
        """
        if self._mask is None or self._mask[0] != recipe:
            scale = scale_of(self.dataset, self.frame.index)
            found = masks.slice_mask(self.values, self.valid, recipe, scale)
            self._mask = recipe, found, masks.area(found, scale)
        return self._mask[1], self._mask[2]

    def _shown_unit(self) -> tuple[float, str]:
        if isinstance(self.content, Colour):
            return 1.0, "luminance"
        if self.uptake.factor is not None:
            return self.uptake.factor, self.uptake.unit
        return 1.0, self.unit

    def histogram(
        self,
        region: Region,
        drawn: NDArray[np.bool_] | None = None,
        bins: int = BINS,
        inside: NDArray[np.bool_] | None = None,
    ) -> Histogram:
        """How often values occur in a region; whole values are not torn apart where there are fewer than bins."""
        factor, unit = self._shown_unit()
        values, often = self._distribution(self.inside(region, drawn) if inside is None else inside)
        if not len(values):
            return Histogram(unit=unit)
        low, high = float(values[0]), float(values[-1])
        whole = factor == 1.0 and self.stored.dtype.kind in "iu" and bool(np.all(values == np.rint(values)))
        if whole:
            step = max(1, math.ceil((high - low + 1) / bins))
            bins = math.ceil((high - low + 1) / step)
            low, high = low - 0.5, low - 0.5 + bins * step
        elif high == low:
            low, high = low - 0.5, high + 0.5
        counts, _ = np.histogram(values, bins, (low, high), weights=often)
        return Histogram(low, high, tuple(map(int, counts)), unit)

    def profile(self, start: Point, end: Point) -> Line:
        """Values along a line, bilinear between pixels, one for each pixel of its length; and its length."""
        scale = scale_of(self.dataset, self.frame.index, (start, end))
        factor, unit = self._shown_unit()
        steps = max(1, round(math.hypot(end[0] - start[0], end[1] - start[1])))
        along = np.linspace(0.0, 1.0, steps + 1)
        x, y = start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1])
        samples = _between(self.values, x, y) * factor
        shown = tuple(float(v) if math.isfinite(v) else None for v in samples)
        return Line(scale.distance(start, end), scale.unit, shown, unit, (scale.note,) if scale.note else ())


def percentile(values: NDArray[np.float64], counts: NDArray[np.int64], percent: float) -> float:
    """The value below which so much of a distribution lies, linear between neighbours.

    Parameters
    ----------
    values, counts
        Rising, and how often each occurs; not empty.
    """
    upto = np.cumsum(counts)
    at = percent / 100 * (int(upto[-1]) - 1)
    below, above = (float(values[np.searchsorted(upto, rank, "right")]) for rank in (math.floor(at), math.ceil(at)))
    return below + (above - below) * (at - math.floor(at))


def _between(values: NDArray[Any], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bilinear samples; NaN outside of the image."""
    rows, columns = values.shape
    inside = (x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)
    left, top = np.clip(np.floor(x), 0, max(columns - 2, 0)), np.clip(np.floor(y), 0, max(rows - 2, 0))
    i, j = left.astype(np.intp), top.astype(np.intp)
    right, below = np.minimum(i + 1, columns - 1), np.minimum(j + 1, rows - 1)
    u, v = x - left, y - top
    at = values.astype(np.float64, copy=False)
    found = (at[j, i] * (1 - u) + at[j, right] * u) * (1 - v) + (at[below, i] * (1 - u) + at[below, right] * u) * v
    return np.where(inside, found, np.nan)


def covered(region: Region, shape: tuple[int, int], scale: Scale) -> NDArray[np.bool_]:
    """Pixels whose centers lie in a circle (in the patient, not in the picture) or a rectangle, borders included."""
    rows, columns = shape
    x, y = np.arange(columns)[None, :], np.arange(rows)[:, None]
    if region.kind is RegionKind.CIRCLE:
        radius = region.radius * scale.horizontal
        return np.asarray(
            ((x - region.x) * scale.horizontal) ** 2 + ((y - region.y) * scale.vertical) ** 2 <= radius**2 + 1e-9
        )
    left, right = sorted((region.x, region.x2))
    top, bottom = sorted((region.y, region.y2))
    return np.asarray((x >= left) & (x <= right) & (y >= top) & (y <= bottom))


def corners(region: Region) -> tuple[Point, ...]:
    """Points of a region by which its scale is chosen."""
    if region.kind is RegionKind.CIRCLE:
        return ((region.x, region.y),)
    return ((region.x, region.y), (region.x2, region.y2)) if region.kind is RegionKind.RECTANGLE else ()


# ------------------------------------------------------------------------------------------------- places and units


def position(dataset: Dataset, frame: int, point: Point) -> tuple[float, float, float] | None:
    """Patient coordinates of a pixel's center in mm (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1), or None."""
    origin = numbers(dataset, "ImagePositionPatient", frame)
    cosines = numbers(dataset, "ImageOrientationPatient", frame)
    apart = numbers(dataset, "PixelSpacing", frame)
    if len(origin) != 3 or len(cosines) != 6 or len(apart) != 2:
        return None
    x, y, z = (origin[n] + cosines[n] * apart[1] * point[0] + cosines[n + 3] * apart[0] * point[1] for n in range(3))
    return x, y, z


def real_world(dataset: Dataset, stored: float, frame: int = 0) -> list[Reading]:
    """Real world values of a stored value, with their UCUM units, by each map that has it (PS3.3 C.7.6.16.2.11)."""
    from pydicom.sequence import Sequence

    items = value(dataset, "RealWorldValueMappingSequence", frame)
    found = []
    for item in items if isinstance(items, Sequence) else ():
        mapped = _mapped(item, stored)
        if mapped is not None:
            units = value(item, "MeasurementUnitsCodeSequence")
            unit = text(units[0], "CodeValue") if isinstance(units, Sequence) and units else ""
            found.append(Reading(mapped, unit[:16], text(item, "LUTLabel")[:16] or text(item, "LUTExplanation")[:32]))
    return found


def _mapped(item: Dataset, stored: float) -> float | None:
    first, last = (
        number(item, f"DoubleFloatRealWorldValue{end}ValueMapped", default=math.nan) for end in ("First", "Last")
    )
    if math.isnan(first) or math.isnan(last):
        low, high = (integer(item, f"RealWorldValue{end}ValueMapped") for end in ("First", "Last"))
        if low is None or high is None:
            return None
        if stored < 0 and high >= 0x8000:  # written as unsigned though the pixels are signed
            low, high = (v - 0x10000 if v >= 0x8000 else v for v in (low, high))
        first, last = low, high
    if not first <= stored <= last:
        return None
    slope, intercept = number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept")
    if slope is not None:
        return slope * stored + (intercept or 0.0)
    table = numbers(item, "RealWorldValueLUTData")
    at = round(stored - first)
    return table[at] if at < len(table) else None
