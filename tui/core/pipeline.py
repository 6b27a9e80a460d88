"""From a decoded frame to a picture: the stages in their order. Read this first.

Grey (PS3.4 N.2, PS3.3 C.11), see :class:`Grey`::

    stored values
      1  padding         is no part of the picture            modality.padding         PS3.3 C.7.5.1.1.2
      2  Modality LUT    units of the modality                modality.transformation  PS3.3 C.11.1
      3  VOI LUT         window, by the user's choice         voi.choose               PS3.3 C.11.2
      4  presentation    polarity, floor(255 * y)             presentation             PS3.3 C.11.4, C.11.6
    grey levels

Colour (PS3.3 C.7.6.3.1.2), see :class:`tui.core.colour.Colour`: palettes and YBR to RGB of 8 bits; no window.

Then for both: overlays (``core/overlays``), flip and rotation. ``geometry.place`` says beforehand which pixels stand
where, so that a frame is cropped and shrunk first, once, and each window after it touches only what is shown.
Shrinking takes the mean of the values, not of the grey levels. Integers are not windowed pixel by pixel: stages 2 to 4
run over all values that can occur, and the pixels look the result up, which is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui import dropins
from tui.core import colour, geometry, modality, overlays, voi
from tui.core.attributes import integer, number, numbers, text
from tui.core.colour import Colour, ColourPart
from tui.core.geometry import Placement
from tui.core.modality import LookupTable, Rescale
from tui.core.presentation import Presentation, presentation
from tui.core.values import Facts, Picture, View, Viewport
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.frames import Frame
    from tui.core.modality import Padding

_TABLE = 1 << 17  # most entries for which values are looked up
_MEANS = 1 << 15  # entries among which a mean is rounded
_SCREEN = 1 << 20  # pixels of a usual screen
_SAMPLE = 1 << 16  # pixels that percentiles are taken from
_FASTEST = 1000.0  # frames a second


def draw(frame: Frame, view: View, viewport: Viewport) -> Picture:
    """A picture for the viewport: cropped, shrunk to at most its size on the screen, flipped and rotated.

    Enlarged pixel by pixel only if the view is not smooth; else the terminal scales it to ``width`` x ``height``.

    Raises
    ------
    tui.errors.NoPictureError
    tui.errors.UsageError
        For a window that is none.
    """
    return Renderer().draw(frame, view, viewport)


def render(frame: Frame, view: View) -> Picture:
    """The whole image in its full resolution, windowed, flipped and rotated as the view is; raises as :func:`draw`."""
    return Renderer().render(frame, view)


def facts(frame: Frame) -> Facts:
    """What the screen and the keys must know of the frame; raises NoPictureError."""
    return Renderer().facts(frame)


class Renderer:
    """Draws frames and keeps what the next picture of the same frame needs; for one thread.

    Holds one frame, and of it the pixels that were shown last.
    """

    def __init__(self) -> None:
        found: dict[str, overlays.Overlay] = dropins.find(overlays, "OVERLAY")
        self._overlays = tuple(found.values())
        self._held: Held | None = None
        self._shown: Shown | None = None

    def draw(self, frame: Frame, view: View, viewport: Viewport) -> Picture:
        """As the function :func:`draw`."""
        held = self._hold(frame)
        picture = self._picture(held, geometry.place(held.shape, held.aspect, view, viewport), view)
        if view.smooth:
            return picture
        rows, columns = picture.pixels.shape[:2]
        pixels = geometry.enlarge(picture.pixels, max(rows, picture.height), max(columns, picture.width))
        return replace(picture, pixels=pixels)

    def render(self, frame: Frame, view: View) -> Picture:
        """As the function :func:`render`."""
        held = self._hold(frame)
        return self._picture(held, geometry.whole(held.shape, held.aspect, view), view)

    def facts(self, frame: Frame) -> Facts:
        """As the function :func:`facts`."""
        held = self._hold(frame)
        rows, columns = held.shape
        return Facts(
            modality=text(frame.dataset, "Modality"),
            frames=max(integer(frame.dataset, "NumberOfFrames", default=1), 1),
            rows=rows,
            columns=columns,
            colour=isinstance(held.content, Colour),
            stored_views=tuple(v.label for v in held.content.offer.views) if isinstance(held.content, Grey) else (),
            rate=_rate(frame),
            pixel_spacing=geometry.spacing(frame.dataset, frame.index),
        )

    def _hold(self, frame: Frame) -> Held:
        if self._held is None or self._held.frame is not frame:
            content = content_of(frame)
            drawn = tuple(overlay.read(frame) for overlay in self._overlays)
            aspect = geometry.pixel_aspect(frame.dataset, frame.index)
            self._held = Held(frame, content, aspect, geometry.letters(frame.dataset, frame.index), drawn)
            self._shown = None
        return self._held

    def _picture(self, held: Held, placement: Placement, view: View) -> Picture:
        if self._shown is None or self._shown.placement != placement:
            self._shown = Shown(placement, held.content.part(placement), held.marks(placement))
        shown = self._shown
        pixels, chosen = shown.part.pixels(view)
        notes = held.frame.notes + held.content.notes
        if isinstance(held.content, Grey) and held.content.offer.note:
            notes += (held.content.offer.note,)
        if view.overlays:
            notes += tuple(note for layers in held.drawn for note in layers.notes)
            if shown.marks is not None:
                pixels = pixels.copy()
                pixels[shown.marks] = 255
        return Picture(
            pixels=placement.turn(pixels),
            width=placement.width,
            height=placement.height,
            window=chosen.curve.shown if chosen else None,
            window_label=chosen.label if chosen else "",
            unit=held.content.unit if isinstance(held.content, Grey) else "",
            scale=placement.scale,
            letters=geometry.turned(held.letters, view),
            notes=notes,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A frame, ready for the stages; ``letters`` before flip and rotation, ``drawn`` by each kind of overlay."""

    frame: Frame
    content: Grey | Colour
    aspect: float
    letters: geometry.Letters
    drawn: tuple[overlays.Layers, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.content.stored.shape[0], self.content.stored.shape[1]

    def marks(self, placement: Placement) -> NDArray[np.bool_] | None:
        """Where overlays draw, in the shape of the shrunk rectangle, however thin they are; None for nowhere."""
        masks = [layer.mask for layers in self.drawn for layer in layers.layers]
        if not masks:
            return None
        rows, columns = placement.shrunk
        marks = np.zeros((rows, columns), np.bool_)
        for mask in masks:
            y, x = np.nonzero(placement.crop(mask))
            marks[y * rows // placement.rows, x * columns // placement.columns] = True
        return marks


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The pixels that were shown last, and where overlays draw on them."""

    placement: Placement
    part: GreyPart | ColourPart
    marks: NDArray[np.bool_] | None


# ---------------------------------------------------------------------------------------------- grey


@dataclass(frozen=True, eq=False)
class Grey:
    """A grey frame and the stages that lead to its picture.

    ``stored`` has shape (rows, columns). ``palette`` has the colours of high stored values (PS3.3 C.7.6.19), if any.
    """

    frame: Frame
    stored: NDArray[Any]
    padding: Padding | None
    transform: Rescale | LookupTable
    presentation: Presentation
    palette: colour.Palette | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def unit(self) -> str:
        """Unit of the windowed values."""
        return modality.unit(self.frame.dataset, self.frame.index)

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
        return voi.offer(self.frame.dataset, self.frame.index, signed=self.capacity[0] < 0, bits=bits)

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
        base: NDArray[Any] = self.transform(crop) if table else crop
        after = Rescale() if table else self.transform
        low, high = modality.bounds(self.transform, 0, 0) if table else self.extent
        if self.padded:
            valid = self.valid(crop)
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
        chosen = voi.choose(view.voi, self.grey.offer, self.grey.levels)
        shown = self.grey.presentation.greys(self.values, chosen.curve, view.invert)
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


# ---------------------------------------------------------------------------------------------- what a frame is


def content_of(frame: Frame) -> Grey | Colour:
    """Tell grey from colour by the shape of the pixels first, and read what the stages need."""
    stored, photometric, dataset = frame.stored, frame.photometric, frame.dataset
    if stored.ndim == 3 and stored.shape[2] < 3:
        stored = stored[..., 0]
    if stored.ndim not in (2, 3) or not stored.size or stored.dtype.kind not in "biuf":
        raise NoPictureError("The pixels do not make up a picture")
    if stored.dtype.kind == "b":
        stored = stored.astype(np.uint8)
    notes: tuple[str, ...] = ()
    if stored.ndim == 3:
        if not photometric.startswith(("RGB", "YBR_")):
            notes = ("Taken as RGB, because each pixel has three samples.",)
        return Colour(frame, stored, modality.bits_stored(dataset, stored), notes=notes)
    if photometric == "PALETTE COLOR":
        if found := colour.palette(dataset):
            return Colour(frame, stored, modality.bits_stored(dataset, stored), found)
        notes = ("The palette cannot be used, so its indices are shown as greys.",)
    elif photometric not in ("MONOCHROME1", "MONOCHROME2"):
        notes = ("Taken as MONOCHROME2, because each pixel has one sample.",)
    transform, note = modality.transformation(dataset, frame.index)
    return Grey(
        frame=frame,
        stored=stored,
        padding=modality.padding(dataset, stored, frame.index),
        transform=transform,
        presentation=presentation(dataset, photometric, frame.index),
        palette=colour.supplemental(dataset, photometric, frame.index) if stored.dtype.kind != "f" else None,
        notes=(*notes, note) if note else notes,
    )


def _rate(frame: Frame) -> float:
    """Stored cine rate in frames a second, or 0 (PS3.3 C.7.6.5)."""
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = number(frame.dataset, keyword, frame.index, default=0.0)
        if 0 < rate <= _FASTEST:
            return rate
    times = numbers(frame.dataset, "FrameTime") or [t for t in numbers(frame.dataset, "FrameTimeVector") if t > 0]
    mean = sum(times) / len(times) if times else 0.0
    return 1000 / mean if mean >= 1000 / _FASTEST else 0.0
