from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000Lossless

from tests import phantoms
from tests.core.deidentify.planted import deidentified
from tui.core.deidentify.codestream import blanked, texts
from tui.core.proof.pixels import speaks

PICTURE = (phantoms.head(64).clip(0, 255)).astype(np.uint8)
NAME = b"SMITH^JOHN 1956"


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _jpeg(code: bytes) -> bytes:
    at = code.index(b"\xff\xda")
    return code[:2] + _segment(0xFE, NAME) + code[2:at] + _segment(0xE1, b"Exif\0\0" + NAME) + code[at:] + NAME


def _jpeg_2000(code: bytes) -> bytes:
    at = code.index(b"\xff\x52")
    return code[:at] + _segment(0x64, b"\0\1" + NAME) + code[at:] + NAME


# A tile-part that says it ends before its own header does.
LOOP = b"\xff\x4f\xff\x51\0\2\xff\x90\0\x0a\0\0\0\0\0\4\0\1\xff\x93" + bytes(8)


CODES = {
    "jpeg": (_jpeg(imagecodecs.jpeg8_encode(PICTURE)), imagecodecs.jpeg8_decode),
    "jpeg-ls": (_jpeg(imagecodecs.jpegls_encode(PICTURE)), imagecodecs.jpegls_decode),
    "lossless": (_jpeg(imagecodecs.ljpeg_encode(PICTURE)), imagecodecs.ljpeg_decode),
    "j2k": (_jpeg_2000(imagecodecs.jpeg2k_encode(PICTURE, level=0, codecformat="j2k")), imagecodecs.jpeg2k_decode),
    "jp2": (
        imagecodecs.jpeg2k_encode(PICTURE, level=0, codecformat="jp2")
        + (len(NAME) + 8).to_bytes(4, "big")
        + b"xml "
        + NAME,
        imagecodecs.jpeg2k_decode,
    ),
}


@pytest.mark.parametrize("kind", CODES)
def test_text_goes_and_the_picture_stays(kind: str) -> None:
    code, decode = CODES[kind]
    ds = phantoms.grey(PICTURE)
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless  # any encapsulated one; nothing is decoded here
    ds.add_new(0x7FE00010, "OB", encapsulate([code, code]))
    ds["PixelData"].is_undefined_length = True
    result, data = deidentified(ds)
    assert b"SMITH" not in data
    for frame in generate_frames(result.dataset.PixelData, number_of_frames=2):
        assert np.array_equal(decode(bytes(frame)), decode(code))
        assert len(frame) == len(code) + len(code) % 2
    assert any(c.rule == "text in the compressed picture" for c in result.changes)


@pytest.mark.parametrize(
    "code", [b"", b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\xd8\xff\xfe\xff", b"\0\0\0\x0cjP  \0\0\0\1", LOOP]
)
def test_broken_codes_end(code: bytes) -> None:
    for start, end in texts(code):
        assert start >= 0
        assert end <= max(len(code), start)


def test_what_encoders_say_of_themselves_stays() -> None:
    code = CODES["jpeg"][0][:2] + _segment(0xFE, b"LEAD Technologies Inc. V1.01\0") + b"\xff\xd9"
    assert not [s for s in texts(code) if s[0] < s[1]]
    code = CODES["jpeg"][0][:2] + _segment(0xFE, b"LEAD Technologies Inc. V1.01 SMITH") + b"\xff\xd9"
    assert [s for s in texts(code) if s[0] < s[1]]


PLAIN = imagecodecs.jpeg8_encode(PICTURE)


def fragments_of(*parts: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """Items (PS3.5 A.4), and where their values lie."""
    data, spans = b"", []
    for part in parts:
        data += b"\xfe\xff\x00\xe0" + len(part).to_bytes(4, "little") + part
        spans.append((len(data) - len(part), len(data)))
    return data, spans


@pytest.mark.parametrize(
    "parts",
    [
        (b"SMITH^JOHN  ", PLAIN),  # instead of an offset table
        (b"", PLAIN, b"SMITH^JOHN"),  # behind the end of the frame
        (b"", PLAIN[:2] + b"\xff\xfe\0\x0cSMI", b"TH^JOHN" + PLAIN[2:]),  # over two fragments
        (b"", b"\1\0\0\0\x40\0\0\0" + b"SMITH^JOHN".ljust(56, b"\0") + b"\0\0"),  # among the offsets of RLE
    ],
)
def test_what_hides_around_the_frames(parts: tuple[bytes, ...]) -> None:
    data, spans = fragments_of(*parts)
    blank = blanked(data, spans)
    assert blank is not None and len(blank) == len(data)
    assert b"SMI" not in blank and b"JOHN" not in blank
    assert not speaks(blank) and blanked(blank, spans) is None
    assert speaks(data)


def test_an_offset_table_stays_whatever_it_spells() -> None:
    data, spans = fragments_of(bytes(4) + b"ABCD", PLAIN, PLAIN)
    assert blanked(data, spans) is None and not speaks(data)
