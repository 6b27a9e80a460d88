"""Display shutters: PS3.3 C.7.6.11."""

from __future__ import annotations

import numpy as np

from tests.overlays import item
from tui.core.shutter import level, shutter


def test_a_circle_and_a_polygon_hide_what_is_outside_of_either() -> None:
    ds = item(
        ShutterShape=["CIRCULAR", "POLYGONAL"], CenterOfCircularShutter=[20, 30], RadiusOfCircularShutter=10,
        VerticesOfThePolygonalShutter=[1, 1, 1, 30, 40, 30, 40, 1],
    )  # fmt: skip
    shade = shutter(ds, (40, 60))
    assert shade is not None
    y, x = np.mgrid[1:41, 1:61]
    seen = ~shade.mask
    assert not seen[np.hypot(x - 30, y - 20) > 10].any()
    assert not seen[x > 30].any()
    assert seen[(np.hypot(x - 30, y - 20) < 9.5) & (x < 30) & (y < 39)].all()
    assert shade.level == 0


def test_what_is_missing_or_broken_hides_nothing() -> None:
    assert shutter(item(), (4, 4)) is None
    assert shutter(item(ShutterShape="CIRCULAR", CenterOfCircularShutter=[1, 2]), (4, 4)) is None
    assert shutter(item(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=[1, 2, 3]), (4, 4)) is None
    assert shutter(item(ShutterShape="RECTANGULAR", ShutterLeftVerticalEdge=1), (4, 4)) is None


def test_the_grey_is_a_p_value_of_16_bits() -> None:
    assert level(item(ShutterPresentationValue=0xFFFF)) == 255
    assert level(item()) == 0
