"""Draws what other objects bring into a picture: areas and shutters, then lines and words in the screen's pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.geometry import Placement, shrink
from tui.core.objects import Area, Drawn, Shade, Stroke, Words
from tui.core.planes import outline

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    Pixels = NDArray[np.uint8]

_EDGE = 0.45  # by so much an outline is less transparent than what it bounds
_LIGHT = 0.25  # contours often lie in each other, and the outermost holds the whole body
_LINES_A_PICTURE = 36  # lines of text that would fill the picture
_SMALLEST = 10  # pixels of a letter
_CROSS = 4  # pixels of an arm of the mark at a point


class Laid:
    """What is drawn over one frame; keeps the areas of the placement that was shown last.

    Parameters
    ----------
    opacity
        Of areas, from 0, which leaves the outlines, to 1.
    """

    def __init__(self, drawn: tuple[Drawn, ...], opacity: float) -> None:
        self.notes = tuple(dict.fromkeys(note for one in drawn for note in one.notes))
        self.parts = sum(one.parts for one in drawn)
        drawings = [drawing for one in drawn for drawing in one.drawings]
        self._shades = [one for one in drawings if isinstance(one, Shade)]
        self._areas = [one for one in drawings if isinstance(one, Area)]
        self._strokes = [one for one in drawings if isinstance(one, Stroke)]
        self._words = [one for one in drawings if isinstance(one, Words)]
        self._opacity = opacity
        self._made: tuple[Placement, NDArray[np.float32], NDArray[np.float32]] | None = None

    def shaded(self, pixels: Pixels, placement: Placement) -> Pixels:
        """The picture, in the shape of the shrunk rectangle, with what shutters hide."""
        for shade in self._shades:
            hidden = _shrunk(shade.mask, placement)
            level = np.float32(shade.level)
            weight = hidden if pixels.ndim == 2 else hidden[..., None]
            pixels = np.rint(pixels * (1 - weight) + level * weight).astype(np.uint8)
        return pixels

    def drawn(self, pixels: Pixels, placement: Placement) -> Pixels:
        """The picture, in the shape of the shrunk rectangle, with all over it but the words, which come when turned."""
        pixels = self.under(pixels, placement)
        if self._strokes or self._words:
            pixels = enlarged(pixels, placement)
        return self.over(pixels, placement)

    def under(self, pixels: Pixels, placement: Placement) -> Pixels:
        """The picture, in the shape of the shrunk rectangle, with the areas over it; RGB where there are any."""
        if not self._areas:
            return pixels
        if self._made is None or self._made[0] != placement:
            self._made = (placement, *self._blended(placement))
        _, colour, cover = self._made
        found = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels
        if found.shape[:2] != cover.shape:  # the frame is there at a lower resolution
            colour, cover = _fitted(colour, found.shape[:2]), _fitted(cover, found.shape[:2])
        blended: Pixels = np.rint(found * (1 - cover[..., None]) + colour).astype(np.uint8)
        return blended

    def _blended(self, placement: Placement) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Colours, each times how much it covers, and how much all cover together."""
        rows, columns = placement.shrunk
        colour, cover = np.zeros((rows, columns, 3), np.float32), np.zeros((rows, columns), np.float32)
        for area in self._areas:
            part = placement.crop(area.cover)
            opacity = 1.0 if area.solid else self._opacity * (_LIGHT if area.light else 1.0)
            alpha = shrink(part, rows, columns).astype(np.float32) * np.float32(opacity)
            if area.edge and area.cover.dtype == np.bool_:
                alpha = np.maximum(alpha, self._edges(area, placement))
            high, wide = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
            if not len(high):
                continue
            box = slice(int(high[0]), int(high[-1]) + 1), slice(int(wide[0]), int(wide[-1]) + 1)
            weight = alpha[box][..., None]
            colour[box] = colour[box] * (1 - weight) + weight * np.array(area.colour, np.float32)
            cover[box] += alpha[box] * (1 - cover[box])
        return colour, cover

    def _edges(self, area: Area, placement: Placement) -> NDArray[np.float32]:
        border = placement.crop(outline(np.asarray(area.cover, np.bool_)))
        rows, columns = placement.shrunk
        thinner = max(placement.rows / rows, placement.columns / columns)  # as much is lost of a line that is shrunk
        found: NDArray[np.float32] = np.minimum(shrink(border, rows, columns) * thinner, 1).astype(np.float32)
        return found * np.float32(min(self._opacity + _EDGE, 1.0))

    def over(self, pixels: Pixels, placement: Placement) -> Pixels:
        """The picture, not turned yet, with the lines over it; RGB where there are any."""
        if not self._strokes:
            return pixels
        from PIL import ImageDraw

        image = _rgb(pixels)
        draw = ImageDraw.Draw(image)
        scale = np.array([image.width / placement.columns, image.height / placement.rows])
        start = np.array([placement.left, placement.top])
        width = max(1, round(min(image.size) / 600))
        for stroke in self._strokes:
            _line(draw, (stroke.points - start) * scale - 0.5, stroke, width)
        return np.asarray(image)

    def said(self, pixels: Pixels, placement: Placement) -> Pixels:
        """The picture, turned, with the words on it; RGB where there are any."""
        if not self._words:
            return pixels
        from PIL import ImageDraw, ImageFont

        image = _rgb(pixels)
        draw = ImageDraw.Draw(image)
        font = ImageFont.load_default(max(min(image.size) // _LINES_A_PICTURE, _SMALLEST))
        for words in self._words:
            x, y = _turned(
                (words.x - placement.left) / placement.columns, (words.y - placement.top) / placement.rows, placement
            )
            if not (-1 < x < 2 and -1 < y < 2):  # out of sight, and farther than Pillow can count
                continue
            anchor = {-1: "la", 0: "ma", 1: "ra"}[words.align]
            place = (x * image.width, y * image.height)
            draw.text(place, words.text, fill=words.colour, font=font, anchor=anchor, stroke_width=1, stroke_fill=0)
        return np.asarray(image)


def enlarged(pixels: Pixels, placement: Placement) -> Pixels:
    """A picture, not turned yet, with as many pixels as it has on the screen, smoothly, so that lines are thin."""
    from PIL import Image

    rows, columns = (max(a, b) for a, b in zip(placement.size, pixels.shape[:2], strict=True))
    if (rows, columns) == pixels.shape[:2]:
        return pixels
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((columns, rows), Image.Resampling.BILINEAR))


def _shrunk(mask: NDArray[np.bool_], placement: Placement) -> NDArray[np.float32]:
    return shrink(placement.crop(mask), *placement.shrunk).astype(np.float32)


def _fitted(values: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    y = np.arange(shape[0]) * values.shape[0] // shape[0]
    x = np.arange(shape[1]) * values.shape[1] // shape[1]
    found: NDArray[np.float32] = values[y[:, None], x[None, :]]
    return found


def _rgb(pixels: Pixels) -> Image:
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(pixels)).convert("RGB")


def _line(draw: ImageDraw, points: NDArray[np.float64], stroke: Stroke, width: int) -> None:
    points = points[np.isfinite(points).all(axis=1)].clip(-1e5, 1e5)  # Pillow counts in C integers
    if len(points) == 1:
        x, y = points[0]
        draw.line([(x - _CROSS, y), (x + _CROSS, y)], stroke.colour, width)
        draw.line([(x, y - _CROSS), (x, y + _CROSS)], stroke.colour, width)
        return
    path = [(float(x), float(y)) for x, y in points]
    if stroke.filled and len(path) > 2:
        draw.polygon(path, stroke.colour)
    elif path:
        draw.line([*path, path[0]] if stroke.closed else path, stroke.colour, width, joint="curve")


def _turned(x: float, y: float, placement: Placement) -> tuple[float, float]:
    """A point, as fractions of the picture, after flip and rotation."""
    if placement.flip:
        x = 1 - x
    for _ in range(placement.rotation % 4):
        x, y = 1 - y, x
    return x, y
