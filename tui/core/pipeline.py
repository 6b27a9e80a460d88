"""From a decoded frame to a picture: the stages in their order. Read this first.

Grey (PS3.4 N.2, PS3.3 C.11), see :class:`tui.core.grey.Grey`::

    stored values
      1  padding         is no part of the picture            modality.padding         PS3.3 C.7.5.1.1.2
      2  Modality LUT    units of the modality                modality.transformation  PS3.3 C.11.1
      3  VOI LUT         window, by the user's choice         voi.choose               PS3.3 C.11.2
      4  presentation    polarity, floor(255 * y)             presentation             PS3.3 C.11.4, C.11.6
    grey levels

Colour (PS3.3 C.7.6.3.1.2), see :class:`tui.core.colour.Colour`: palettes and YBR to RGB of 8 bits, by the file's ICC
profile to sRGB; no window.

Then for both: overlays (``core/overlays``; other objects by ``core/objects`` and ``core/laid.py``), flip and rotation.
``geometry.place`` says beforehand which pixels stand where, so that a frame is cropped and shrunk first, once, and each
window after it touches only what is shown.
Shrinking takes the mean of the values, not of the grey levels. Integers are not windowed pixel by pixel: stages 2 to 4
run over all values that can occur, and the pixels look the result up, which is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tui import dropins
from tui.core import cine, colour, frameorder, geometry, modality, overlays
from tui.core.attributes import integer, own_integer, text
from tui.core.colour import Colour, ColourPart
from tui.core.geometry import Placement, panel_of
from tui.core.grey import Grey, GreyPart
from tui.core.icc import conversion, profiled
from tui.core.modality import mask_note
from tui.core.presentation import presentation
from tui.core.segments import subject
from tui.core.suv import uptake
from tui.core.values import Facts, Picture, View, Viewport
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.laid import Laid
    from tui.core.marks import Over
    from tui.core.voi import StoredView


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


def halvings(dataset: Dataset, index: int, view: View, viewport: Viewport) -> int:
    """How often the sides of a frame can be halved before it is clearly coarser than the viewport shows it."""
    sides = own_integer(dataset, "Rows") or 1, own_integer(dataset, "Columns") or 1
    return geometry.place(sides, geometry.pixel_aspect(dataset, index), view, viewport).halvings


def facts(frame: Frame) -> Facts:
    """What the screen and the keys must know of the frame; raises NoPictureError."""
    return Renderer().facts(frame)


class Renderer:
    """Draws frames and keeps what the next picture of the same frame needs; for one thread.

    Holds one frame, and of it the pixels that were shown last.
    """

    def __init__(self) -> None:
        found: Mapping[str, overlays.Overlay] = dropins.find(overlays, "OVERLAY")
        self._overlays = tuple(found.values())
        self._held: Held | None = None
        self._shown: Shown | None = None
        self._order: tuple[Dataset, tuple[int, ...]] | None = None

    def draw(
        self, frame: Frame, view: View, viewport: Viewport, over: Over | None = None, laid: Laid | None = None
    ) -> Picture:
        """As the function :func:`draw`; with other objects and what was measured over it, or three pictures."""
        held = self._hold(frame, view.icc)
        if over is not None and over.mask is not None and view.panels:
            viewport = panel_of(viewport)
        picture = self._picture(held, geometry.place(held.shape, held.aspect, view, viewport), view, over, laid)
        if view.smooth:
            return picture
        rows, columns = picture.pixels.shape[:2]
        pixels = geometry.enlarge(picture.pixels, max(rows, picture.height), max(columns, picture.width))
        return replace(picture, pixels=pixels)

    def render(self, frame: Frame, view: View, laid: Laid | None = None) -> Picture:
        """As the function :func:`render`; with other objects over it."""
        held = self._hold(frame, view.icc)
        return self._picture(held, geometry.whole(held.shape, held.aspect, view), view, laid=laid)

    def facts(self, frame: Frame) -> Facts:
        """As the function :func:`facts`."""
        held = self._hold(frame, self._held.icc if self._held is not None else True)
        rows, columns = held.shape
        frames = max(integer(frame.dataset, "NumberOfFrames", default=1), 1)
        return Facts(
            modality=text(frame.dataset, "Modality"),
            frames=frames,
            rows=rows,
            columns=columns,
            colour=isinstance(held.content, Colour),
            stored_views=tuple(v.label for v in held.content.offer.views) if isinstance(held.content, Grey) else (),
            rate=cine.rate(frame.dataset, frame.index),
            rhythm=cine.rhythm(frame.dataset, frame.index),
            pixel_spacing=geometry.spacing(frame.dataset, frame.index),
            aspect=held.aspect,
            grain=held.content.grain if isinstance(held.content, Grey) else 1.0,
            profile=isinstance(held.content, Colour) and profiled(frame.dataset, frame.index),
            subject=subject(frame.dataset, frame.index),
            order=self._order_of(frame.dataset, frames),
        )

    def _order_of(self, dataset: Dataset, frames: int) -> tuple[int, ...]:
        """Found once for all frames of an instance that follow each other."""
        if self._order is None or self._order[0] is not dataset:
            self._order = dataset, frameorder.order(dataset, frames)
        return self._order[1]

    def _hold(self, frame: Frame, icc: bool) -> Held:
        if self._held is None or self._held.frame is not frame or self._held.icc != icc:
            content = content_of(frame, icc)
            drawn = tuple(overlay.read(frame) for overlay in self._overlays)
            aspect = geometry.pixel_aspect(frame.dataset, frame.index)
            self._held = Held(frame, content, aspect, geometry.letters(frame.dataset, frame.index), drawn, icc)
            self._shown = None
        return self._held

    def _picture(
        self,
        held: Held,
        placement: Placement,
        view: View,
        over: Over | None = None,
        laid: Laid | None = None,
    ) -> Picture:
        if self._shown is None or (self._shown.placement, self._shown.hidden) != (placement, view.hidden):
            inside = held.inside(placement)
            white = held.marks(placement, inside.shrunk, view.hidden)
            self._shown = Shown(placement, held.content.part(inside), white, view.hidden)
        shown = self._shown
        pixels, chosen = shown.part.pixels(view)
        notes = held.frame.notes + held.content.notes
        if isinstance(held.content, Grey) and held.content.offer.note:
            notes += (held.content.offer.note,)
        if view.overlays:
            notes += tuple(note for layers in held.drawn for note in layers.notes)
            if laid is not None:
                notes += laid.notes
                pixels = laid.shaded(pixels, placement)
            if shown.marks is not None:
                pixels = pixels.copy()
                pixels[shown.marks] = 255
            if laid is not None:
                pixels = laid.drawn(pixels, placement)
        width = placement.width
        if over is not None and over.mask is not None and view.panels:
            from tui.core import panels

            pixels, width = panels.beside(pixels, placement, view, over, _ground(held, view, chosen))
        else:
            if over is not None or view.probe or view.pins or view.boxes:
                from tui.core import marks

                pixels = marks.drawn(pixels, placement, view, over or marks.NOTHING)
            pixels = placement.turn(pixels)
            if laid is not None and view.overlays:
                pixels = laid.said(pixels, placement)
        return Picture(
            pixels=pixels,
            width=width,
            height=placement.height,
            window=held.content.offer.shown(chosen) if chosen and isinstance(held.content, Grey) else None,
            window_label=chosen.label if chosen else "",
            unit=held.content.unit if isinstance(held.content, Grey) else "",
            scale=placement.scale,
            letters=geometry.turned(held.letters, view),
            notes=notes,
            inverse=chosen is not None and chosen.inverse,
            overlays=held.count(view) + (laid.parts if laid is not None and view.overlays else 0),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A frame, ready for the stages; ``letters`` before flip and rotation, ``drawn`` by each kind of overlay.

    ``icc`` tells whether its colours are led to sRGB by the profile of the file (PS3.3 C.11.15).
    """

    frame: Frame
    content: Grey | Colour
    aspect: float
    letters: geometry.Letters
    drawn: tuple[overlays.Layers, ...]
    icc: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole."""
        return self.frame.sides

    def inside(self, placement: Placement) -> Placement:
        """A placement of the whole as one of the stored values, which may have a lower resolution."""
        stored = self.content.stored.shape[0], self.content.stored.shape[1]
        return placement.within(stored, self.shape) if stored != self.shape else placement

    def count(self, view: View) -> int:
        """How many overlays of the file are drawn."""
        if not view.overlays:
            return 0
        return sum(layer.number not in view.hidden for layers in self.drawn for layer in layers.layers)

    def marks(
        self, placement: Placement, shrunk: tuple[int, int], hidden: tuple[int, ...] = ()
    ) -> NDArray[np.bool_] | None:
        """Where overlays draw, in the shape of the shrunk rectangle, however thin they are; None for nowhere."""
        masks = [layer.mask for layers in self.drawn for layer in layers.layers if layer.number not in hidden]
        if not masks:
            return None
        rows, columns = shrunk
        marks = np.zeros((rows, columns), np.bool_)
        for mask in masks:
            y, x = np.nonzero(placement.crop(mask))
            marks[y * rows // placement.rows, x * columns // placement.columns] = True
        return marks


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The pixels that were shown last, and where overlays draw on them, without those that are ``hidden``."""

    placement: Placement
    part: GreyPart | ColourPart
    marks: NDArray[np.bool_] | None
    hidden: tuple[int, ...] = ()


def _ground(held: Held, view: View, chosen: StoredView | None) -> int:
    """The grey level of what stands outside of the mask in the result."""
    content = held.content
    if not isinstance(content, Grey) or chosen is None or view.mask is None:
        return 0
    value = view.mask.background
    if value is None:
        value = modality.bounds(content.transform, *content.extent)[0]
    levels = content.presentation.greys(np.array([value]), chosen.curve, view.invert != chosen.inverse)
    return int(levels[0])


# ---------------------------------------------------------------------------------------------- what a frame is


def content_of(frame: Frame, icc: bool = True) -> Grey | Colour:
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
        return _coloured(frame, stored, None, icc, notes)
    if photometric == "PALETTE COLOR":
        if table := colour.palette(dataset):
            return _coloured(frame, stored, table, icc)
        notes = ("The palette cannot be used, so its indices are shown as greys.",)
    elif photometric not in ("MONOCHROME1", "MONOCHROME2"):
        notes = ("Taken as MONOCHROME2, because each pixel has one sample.",)
    transform, note = modality.transformation(dataset, frame.index)
    suv = uptake(dataset, frame.index)
    found = (*notes, note, suv.reason, mask_note(dataset, frame.index))
    return Grey(
        frame=frame,
        stored=stored,
        padding=modality.padding(dataset, stored, frame.index),
        transform=transform,
        presentation=presentation(dataset, photometric, frame.index),
        palette=colour.supplemental(dataset, photometric, frame.index) if stored.dtype.kind != "f" else None,
        notes=tuple(sentence for sentence in found if sentence),
        uptake=suv,
    )


def _coloured(
    frame: Frame, stored: NDArray[Any], palette: colour.Palette | None, icc: bool, notes: tuple[str, ...] = ()
) -> Colour:
    bits = modality.bits_stored(frame.dataset, stored)
    convert, note = conversion(frame.dataset, frame.index) if icc else (None, "")
    return Colour(frame, stored, bits, palette, convert, (*notes, note) if note else notes)
