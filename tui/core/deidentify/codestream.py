"""Compressed pixels without their comments: JPEG, JPEG-LS and JPEG 2000 have room for text beside the picture.

Text is made blank where it stands, so all lengths and offsets stay and nothing is coded anew.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from tui.core.deidentify import elements, pixels

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Span: TypeAlias = tuple[int, int]

_JPEG, _JPEG_2000, _JP2 = b"\xff\xd8", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "
_BEGINNINGS = (_JPEG, _JPEG_2000, _JP2)
_RLE = re.compile(rb"[\x01-\x0e]\0\0\0\x40\0\0\0.{56}", re.DOTALL)
_WORD = re.compile(rb"[ -~]{4}")
# Markers after coded data (ITU-T T.81 B.1.1.2, T.87 A.1): neither a stuffed byte nor a restart.
_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")
# What encoders say of themselves may stay, so that such pixels stay what they were.
_ENCODERS = re.compile(
    rb"(?:\0\x01)?(?:Kakadu-v?|OpenJPH Ver |Created by (?:GDCM/)?OpenJPEG version |Created by Grok +version |"
    rb"LEAD Technologies Inc\. V|Creator: JasPer Version |Lavc)[0-9.]{1,12}(?:beta[0-9.]{0,3})?[\0 ]{0,2}|"
    rb"(?:\0\x01)?Kdu-Layer-Info: log_2\{Delta-D\((?:MSE|squared-error)\)/\[2\^16\*Delta-L\(bytes\)\]\}, L\(bytes\)"
    rb"[-+0-9.e, \n\0]*"
)
PADDING = b"\0\xff "
_BOXES = frozenset((b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jp2c"))


def clean(dataset: Dataset) -> bool:
    """Blank the text in all fragments of encapsulated Pixel Data (PS3.5 A.4); whether there was any."""
    if not pixels.is_encapsulated(dataset):
        return False
    data = elements.data(elements.get(dataset, pixels.PIXEL_DATA))
    blank = blanked(data, list(_fragments(data)))
    if blank is None:
        return False
    pixels.put(dataset, pixels.PIXEL_DATA, blank)
    return True


def _fragments(data: bytes) -> Iterator[Span]:
    at = 0
    while at + 8 <= len(data) and data[at : at + 4] == b"\xfe\xff\x00\xe0":
        (length,) = struct.unpack_from("<L", data, at + 4)
        yield at + 8, min(at + 8 + length, len(data))
        at += 8 + length


def blanked(data: bytes, fragments: list[Span]) -> bytes | None:
    """Encapsulated Pixel Data without the text in them, None if there is none.

    Parameters
    ----------
    fragments
        Where the items lie, the Basic Offset Table first.
    """
    spans = [(a, b) for a, b in _texts(data, fragments) if data[a:b].strip(PADDING)]
    if not spans:
        return None
    blank = bytearray(data)
    for start, end in spans:
        blank[start:end] = bytes(end - start)
    return bytes(blank)


def _texts(data: bytes, fragments: list[Span]) -> Iterator[Span]:
    if fragments and not _are_offsets(data[slice(*fragments[0])]):
        yield fragments[0]
    frame: list[Span] = []
    for start, end in fragments[1:]:
        if frame and data.startswith(_BEGINNINGS, start):
            yield from _of_frame(data, frame)
            frame = []
        frame.append((start, end))
    yield from _of_frame(data, frame)


def _are_offsets(table: bytes) -> bool:
    """Whether a Basic Offset Table holds offsets (PS3.5 A.4): from 0 on they rise. Without text, any may be."""
    if not _WORD.search(table):
        return True
    offsets = struct.unpack(f"<{len(table) // 4}L", table[: len(table) // 4 * 4])
    return len(table) % 4 == 0 and offsets[0] == 0 and all(one < other for one, other in pairwise(offsets))


def _of_frame(data: bytes, frame: list[Span]) -> Iterator[Span]:
    """Of the fragments of one frame, where they hold what is not picture: one text may go on in the next fragment."""
    at = 0
    found = texts(b"".join(data[start:end] for start, end in frame)) if frame else []
    for start, end in frame:
        length = end - start
        for one, other in found:
            if one < at + length and other > at:
                yield start + max(one - at, 0), start + min(other - at, length)
        at += length


def texts(code: bytes) -> list[Span]:
    """Where a code stream holds what is not picture; empty for codes that are not known."""
    if code.startswith(_JPEG):
        return list(_jpeg(code))
    if code.startswith(_JPEG_2000):
        return list(_jpeg_2000(code, 0, len(code)))
    if code.startswith(_JP2):
        return list(_jp2(code))
    if _RLE.match(code):
        return [(4 + 4 * code[0], 64)]  # offsets of segments that there are not (PS3.5 G.5)
    return []


def _kept(marker: int, content: bytes) -> int:
    """Bytes of an application segment that decoders need: JFIF, Adobe, SPIFF and the colour transforms of JPEG-LS."""
    if marker == 0xE0 and content[:5] in (b"JFIF\0", b"LJIF\0"):
        return 14
    if marker == 0xEE and content.startswith(b"Adobe"):
        return 12
    if marker == 0xE8:
        return 30 if content.startswith(b"SPIFF\0") else min(len(content), 6)
    return 0


def _jpeg(code: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while found := _MARKER.search(code, at):
        marker, start = code[found.start() + 1], found.end()
        if marker == 0xD9:  # what follows the end of the image
            yield start, len(code)
            return
        if marker == 0xD8 or start + 2 > len(code):
            at = start
            continue
        end = min(start + int.from_bytes(code[start : start + 2], "big"), len(code))
        content = code[start + 2 : end]
        if (marker == 0xFE or 0xE0 <= marker <= 0xEF) and not _ENCODERS.fullmatch(content):
            yield min(start + 2 + _kept(marker, content), end), end
        at = max(end, start)


def _jpeg_2000(code: bytes, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """Comments in the main header and the tile-part headers (ITU-T T.800 A.9.2), and what follows the end."""
    at += 2
    tile_end = 0
    while at + 4 <= stop and code[at] == 0xFF:
        marker, length = code[at + 1], int.from_bytes(code[at + 2 : at + 4], "big")
        if marker == 0xD9:
            yield at + 2, stop
            return
        if marker == 0x93:  # coded data of this tile-part
            if tile_end <= at:
                return
            at = tile_end
            continue
        if marker == 0x90:
            (size,) = struct.unpack_from(">L", code, at + 6) if at + 10 <= stop else (0,)
            tile_end = at + size if size else stop
        if marker == 0x64 and not _ENCODERS.fullmatch(code[at + 4 : at + 2 + length]):
            yield at + 6, min(at + 2 + length, stop)
        if length < 2:
            return
        at += 2 + length
    if at + 2 <= stop and code[at : at + 2] == b"\xff\xd9":
        yield at + 2, stop


def _jp2(code: bytes) -> Iterator[tuple[int, int]]:
    """Boxes that are no picture (ITU-T T.800 I.5), and the comments in the code stream."""
    at = 0
    while at + 8 <= len(code):
        size, kind = struct.unpack_from(">L4s", code, at)
        end = len(code) if size == 0 else min(at + max(size, 8), len(code))
        if size == 1:
            yield at + 8, len(code)
            return
        if kind == b"jp2c":
            yield from _jpeg_2000(code, at + 8, end)
        elif kind not in _BOXES:
            yield at + 8, end
        at = end
