"""Graphic objects as lines: PS3.3 C.10.5. Where they are drawn is held in tests/core/objects/test_presentation.py."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.overlays import graphic, item
from tui.core.graphics import YELLOW, Canvas, layer_colour, strokes, words
from tui.core.objects import Stroke, Words
from tui.core.overlaid import Look

CANVAS = Canvas((0.0, 0.0, 100.0, 50.0), Look())


def lines(*objects: Dataset) -> list[Stroke]:
    return strokes(item(GraphicObjectSequence=list(objects)), CANVAS, YELLOW)


def test_a_curve_goes_through_its_points() -> None:
    points = [0.0, 0.0, 10.0, 10.0, 20.0, 0.0, 30.0, 10.0]
    (line,) = lines(graphic("INTERPOLATED", points))
    assert len(line.points) > 20
    for x, y in zip(points[::2], points[1::2], strict=True):
        assert np.hypot(*(line.points - [x, y]).T).min() < 1e-9


def test_only_what_is_closed_is_filled() -> None:
    closed = [0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 0.0]
    both = [graphic("POLYLINE", closed), graphic("POLYLINE", closed[:6])]
    for one in both:
        one.GraphicFilled = "Y"
    assert [line.filled for line in lines(*both)] == [True, False]


@pytest.mark.parametrize(
    "bad", [graphic("CIRCLE", [1.0, 2.0]), graphic("ELLIPSE", [1.0] * 6), graphic("SPIRAL", [1.0])]
)
def test_what_is_no_shape_is_left_out(bad: Dataset) -> None:
    assert lines(bad) == []


def test_colours_of_layers() -> None:
    assert layer_colour(None) == YELLOW
    assert layer_colour(item(GraphicLayerRecommendedDisplayGrayscaleValue=0x8000)) == (128, 128, 128)
    assert layer_colour(item(GraphicLayerRecommendedDisplayCIELabValue=[65535, 32896, 32896])) == (255, 255, 255)


def test_a_text_stands_in_its_box_or_at_its_anchor() -> None:
    boxed = item(
        UnformattedTextValue="a", BoundingBoxAnnotationUnits="DISPLAY", BoundingBoxTopLeftHandCorner=[0.5, 0.5],
        BoundingBoxBottomRightHandCorner=[0.7, 0.6], BoundingBoxTextHorizontalJustification="RIGHT",
    )  # fmt: skip
    bare = item(UnformattedTextValue="b", AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[3.0, 4.0])
    found = words(item(TextObjectSequence=[boxed, bare, item(UnformattedTextValue="nowhere")]), CANVAS, YELLOW)
    assert [(one.text, one.x, one.y, one.align) for one in found if isinstance(one, Words)] == [
        ("a", pytest.approx(70), pytest.approx(25), 1),
        ("b", 3, 4, -1),
    ]
