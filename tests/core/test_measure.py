"""Numbers from the picture: by formula, in the unit that the file gives them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests import phantoms
from tests.core.test_suv import pet
from tui.core.frames import Frame
from tui.core.measure import Measured, percentile, position
from tui.core.quantities import Probe, Reading, Region, RegionKind

CIRCLE, RECTANGLE = RegionKind.CIRCLE, RegionKind.RECTANGLE


def measured(pixels: np.ndarray, dataset: Dataset | None = None, photometric: str = "MONOCHROME2") -> Measured:
    ds = dataset if dataset is not None else phantoms.ct()
    return Measured(Frame(pixels, photometric, ds))


def ramp(rows: int = 40, columns: int = 60) -> np.ndarray:
    return (np.arange(columns)[None, :] + 100 * np.arange(rows)[:, None]).astype(np.uint16)


def test_the_probe_reads_hounsfield_units_beside_the_stored_value_and_the_place() -> None:
    ds = phantoms.ct(z=3)
    ds.PixelSpacing = [2.0, 0.5]
    probe = measured(ramp(), ds).probe(7, 2)
    assert probe == Probe(
        7, 2, stored=(207.0,), readings=(Reading(207.0 - 1024, "HU"),), position_mm=(-120 + 3.5, -120 + 4.0, 15.0)
    )


def test_the_probe_stays_in_the_image() -> None:
    there = measured(ramp())
    assert (there.probe(-5, 999).column, there.probe(-5, 999).row) == (0, 39)


def test_hounsfield_units_only_where_the_file_says_so() -> None:
    ds = phantoms.ct()
    ds.Modality = "MR"
    del ds.RescaleType
    assert measured(ramp(), ds).probe(0, 0).readings[0].unit == ""


def test_values_below_what_air_has_are_not_faked() -> None:
    ds = phantoms.ct()
    ds.RescaleIntercept = -3024
    assert measured(ramp(), ds).probe(0, 0).readings[0] == Reading(-3024.0, "HU")


def test_padding_has_no_value() -> None:
    ds = phantoms.ct()
    ds.PixelPaddingValue = 0
    probe = measured(ramp(), ds).probe(0, 0)
    assert (probe.readings, probe.notes, probe.stored) == ((), ("padding",), (0.0,))


def test_the_end_of_the_range_is_said() -> None:
    ds = phantoms.ct()
    assert measured(np.full((2, 2), 4095, np.uint16), ds).probe(0, 0).notes == (
        "at the upper end of what the bits can hold",
    )


def test_floats_that_are_no_numbers_are_said() -> None:
    there = measured(np.array([[np.nan, 1.5]], np.float32), phantoms.base())
    assert there.probe(0, 0).notes == ("not a number",) and there.probe(1, 0).readings[0].value == 1.5
    assert there.statistics(Region()).count == 1


def test_pet_has_suv_beside_its_activity() -> None:
    ds = pet()
    readings = measured(np.full((4, 4), 5000, np.uint16), ds).probe(0, 0).readings
    assert [reading.unit for reading in readings] == ["BQML", "SUV"]
    assert readings[1].value == pytest.approx(5000 * 70e3 / (370e6 * 0.5 ** (3600 / 6586.2)))


def test_colour_has_three_values() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[1, 0] = (10, 20, 30)
    there = measured(pixels, phantoms.colour(size=2), "RGB")
    probe = there.probe(0, 1)
    assert (probe.rgb, probe.stored, probe.readings) == ((10, 20, 30), (10.0, 20.0, 30.0), ())
    assert there.statistics(Region()).greatest == pytest.approx(0.299 * 10 + 0.587 * 20 + 0.114 * 30)


def rwv(first: int, last: int, slope: float, intercept: float, unit: str, label: str = "") -> Dataset:  # noqa: PLR0917
    item, code = Dataset(), Dataset()
    item.add_new("RealWorldValueFirstValueMapped", "US", first)
    item.add_new("RealWorldValueLastValueMapped", "US", last)
    item.RealWorldValueSlope, item.RealWorldValueIntercept, item.LUTLabel = slope, intercept, label
    code.CodeValue = unit
    item.MeasurementUnitsCodeSequence = Sequence([code])
    return item


def test_real_world_values_by_each_map_that_has_the_value() -> None:
    ds = phantoms.ct()
    table = rwv(0, 2, 0, 0, "ms", "T2")
    del table.RealWorldValueSlope, table.RealWorldValueIntercept
    table.RealWorldValueLUTData = [7.0, 8.0, 9.0]
    ds.RealWorldValueMappingSequence = Sequence(
        [rwv(0, 100, 2.0, 1.0, "mm2/s", "ADC"), rwv(101, 200, 3.0, 0.0, "s"), table]
    )
    there = measured(np.array([[2, 150]], np.uint16), ds)
    assert there.probe(0, 0).readings[1:] == (Reading(5.0, "mm2/s", "ADC"), Reading(9.0, "ms", "T2"))
    assert there.probe(1, 0).readings[1:] == (Reading(450.0, "s"),)


def test_statistics_of_a_rectangle() -> None:
    stats = measured(ramp()).statistics(Region(RECTANGLE, 12.0, 8.0, 10.0, 5.0))
    inside = ramp()[5:9, 10:13].astype(float) - 1024
    assert (stats.count, stats.unit, stats.area_unit) == (12, "HU", "mm²")
    assert stats.area == pytest.approx(12 * 1.875**2)
    assert stats.mean == pytest.approx(inside.mean()) and stats.deviation == pytest.approx(inside.std(ddof=1))
    assert (stats.least, stats.greatest) == (inside.min(), inside.max())
    assert dict(stats.percentiles)[50.0] == pytest.approx(np.median(inside))


def test_a_circle_is_round_in_the_patient_and_has_its_area() -> None:
    ds = phantoms.ct()
    ds.PixelSpacing = [0.5, 0.25]
    there = measured(np.zeros((400, 400), np.uint16), ds)
    stats = there.statistics(Region(CIRCLE, 200.0, 200.0, radius=120.0))
    assert stats.area == pytest.approx(math.pi * 30**2, rel=0.01)
    inside = there.inside(Region(CIRCLE, 200.0, 200.0, radius=120.0))
    assert inside[200].sum() == 241 and inside[:, 200].sum() == 121


def test_padding_is_out_of_statistics_and_nothing_is_no_number() -> None:
    ds = phantoms.ct()
    ds.PixelPaddingValue = 0
    there = measured(np.array([[0, 1024, 1026]], np.uint16), ds)
    assert there.statistics(Region()).mean == 1.0
    assert there.statistics(Region(RECTANGLE, 0, 0, 0, 0)).mean is None
    assert there.histogram(Region(RECTANGLE, 0, 0, 0, 0)).counts == ()


def test_a_mask_is_a_region() -> None:
    drawn = np.zeros((40, 60), bool)
    drawn[3, 4] = True
    stats = measured(ramp()).statistics(Region(RegionKind.MASK), drawn)
    assert (stats.count, stats.mean, stats.deviation) == (1, 304.0 - 1024, 0.0)


@given(st.lists(st.integers(0, 4095), min_size=1, max_size=60), st.integers(1, 300))
@settings(max_examples=40)
def test_a_histogram_counts_every_pixel_once_and_tears_no_value_apart(values: list[int], bins: int) -> None:
    found = measured(np.array([values], np.uint16)).histogram(Region(), bins=bins)
    assert sum(found.counts) == len(values) and len(found.counts) <= bins
    width = (found.high - found.low) / len(found.counts)
    assert width == pytest.approx(round(width)) and width >= 1
    for value in values:
        at = int((value - 1024 - found.low) // width)
        assert found.counts[at] >= values.count(value)


def test_a_profile_interpolates_and_knows_its_length() -> None:
    ds = phantoms.ct()
    ds.PixelSpacing = [1.0, 0.5]
    line = measured(ramp(), ds).profile((2.0, 3.0), (10.0, 3.0))
    assert line.length == 4.0 and line.length_unit == "mm" and line.unit == "HU"
    assert line.values == tuple(302.0 + n - 1024 for n in range(9))
    assert measured(ramp(), ds).profile((0.0, 0.0), (-3.0, 0.0)).values[1:] == (None, None, None)
    down = measured(ramp(), ds).profile((1.5, 0.5), (1.5, 1.5))
    assert down.values == pytest.approx((51.5 - 1024, 151.5 - 1024))


def test_the_place_follows_the_cosines() -> None:
    ds = phantoms.ct()
    ds.ImagePositionPatient, ds.ImageOrientationPatient = [10, 20, 30], [0, 1, 0, 0, 0, -1]
    ds.PixelSpacing = [2, 3]
    assert position(ds, 0, (1, 1)) == (10, 23, 28)
    del ds.ImagePositionPatient
    assert position(ds, 0, (1, 1)) is None


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.floats(0, 100))
def test_percentiles_are_those_of_numpy(found: list[int], percent: float) -> None:
    values, counts = np.unique(np.asarray(found, np.float64), return_counts=True)
    assert percentile(values, counts, percent) == pytest.approx(np.percentile(found, percent), abs=1e-9)


@given(
    st.sampled_from([np.uint8, np.int16, np.uint16, np.float32]), st.integers(0, 2**32 - 1), st.sampled_from([1, -2.5])
)
@settings(max_examples=30, deadline=None)
def test_statistics_are_those_of_numpy(kind: type[np.generic], seed: int, slope: float) -> None:
    pixels = np.random.default_rng(seed).integers(0, 120, (17, 13)).astype(kind)
    ds = phantoms.ct()
    ds.RescaleSlope = slope
    ds.PixelRepresentation = int(np.dtype(kind).kind == "i")
    ds.PixelSpacing = [1, 1]
    there = measured(pixels, ds)
    region = Region(RECTANGLE, 2, 3, 9, 11)
    found, histogram = there.statistics(region), there.histogram(region)
    values = pixels[3:12, 2:10].astype(np.float64) * slope - 1024
    assert (found.count, found.least, found.greatest) == (72, values.min(), values.max())
    assert found.mean == pytest.approx(values.mean()) and found.deviation == pytest.approx(values.std(ddof=1))
    assert [value for _, value in found.percentiles] == pytest.approx(
        [np.percentile(values, percent) for percent, _ in found.percentiles]
    )
    assert sum(histogram.counts) == 72
