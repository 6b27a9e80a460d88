from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import phantoms
from tui.adapters.framebytes import UNDEFINED, Encapsulated, Native, PixelElement
from tui.core.layout import layout
from tui.errors import NoPictureError

ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"


class Bytes:
    """Bytes that count what is read of them."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size = data, len(data)
        self.reads: list[int] = []

    def read(self, offset: int, length: int) -> bytes:
        found = self.data[offset : offset + length]
        self.reads.append(len(found))
        return found


def item(data: bytes) -> bytes:
    return ITEM + struct.pack("<L", len(data)) + data


def fragments(frames: list[bytes], *, table: bool) -> Bytes:
    """Pixel data of a fragment a frame, at offset 0, without the element's own header."""
    offsets = np.cumsum([0, *(8 + len(frame) for frame in frames)])[:-1]
    basic = struct.pack(f"<{len(frames)}L", *offsets) if table else b""
    return Bytes(item(basic) + b"".join(map(item, frames)) + END)


ELEMENT = PixelElement(0x7FE00010, 0, UNDEFINED, words=False)
FRAMES = [b"\xff\xd8" + bytes([i]) * 1000 for i in range(50)]


@pytest.mark.parametrize("table", [True, False])
def test_a_frame_of_many_costs_its_header_and_its_bytes(table: bool) -> None:
    reader = fragments(FRAMES, table=table)
    places = Encapsulated(ELEMENT, 50, b"")
    assert places.count(reader) == 50
    reader.reads.clear()
    assert places.read(reader, 37, 2**20) == FRAMES[37]
    assert len(reader.reads) <= 2
    assert sum(reader.reads) <= len(FRAMES[37]) + 20


def test_a_table_is_enough_to_know_how_many() -> None:
    reader = fragments(FRAMES, table=True)
    assert Encapsulated(ELEMENT, 50, b"").count(reader) == 50
    assert sum(reader.reads) < 300


def test_a_frame_of_a_native_file_costs_one_read() -> None:
    pixels = np.arange(50 * 16, dtype=np.uint16).reshape(50, 4, 4)
    reader = Bytes(b"header!!" + pixels.tobytes())
    element = PixelElement(0x7FE00010, 8, pixels.nbytes, words=True)
    places = Native(element, layout(phantoms.grey(pixels)), 50)
    assert places.count(reader) == 50
    assert reader.reads == []
    assert places.read(reader, 49, 2**20) == pixels[49].tobytes()
    assert reader.reads == [32]


@settings(max_examples=50, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 3), min_size=1, max_size=8),
    table=st.booleans(),
    declared=st.none() | st.integers(1, 9),
)
def test_no_byte_is_lost_or_doubled_by_a_walk(lengths: list[int], table: bool, declared: int | None) -> None:
    """Frames of one to four fragments: those that begin a stream tell the frames apart."""
    frames = [[b"\xff\xd8" + bytes([i])] + [bytes([i, j]) for j in range(n)] for i, n in enumerate(lengths)]
    parts = [part for frame in frames for part in frame]
    reader = Bytes(item(b"") + b"".join(map(item, parts)) + (END if table else b""))
    places = Encapsulated(ELEMENT, declared or len(frames), b"")
    found = [places.read(reader, i, 2**20) for i in range(places.count(reader))]
    if (declared or 1) > 1 and declared == len(parts):
        assert found == parts  # as many fragments as frames: one each
    else:
        assert found == [b"".join(frame) for frame in frames][: declared or None]


def test_a_compressed_frame_over_the_limit_is_refused() -> None:
    with pytest.raises(NoPictureError, match="frame_bytes"):
        Encapsulated(ELEMENT, 50, b"").read(fragments(FRAMES, table=True), 0, 500)


def test_pixel_data_without_items_are_said() -> None:
    with pytest.raises(NoPictureError, match="item"):
        Encapsulated(ELEMENT, 1, b"").read(Bytes(b"no items at all"), 0, 500)


def test_the_walk_is_bounded() -> None:
    class Endless:
        size = 2**50
        calls = 0

        def read(self, offset: int, length: int) -> bytes:
            self.calls += 1
            return ITEM + b"\0\0\0\0"

    endless = Endless()
    assert Encapsulated(ELEMENT, None, b"").count(endless) == 1
    assert endless.calls < 1_000_100
