"""Where the bytes of a frame lie in a file: offset arithmetic, offset tables, fragments (PS3.5 8.2, A.4)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from tui.adapters import regular
from tui.errors import NoPictureError, UnreadableError
from tui.service.settings import trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.layout import Layout

    Decoding = Callable[[Dataset, Layout], "FrameDecoder"]

UNDEFINED = 0xFFFFFFFF
_ITEM, _DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_MOST_FRAGMENTS = 1_000_000
_PEEK = 12  # bytes of a fragment that tell whether it begins a stream


class Reader(Protocol):
    """Bytes at an offset."""

    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes, fewer only at the end."""


class Source(Protocol):
    """A file or something like it, opened anew for each use so that nothing stays open between two pictures."""

    @property
    def identity(self) -> Identity | None:
        """What tells it from another one of its name; None where it cannot change."""

    def open(self) -> AbstractContextManager[Reader]:
        """Open for reading.

        Raises
        ------
        tui.errors.NoPictureError
            It is not the same any more.
        """


class FrameDecoder(Protocol):
    """As :class:`tui.core.frames.Decoder`, wherever it decodes."""

    @property
    def reducible(self) -> bool:
        """Whether :meth:`reduced` may have something to give."""

    def frame(self, index: int, data: bytes) -> Frame:
        """Decode one frame."""

    def reduced(self, index: int, data: bytes, halvings: int) -> Frame | None:
        """One frame at a lower resolution."""


class _BytesReader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]


Identity = tuple[int, int, int, int]


def identity(status: os.stat_result) -> Identity:
    """(device, inode, size, mtime): what a file must still have when its pixels are read."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class FileSource:
    """A file on disk that must still be the one that its header was read from."""

    def __init__(self, path: str, known: Identity) -> None:
        self._path = path
        self._known = known

    @property
    def identity(self) -> Identity | None:
        """Of the file whose header was read."""
        return self._known

    def open(self) -> _Use:
        """Open, compare, read, close."""
        return _Use(self._path, self._known)


class _Use:
    """One use of a file, and its reader; plainer and faster than a generator, as every frame of a cine is one."""

    __slots__ = ("_known", "_opened", "_path", "size")

    def __init__(self, path: str, known: Identity) -> None:
        self._path = path
        self._known = known
        self._opened = -1
        self.size = known[2]

    def __enter__(self) -> Reader:
        try:
            self._opened, status = regular.descriptor(self._path)
        except UnreadableError as error:
            raise NoPictureError(f"The file cannot be read any more: {error}") from error
        if identity(status) != self._known:
            os.close(self._opened)
            raise NoPictureError("The file has changed since it was opened", "Open it again.")
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        os.close(self._opened)
        if isinstance(error, OSError):
            raise NoPictureError(f"The file cannot be read: {regular.reason(error)}") from error

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        data = os.pread(self._opened, length, offset)
        while len(data) < length and (more := os.pread(self._opened, length - len(data), offset + len(data))):
            data += more
        return data


class BytesSource:
    """A data set in memory: what was deflated."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def identity(self) -> Identity | None:
        """Nothing can change it."""
        return None

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Nothing to open."""
        yield _BytesReader(self._data)


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Pixel Data, Float Pixel Data or Double Float Pixel Data in a file.

    ``offset`` is that of the value; ``length`` may be :data:`UNDEFINED`. ``words`` for VR OW.
    """

    tag: int
    offset: int
    length: int
    words: bool

    @property
    def floating(self) -> bool:
        """Float or Double Float Pixel Data."""
        return self.tag != 0x7FE00010


class FrameBytes(Protocol):
    """The frames of an instance as bytes."""

    notes: tuple[str, ...]

    def count(self, reader: Reader) -> int:
        """Frames that can really be had; at least 1, so that a picture that cannot be shown has its reason."""

    def read(self, reader: Reader, index: int, limit: int) -> bytes:
        """The bytes of one frame, as :func:`tui.core.frames.Decoder` takes them."""


class Native:
    """Uncompressed frames one behind the other, to the bit (PS3.5 8.1.1, A.1 to A.3)."""

    def __init__(self, element: PixelElement, layout: Layout, declared: int | None) -> None:
        self._element = element
        self._bits = layout.native_bits
        # PS3.5 7.3: in big endian, bytes are in 16-bit words when the VR is OW.
        self._swapped = layout.big_endian and element.words and layout.bits in (1, 8, 12)
        self._declared = max(1, declared or 1)
        self.notes: tuple[str, ...] = ()

    def count(self, reader: Reader) -> int:
        """Whole frames, by arithmetic alone."""
        there = max(0, min(self._element.length, reader.size - self._element.offset))
        found = max(1, min(self._declared, 8 * there // max(1, self._bits)))
        if found < self._declared:
            self.notes = (f"The file says it has {self._declared} frames; {found} can be read.",)
        return found

    def read(self, reader: Reader, index: int, limit: int) -> bytes:
        """One read at the frame's offset."""
        first, last = index * self._bits, (index + 1) * self._bits
        start, end = first // 8, (last + 7) // 8
        if self._swapped:
            even, odd = start & ~1, end + (end & 1)
            data = self._at(reader, even, odd)
            words = bytearray(data + bytes(len(data) & 1))
            words[0::2], words[1::2] = words[1::2], words[0::2]
            data = bytes(words[start - even : end - even])
        else:
            data = self._at(reader, start, end)
        return _shifted(data, first % 8, self._bits) if first % 8 else data

    def _at(self, reader: Reader, start: int, end: int) -> bytes:
        end = min(end, self._element.length)
        return reader.read(self._element.offset + start, max(0, end - start))


def _shifted(data: bytes, skip: int, bits: int) -> bytes:
    """The bits from ``skip`` on, moved down to bit 0 of the first byte."""
    import numpy as np

    unpacked = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[skip : skip + bits]
    return np.packbits(unpacked, bitorder="little").tobytes()


Span = tuple[int, int]


class Encapsulated:
    """Compressed frames in fragments (PS3.5 A.4): Extended or Basic Offset Table, else a walk over the fragments."""

    def __init__(self, element: PixelElement, declared: int | None, extended: bytes) -> None:
        self._element = element
        self._declared = declared
        self._extended = extended
        self._offsets: list[int] | None = None
        self._streams = False
        self._table: list[list[Span]] | None = None
        self.notes: tuple[str, ...] = ()

    def count(self, reader: Reader) -> int:
        """From a sound offset table at once, else by walking."""
        if self._table is None and self._find_offsets(reader):
            return len(self._offsets or ())
        return max(1, len(self._walked(reader)))

    def read(self, reader: Reader, index: int, limit: int) -> bytes:
        """The fragments of a frame, joined."""
        spans = self._spans(reader, index)
        if sum(length for _, length in spans) > limit:
            said = f"The compressed frame passes the limit frame_bytes ({limit >> 20} MiB)"
            raise NoPictureError(said, trust("frame_bytes"))
        return b"".join(reader.read(offset, length) for offset, length in spans)

    def _spans(self, reader: Reader, index: int) -> list[Span]:
        if self._table is None and self._find_offsets(reader):
            found = self._by_offset(reader, index)
            if found is not None:
                return found
            self._distrust()
        table = self._walked(reader)
        if index >= len(table):
            raise NoPictureError("The compressed pixel data hold no such frame" if table else _EMPTY)
        return table[index]

    def _distrust(self) -> None:
        self._offsets = []
        self.notes = ("The offset table of the file is wrong; the frames were found by walking over the fragments.",)

    def _start(self, reader: Reader) -> tuple[int, bytes]:
        """Offset of the first fragment, and the Basic Offset Table."""
        header = reader.read(self._element.offset, 8)
        if header[:4] != _ITEM:
            raise NoPictureError("The compressed pixel data do not begin with an item")
        length = struct.unpack_from("<L", header, 4)[0]
        length = min(length, max(0, reader.size - self._element.offset - 8))
        return self._element.offset + 8 + length, reader.read(
            self._element.offset + 8, min(length, 4 * _MOST_FRAGMENTS)
        )

    def _find_offsets(self, reader: Reader) -> bool:
        """Whether there is a table with an entry for each frame, whose entries rise and lie inside the file."""
        if self._offsets is None:
            start, basic = self._start(reader)
            frames = self._declared or 1
            if len(self._extended) == 8 * frames:
                offsets = list(struct.unpack(f"<{frames}Q", self._extended))
            elif len(basic) == 4 * frames:
                offsets = list(struct.unpack(f"<{frames}L", basic))
            else:
                self._offsets = []
                return False
            rising = all(a < b for a, b in pairwise(offsets))
            if offsets[0] == 0 and rising and start + offsets[-1] + 8 <= reader.size:
                self._streams = _begins(reader.read(start + 8, _PEEK))
                self._offsets = [start + offset for offset in offsets]
            else:
                self._distrust()
        return bool(self._offsets)

    def _by_offset(self, reader: Reader, index: int) -> list[Span] | None:
        """Fragments between two entries of the table; None where they do not lie as it says."""
        offsets = self._offsets or []
        if not 0 <= index < len(offsets):
            return None
        end = offsets[index + 1] if index + 1 < len(offsets) else None
        spans: list[Span] = []
        for at, length, peek in _items(reader, offsets[index]):
            if not spans and self._streams and not _begins(peek):
                return None  # in the middle of a stream, where the first frame has its beginning
            spans.append((at, length))
            if end is not None and at + length >= end:
                return spans if at + length == end else None
        return spans if end is None and spans else None

    def _walked(self, reader: Reader) -> list[list[Span]]:
        if self._table is None:
            start, _ = self._start(reader)
            items = [(at, length, _begins(peek)) for at, length, peek in _items(reader, start) if length]
            self._table = _grouped(items, self._declared)
            found = len(self._table)
            if self._declared and found < self._declared:
                self.notes = (*self.notes, f"The file says it has {self._declared} frames; {found} can be read.")
        return self._table


_EMPTY = "The compressed pixel data are empty or damaged"


def _begins(peek: bytes) -> bool:
    from tui.core.codestreams import starts

    return starts(peek)


def _items(reader: Reader, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and first bytes of the fragments from ``at`` to the delimiter or the first thing that is none."""
    for _ in range(_MOST_FRAGMENTS):
        header = reader.read(at, 8 + _PEEK)
        if len(header) < 8 or header[:4] != _ITEM:
            return
        length = struct.unpack_from("<L", header, 4)[0]
        if length == UNDEFINED:
            return
        there = min(length, reader.size - at - 8)
        yield at + 8, there, header[8 : 8 + there]
        at += 8 + length


def fragments(reader: Reader, element: PixelElement) -> list[Span]:
    """Offset and length of all fragments but the Basic Offset Table (PS3.5 A.4); one span where there are none."""
    if element.length != UNDEFINED and reader.read(element.offset, 4) != _ITEM:
        return [(element.offset, max(0, min(element.length, reader.size - element.offset)))]
    return [(at, length) for at, length, _ in _items(reader, element.offset)][1:]


def _grouped(items: list[tuple[int, int, bool]], declared: int | None) -> list[list[Span]]:
    """Fragments as frames (PS3.5 A.4): all for one frame, or one each, or as the streams in them begin."""
    beginnings = sum(begins for _, _, begins in items)
    spans = [(at, length) for at, length, _ in items]
    if declared and declared > 1 and (len(items) == declared or not beginnings):
        return [[span] for span in spans][:declared]
    if beginnings <= 1:
        return [spans] if spans else []
    groups: list[list[Span]] = []
    for span, (_, _, begins) in zip(spans, items, strict=True):
        if begins or not groups:
            groups.append([])
        groups[-1].append(span)
    return groups[: declared or len(groups)]
