from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from tui.core.deidentify import elements


def _raw(tag: int, vr: str | None, value: bytes) -> Dataset:
    ds = Dataset()
    ds.set_original_encoding(vr is None, True, "iso8859")
    ds[tag] = RawDataElement(BaseTag(tag), vr, len(value), value, 0, vr is None, True)
    return ds


@settings(max_examples=100)
@given(st.binary(max_size=60), st.sampled_from([None, "SQ", "UN", "OB"]))
def test_any_bytes_are_items_or_none(value: bytes, vr: str | None) -> None:
    found = elements.items(_raw(0x0040A170, vr, value), 0x0040A170)
    assert found is None or all(isinstance(item, Dataset) for item in found)


@settings(max_examples=50)
@given(st.binary(max_size=20), st.sampled_from(["", "ISO_IR 192", "ISO 2022 IR 87", "GB18030", "nonsense"]))
@pytest.mark.filterwarnings("ignore")
def test_any_bytes_are_text(value: bytes, charset: str) -> None:
    ds = _raw(0x00080070, "LO", value)
    ds.set_original_encoding(False, True, charset)
    assert isinstance(elements.text(elements.get(ds, 0x00080070), ds), str)


def test_values_of_made_and_of_read_elements_are_the_same() -> None:
    made = Dataset()
    made.add(DataElement(0x00080008, "CS", ["A", "B"]))
    assert elements.values(made, 0x00080008) == elements.values(_raw(0x00080008, "CS", b"A\\B "), 0x00080008)
    assert elements.first(made, 0x00080008) == "A"
    assert elements.values(made, 0x00100010) == ()


def test_empty() -> None:
    ds = Dataset()
    ds.add(DataElement(0x0040A170, "SQ", Sequence([])))
    assert elements.is_empty(elements.get(ds, 0x0040A170))
    assert elements.is_empty(elements.get(_raw(0x00100010, "PN", b""), 0x00100010))
    assert not elements.is_empty(elements.get(_raw(0x00100010, "PN", b"a"), 0x00100010))


def test_nameless_retired_tags_are_unknown() -> None:
    assert elements.dictionary_vr(0x00080202) == ""
    assert elements.dictionary_vr(0x60003000) == "OB or OW"
    assert elements.dictionary_vr(0x00100010) == "PN"


def test_a_sequence_has_no_text_whatever_is_in_it() -> None:
    item = _raw(0x00080103, "CH", b"x")  # a VR that there is none of
    ds = Dataset()
    ds.add(DataElement(0x00081115, "SQ", Sequence([item])))
    assert elements.text(ds[0x00081115], ds) == ""
    assert elements.data(ds[0x00081115]) == b""
