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
    others, else whether it has a length. ``starts`` says where each begins, and behind them where all ends; ``heads``
    how long its own header is, ``nested`` the spans of those with headers in them.
    """

    __slots__ = ("data", "heads", "implicit", "nested", "signature", "starts")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.implicit = False
        self.signature: Signature = ()
        self.starts = [128, 132]
        self.heads = [4]  # the mark DICM
        self.nested: dict[int, Spans] = {}

    def bounds(self, index: int) -> tuple[int, int]:
        """Where an element begins and ends."""
        return self.starts[index], self.starts[index + 1]

    def value(self, index: int) -> bytes:
        """The value of an element."""
        return self.data[self.starts[index] + self.heads[index] : self.starts[index + 1]]

    def spans(self, index: int) -> Spans:
        """Offset and size of each header in an element, its own first, and how many bytes at its end are the length."""
        found = self.nested.get(index)
        if found is None:
            head, (_, vr, _) = self.heads[index], self.signature[index]
            found = ((self.starts[index], head, 2 if vr and head == 8 else 4),)
        return found


def traced(data: bytes) -> Trace | None:
    """The elements of a header up to the group after 0028; None if it is odd."""
    trace = Trace(data)
    signature: list[tuple[int, bytes, bytes]] = [(0, b"", b"")]
    starts, heads = trace.starts, trace.heads
    at, syntax, implicit, in_meta, inside = 132, b"", False, True, 0
    try:
        while at < len(data):
            tag, vr, length = _TAG_VR_LENGTH(data, at)
            if in_meta and tag & 0xFFFF != 2:
                in_meta, trace.implicit = False, syntax == headers.IMPLICIT
                implicit = trace.implicit
            if tag & 0xFFFF > walk.LAST_GROUP:
                break
            if implicit:
                (_, length), vr, head = _TAG_LENGTH(data, at), b"", 8
            else:
                head = VR_HEADER[vr]
                if head == 12:
                    length = int.from_bytes(data[at + 8 : at + 12], "little")
            start, told = at, b""
            at += head + length
            if length == UNDEFINED:
                spans = [(start, head, 4)]
                at = walk.skip(data, start + head, implicit=implicit or vr == b"UN", spans=spans)
                told = b"*"
                trace.nested[len(heads)] = tuple(spans)
                inside += len(spans)
                if vr == b"UN":
                    return None
            elif tag in LITERAL:
                told = data[start + head : at]
                if tag == 0x0010_0002:
                    syntax = told.strip(b" \0")
                    if syntax in headers.DEFLATED or syntax == headers.BIG_ENDIAN:
                        return None
            starts.append(at)
            heads.append(head)
            signature.append((tag, vr, told))
            if len(heads) + inside > LONGEST:
                return None
    except (struct.error, KeyError, Unsure):
        return None
    if at > len(data):
        return None
    trace.data, trace.signature = data[:at], tuple(signature)
    return trace
