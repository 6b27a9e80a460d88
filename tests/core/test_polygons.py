"""Polygons to pixels, against OpenCV and a point-in-polygon test."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tools
from tui.core.polygons import filled

_CORNER = st.tuples(st.floats(-5, 25), st.floats(-5, 25))


def is_inside(points: list[tuple[float, float]], x: float, y: float) -> bool:
    found = False
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            found = not found
    return found


@given(st.lists(_CORNER, min_size=3, max_size=8))
@settings(max_examples=150, deadline=None)
def test_pixels_whose_centers_are_inside_by_the_even_odd_rule(points: list[tuple[float, float]]) -> None:
    found = filled([np.array(points)], 20, 20)
    near = np.zeros((20, 20), bool)  # so close to an edge that rounding decides
    for y in range(20):
        for x in range(20):
            answers = {is_inside(points, x + 0.5 + dx, y + 0.5) for dx in (-1e-6, 0, 1e-6)}
            near[y, x] = len(answers) > 1
            if not near[y, x]:
                assert found[y, x] == answers.pop(), (x, y)


def test_a_real_shape_as_opencv_fills_it() -> None:
    cv2 = tools.module("cv2")
    turn = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    points = np.stack([60 + 40 * np.cos(turn) + 6 * np.cos(7 * turn), 50 + 30 * np.sin(turn)], axis=1)
    expected = np.zeros((100, 128), np.uint8)
    cv2.fillPoly(expected, [np.round((points - 0.5) * 256).astype(np.int32)], 1, shift=8)
    found = filled([points], 100, 128)
    different = found != expected.astype(bool)
    kernel = np.ones((3, 3), np.uint8)
    rim = cv2.dilate(expected, kernel) - cv2.erode(expected, kernel)
    assert not different[rim == 0].any()  # OpenCV draws the border too
    assert different.sum() < 200


def test_what_lies_outside_or_is_none_fills_nothing() -> None:
    assert not filled([np.array([[30.0, 30], [40, 30], [40, 40]])], 20, 20).any()
    assert not filled([np.array([[1.0, 1], [5, 5]]), np.array([[np.nan, 1], [2, 2], [3, 3]])], 20, 20).any()
    assert filled([np.array([[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]])], 20, 20).all()
