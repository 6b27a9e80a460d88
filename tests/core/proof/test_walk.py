"""The walk through a file, against pydicom on the same bytes."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests import phantoms
from tests.core.proof import leaks
from tui.core.proof.rules import is_sequence
from tui.core.proof.walk import Malformed, Walker, name

EVERY = Walker(lambda tag, vr: 1, is_sequence, strict=False)
STRICT = Walker(lambda tag, vr: 1, is_sequence, strict=True)


def elements(ds: Dataset, depth: int = 0) -> list[tuple[int, int]]:
    """(tag, depth) as pydicom has them, what is inside a sequence before the sequence itself."""
    found = []
    for element in ds:
        if element.VR == "SQ":
            for item in element.value:
                found += elements(item, depth + 1)
        found.append((int(element.tag), depth))
    return found


def encoded(syntax: str) -> bytes:
    ds = pydicom.dcmread(io.BytesIO(leaks.original()))
    little = syntax != ExplicitVRBigEndian
    if not little:
        ds["PixelData"].value = b"".join(ds.PixelData[n : n + 2][::-1] for n in range(0, len(ds.PixelData), 2))
    ds.file_meta.TransferSyntaxUID = syntax
    out = io.BytesIO()
    if not little:
        pydicom.dcmwrite(out, ds, implicit_vr=False, little_endian=False, force_encoding=True)
    else:
        pydicom.dcmwrite(out, ds)
    return out.getvalue()


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.1", ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("walker", [EVERY, STRICT], ids=["tolerant", "strict"])
def test_the_same_elements_as_pydicom(syntax: str, walker: Walker) -> None:
    data = encoded(syntax)
    ds = pydicom.dcmread(io.BytesIO(data))
    parsed = walker.walk(data, 1 << 24)
    assert [(f.tag, f.depth) for f in parsed.found] == elements(ds)
    by_tag = {f.tag: parsed.data[f.start : f.stop] for f in parsed.found if not f.depth}
    assert by_tag[0x00100010].strip() == leaks.NAME.encode()
    assert parsed.pixels is not None and parsed.pixels[2] - parsed.pixels[1] == len(ds.PixelData)
    assert parsed.syntax == syntax and parsed.meta[0x00020002].rstrip(b"\0").decode() == phantoms.CT
    assert parsed.end == len(parsed.data)


def test_fragments_are_one_value() -> None:
    parsed = STRICT.walk(leaks.compressed(), 1 << 24)
    assert parsed.encapsulated and parsed.pixels is not None
    assert parsed.data[parsed.pixels[1] :].startswith(b"\xfe\xff\x00\xe0")


def test_a_sequence_in_un_is_walked_into() -> None:
    item = struct.pack("<HHL", 0x0010, 0x0010, 4) + b"Name"
    value = struct.pack("<HHL", 0xFFFE, 0xE000, len(item)) + item
    element = struct.pack("<HH2sHL", 0x0008, 0x1140, b"UN", 0, len(value)) + value
    parsed = EVERY.walk(bytes(128) + b"DICM" + meta("1.2.840.10008.1.2.1") + element, 1 << 20)
    assert next((f.tag, f.depth, f.parent) for f in parsed.found) == (0x00100010, 1, 0x00081140)


def meta(syntax: str) -> bytes:
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    return struct.pack("<HH2sH", 2, 0x10, b"UI", len(value)) + value


def short(group: int, number: int, value: bytes, vr: bytes = b"LO") -> bytes:
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (short(0x10, 0x20, b"ab") + short(0x10, 0x10, b"ab"), "out of order"),
        (short(0x10, 0x20, b"abc"), "odd length"),
        (short(0x10, 0x20, b"ab", b"ZZ"), "unknown VR"),
        (short(0x10, 0x20, b"ab")[:-1], "longer than what is left"),
        (short(0x10, 0x20, b"ab") + b"xx", "is cut"),
        (struct.pack("<HH2sHL", 8, 0x1140, b"SQ", 0, 0xFFFFFFFF), "has no end"),
        (struct.pack("<HH2sHL", 8, 0x1140, b"SQ", 0, 8) + b"12345678", "other than items"),
        (struct.pack("<HHL", 0xFFFE, 0xE00D, 0), "delimiter"),
    ],
)
def test_what_is_not_sound_is_said(body: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        STRICT.walk(bytes(128) + b"DICM" + meta("1.2.840.10008.1.2.1") + body, 1 << 20)


def test_of_an_original_what_is_sound_is_kept() -> None:
    body = short(0x10, 0x10, b"ab") + short(0x10, 0x20, b"cd", b"zz")[:-1]
    parsed = EVERY.walk(bytes(128) + b"DICM" + meta("1.2.840.10008.1.2.1") + body, 1 << 20)
    assert [f.tag for f in parsed.found] == [0x00100010]
    assert EVERY.walk(short(0x10, 0x10, b"ab") + bytes(512), 1 << 20).found[0].tag == 0x00100010


def test_a_bomb_is_not_inflated() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(bytes(1 << 20)) + deflate.flush()
    with pytest.raises(Malformed, match="too long"):
        EVERY.walk(bytes(128) + b"DICM" + meta("1.2.840.10008.1.2.1.99") + bomb, 1 << 16)


def test_names() -> None:
    assert name(0x0010A0B0) == "(0010,A0B0)"


def test_empty_elements_of_zeros_are_looked_through_once() -> None:
    """A hundred thousand of them, then something: to look at all that follows for each would take minutes."""
    zeros, comment = bytes(8 * 100_000), b"\x10\x00\x00\x40LT\x02\x00ab"
    data = phantoms.data(phantoms.report())
    assert len(EVERY.walk(data + zeros, 0).found) == len(EVERY.walk(data, 0).found)
    before = time.process_time()
    assert EVERY.walk(data + zeros + comment, 0).found[-1].tag == 0x00104000
    assert time.process_time() - before < 5
