"""Files whose pixels lie in them as they are: elements and pixels as bytes, found without pydicom (PS3.5 A.1, A.2).

Whatever is unusual is no plain file: out of order, damaged, compressed, with more behind the pixels. It is left to the
reader that can mend and explain.
"""

from __future__ import annotations

import struct

from tui.core import walk
from tui.core.walk import UNDEFINED, VR_HEADER, Short, Unsure
from tui.errors import NotDicomError
from tui.frozen import frozen

EXPLICIT, IMPLICIT = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2"
PIXEL_DATA = 0x7FE00010
_PIXELS = 0x7FE00000  # the first tag of their group
_TAG_VR_LENGTH = struct.Struct("<HH2sH").unpack_from
_TAG_LENGTH = struct.Struct("<HHI").unpack_from
_LENGTH = struct.Struct("<I").unpack_from


@frozen
class Plain:
    """The header of a plain file.

    Attributes
    ----------
    syntax
        Transfer syntax UID, one of the two above.
    elements
        Tag to all bytes of an element, its own header included, of the data set up to the pixels.
    offset, length
        Where in the file the value of Pixel Data begins, and its bytes; the file ends with it.
    """

    syntax: bytes
    elements: dict[int, bytes]
    offset: int
    length: int


def read(data: bytes, size: int) -> Plain | None:
    """The header of a file; None for what is not plain.

    Parameters
    ----------
    data
        The first bytes of the file.
    size
        Of the whole file.

    Raises
    ------
    Short
        The header goes on behind the data.
    """
    if data[128:132] != b"DICM":
        return None
    try:
        syntax, at = walk.meta(data)
        if syntax not in (EXPLICIT, IMPLICIT) or (data[at + 4 : at + 6] in VR_HEADER) is not (syntax == EXPLICIT):
            return None
        elements: dict[int, bytes] = {}
        offset, length = (_implicit if syntax == IMPLICIT else _explicit)(data, at, elements)
    except (Unsure, NotDicomError):
        return None
    except struct.error:
        if len(data) >= size:
            return None
        raise Short from None
    return Plain(syntax, elements, offset, length) if offset + length == size else None


def _explicit(data: bytes, at: int, elements: dict[int, bytes]) -> tuple[int, int]:
    """Keep the elements; where the pixels begin, and their length."""
    last = 0
    while True:
        group, number, vr, length = _TAG_VR_LENGTH(data, at)
        tag = group << 16 | number
        header = VR_HEADER.get(vr)
        if header is None or tag <= last:
            raise Unsure
        start, at, last = at, at + header, tag
        if header == 12:
            (length,) = _LENGTH(data, start + 8)
        if tag < _PIXELS and length != UNDEFINED:
            at += length  # if that is not in the data, the next element is not either
        else:
            at = _behind(data, at, length, tag, unknown=vr == b"UN")
            if tag == PIXEL_DATA:
                return at, length
        elements[tag] = data[start:at]


def _implicit(data: bytes, at: int, elements: dict[int, bytes]) -> tuple[int, int]:
    """As :func:`_explicit`, for implicit VR."""
    last = 0
    while True:
        group, number, length = _TAG_LENGTH(data, at)
        tag = group << 16 | number
        if tag <= last:
            raise Unsure
        start, at, last = at, at + 8, tag
        if tag < _PIXELS and length != UNDEFINED:
            at += length
        else:
            at = _behind(data, at, length, tag, unknown=True)
            if tag == PIXEL_DATA:
                return at, length
        elements[tag] = data[start:at]


def _behind(data: bytes, at: int, length: int, tag: int, *, unknown: bool) -> int:
    """Where a value of undefined length ends that begins here, or where the pixels begin.

    Raises ``struct.error`` where that is not in the data.
    """
    if tag >= _PIXELS:
        if tag != PIXEL_DATA or length == UNDEFINED:
            raise Unsure
        return at
    at = walk.skip(data, at, implicit=unknown)
    if at > len(data):
        raise struct.error
    return at
