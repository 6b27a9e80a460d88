"""Modality LUT and padding: PS3.3 C.11.1, C.7.5.1.1.2."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut
from pydicom.sequence import Sequence

from tests import phantoms
from tui.core import modality
from tui.core.modality import LookupTable, Padding, Rescale


def header(**values: object) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def item(descriptor: list[int], data: object, vr: str = "OW") -> Dataset:
    found = Dataset()
    found.add(DataElement(0x00283002, "SS" if min(descriptor) < 0 else "US", descriptor))
    found.add(DataElement(0x00283006, vr, data))
    return found


@given(
    st.floats(-1e6, 1e6).filter(lambda slope: abs(slope) > 1e-6), st.floats(-1e6, 1e6),
    st.lists(st.integers(-32768, 65535), min_size=1, max_size=20),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_rescale_is_slope_times_stored_plus_intercept(slope: float, intercept: float, stored: list[int]) -> None:
    values = Rescale(slope, intercept)(np.array(stored))
    assert values.dtype == np.float64
    assert values.tolist() == [slope * v + intercept for v in stored]


def test_rescale_agrees_with_pydicom_on_a_ct() -> None:
    ds = phantoms.ct(3)
    transform, note = modality.transformation(ds)
    assert note == ""
    assert np.array_equal(transform(ds.pixel_array), apply_modality_lut(ds.pixel_array, ds))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Rescale(1, 0)),
        ({"RescaleSlope": 2}, Rescale(2, 0)),
        ({"RescaleIntercept": -5}, Rescale(1, -5)),
        ({"RescaleSlope": -1.5, "RescaleIntercept": 7}, Rescale(-1.5, 7)),
        ({"DoseGridScaling": 0.001}, Rescale(0.001, 0)),
        ({"DoseGridScaling": 0.001, "RescaleSlope": 3}, Rescale(3, 0)),
    ],
)
def test_what_is_missing_is_as_if_not_there(values: dict[str, float], expected: Rescale) -> None:
    assert modality.transformation(header(**values)) == (expected, "")


@pytest.mark.parametrize("slope", [0, 1e300, 1e-300])
def test_an_unusable_slope_is_identity_with_a_note(slope: float) -> None:
    transform, note = modality.transformation(header(RescaleSlope=slope, RescaleIntercept=10))
    assert transform == Rescale()
    assert "Rescale Slope" in note


@pytest.mark.parametrize(("number", "applied"), [(1, False), (2, False), (3, False), (77, True)])
def test_x_ray_angiography_is_shown_without_its_modality_lut(number: int, applied: bool) -> None:
    ds = header(SOPClassUID=f"1.2.840.10008.5.1.4.1.1.12.{number}", RescaleSlope=3, RescaleIntercept=4)
    assert modality.transformation(ds)[0] == (Rescale(3, 4) if applied else Rescale())


def test_frames_have_their_own_slope() -> None:
    def macro(slope: float) -> Dataset:
        return header(PixelValueTransformationSequence=[header(RescaleSlope=slope, RescaleIntercept=1)])

    ds = header(PerFrameFunctionalGroupsSequence=[macro(2), macro(3)], RescaleSlope=9)
    assert [modality.transformation(ds, n)[0] for n in (0, 1)] == [Rescale(2, 1), Rescale(3, 1)]
    shared = header(SharedFunctionalGroupsSequence=[macro(5)])
    assert modality.transformation(shared, 7)[0] == Rescale(5, 1)


def test_a_sequence_excludes_the_slope_and_clamps_at_both_ends() -> None:
    ds = header(PixelRepresentation=1, RescaleSlope=2)
    ds.ModalityLUTSequence = Sequence([item([3, -1, 16], np.array([10, 20, 30], "<u2").tobytes())])
    transform, note = modality.transformation(ds)
    assert (note, transform(np.array([-9, -1, 0, 1, 9])).tolist()) == ("", [10, 10, 20, 30, 30])


def test_a_sequence_agrees_with_pydicom() -> None:
    ds = header(PixelRepresentation=0)
    data = np.random.default_rng(1).integers(0, 65536, 300).tolist()
    ds.ModalityLUTSequence = Sequence([item([300, 40, 16], data, "US")])
    stored = np.arange(0, 1000, dtype=np.uint16)
    assert np.array_equal(modality.transformation(ds)[0](stored), apply_modality_lut(stored, ds))


def test_a_table_without_data_is_identity_with_a_note_and_an_empty_item_is_none() -> None:
    broken = header(ModalityLUTSequence=[item([256, 0, 16], b"")])
    assert modality.transformation(broken)[0] == Rescale()
    assert "Modality LUT" in modality.transformation(broken)[1]
    empty = header(ModalityLUTSequence=[header(LUTExplanation="")], RescaleSlope=2)
    assert modality.transformation(empty) == (Rescale(2, 0), "")
    no_sequence = Dataset()
    no_sequence.add(DataElement(0x00283000, "LO", "text"))
    assert modality.transformation(no_sequence) == (Rescale(), "")


# ------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("descriptor", "data", "vr", "entries", "bits"),
    [
        ([4, 0, 8], bytes([1, 2, 3, 250]), "OW", [1, 2, 3, 250], 8),  # packed bytes
        ([3, 0, 8], bytes([1, 2, 3, 0]), "OW", [1, 2, 3], 8),  # packed, padded to even length
        ([4, 0, 8], np.array([1, 2, 3, 250], "<u2").tobytes(), "OW", [1, 2, 3, 250], 8),  # a word each
        ([4, 0, 8], [0x0201, 0xFA03], "US", [1, 2, 3, 250], 8),  # packed bytes, read as words
        ([4, 0, 16], [1, 2, 3, 65535], "US", [1, 2, 3, 65535], 16),
        ([1, 0, 16], 700, "US", [700], 16),  # a single word
        ([4, 0, 10], [1, 2, 3, 4095], "US", [1, 2, 3, 4095], 12),  # the entries need more than they say
        ([4, 0, 12], [1, 2, 3, 5], "US", [1, 2, 3, 5], 12),
        ([5, 0, 16], [1, 2], "US", [1, 2], 16),  # cut
        ([5, 0, 16], b"\1\0\2", "OW", [1], 16),  # cut within a word
    ],
)
def test_every_way_to_write_a_table(
    descriptor: list[int], data: object, vr: str, entries: list[int], bits: int
) -> None:
    table = modality.lookup_table(item(descriptor, data, vr), "LUTDescriptor", "LUTData", signed=False)
    assert table is not None
    assert (table.entries.tolist(), table.bits) == (entries, bits)
    assert table.short == (len(entries) < descriptor[0])


def test_a_count_of_0_means_65536() -> None:
    data = np.arange(65536, dtype="<u2").tobytes()
    table = modality.lookup_table(item([0, 0, 16], data), "LUTDescriptor", "LUTData", signed=False)
    assert table is not None
    assert (len(table.entries), table.last, table.short) == (65536, 65535, False)


@pytest.mark.parametrize(("signed", "first"), [(True, -1024), (False, 64512)])
def test_the_first_value_has_the_sign_of_the_input(signed: bool, first: int) -> None:
    for written in (64512, -1024):
        table = modality.lookup_table(item([2, written, 16], b"\0\0\1\0"), "LUTDescriptor", "LUTData", signed)
        assert table is not None
        assert table.first == first


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=40), st.integers(-50, 50), st.floats(-1e9, 1e9))
@settings(max_examples=60, deadline=None)
def test_a_look_up_takes_the_nearest_entry_and_never_leaves_the_table(
    entries: list[int], first: int, value: float
) -> None:
    table = LookupTable(first, np.array(entries, np.uint16), 16)
    at = min(max(round(value), first), table.last) - first
    assert table(np.array([value])).tolist() == [entries[at]]
    whole = np.array([int(value)], np.int64)
    assert table(whole).tolist() == table(whole.astype(float)).tolist()


# ------------------------------------------------------------------------------------------------- padding


@pytest.mark.parametrize(
    ("kind", "value", "limit", "expected"),
    [
        (np.int16, -2000, None, Padding(-2000, -2000)),
        (np.int16, 63536, None, Padding(-2000, -2000)),  # written as US
        (np.uint16, -2000, None, Padding(63536, 63536)),  # written as SS
        (np.uint8, 255, 250, Padding(250, 255)),
        (np.int16, -5, -9, Padding(-9, -5)),
    ],
)
def test_padding_is_a_range_in_stored_values(kind: type, value: int, limit: int | None, expected: Padding) -> None:
    ds = Dataset()
    ds.add(DataElement(0x00280120, "SS" if value < 0 else "US", value))
    if limit is not None:
        ds.add(DataElement(0x00280121, "SS" if limit < 0 else "US", limit))
    found = modality.padding(ds, np.zeros((2, 2), kind))
    assert found == expected
    inside = np.arange(expected.low - 2, expected.high + 3)
    assert found.covers(inside).sum() == expected.high - expected.low + 1


def test_padding_of_float_pixels_has_its_own_attribute() -> None:
    ds = header(FloatPixelPaddingValue=-1.0, PixelPaddingValue=0)
    assert modality.padding(ds, np.zeros((1, 1), np.float32)) == Padding(-1, -1)
    assert modality.padding(ds, np.zeros((1, 1), np.float64)) is None


def test_floats_that_cannot_be_reckoned_with_are_not_finite() -> None:
    stored = np.array([0, np.nan, np.inf, -np.inf, 1e250, -1e100])
    assert modality.finite(stored).tolist() == [True, False, False, False, False, True]
    assert modality.finite(np.array([3e38, np.nan], np.float32)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ({"Modality": "CT", "RescaleSlope": 1}, "HU"),
        ({"Modality": "CT"}, ""),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleType": "MGML"}, "MGML"),
        ({"Modality": "MR", "RescaleType": "HU"}, ""),
        ({"Modality": "PT", "Units": "BQML"}, "BQML"),
        ({"Modality": "NM", "RescaleType": "US"}, ""),
        ({"Modality": "RTDOSE", "DoseUnits": "GY"}, "GY"),
    ],
)
def test_units(values: dict[str, object], unit: str) -> None:
    assert modality.unit(header(**values)) == unit
