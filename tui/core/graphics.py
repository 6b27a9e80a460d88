"""Graphic annotations of presentation states as lines and words on the image (PS3.3 C.10.5, C.10.7)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tui.core.attributes import items, number, numbers, text
from tui.core.cielab import rgb
from tui.core.objects import Stroke, Words
from tui.core.overlaid import RGB, Look
from tui.core.printable import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

YELLOW: RGB = (255, 230, 80)
_MOST_POINTS = 100_000
_MOST_LINES, _LONGEST_LINE = 100, 200
_ROUND = 96  # corners of a circle
_BETWEEN = 12  # points between two of a curve
_SPACING = 1 / 34  # of the picture, from one line of text to the next


@dataclass(frozen=True)
class Canvas:
    """What positions are relative to: the image in pixels, and the area that the state displays of it, turned.

    ``area`` is (left, top, right, bottom) in pixels of the stored image.
    """

    area: tuple[float, float, float, float]
    look: Look

    def points(self, data: list[float], units: str) -> NDArray[np.float64]:
        """Pairs of a column and a row, in the units of the annotation, as pixels of the image (C.10.5.1.1)."""
        pairs = np.array(data[: len(data) // 2 * 2][: 2 * _MOST_POINTS], np.float64).reshape(-1, 2)
        if units != "DISPLAY":
            return pairs
        x, y = pairs[:, 0], pairs[:, 1]
        for _ in range(self.look.rotation % 4):
            x, y = y, 1 - x
        if self.look.flip:
            x = 1 - x
        left, top, right, bottom = self.area
        return np.stack([left + x * (right - left), top + y * (bottom - top)], axis=1)


def layer_colour(layer: Dataset | None) -> RGB:
    """The recommended colour of a graphic layer, else its grey, else yellow."""
    if layer is None:
        return YELLOW
    found = numbers(layer, "GraphicLayerRecommendedDisplayCIELabValue")
    if len(found) == 3:
        return rgb((found[0], found[1], found[2]))
    grey = number(layer, "GraphicLayerRecommendedDisplayGrayscaleValue")
    if grey is None:
        return YELLOW
    level = min(max(int(grey) >> 8, 0), 255)
    return level, level, level


def strokes(annotation: Dataset, canvas: Canvas, colour: RGB) -> list[Stroke]:
    """The graphic objects of an annotation; of a kind that is not known none."""
    found = []
    for item in items(annotation, "GraphicObjectSequence"):
        points = canvas.points(numbers(item, "GraphicData"), text(item, "GraphicAnnotationUnits").upper())
        kind, is_filled = text(item, "GraphicType").upper(), text(item, "GraphicFilled").upper() == "Y"
        shown = _styled(item, "LineStyleSequence", "PatternOnColorCIELabValue", colour)
        outline = _outline(kind, points)
        if outline is not None and len(outline):
            closed = kind in ("CIRCLE", "ELLIPSE")
            joined = closed or (len(outline) > 2 and bool(np.allclose(outline[0], outline[-1])))
            found.append(Stroke(outline, shown, closed=closed, filled=is_filled and joined))
    return found


def words(annotation: Dataset, canvas: Canvas, colour: RGB) -> list[Words | Stroke]:
    """The text objects of an annotation, and the lines from a text to what it is about."""
    found: list[Words | Stroke] = []
    for item in items(annotation, "TextObjectSequence"):
        units = text(item, "BoundingBoxAnnotationUnits").upper()
        corners = canvas.points(
            numbers(item, "BoundingBoxTopLeftHandCorner") + numbers(item, "BoundingBoxBottomRightHandCorner"), units
        )
        anchor = canvas.points(numbers(item, "AnchorPoint"), text(item, "AnchorPointAnnotationUnits").upper())
        shown = _styled(item, "TextStyleSequence", "TextColorCIELabValue", colour)
        if not len(corners) and not len(anchor):
            continue
        place = corners[0] if len(corners) else anchor[0]
        align = 0
        if len(corners) == 2:
            align = {"RIGHT": 1, "CENTER": 0}.get(text(item, "BoundingBoxTextHorizontalJustification").upper(), -1)
            place = np.array([corners[:, 0].min() + (align + 1) / 2 * np.ptp(corners[:, 0]), corners[:, 1].min()])
        else:
            align = -1
        step = _SPACING * min(canvas.area[2] - canvas.area[0], canvas.area[3] - canvas.area[1])
        for at, line in enumerate(_lines(item)):
            found.append(Words(line, float(place[0]), float(place[1] + at * step), shown, align))
        if len(corners) and len(anchor) and text(item, "AnchorPointVisibility").upper() == "Y":
            found.append(Stroke(np.stack([place, anchor[0]]), shown))
    return found


def _styled(item: Dataset, sequence: str, keyword: str, colour: RGB) -> RGB:
    style = next(iter(items(item, sequence)), None)
    found = numbers(style, keyword) if style is not None else []
    return rgb((found[0], found[1], found[2])) if len(found) == 3 else colour


def _lines(item: Dataset) -> list[str]:
    from tui.core.attributes import value

    found = value(item, "UnformattedTextValue")
    if not isinstance(found, str):
        return []
    lines = found.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [printable(line.strip(), _LONGEST_LINE) for line in lines[:_MOST_LINES]]


def _outline(kind: str, points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    match kind:
        case "POINT":
            return points[:1]
        case "POLYLINE":
            return points
        case "INTERPOLATED":
            return _curve(points)
        case "CIRCLE" if len(points) == 2:
            radius = math.hypot(*(points[1] - points[0]))
            return _round(points[0], np.array([radius, 0.0]), np.array([0.0, radius]))
        case "ELLIPSE" if len(points) == 4:
            return _round(points.mean(axis=0), (points[1] - points[0]) / 2, (points[3] - points[2]) / 2)
        case _:
            return None


def _round(middle: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * math.pi, _ROUND, endpoint=False)[:, None]
    return np.asarray(middle + np.cos(turn) * one + np.sin(turn) * other)


def _curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth curve through all points, after Catmull and Rom; the standard leaves the kind open."""
    if not 2 < len(points) <= _MOST_POINTS // _BETWEEN:
        return points
    closed = bool(np.allclose(points[0], points[-1]))
    before = points[-2] if closed else points[0]
    after = points[1] if closed else points[-1]
    padded = np.concatenate([before[None], points, after[None]])
    a, b, c, d = (padded[n : len(padded) - 3 + n, None] for n in range(4))
    t = np.arange(_BETWEEN)[None, :, None] / _BETWEEN
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])
