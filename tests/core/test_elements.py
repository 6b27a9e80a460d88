from __future__ import annotations

import io
import struct

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.tag import Tag

from tests import phantoms
from tui.core import elements
from tui.core.elements import BrokenError, Form

FORMS = [Form(False, True), Form(True, True), Form(False, False)]


def encoded(ds: Dataset, form: Form) -> bytes:
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = form.implicit, form.little
    write_dataset(out, ds)
    return out.getvalue()


def undefined(ds: Dataset, sequences: bool, items: bool) -> Dataset:
    for element in ds:
        if element.VR == "SQ":
            element.is_undefined_length = sequences
            for item in element.value:
                item.is_undefined_length_sequence_item = items
                undefined(item, sequences, items)
    return ds


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("items", [False, True])
def test_offsets_are_those_of_the_bytes(form: Form, sequences: bool, items: bool) -> None:
    ds = undefined(phantoms.report(), sequences, items)
    data = encoded(ds, form)
    seen = 0

    def compare(start: int, stop: int, level: Dataset) -> None:
        nonlocal seen
        found = list(elements.elements(data, start, stop, form))
        assert [element.tag for element in found] == [int(tag) for tag in sorted(level.keys())]
        for element in found:
            seen += 1
            expected = level[element.tag]
            assert element.vr == ("" if form.implicit else expected.VR)
            if expected.VR != "SQ":
                part = Dataset()
                part.add(expected)
                assert data[element.start : element.end] == encoded(part, form)
                continue
            assert element.undefined == sequences
            held = list(elements.items(data, element.value, element.stop, form))
            assert len(held) == len(expected.value)
            for place, item in zip(held, expected.value, strict=True):
                assert place.undefined == items
                compare(place.value, place.stop, item)
        assert (found[-1].end if found else start) == stop

    compare(0, len(data), ds)
    assert seen >= 30


def test_an_element_of_unknown_vr_and_undefined_length_is_implicit_inside() -> None:
    inner = Dataset()
    inner.PatientID = "X"
    item = encoded(inner, FORMS[1])
    data = struct.pack("<HH2sHL", 0x0009, 0x1001, b"UN", 0, 0xFFFFFFFF)
    data += struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + item + struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
    data += struct.pack("<HHL", 0xFFFE, 0xE0DD, 0) + encoded(inner, FORMS[0])
    first, second = elements.elements(data, 0, len(data), FORMS[0])
    assert (first.tag, first.undefined, second.tag) == (0x00091001, True, 0x00100020)


def test_the_end_of_deep_nesting_is_found_without_a_stack() -> None:
    depth = 20_000
    opening = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    closing = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    data = opening * depth + closing * depth
    (found,) = elements.elements(data, 0, len(data), FORMS[0])
    assert found.end == len(data)
    with pytest.raises(BrokenError):
        list(elements.elements(data[:-8], 0, len(data) - 8, FORMS[0]))


@given(st.binary(max_size=60), st.sampled_from(FORMS))
@settings(max_examples=300)
def test_any_bytes_are_elements_or_broken(data: bytes, form: Form) -> None:
    for walk in (elements.elements, elements.items):
        try:
            ends = [found.end for found in walk(data, 0, len(data), form)]
        except BrokenError:
            continue
        assert ends == sorted(ends)
        assert not ends or ends[-1] <= len(data)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize(
    ("tag", "vr"), [(0x00100010, "PN"), (0x7FE00010, "OW"), (0x0040A730, "SQ"), (0x00280010, "US")]
)
def test_headers_are_those_of_pydicom(form: Form, tag: int, vr: str) -> None:
    ds = Dataset()
    ds.add_new(Tag(tag), vr, {"PN": "AB", "OW": b"1234", "SQ": [], "US": 7}[vr])
    data = encoded(ds, form)
    (found,) = elements.elements(data, 0, len(data), form)
    assert elements.header(tag, vr, found.stop - found.value, form) == data[: found.value]


def test_a_length_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="65,534"):
        elements.header(0x00100010, "PN", 70_000, FORMS[0])
    assert elements.header(0x00100010, "PN", 70_000, FORMS[1])


def test_pydicom_reads_what_is_found() -> None:
    assert pydicom.dcmread(io.BytesIO(encoded(phantoms.report(), FORMS[1])), force=True).Modality == "SR"
