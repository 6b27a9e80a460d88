"""The elements of a file, found over its bytes."""

from itertools import pairwise

import pydicom
import pytest

from tests import phantoms
from tests.core.deidentify.test_repeats import slice_of
from tui.core.deidentify.toplevel import elements_of, peek
from tui.core.walk import Unsure, meta


def test_the_elements_of_a_file() -> None:
    data = phantoms.data(slice_of(1))
    _, at = meta(data)
    found = list(elements_of(data, at, implicit=False))
    assert [element.tag for element in found] == sorted(slice_of(1).keys())
    assert found[0].at == at
    assert found[-1].stop == len(data)
    assert all(one.stop == other.at for one, other in pairwise(found))
    with pytest.raises(Unsure):
        list(elements_of(data, at + 1, implicit=False))
    with pytest.raises(Unsure):
        list(elements_of(data + bytes(2), at, implicit=False))


def test_some_values() -> None:
    data = phantoms.data(slice_of(1))
    found = peek(data, meta(data)[1], False, (0x00080060, 0x00100020, 0x00080061))
    assert found == {0x00080060: b"CT", 0x00100020: b"471100"}
    assert pydicom.dcmread(pydicom.filebase.DicomBytesIO(data)).Modality == "CT"
