"""A grey frame through its stages (PS3.4 N.2, PS3.3 C.11): padding, Modality LUT, VOI LUT, presentation.

Integers are not windowed pixel by pixel: the stages run over all values that can occur, and the pixels look the result
up, which is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import colour, geometry, modality, voi
from tui.core.attributes import number, text
from tui.core.modality import LookupTable, Rescale
from tui.core.suv import Uptake

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.frames import Frame
    from tui.core.geometry import Placement
    from tui.core.modality import Padding
    from tui.core.presentation import Presentation
    from tui.core.values import View

_TABLE = 1 << 17  # most entries for which values are looked up
_MEANS = 1 << 15  # entries among which a mean is rounded
_SCREEN = 1 << 20  # pixels of a usual screen
_SAMPLE = 1 << 16  # pixels that percentiles are taken from


@dataclass(frozen=True, eq=False)
class Grey:
    """A grey frame and the stages that lead to its picture.

    ``stored`` has shape (rows, columns). ``palette`` has the colours of high stored values (PS3.3 C.7.6.19), if any.
    Where there is an ``uptake``, windows are shown and taken in SUV.
    """

    frame: Frame
    stored: NDArray[Any]
    padding: Padding | None
    transform: Rescale | LookupTable
    presentation: Presentation
    palette: colour.Palette | None = None
    notes: tuple[str, ...] = ()
    uptake: Uptake = Uptake()

    @cached_property
    def unit(self) -> str:
        """Unit of the windows as the user sees them."""
        if self.uptake.factor is not None:
            return self.uptake.unit
        return modality.unit(self.frame.dataset, self.frame.index)

    @property
    def grain(self) -> float:
        """The least step between two values, in the unit of the windows as the user sees them; 0 for floats."""
        if self.stored.dtype.kind == "f":
            return 0.0
        step = 1.0 if isinstance(self.transform, LookupTable) else abs(self.transform.slope)
        return step * (1.0 if self.uptake.factor is None else self.uptake.factor)

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Least and greatest stored value, padding included; of floats the finite ones."""
        found = self.stored if self.stored.dtype.kind != "f" else self.stored[modality.finite(self.stored)]
        return (float(found.min()), float(found.max())) if found.size else (0.0, 0.0)

    @cached_property
    def capacity(self) -> tuple[float, float]:
        """Least and greatest value in the modality's units that Bits Stored can hold; for a segmentation, full."""
        low, high = self.extent
        kind = text(self.frame.dataset, "SegmentationType")
        most = 2.0 ** modality.bits_stored(self.frame.dataset, self.stored)
        if kind == "FRACTIONAL":
            low, high = 0.0, max(number(self.frame.dataset, "MaximumFractionalValue", default=255.0), 1.0)
        elif self.stored.dtype.kind == "i":
            low, high = min(low, -most / 2), max(high, most / 2 - 1)
        elif self.stored.dtype.kind == "u" and kind != "LABELMAP":
            low, high = 0.0, max(high, most - 1)
        return modality.bounds(self.transform, low, high)

    @cached_property
    def offer(self) -> voi.Offer:
        """The windows and VOI LUTs of the file."""
        bits = modality.bits_stored(self.frame.dataset, self.stored)
        signed = self.capacity[0] < 0
        return voi.offer(self.frame.dataset, self.frame.index, signed, bits, self.uptake.factor)

    @cached_property
    def levels(self) -> voi.Levels:
        """What windows must know that depend on the picture."""
        step = max(1, int((self.stored.size / _SAMPLE) ** 0.5))
        sample = self.stored[::step, ::step]
        low, high = self.extent
        if self.padded:
            inside = self.stored[self.valid(self.stored)]
            low, high = (float(inside.min()), float(inside.max())) if inside.size else (0.0, 0.0)
        low, high = modality.bounds(self.transform, low, high)
        return voi.Levels(self.transform(sample[self.valid(sample)]).astype(np.float64), low, high, *self.capacity)

    @property
    def padded(self) -> bool:
        """Whether some pixels may be no part of the picture."""
        low, high = self.extent
        covers = self.padding is not None and self.padding.low <= high and self.padding.high >= low
        return covers or self.stored.dtype.kind == "f"

    def valid(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
        """True where a stored value is part of the picture, same shape."""
        valid = modality.finite(stored)
        return valid & ~self.padding.covers(stored) if self.padding is not None else valid

    def part(self, placement: Placement) -> GreyPart:
        """A rectangle, shrunk to its size on the screen: which values occur, and where."""
        crop = placement.crop(self.stored)
        if self.palette is None and placement.shrunk != crop.shape:
            return self._means(crop, placement)
        low, high = self.extent
        if crop.dtype.kind == "f" or high - low >= _TABLE:
            stored, indices = crop, None
        else:
            stored = np.arange(int(low), int(high) + 1)
            wide = np.subtract(crop, int(low), dtype=np.int32 if crop.dtype.itemsize <= 2 else np.int64)
            indices = wide.astype(_index(wide.size))
        valid = self.valid(stored)
        values = self.transform(np.where(valid, stored, 0)).astype(np.float64)
        return GreyPart(self, placement, values, ~valid, indices, None if self.palette is None else stored)

    def _means(self, crop: NDArray[Any], placement: Placement) -> GreyPart:
        # A line commutes with the mean and may follow it; a table does not.
        table = isinstance(self.transform, LookupTable)
        valid = self.valid(crop) if self.padded else None
        inside = crop if valid is None else np.where(valid, crop, crop.dtype.type(0))
        base: NDArray[Any] = self.transform(inside) if table else inside
        after = Rescale() if table else self.transform
        low, high = modality.bounds(self.transform, 0, 0) if table else self.extent
        if valid is not None:
            share = geometry.shrink(valid, *placement.shrunk)
            blank = share < 0.5
            mean = geometry.shrink(np.where(valid, base, 0), *placement.shrunk)
            mean /= np.where(blank, 1, share)
        else:
            mean, blank = geometry.shrink(base, *placement.shrunk), np.zeros(placement.shrunk, np.bool_)
        if crop.dtype.kind == "f" or high - low >= _TABLE:
            return GreyPart(self, placement, after(mean).astype(np.float64), blank)
        steps = max(1, int(min(64, _MEANS / (high - low + 1))))
        count = int(high - low) * steps + 1
        indices = np.clip(np.rint((mean - low) * steps), 0, count - 1).astype(_index(mean.size))
        indices[blank] = count
        values = after(low + np.arange(count + 1) / steps).astype(np.float64)
        return GreyPart(self, placement, values, np.arange(count + 1) == count, indices)


@dataclass(frozen=True, slots=True, eq=False)
class GreyPart:
    """What is shown of a grey frame, before its window.

    Attributes
    ----------
    values
        In the modality's units, float64, finite: shape (n,) if there are ``indices``, else (rows, columns).
    blank
        True for what is no part of the picture, shape of ``values``.
    indices
        Which value stands at each pixel, shape (rows, columns), or None.
    stored
        Stored values, shape of ``values``, if some of them are colours.
    """

    grey: Grey
    placement: Placement
    values: NDArray[np.float64]
    blank: NDArray[np.bool_]
    indices: NDArray[Any] | None = None
    stored: NDArray[Any] | None = None

    def pixels(self, view: View) -> tuple[NDArray[np.uint8], voi.StoredView]:
        """The pixels in the window of the view, and that window."""
        chosen = voi.choose(view.voi, self.grey.offer, lambda: self.grey.levels)
        shown = self.grey.presentation.greys(self.values, chosen.curve, view.invert != chosen.inverse)
        shown[self.blank] = 0
        palette = self.grey.palette
        if palette is not None and self.stored is not None:
            coloured = (self.stored >= palette.first)[..., None]
            shown = np.where(coloured, palette(self.stored), shown[..., None])
        if self.indices is not None:
            shown = np.take(shown, self.indices, axis=0, mode="clip")
        return (shown if palette is None else colour.fitted(shown, self.placement)), chosen


def _index(pixels: int) -> type[np.signedinteger[Any]]:
    # The wide type is looked up fastest; a whole radiograph in it would take too much memory.
    return np.intp if pixels <= _SCREEN else np.int32
