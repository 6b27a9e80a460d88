"""What is laid on a picture: phantoms whose areas, lengths, angles and values are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests import phantoms
from tui.core.frames import Frame
from tui.core.gauges import Measuring, handle
from tui.core.quantities import Gauge, Handle, Recipe, Tool
from tui.core.values import View

SPACING = (0.8, 0.4)  # mm, vertical and horizontal


def disc(radius_mm: float = 20.0) -> Frame:
    """A disc of 100 HU in air of -1000 HU, round in the patient, on pixels that are not square."""
    y, x = np.mgrid[:128, :256]
    ds = phantoms.ct(size=128)
    ds.Rows, ds.Columns, ds.PixelSpacing = 128, 256, list(SPACING)
    inside = ((x - 128) * SPACING[1]) ** 2 + ((y - 64) * SPACING[0]) ** 2 <= radius_mm**2
    stored = np.where(inside, 1124, 24).astype(np.uint16)
    return Frame(stored, "MONOCHROME2", ds)


def gauged(gauge: Gauge, recipe: Recipe | None = None, frame: Frame | None = None):
    return Measuring(frame or disc()).findings(View(gauge=gauge, mask=recipe))[0].gauged


def test_a_circle_is_round_in_the_patient_and_its_area_is_known_within_half_a_pixel() -> None:
    found = gauged(Gauge(Tool.CIRCLE, ((128, 64),), 40)).statistics
    radius, half = 40 * SPACING[1], max(SPACING) / 2
    assert math.pi * (radius - half) ** 2 < found.area < math.pi * (radius + half) ** 2 and found.area_unit == "mm²"
    assert (found.mean, found.deviation, found.least, found.greatest) == (100.0, 0.0, 100.0, 100.0)
    assert found.count == round(found.area / (SPACING[0] * SPACING[1]))


def test_a_mask_has_the_area_of_the_disc_within_half_a_pixel() -> None:
    found = gauged(Gauge(Tool.MASK), Recipe(90, 200, opening=0)).statistics
    half = max(SPACING) / 2
    assert math.pi * (20 - half) ** 2 < found.area < math.pi * (20 + half) ** 2 and found.mean == 100.0


def test_statistics_of_a_mask_need_a_mask() -> None:
    assert gauged(Gauge(Tool.MASK)).statistics.count == 0


def test_a_rectangle_holds_the_pixels_of_both_its_corners() -> None:
    found = gauged(Gauge(Tool.RECTANGLE, ((130, 70), (121, 61)))).statistics
    assert found.count == 100 and found.area == pytest.approx(100 * SPACING[0] * SPACING[1])


def test_the_histogram_counts_every_pixel_once() -> None:
    found = gauged(Gauge())
    assert sum(found.histogram.counts) == found.statistics.count == 128 * 256
    assert found.histogram.low < -1000 and found.histogram.high > 100 and found.histogram.unit == "HU"


def test_a_line_through_the_disc_is_as_long_as_it_is_wide() -> None:
    line = gauged(Gauge(Tool.LINE, ((28, 64), (228, 64)))).line
    assert line.length == pytest.approx(200 * SPACING[1]) and line.length_unit == "mm"
    wide = sum(value > -450 for value in line.values) * line.length / (len(line.values) - 1)
    assert wide == pytest.approx(40.0, abs=SPACING[1])


def test_an_angle_is_that_in_the_patient() -> None:
    right = Gauge(Tool.ANGLE, ((128, 64), (28, 64), (28, 114)))
    assert gauged(right).angle == pytest.approx(90.0)
    half = Gauge(Tool.ANGLE, ((128, 64), (28, 64), (128, 114)))  # 40 mm to the right, 40 mm down
    assert gauged(half).angle == pytest.approx(45.0)
    assert gauged(Gauge(Tool.ANGLE, ((9, 9), (9, 9), (1, 1)))).angle is None


def test_a_new_window_measures_nothing_again_and_another_handle_is_another_gauge() -> None:
    there = Measuring(disc())
    gauge = Gauge(Tool.CIRCLE, ((128, 64),), 40, Handle.ALL)
    first = there.findings(View(gauge=gauge))[0].gauged
    held = Gauge(Tool.CIRCLE, ((128, 64),), 40, Handle.UPPER)
    second = there.findings(View(gauge=held, invert=True))[0].gauged
    assert second.statistics is first.statistics and second.gauge.held is Handle.UPPER


def test_the_outline_of_a_circle_is_as_high_as_it_is_wide_in_mm() -> None:
    over = Measuring(disc()).findings(View(gauge=Gauge(Tool.CIRCLE, ((128, 64),), 40, Handle.RIM)))[1]
    x, y = zip(*over.paths[0], strict=True)
    assert (max(x) - min(x)) * SPACING[1] == pytest.approx((max(y) - min(y)) * SPACING[0]) == pytest.approx(32.0)
    assert over.grip == (168, 64)


@pytest.mark.parametrize(
    ("gauge", "place"),
    [
        (Gauge(), None),
        (Gauge(Tool.CIRCLE, ((5, 6),), 3, Handle.LOWER), None),
        (Gauge(Tool.RECTANGLE, ((0, 0), (4, 2)), 0, Handle.ALL), (2, 1)),
        (Gauge(Tool.RECTANGLE, ((0, 0), (4, 2)), 0, Handle.RIM), (4, 2)),
        (Gauge(Tool.ANGLE, ((1, 1), (2, 2), (3, 3)), 0, Handle.THIRD), (3, 3)),
    ],
)
def test_the_handle_is_where_the_keys_take_hold(gauge: Gauge, place: tuple[int, int] | None) -> None:
    assert handle(gauge) == place
