"""What must be true of each attribute of a copy (PS3.15 Table E.1-1 and what lies beyond it).

The table is read here from the same data, by other code. Where a compound code leaves a choice to the IOD, every letter
of it is right here: whether a Type 1 attribute is there is for a validator to say, not for the proof.
"""

from __future__ import annotations

import csv
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources

from tui.frozen import frozen


class Kind(IntEnum):
    """What is checked of an element of the copy."""

    FREE = 0  # nothing but the search for identifiers
    GONE = 1  # must not be there
    EMPTY = 2  # there, and empty
    DUMMY = 3  # empty, or a value that says nothing
    UID = 4  # a new UID
    OTHER_UID = 5  # as UID, but one that names a class or a code may stay
    NAME = 6  # a person that no row names: empty, or a pseudonym
    TIME = 7  # a date or time that no row names
    SHIFTED = 8  # a date or time that was moved
    BINARY = 9  # bytes without a row: searched for longer identifiers
    UNKNOWN = 10  # not in PS3.6
    PRIVATE = 11
    MARK = 12  # says what was done


@frozen
class Expected:
    """What the user has asked for.

    Attributes
    ----------
    columns
        The columns of Table E.1-1 that override the profile's, such as ``rtn_uids``.
    codes
        Code Values of CID 7050 that the copy must carry.
    longitudinal
        Value of Longitudinal Temporal Information Modified (0028,0303).
    private
        Whether some private attributes may stay.
    """

    columns: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset(("113100",))
    longitudinal: str = "REMOVED"
    private: bool = False


@frozen
class TableRow:
    """One row of Table E.1-1; ``options`` is a letter by column."""

    vr: str
    basic: str
    options: dict[str, str]
    keyword: str


TABLE = "ps3.15-table-e1-1-2026d.csv"
MARKS = frozenset((0x00120062, 0x00120063, 0x00120064, 0x00280301, 0x00280303))
_TIMES = frozenset(("DA", "DT", "TM"))
_BINARY = frozenset(("OB", "OW", "UN", "OD", "OF", "OL", "OV"))
# UIDs of classes, syntaxes and codes tell what kind of thing an object is (PS3.15 E.1.1: structural UIDs never change).
CLASS_UIDS = frozenset((
    0x00080016, 0x0008001A, 0x0008001B, 0x00080062, 0x0008010C, 0x0008010D, 0x00080117, 0x00080118, 0x0008040E,
    0x00081150, 0x0008115A, 0x00083002, 0x00089123, 0x00340003, 0x30100052, 0x30100053,
))  # fmt: skip
_ADDRESSES_OF_CODES = frozenset((0x0008010E, 0x00080120))


@cache
def rows() -> dict[int, TableRow]:
    """The rows of single tags."""
    text = resources.files("tui.core.deidentify").joinpath(TABLE).read_text("ascii")
    found = {}
    for line in csv.DictReader(text.splitlines()):
        if len(line["tag"]) == 8 and "x" not in line["tag"]:
            options = dict(word.split("=") for word in line["options"].split())
            found[int(line["tag"], 16)] = TableRow(line["vr"], line["basic"], options, line["keyword"])
    return found


@cache
def dictionary() -> dict[int, str]:
    """Tag to VR as PS3.6 has it, as pydicom ships it, with the rows that are newer than that."""
    from pydicom._dicom_dict import DicomDictionary

    known = {tag: entry[0] for tag, entry in DicomDictionary.items()}
    for tag, row in rows().items():
        known.setdefault(tag, row.vr)
    return known


@lru_cache(maxsize=4096)
def vr_of(tag: int) -> str | None:
    """The VR of PS3.6, None for a tag that it does not know; also of its repeating groups, such as (0020,31xx)."""
    vr = dictionary().get(tag)
    if vr is None:
        from pydicom._dicom_dict import RepeatersDictionary

        text = f"{tag:08X}"
        for mask, entry in RepeatersDictionary.items():
            if all(one in ("x", other) for one, other in zip(mask, text, strict=True)):
                return entry[0]
    return vr


def is_sequence(tag: int) -> bool:
    """Whether PS3.6 gives the tag the VR SQ."""
    return vr_of(tag) == "SQ"


def letters(row: TableRow, columns: frozenset[str]) -> str:
    """The action for a row under the options, as ``X/Z/D``, ``K`` or ``C``; what is cleaned is not kept."""
    chosen = {row.options[column] for column in columns if column in row.options}
    return ("C" if "C" in chosen else "K") if chosen else row.basic.rstrip("*")


def is_kept(tag: int, vr: str, expected: Expected) -> bool:
    """Whether the user has chosen that this attribute stays as it is."""
    row = rows().get(tag)
    if row is not None:
        return letters(row, expected.columns) == "K"
    is_date = bool({vr, (vr_of(tag) or "")} & _TIMES)
    return is_date and not expected.columns.isdisjoint(("rtn_long_full_dates", "rtn_long_modif_dates"))


def kind_of(tag: int, vr: str, expected: Expected) -> Kind:
    """What is checked of an element with this tag and VR (empty where the file does not say it)."""
    group = tag >> 16
    if tag in MARKS:
        return Kind.MARK
    if group & 1:
        return Kind.PRIVATE if expected.private else Kind.GONE
    if group in (0x0000, 0x0002, 0x0004, 0x4FFE) or not tag & 0xFFFF or tag >> 24 in (0x50, 0x60):
        return Kind.GONE
    row = rows().get(tag)
    if row is not None:
        return _listed(tag, row, expected)
    return Kind.GONE if group == 0x0400 else _beyond(tag, vr, expected)


def _listed(tag: int, row: TableRow, expected: Expected) -> Kind:
    what = letters(row, expected.columns)
    if what == "K":
        return Kind.FREE
    if what == "C":
        return Kind.SHIFTED if row.vr in ("DA", "DT") else Kind.FREE  # the time of day stays
    if "U" in what or row.vr == "UI":
        return Kind.FREE if row.vr == "SQ" else Kind.UID if what != "X" else Kind.GONE
    if "D" in what or tag in (0x00100010, 0x00100020):
        return Kind.DUMMY
    return Kind.EMPTY if "Z" in what else Kind.GONE


def _beyond(tag: int, vr: str, expected: Expected) -> Kind:
    known = vr_of(tag)
    if known is None:
        return Kind.UNKNOWN
    vrs = {vr, *known.split(" or ")}
    if "SQ" in vrs or tag in (0x7FE00008, 0x7FE00009, 0x7FE00010):
        return Kind.FREE
    if "PN" in vrs:
        return Kind.NAME
    if vrs & _TIMES:
        if "rtn_long_full_dates" in expected.columns:
            return Kind.FREE
        if "rtn_long_modif_dates" in expected.columns:
            return Kind.SHIFTED if vrs & {"DA", "DT"} else Kind.FREE
        return Kind.TIME
    if "UI" in vrs:
        return Kind.FREE if "rtn_uids" in expected.columns and tag not in CLASS_UIDS else Kind.OTHER_UID
    if "UR" in vrs and tag not in _ADDRESSES_OF_CODES:
        return Kind.GONE
    return Kind.BINARY if vrs & _BINARY else Kind.FREE
