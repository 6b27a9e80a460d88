"""Shape, place and direction: pixel aspect, orientation letters, which part of the image stands where on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import numbers, text
from tui.core.quantities import panel_width
from tui.core.values import View, Viewport

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

# In this order the standard lets one stand in for the next (PS3.3 C.7.6.3.1.7, 10.7.1.3); all are vertical\horizontal.
_SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "ImagePlanePixelSpacing")
_STRETCH = 100.0  # a pixel longer than this many times its width is a fault of the file
_ZOOM = 1000.0
_SMALL = 1e-3  # of a direction cosine
_COARSE = 1.5  # pixels of the screen for one of the image, up to which a picture passes for a moment

Letters = tuple[str, str, str, str]


def spacing(dataset: Dataset, frame: int = 0) -> tuple[float, float] | None:
    """Distance of pixel centers in mm, (vertical, horizontal), or None.

    The first of Pixel Spacing, Imager, Nominal Scanned and Image Plane Pixel Spacing that is usable; for projections it
    is that of the detector, not of the patient.
    """
    for keyword in _SPACINGS:
        found = numbers(dataset, keyword, frame)
        if len(found) == 2 and _usable(found[0], found[1]):
            return found[0], found[1]
    return None


def pixel_aspect(dataset: Dataset, frame: int = 0) -> float:
    """Height of a pixel over its width: from the spacing, else Pixel Aspect Ratio, else 1."""
    if found := spacing(dataset, frame):
        return found[0] / found[1]
    ratio = numbers(dataset, "PixelAspectRatio", frame)
    return ratio[0] / ratio[1] if len(ratio) == 2 and _usable(ratio[0], ratio[1]) else 1.0


def _usable(vertical: float, horizontal: float) -> bool:
    if not (1e-9 < vertical < 1e9 and 1e-9 < horizontal < 1e9):
        return False
    return 1 / _STRETCH <= vertical / horizontal <= _STRETCH


# ------------------------------------------------------------------------------------------------- letters


def letters(dataset: Dataset, frame: int = 0, view: View | None = None) -> Letters:
    """Orientation letters at the left, right, top and bottom edge, each possibly empty (PS3.3 C.7.6.1.1.1).

    From Image Orientation (Patient), the greatest direction cosine first, else from Patient Orientation; turned as the
    view is. None for animals from the cosines, because their axes are named by the part of the body.
    """
    right, bottom = _directions(dataset, frame)
    edges = (_opposite(right), right, _opposite(bottom), bottom)
    return turned(edges, view) if view else edges


def turned(edges: Letters, view: View) -> Letters:
    """Letters of the edges (left, right, top, bottom) after flip and rotation."""
    left, right, top, bottom = edges
    if view.flip:
        left, right = right, left
    for _ in range(view.rotation % 4):
        left, right, top, bottom = bottom, top, left, right
    return left, right, top, bottom


def _directions(dataset: Dataset, frame: int) -> tuple[str, str]:
    animal = text(dataset, "AnatomicalOrientationType", frame) == "QUADRUPED"
    cosines = numbers(dataset, "ImageOrientationPatient", frame)
    if len(cosines) == 6 and not animal:
        right, bottom = _axis(cosines[:3]), _axis(cosines[3:])
        if right and bottom:
            return right, bottom
    named = text(dataset, "PatientOrientation", frame).upper().split("\\")
    if len(named) != 2 or animal:
        return "", ""
    right, bottom = (part.strip() for part in named)
    return (right if _is_axis(right) else ""), (bottom if _is_axis(bottom) else "")


def _axis(cosines: list[float]) -> str:
    """Up to three letters, the greatest cosine first; +x is left, +y posterior, +z head."""
    length = math.hypot(*cosines)
    if not 0.5 < length < 2:
        return ""
    named = sorted(zip(cosines, ("LR", "PA", "HF"), strict=True), key=lambda pair: -abs(pair[0]))
    return "".join(pair[cosine < 0] for cosine, pair in named if abs(cosine) > _SMALL * length)


def _is_axis(named: str) -> bool:
    return 0 < len(named) <= 3 and all(letter in "LRAPHF" for letter in named)


def _opposite(named: str) -> str:
    return named.translate(str.maketrans("LRAPHF", "RLPAFH"))


# ------------------------------------------------------------------------------------------------- placement


@dataclass(frozen=True, slots=True)
class Placement:
    """Which pixels of the image are shown, and at which size.

    Attributes
    ----------
    left, top, columns, rows
        Rectangle in the stored image, before flip and rotation; never empty.
    width, height
        Size on the screen in its pixels, after rotation.
    scale
        Pixels of the screen for one column of the image.
    flip, rotation
        As in the view, rotation 0..3.
    """

    left: int
    top: int
    columns: int
    rows: int
    width: int
    height: int
    scale: float = 1.0
    flip: bool = False
    rotation: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns) on the screen, before rotation."""
        return (self.width, self.height) if self.rotation % 2 else (self.height, self.width)

    @property
    def shrunk(self) -> tuple[int, int]:
        """(rows, columns) to shrink the rectangle to, before rotation: the size on the screen, but never enlarged."""
        rows, columns = self.size
        return min(rows, self.rows), min(columns, self.columns)

    @property
    def halvings(self) -> int:
        """How often the sides of the image can be halved before it is clearly coarser than the screen."""
        rows, columns = self.size
        spare = min(self.rows / rows, self.columns / columns) * _COARSE
        return max(0, math.floor(math.log2(spare))) if spare > 0 else 0

    def within(self, sides: tuple[int, int], whole: tuple[int, int]) -> Placement:
        """The same rectangle in the image at another resolution.

        Parameters
        ----------
        sides, whole
            Rows and columns of the image at that resolution, and of the one that this placement is for.
        """
        top, left = self.top * sides[0] // whole[0], self.left * sides[1] // whole[1]
        bottom = -(-(self.top + self.rows) * sides[0] // whole[0])
        right = -(-(self.left + self.columns) * sides[1] // whole[1])
        return replace(self, left=left, top=top, columns=max(1, right - left), rows=max(1, bottom - top))

    def crop(self, image: NDArray[Any]) -> NDArray[Any]:
        """The rectangle of an image of shape (rows, columns, ...), as a view."""
        return image[self.top : self.top + self.rows, self.left : self.left + self.columns]

    def turn(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Flip and rotate a picture of shape (rows, columns, ...); contiguous."""
        if self.flip:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(np.rot90(picture, -self.rotation) if self.rotation else picture)


def whole(shape: tuple[int, int], aspect: float, view: View) -> Placement:
    """The whole image without zoom or pan; its size is the smallest that has square pixels and loses none."""
    rows, columns = shape
    wide, high = (columns, round(rows * aspect)) if aspect >= 1 else (round(columns / aspect), rows)
    rotation = view.rotation % 4
    width, height = (high, wide) if rotation % 2 else (wide, high)
    return Placement(0, 0, columns, rows, width, height, wide / columns, view.flip, rotation)


def place(shape: tuple[int, int], aspect: float, view: View, viewport: Viewport) -> Placement:
    """Where an image stands in a viewport.

    Only whole pixels of the image are shown, so a picture that is much enlarged may leave up to one of them free at the
    edge of the viewport. Panning stops at the edges of the image.

    Parameters
    ----------
    shape
        Rows and columns of the image, each at least 1.
    aspect
        Height of a pixel over its width.
    """
    rows, columns = shape
    rotation = view.rotation % 4
    cell = (1.0, aspect) if rotation % 2 == 0 else (aspect, 1.0)  # width and height of a turned pixel, in columns
    across, down = (columns, rows) if rotation % 2 == 0 else (rows, columns)
    pane = (max(viewport.width, 1), max(viewport.height, 1))
    fit = min(pane[0] / (across * cell[0]), pane[1] / (down * cell[1]))
    zoom = view.zoom if math.isfinite(view.zoom) and view.zoom > 0 else 1.0
    scale = 1.0 if view.one_to_one else fit * min(max(zoom, 1 / _ZOOM), _ZOOM)
    x, nx, width = _along(across, scale * cell[0], pane[0], view.center_x)
    y, ny, height = _along(down, scale * cell[1], pane[1], view.center_y)
    left, top, shown_columns, shown_rows = _unturned((x, y, nx, ny), (columns, rows), view.flip, rotation)
    return Placement(left, top, shown_columns, shown_rows, width, height, scale, view.flip, rotation)


def panel_of(viewport: Viewport) -> Viewport:
    """The viewport of each of three pictures beside each other."""
    return replace(viewport, width=panel_width(viewport.width))


def _along(count: int, scale: float, pane: int, center: float) -> tuple[int, int, int]:
    """First pixel, number of pixels and size on the screen along one direction."""
    shown = min(count, max(1, int(pane / scale + 1e-6)))
    size = min(pane, max(1, round(shown * scale)))
    middle = center if math.isfinite(center) else 0.5
    start = round(min(max(middle, 0.0), 1.0) * count - shown / 2)
    return min(max(start, 0), count - shown), shown, size


def _unturned(
    box: tuple[int, int, int, int], size: tuple[int, int], flip: bool, rotation: int
) -> tuple[int, int, int, int]:
    """The rectangle (left, top, columns, rows) in the stored image of one that was measured after flip and rotation."""
    x, y, across, down = box
    columns, rows = size
    if rotation == 1:
        x, y, across, down = y, rows - x - across, down, across
    elif rotation == 2:
        x, y = columns - x - across, rows - y - down
    elif rotation == 3:
        x, y, across, down = columns - y - down, x, down, across
    return (columns - x - across if flip else x), y, across, down


# ------------------------------------------------------------------------------------------------- scaling


def shrink(image: NDArray[Any], rows: int, columns: int) -> NDArray[np.floating[Any]]:
    """Mean over equal areas, shape (rows, columns, ...), each at most that of the image.

    float32 for integers of up to 16 bits, else float64.
    """
    narrow = image.dtype.kind in "biu" and image.dtype.itemsize <= 2
    kind = np.dtype(np.float32 if narrow else np.float64)
    return _shrunk(_shrunk(image, 0, rows, kind), 1, columns, kind)


def _shrunk(image: NDArray[Any], axis: int, count: int, kind: np.dtype[Any]) -> NDArray[np.floating[Any]]:
    length = image.shape[axis]
    if count >= length:
        return image.astype(kind, copy=False)
    # Whole boxes first, by slices; then what is left of the way, less than twofold, by the areas that overlap.
    factor = length // count
    boxes = _boxes(image, axis, factor, kind) if factor > 1 else image.astype(kind, copy=False)
    edges = np.minimum(np.arange(boxes.shape[axis] + 1) * factor, length).astype(np.float64)
    if len(edges) - 1 == count:
        return boxes
    wanted = np.linspace(0, length, count + 1)
    first = np.clip(np.searchsorted(edges, wanted[:-1], side="right") - 1, 0, len(edges) - 2)
    shape = [count if n == axis else extent for n, extent in enumerate(image.shape)]
    total = np.zeros(shape, kind)
    for step in range(3):  # an area less than twofold touches at most three boxes
        at = np.minimum(first + step, len(edges) - 2)
        overlap = np.minimum(edges[at + 1], wanted[1:]) - np.maximum(edges[at], wanted[:-1])
        share = np.where(at == first + step, np.maximum(overlap, 0), 0) * (count / length)
        part = np.take(boxes, at, axis=axis)
        part *= share.astype(kind).reshape([-1 if n == axis else 1 for n in range(image.ndim)])
        total += part
    return total


def _boxes(image: NDArray[Any], axis: int, factor: int, kind: np.dtype[Any]) -> NDArray[np.floating[Any]]:
    """Means of ``factor`` neighbours along an axis; the last box holds what is left."""
    length = image.shape[axis]
    count = -(-length // factor)
    shape = list(image.shape)
    shape[axis] = count
    total = np.zeros(shape, kind)
    for start in range(factor):
        part = image[start::factor] if axis == 0 else image[:, start::factor]
        into = total[: part.shape[0]] if axis == 0 else total[:, : part.shape[1]]
        np.add(into, part, out=into)
    total /= kind.type(factor)
    if rest := length % factor:
        last = total[-1:] if axis == 0 else total[:, -1:]
        last *= kind.type(factor / rest)
    return total


def enlarge(picture: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """Repeat the nearest pixel, shape (rows, columns, ...), each at least that of the picture."""
    y = np.arange(rows) * picture.shape[0] // rows
    x = np.arange(columns) * picture.shape[1] // columns
    found: NDArray[np.uint8] = picture[y[:, None], x[None, :]]
    return found
