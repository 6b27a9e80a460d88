from __future__ import annotations

import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests import phantoms
from tests.core.test_layouts import nested
from tui.core.traces import LONGEST, traced


@pytest.mark.parametrize("syntax", ["", ImplicitVRLittleEndian])
def test_every_element_of_the_header_lies_where_pydicom_finds_it(syntax: str) -> None:
    ds = phantoms.ct(0, size=8)
    if syntax:
        ds.file_meta.TransferSyntaxUID = syntax
    data = phantoms.data(ds)
    trace = traced(data)
    assert trace is not None and trace.implicit == bool(syntax)
    read = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data))
    elements = [*read.file_meta, *(one for one in read if one.tag.group <= 0x28)]
    assert [(tag & 0xFFFF, tag >> 16) for tag, _, _ in trace.signature[1:]] == [
        (one.tag.group, one.tag.elem) for one in elements
    ]
    uid = next(n for n, (tag, _, _) in enumerate(trace.signature) if tag == 0x0018_0008)
    assert trace.value(uid).rstrip(b"\0").decode() == ds.SOPInstanceUID
    assert b"".join(data[slice(*trace.bounds(n))] for n in range(len(elements) + 1)) == data[128 : len(trace.data)]


def test_the_headers_within_a_sequence_are_told_with_the_width_of_their_lengths() -> None:
    trace = traced(phantoms.data(nested(1, 2)))
    assert trace is not None
    spans = trace.spans(next(iter(trace.nested)))
    assert len(spans) > 2
    for at, size, width in spans:
        header = trace.data[at : at + size]
        if header[:2] == b"\xfe\xff":
            assert (size, width) == (8, 4 if header[2:4] == b"\0\xe0" else 0)
        else:
            assert (size, width) == ((12, 4) if header[4:6] == b"SQ" else (8, 2))


def test_what_is_odd_is_not_learned_from() -> None:
    deflated, big, long = phantoms.ct(0, size=8), phantoms.ct(0, size=8), phantoms.ct(0, size=8)
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = phantoms.data(big)
    block = long.private_block(0x0021, "ACME", create=True)
    for number in range(255):
        block.add_new(number, "SQ", [pydicom.Dataset()] * (LONGEST // 255 + 1))
        long[block.get_tag(number)].is_undefined_length = True
    for odd in (
        phantoms.data(deflated),
        phantoms.data(long),
        data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0"),
        data[:600],
        data.replace(b"UI\x1a\0", b"??\x1a\0"),
    ):
        assert traced(odd) is None
    assert traced(data) is not None
