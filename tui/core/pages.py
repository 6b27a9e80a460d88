"""One frame on its way into a file: its picture as displayed, at the size that is wished for, or its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import geometry, modality
from tui.core.attributes import integer, text
from tui.core.grey import Grey
from tui.core.modality import Rescale
from tui.core.pipeline import Renderer, content_of
from tui.core.values import Facts, Label, Picture, View, Window, Wish

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.laid import Laid

_INT16 = (-(1 << 15), (1 << 15) - 1)
_UINT16 = (0, (1 << 16) - 1)
_INT32 = (-(1 << 31), (1 << 31) - 1)


@dataclass(frozen=True, eq=False)
class Values:
    """Pixel values, and what they mean.

    Attributes
    ----------
    array
        Shape (rows, columns), or (rows, columns, 3) for colour.
    slope, intercept
        ``array * slope + intercept`` is in the modality's units; both None where a table leads to them, or for colour.
    unit
        Of those units: ``HU`` … or empty.
    """

    array: NDArray[Any]
    slope: float | None = None
    intercept: float | None = None
    unit: str = ""


@dataclass(eq=False)
class Page:
    """A frame and how it is wished for, with what is ``laid`` over it; the pages of one thread share a ``renderer``."""

    frame: Frame
    view: View
    wish: Wish
    renderer: Renderer
    laid: Laid | None = None

    @cached_property
    def picture(self) -> Picture:
        """The whole image as displayed, in its own resolution; raises as :func:`tui.core.pipeline.render`."""
        return self.renderer.render(self.frame, self.view, self.laid)

    @cached_property
    def facts(self) -> Facts:
        """Size, cine rate, spacing."""
        return self.renderer.facts(self.frame)

    @cached_property
    def label(self) -> Label:
        """What a name or an annotation may say of it."""
        return label(self.frame.dataset, self.frame.index)

    def pixels(self) -> NDArray[np.uint8]:
        """As displayed, shape (rows, columns) or (rows, columns, 3): of true shape, within the limit, annotated."""
        found = self.picture.pixels if self.wish.keep_pixels else square(self.picture)
        found = limited(found, self.wish.max_size)
        if not self.wish.annotate:
            return found
        from tui.core.annotation import annotated

        return annotated(found, self.picture, self.label, self.view)

    def values(self, kind: str) -> Values:
        """``stored`` or ``modality`` values in the orientation of the file; colour as displayed, or stored RGB."""
        content = content_of(self.frame)
        if not isinstance(content, Grey):
            if self.frame.photometric == "RGB" and self.frame.stored.ndim == 3:
                return Values(self.frame.stored)
            return Values(self.renderer.render(self.frame, View(overlays=False)).pixels)
        rescale = content.transform
        unit = modality.unit(self.frame.dataset, self.frame.index)
        if kind == "modality":
            whole = content.stored.dtype.kind in "iu" and (not isinstance(rescale, Rescale) or _integral(rescale))
            return Values(_narrow(rescale(content.stored), whole), 1.0, 0.0, unit)
        if isinstance(rescale, Rescale):
            return Values(content.stored, rescale.slope, rescale.intercept, unit)
        return Values(content.stored)

    def turned(self, array: NDArray[Any]) -> NDArray[Any]:
        """An array of this frame, flipped and rotated as the view is."""
        return geometry.whole((array.shape[0], array.shape[1]), 1.0, self.view).turn(array)


class Still(Page):
    """A picture that is made of others."""

    def __init__(self, pixels: NDArray[np.uint8], first: Page) -> None:
        super().__init__(first.frame, first.view, first.wish, first.renderer)
        rows, columns = pixels.shape[:2]
        self.picture = Picture(pixels, columns, rows)

    def pixels(self) -> NDArray[np.uint8]:
        """As it is."""
        return self.picture.pixels


class Pages:
    """The frames that go into one file, made one at a time.

    Parameters
    ----------
    dataset
        Header of the first, without pixels.
    make
        Begins with the first frame each time.
    """

    def __init__(self, dataset: Dataset, make: Callable[[], Iterator[Page]]) -> None:
        self.dataset = dataset
        self._make = make

    def __iter__(self) -> Iterator[Page]:
        return self._make()

    def first(self) -> Page:
        """The first, which is the only one of formats that take a file a frame."""
        return next(iter(self))


def label(dataset: Dataset, index: int) -> Label:
    """What a name may say of a frame."""
    return Label(
        modality=text(dataset, "Modality").upper(),
        series=integer(dataset, "SeriesNumber"),
        image=integer(dataset, "InstanceNumber"),
        frame=index,
        frames=max(integer(dataset, "NumberOfFrames", default=1), 1),
        body=text(dataset, "BodyPartExamined").upper(),
    )


def shared_window(windows: list[Window]) -> Window | None:
    """The window that holds all of them; None where there are none, as in colour."""
    if not windows:
        return None
    low = min(window.center - window.width / 2 for window in windows)
    high = max(window.center + window.width / 2 for window in windows)
    return Window((low + high) / 2, high - low)


# ---------------------------------------------------------------------------------------------- shape and size


def square(picture: Picture) -> NDArray[np.uint8]:
    """Pixels at the shape that ``width`` and ``height`` ask for, never with fewer rows or columns than there are."""
    pixels = picture.pixels
    rows, columns = pixels.shape[:2]
    if not picture.width or not picture.height:
        return pixels
    stretch = picture.width * rows / (picture.height * columns)  # width of a pixel for its height
    width, height = (round(columns * stretch), rows) if stretch >= 1 else (columns, round(rows / stretch))
    # at most half a pixel off over the whole picture is the rounding of width and height, not a shape
    if abs(width - columns) <= 1 and abs(height - rows) <= 1:
        return pixels
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))


def limited(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """The picture, shrunk by the mean of areas where a side is longer than that; 0 for no limit."""
    rows, columns = pixels.shape[:2]
    if not longest or max(rows, columns) <= longest:
        return pixels
    scale = longest / max(rows, columns)
    return resized(pixels, max(1, round(rows * scale)), max(1, round(columns * scale)))


def resized(pixels: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """The picture shrunk to at most so many rows and columns."""
    small: NDArray[np.uint8] = np.rint(geometry.shrink(pixels, rows, columns)).astype(np.uint8)
    return small


def fitted(pixels: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """The picture in the middle of a black field of that size, shrunk where it is larger, never enlarged."""
    if pixels.shape[:2] == (rows, columns):
        return pixels
    scale = min(rows / pixels.shape[0], columns / pixels.shape[1], 1.0)
    small = resized(pixels, max(1, int(pixels.shape[0] * scale)), max(1, int(pixels.shape[1] * scale)))
    field = np.zeros((rows, columns, *pixels.shape[2:]), np.uint8)
    top, left = (rows - small.shape[0]) // 2, (columns - small.shape[1]) // 2
    field[top : top + small.shape[0], left : left + small.shape[1]] = small
    return field


# ---------------------------------------------------------------------------------------------- values


def _integral(rescale: Rescale) -> bool:
    return float(rescale.slope).is_integer() and float(rescale.intercept).is_integer()


def _narrow(values: NDArray[Any], whole: bool) -> NDArray[Any]:
    """Whole numbers in the narrowest of int16, uint16 and int32 that holds them, all else in float32."""
    if whole and values.size:
        low, high = float(values.min()), float(values.max())
        for (least, most), kind in ((_INT16, np.int16), (_UINT16, np.uint16), (_INT32, np.int32)):
            if least <= low and high <= most:
                return values.astype(kind)
    return values.astype(np.float32)
