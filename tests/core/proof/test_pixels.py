"""Whether pictures are the same."""

from __future__ import annotations

import io

import numpy as np
import pydicom

from tests import phantoms
from tests.core.proof import leaks
from tui.core.proof import pixels
from tui.core.proof.rules import is_sequence
from tui.core.proof.walk import Parsed, Walker

EVERY = Walker(lambda tag, vr: 1, is_sequence, strict=False)


def parsed(data: bytes) -> Parsed:
    return EVERY.walk(data, 1 << 24)


def same(before: bytes, after: bytes) -> bool:
    copy = parsed(after)
    return pixels.same(parsed(before), copy, lambda: pixels.shape(copy, copy.found))


def with_pixels(change: bytes | None = None, **more: object) -> bytes:
    ds = pydicom.dcmread(io.BytesIO(leaks.original()))
    for name, value in more.items():
        setattr(ds, name, value)
    if change is not None:
        ds.PixelData = change
    return phantoms.data(ds)


def test_native_pixels() -> None:
    before = pydicom.dcmread(io.BytesIO(leaks.original())).PixelData
    assert same(with_pixels(), with_pixels())
    assert same(with_pixels(before + b"tail"), with_pixels(before))
    assert not same(with_pixels(before), with_pixels(before + b"tail"))
    assert not same(with_pixels(), with_pixels(before[:-2]))
    assert not same(with_pixels(), with_pixels(before[:-2] + b"\1\1"))


def test_bits_of_overlays_may_go_and_no_others() -> None:
    before = np.frombuffer(pydicom.dcmread(io.BytesIO(leaks.original())).PixelData, "<u2") & 0x0FFF
    bits = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0}
    drawn = before | 0x8000
    assert same(with_pixels(drawn.tobytes(), **bits), with_pixels(before.tobytes(), **bits))
    assert not same(with_pixels(drawn.tobytes(), **bits), with_pixels((before ^ 1).astype("<u2").tobytes(), **bits))


def test_text_in_streams() -> None:
    plain, commented = leaks.compressed(), leaks.compressed(b"Zwinglmeier")
    for data, told in ((plain, False), (commented, True)):
        found = parsed(data)
        assert found.pixels is not None
        value = found.data[found.pixels[1] : found.pixels[2]]
        assert pixels.speaks(value) is told
    assert same(commented, commented.replace(b"Zwinglmeier", bytes(11)))
    assert not same(plain, commented)


def test_text_in_jpeg_2000() -> None:
    import imagecodecs

    stream = bytes(imagecodecs.jpeg2k_encode(np.arange(1024, dtype=np.uint8).reshape(32, 32), level=0))
    end = stream.index(b"\xff\x90")
    named = stream[:end] + b"\xff\x64\x00\x0f\x00\x01Zwinglmeier" + stream[end:]

    def fragment(code: bytes) -> bytes:
        code += b"\0" * (len(code) % 2)
        return pydicom.encaps.encapsulate([code], has_bot=True)

    assert not pixels.speaks(fragment(stream))
    assert pixels.speaks(fragment(named))
    assert pixels.speaks(fragment(stream + b"Zwinglmeier"))
