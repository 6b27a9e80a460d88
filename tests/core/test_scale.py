"""Lengths: by the right attribute, and what is said where none can be trusted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core.scale import Scale, scale_of


def header(modality: str = "OT", **values: object) -> Dataset:
    ds = phantoms.base()
    ds.Modality = modality
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def region(box: tuple[int, int, int, int], units: tuple[int, int] = (3, 3), delta: float = 0.05) -> Dataset:
    item = Dataset()
    item.RegionLocationMinX0, item.RegionLocationMinY0, item.RegionLocationMaxX1, item.RegionLocationMaxY1 = box
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = delta, -2 * delta
    return item


def test_pixel_spacing_is_vertical_then_horizontal() -> None:
    scale = scale_of(header("CT", PixelSpacing=[2.0, 0.5]))
    assert (scale.vertical, scale.horizontal, scale.unit, scale.note) == (2.0, 0.5, "mm", "")
    assert scale.distance((0, 0), (6, 2)) == 5.0  # 3 mm and 4 mm
    assert scale.area == 1.0


@pytest.mark.parametrize(
    ("values", "length", "said"),
    [
        ({"ImagerPixelSpacing": [0.2, 0.2]}, 0.2, "at the detector; in the patient"),
        ({"ImagerPixelSpacing": [0.2, 0.2], "EstimatedRadiographicMagnificationFactor": "2"}, 0.1, "divided by"),
        ({"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.2, 0.2]}, 0.2, "at the detector"),
        ({"PixelSpacing": [0.2, 0.2]}, 0.2, "at the detector"),
        ({"PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.2, 0.2]}, 0.1, ""),
        ({"PixelSpacing": [0.1, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"}, 0.1, "object of known size"),
        ({"NominalScannedPixelSpacing": [0.3, 0.3]}, 0.3, "film"),
    ],
)
def test_a_projection_says_where_its_lengths_are(values: dict[str, object], length: float, said: str) -> None:
    scale = scale_of(header("DX", **values))
    assert scale.unit == "mm" and scale.horizontal == pytest.approx(length)
    assert said in scale.note and bool(said) == bool(scale.note)


def test_without_a_spacing_lengths_are_in_pixels_that_keep_their_shape() -> None:
    assert scale_of(header()) == Scale(note="The file has no spacing, so lengths are in pixels.")
    scale = scale_of(header(PixelAspectRatio=[2, 1]))
    assert (scale.vertical, scale.horizontal, scale.unit) == (2.0, 1.0, "px")


@pytest.mark.parametrize("spacing", [[0, 0], [-1, 1], ["x", "y"], [1], [1e300, 1]])
def test_a_spacing_that_cannot_be_is_none(spacing: list[object]) -> None:
    ds = header("CT")
    ds.add_new("PixelSpacing", "LO", [str(part) for part in spacing])
    assert scale_of(ds).unit == "px"


def test_ultrasound_has_the_scale_of_the_region_in_which_all_points_lie() -> None:
    ds = header("US", SequenceOfUltrasoundRegions=[region((0, 0, 99, 99)), region((100, 0, 199, 99), (4, 5))])
    inside = scale_of(ds, 0, ((10, 10), (20, 10)))
    assert inside.unit == "mm" and inside.distance((10, 10), (20, 10)) == pytest.approx(5.0)
    assert inside.vertical == pytest.approx(1.0)
    assert scale_of(ds, 0, ((10, 10), (150, 10))).unit == "px"  # across regions
    assert "no lengths" in scale_of(ds, 0, ((150, 10),)).note  # seconds and cm/s
    assert "different scales" in scale_of(ds).note


def test_one_region_speaks_for_the_whole_image() -> None:
    ds = header("US", SequenceOfUltrasoundRegions=[region((0, 0, 99, 99))])
    assert scale_of(ds).unit == "mm"


finite = st.floats(-1e4, 1e4)
points = st.tuples(finite, finite)


@given(points, points, points)
def test_angles_are_those_of_the_triangle(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    scale = Scale(0.7, 0.7, "mm")
    sides = [scale.distance(*pair) for pair in ((a, b), (b, c), (c, a))]
    if min(sides) < 1e-2:
        return
    angles = [scale.angle(a, b, c), scale.angle(b, c, a), scale.angle(c, a, b)]
    assert all(angle is not None and 0 <= angle <= 180 for angle in angles)
    assert math.fsum(angle or 0.0 for angle in angles) == pytest.approx(180, abs=1e-3)


def test_an_angle_needs_two_legs() -> None:
    assert Scale().angle((0, 0), (0, 0), (1, 1)) is None
    assert Scale(1.0, 2.0, "mm").angle((1, 0), (0, 0), (0, 2)) == 90.0
    assert Scale(2.0, 1.0, "mm").angle((2, 0), (0, 0), (2, 1)) == pytest.approx(45.0)
