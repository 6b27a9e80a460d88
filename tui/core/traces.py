"""A header as it was walked, element by element: what layouts and stretches of bytes are learned from."""

from __future__ import annotations

import struct

from tui.core import headers, walk
from tui.core.walk import UNDEFINED, VR_HEADER, Spans, Unsure

LONGEST = 2000  # elements
LITERAL = frozenset((0x0010_0002, 0x0002_0002, 0x0005_0008, 0x0016_0008))
"""Elements whose values decide what the rest means: transfer syntax, SOP Classes and character set."""

_TAG_VR_LENGTH = struct.Struct("<I2sH").unpack_from
_TAG_LENGTH = struct.Struct("<II").unpack_from

Signature = tuple[tuple[int, bytes, bytes], ...]


class Trace:
    """A header as it was walked, element by element.

    ``signature`` has the tag and VR of each, and what of its value is part of a layout: all where it decides on
    others, else whether it has a length. ``spans`` have, for each, the offset and size of its own header and of those
    of nested elements and items, and how many bytes at the end of it are the length; behind them, where all ends.
    """

    __slots__ = ("data", "implicit", "signature", "spans")

    def __init__(self, data: bytes, implicit: bool, signature: Signature, spans: list[Spans]) -> None:
        self.data, self.implicit, self.signature, self.spans = data, implicit, signature, spans

    def bounds(self, index: int) -> tuple[int, int]:
        """Where an element begins and ends."""
        return self.spans[index][0][0], self.spans[index + 1][0][0]

    def value(self, index: int) -> bytes:
        """The value of an element."""
        (at, size, _), end = self.spans[index][0], self.spans[index + 1][0][0]
        return self.data[at + size : end]


def traced(data: bytes) -> Trace | None:
    """The elements of a header up to the group after 0028; None if it is odd."""
    signature: list[tuple[int, bytes, bytes]] = [(0, b"", b"")]  # the mark DICM
    elements: list[Spans] = [((128, 4, 0),)]
    at, syntax, implicit, in_meta = 132, b"", False, True
    count = 0
    try:
        while at < len(data):
            tag, vr, length = _TAG_VR_LENGTH(data, at)
            if in_meta and tag & 0xFFFF != 2:
                in_meta, implicit = False, syntax == headers.IMPLICIT
            if tag & 0xFFFF > walk.LAST_GROUP:
                break
            if implicit:
                (_, length), vr, head = _TAG_LENGTH(data, at), b"", 8
            else:
                head = VR_HEADER[vr]
                if head == 12:
                    length = int.from_bytes(data[at + 8 : at + 12], "little")
            spans = [(at, head, 2 if head == 8 and not implicit else 4)]
            value, told = at + head, b""
            at = value + length
            if length == UNDEFINED:
                at = walk.skip(data, value, implicit=implicit or vr == b"UN", spans=spans)
                told = b"*"
                if vr == b"UN":
                    return None
            elif tag in LITERAL:
                told = data[value:at]
                if tag == 0x0010_0002:
                    syntax = told.strip(b" \0")
                    if syntax in headers.DEFLATED or syntax == headers.BIG_ENDIAN:
                        return None
            elements.append(tuple(spans))
            signature.append((tag, vr, told))
            count += len(spans)
            if count > LONGEST:
                return None
    except (struct.error, KeyError, Unsure):
        return None
    if at > len(data):
        return None
    elements.append(((at, 0, 0),))
    return Trace(data[:at], implicit, tuple(signature), elements)
