"""Where the data set of a file ends: what stands behind is no part of the object (PS3.10 7.2), and is cut.

A file that was cut short, or is damaged in its middle, must not pass for one with something behind it.
"""

from __future__ import annotations

import re
import struct

from tui.core import walk
from tui.core.deidentify.plans import PIXELS
from tui.core.deidentify.toplevel import element_at
from tui.core.walk import VR_HEADER, Unsure
from tui.errors import NotDicomError

WARNING = "R09: bytes behind the data set were cut."
_IMPLICIT = b"1.2.840.10008.1.2"
_NOT_THESE = (b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99")  # big endian; deflated
_ROWS = 0x00280010
_PIXEL_DATA = b"\xe0\x7f\x10\0"
# The head of an element in explicit VR: group, number, VR.
_GROUPS = rb"[\x08\x10\x18\x20\x28\x32\x38\x40\x50\x54\x70\x88\xe0]\0"
_HEAD = re.compile(_GROUPS + rb"..(?:" + b"|".join(VR_HEADER) + rb")", re.DOTALL)


def end_of_data(data: bytes) -> int:
    """Where the data set of a whole file ends: its length, unless something stands behind the data set."""
    try:
        syntax, at = walk.meta(data)
    except (struct.error, Unsure, NotDicomError):
        return len(data)
    if data[128:132] != b"DICM" or syntax in _NOT_THESE:
        return len(data)
    last, has_rows, has_pixels, implicit = -1, False, False, syntax == _IMPLICIT
    while at < len(data):
        try:
            tag, _, _, _, stop = element_at(data, at, implicit)
        except Unsure:
            tag, stop = -1, at
        if tag <= last or (stop > len(data) and has_pixels and not _is_possible(tag)):
            is_tail = _PIXEL_DATA not in data[at:] if has_pixels else not has_rows and _is_tail(data[at:], implicit)
            return at if is_tail else len(data)
        if stop > len(data):
            return len(data)  # cut short
        last, at, has_rows, has_pixels = tag, stop, has_rows or tag == _ROWS, has_pixels or tag in PIXELS
    return len(data)


def _is_possible(tag: int) -> bool:
    """Whether an element behind the pixels can have this tag: signatures and padding, or a private one."""
    return tag in (0xFFFAFFFA, 0xFFFCFFFC) or (tag >> 16 & 1 == 1 and tag >> 16 < 0x8000)


def _is_tail(tail: bytes, implicit: bool) -> bool:
    """Whether bytes behind the last element of an object without pixels are no damaged element."""
    return len(tail) < 8 if implicit else not _HEAD.search(tail)
