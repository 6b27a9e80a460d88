from __future__ import annotations

import struct

import pytest

from tui.core import walk
from tui.core.walk import COMPLETE, Unsure
from tui.errors import NotDicomError

ID = 0x0020_0010
WANTED = {ID: ("patient_id", b"LO")}
ITEM, ITEM_END, SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
UNDEFINED = 0xFFFFFFFF


def bare(tag: tuple[int, int], value: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<HHI", *tag, len(value) if length is None else length) + value


def explicit(tag: tuple[int, int], vr: bytes, value: bytes, length: int | None = None) -> bytes:
    size = len(value) if length is None else length
    if walk.VR_HEADER[vr] == 12:
        return struct.pack("<HH2sHI", *tag, vr, 0, size) + value
    return struct.pack("<HH2sH", *tag, vr, size) + value


NAME = explicit((0x10, 0x20), b"LO", b"ID 7")
END = explicit((0x7FE0, 0x10), b"OW", b"\0\0")


def found(data: bytes) -> tuple[int, dict[str, bytes]]:
    values: dict[str, bytes] = {}
    return walk.explicit(data, 0, WANTED, values), values


def test_it_keeps_what_is_wanted_and_stops_before_the_pixels() -> None:
    data = explicit((0x08, 0x60), b"CS", b"CT") + NAME + END
    assert found(data) == (COMPLETE, {"patient_id": b"ID 7"})


def test_data_that_end_say_where() -> None:
    assert found(NAME) == (len(NAME), {"patient_id": b"ID 7"})
    assert found(NAME + b"\x28\0") == (len(NAME) + 3, {"patient_id": b"ID 7"})
    assert found(NAME[:-1]) == (len(NAME), {"patient_id": b"ID "})


def nested(depth: int, inside: bytes) -> bytes:
    if not depth:
        return inside
    head = explicit((0x08, 0x1140), b"SQ", b"", UNDEFINED) + bare(ITEM, length=UNDEFINED)
    tail = bare(ITEM_END) + bare(SEQUENCE_END)
    return head * depth + inside + tail * depth


@pytest.mark.parametrize("depth", [1, 2, 300, 50_000])
def test_sequences_are_skipped_however_deep(depth: int) -> None:
    data = nested(depth, explicit((0x10, 0x20), b"LO", b"not me")) + NAME + END
    assert found(data) == (COMPLETE, {"patient_id": b"ID 7"})


def test_items_of_given_length_and_fragments_are_skipped() -> None:
    fragments = explicit((0x09, 0x10), b"OB", b"", UNDEFINED) + bare(ITEM) + bare(ITEM, b"JPEG") + bare(SEQUENCE_END)
    sequence = explicit((0x08, 0x1140), b"SQ", b"", UNDEFINED) + bare(ITEM, NAME) + bare(SEQUENCE_END)
    assert found(sequence + fragments + NAME + END) == (COMPLETE, {"patient_id": b"ID 7"})


def test_unknown_of_undefined_length_is_implicit_inside() -> None:
    """PS3.5 6.2.2, note on UN."""
    inside = bare(ITEM, length=UNDEFINED) + bare((0x10, 0x20), b"no") + bare(ITEM_END) + bare(SEQUENCE_END)
    top = explicit((0x09, 0x1010), b"UN", b"", UNDEFINED) + inside
    deep = explicit((0x08, 0x1140), b"SQ", b"", UNDEFINED) + bare(ITEM, length=UNDEFINED) + top
    deep += bare(ITEM_END) + bare(SEQUENCE_END)
    assert found(top + NAME + END) == found(deep + NAME + END) == (COMPLETE, {"patient_id": b"ID 7"})


def test_implicit() -> None:
    data = bare((0x08, 0x1140), length=UNDEFINED) + bare(ITEM, length=UNDEFINED) + bare((0x10, 0x20), b"no")
    data += bare(ITEM_END) + bare(SEQUENCE_END) + bare((0x10, 0x20), b"ID 7") + bare((0x7FE0, 0x10), b"\0\0")
    values: dict[str, bytes] = {}
    assert walk.implicit(data, 0, WANTED, values) == COMPLETE
    assert values == {"patient_id": b"ID 7"}


@pytest.mark.parametrize(
    "data",
    [
        explicit((0x10, 0x10), b"PN", b"") + explicit((0x08, 0x60), b"CS", b"CT"),  # groups fall
        struct.pack("<HH2sH", 0x08, 0x60, b"ZZ", 0),  # no VR
        struct.pack("<HH2sH", 0x08, 0x60, b"\x02\0", 0),  # implicit
        explicit((0x10, 0x20), b"UT", b"ID"),  # another VR than PS3.6
        explicit((0x10, 0x20), b"UN", b"", UNDEFINED),
        explicit((0x08, 0x1140), b"SQ", b"", UNDEFINED) + NAME,  # no item
        explicit((0x08, 0x1140), b"SQ", b"", UNDEFINED) + bare(ITEM, length=UNDEFINED) + b"\x10\0\x20\0zz\0\0",
    ],
)
def test_what_is_unusual_is_not_guessed(data: bytes) -> None:
    with pytest.raises(Unsure):
        found(data + END)


def test_implicit_data_that_look_explicit_are_not_guessed() -> None:
    with pytest.raises(Unsure):
        walk.implicit(NAME, 0, WANTED, {})


def meta(*elements: bytes) -> bytes:
    return bytes(128) + b"DICM" + b"".join(elements)


SYNTAX = explicit((2, 0x10), b"UI", b"1.2.840.10008.1.2\0")


def test_file_meta_information() -> None:
    version = explicit((2, 1), b"OB", b"\0\1")
    data = meta(version, SYNTAX)
    assert walk.meta(data + NAME) == (b"1.2.840.10008.1.2", len(data))
    assert walk.meta(version + SYNTAX + NAME) == (b"1.2.840.10008.1.2", len(version + SYNTAX))
    with pytest.raises(struct.error):
        walk.meta(data)
    with pytest.raises(Unsure):
        walk.meta(meta(bare((2, 0x10), b"1.2 ")))
    with pytest.raises(NotDicomError, match="a DICOMDIR"):
        walk.meta(meta(explicit((2, 2), b"UI", b"1.2.840.10008.1.3.10"), SYNTAX) + NAME)
