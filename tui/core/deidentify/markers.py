"""What each copy says of itself: the markers of de-identification and the file meta information, as bytes.

As ``profile.py`` sets them in a data set (PS3.15 E.1.1, PS3.3 C.7.1.1, PS3.10 7.1).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from tui.core.deidentify.heads import element
from tui.core.deidentify.options import Options
from tui.core.deidentify.toplevel import peek
from tui.core.walk import Unsure

REMOVED, METHOD, METHOD_CODES, LONGITUDINAL = 0x00120062, 0x00120063, 0x00120064, 0x00280303
ITEM, _SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"


@dataclass(frozen=True)
class Maker:
    """What a copy says of who made it, and how."""

    method: str
    class_uid: str
    version: str


def markers(options: Options, method: str, implicit: bool) -> dict[int, bytes]:
    """The attributes that say what was done (PS3.15 E.1.1, PS3.3 C.7.1.1)."""
    return {
        REMOVED: element(REMOVED, b"CS", b"YES", implicit),
        METHOD: element(METHOD, b"LO", method.encode(), implicit),
        METHOD_CODES: element(METHOD_CODES, b"SQ", _codes(options, frozenset(), implicit), implicit),
        LONGITUDINAL: element(LONGITUDINAL, b"CS", options.longitudinal.encode(), implicit),
    }


def _codes(options: Options, there: Set[bytes], implicit: bool) -> bytes:
    """Items for the codes of the options but for those that are there."""
    items = b""
    for value, meaning in options.codes:
        if value.encode() in there:
            continue
        parts = ((0x00080100, b"SH", value), (0x00080102, b"SH", "DCM"), (0x00080104, b"LO", meaning))
        item = b"".join(element(tag, vr, text.encode(), implicit) for tag, vr, text in parts)
        items += ITEM + len(item).to_bytes(4, "little") + item
    return items


def more_codes(items: bytes, options: Options, implicit: bool) -> bytes:
    """A sequence of codes with those of the options behind them."""
    there, at = set(), 0
    if items[-8:] == _SEQUENCE_END:
        items = items[:-8]
    while at < len(items):
        size = int.from_bytes(items[at + 4 : at + 8], "little")
        if items[at : at + 4] != ITEM or size == 0xFFFFFFFF:
            raise Unsure
        found = peek(items[at + 8 : at + 8 + size], 0, implicit, (0x00080100,))
        there.add(found.get(0x00080100, b"").strip(b" \0"))
        at += 8 + size
    return element(METHOD_CODES, b"SQ", items + _codes(options, there, implicit), implicit)


@lru_cache(maxsize=64)
def _around(sop_class: str, syntax: str, maker: Maker) -> tuple[bytes, bytes]:
    """What stands before and behind the instance in the file meta information."""

    def made(*parts: tuple[int, bytes, bytes]) -> bytes:
        return b"".join(element(tag, vr, value, implicit=False) for tag, vr, value in parts)

    return made((0x00020001, b"OB", b"\0\1"), (0x00020002, b"UI", sop_class.encode())), made(
        (0x00020010, b"UI", syntax.encode()),
        (0x00020012, b"UI", maker.class_uid.encode()),
        (0x00020013, b"SH", maker.version.encode()),
    )


def meta(sop_class: str, instance: str, syntax: str, maker: Maker) -> bytes:
    """Preamble and file meta information (PS3.10 7.1)."""
    before, behind = _around(sop_class, syntax, maker)
    group = before + element(0x00020003, b"UI", instance.encode(), implicit=False) + behind
    return bytes(128) + b"DICM" + element(0x00020000, b"UL", len(group).to_bytes(4, "little"), implicit=False) + group
