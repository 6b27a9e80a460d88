"""Plain files are found as pydicom finds them, and nothing unusual passes for one."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from tests import phantoms
from tui.core import plain
from tui.core.walk import Short


def implicit(ds):
    out = BytesIO()
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    ds.save_as(out, implicit_vr=True, little_endian=True, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.parametrize("write", [phantoms.data, implicit])
def test_elements_and_pixels_are_where_pydicom_finds_them(write):
    ds = phantoms.ct(2, size=16)
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    ds.ReferencedImageSequence = [item]
    ds["ReferencedImageSequence"].is_undefined_length = True
    data = write(ds)
    found = plain.read(data, len(data))
    assert found is not None
    whole = dcmread(BytesIO(data))
    assert list(found.elements) == [int(element.tag) for element in whole][:-1]
    assert data[found.offset : found.offset + found.length] == whole.PixelData
    assert found.elements[0x00200013].endswith(b"3 ") and b"1.2.3" in found.elements[0x00081140]


def test_a_header_that_goes_on_asks_for_more():
    data = phantoms.data(phantoms.ct(size=16))
    with pytest.raises(Short):
        plain.read(data[:400], len(data))
    assert plain.read(data[:400], 400) is None


def test_the_pixels_themselves_are_not_needed():
    data = phantoms.data(phantoms.ct(size=64))
    assert plain.read(data[:-4000], len(data)) == plain.read(data, len(data))


def cases():
    good = phantoms.data(phantoms.ct(size=16))
    yield "no preamble", good[132:]
    yield "cut", good[:-1]
    yield "more behind", good + b"\xfc\xff\xfc\xffOB\0\0\0\0\0\0"
    yield "no pixels", phantoms.data(phantoms.report())
    at = good.index(b"\x28\0\x10\0US")
    yield "out of order", good[:at] + good[at + 10 : at + 20] + good[at : at + 10] + good[at + 20 :]
    yield "twice", good[:at] + good[at : at + 10] + good[at:]
    yield "an unknown VR", good[:at] + b"\x28\0\x10\0Q?" + good[at + 6 :]
    yield "a length past the end", good[:at] + b"\x28\0\x10\0US\xff\xff" + good[at + 8 :]
    packed = phantoms.ct(size=16)
    packed.compress(RLELossless)
    yield "compressed", phantoms.data(packed)
    yield "big endian", good.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0")
    yield "nothing", b""


@pytest.mark.parametrize(("name", "data"), list(cases()), ids=[name for name, _ in cases()])
def test_what_is_unusual_is_left_to_others(name, data):
    assert plain.read(data, len(data)) is None
