"""PS3.15 Table E.1-1 as shipped data: which attributes the profile touches, and how.

Rules are found by tag alone: 26 rows are unknown to pydicom's dictionary, and a VR in a file can be wrong.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

EDITION = "2026d"
_FILE = f"ps3.15-table-e1-1-{EDITION}.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    vr
        As PS3.6 gives it, e.g. ``SQ`` or ``OB or OW``; empty for masks of many attributes.
    basic
        Action letters of the Basic Profile: ``X``, ``Z``, ``D``, ``U`` or a choice such as ``X/Z/D`` (E.1-1a).
    options
        Letter (``K`` or ``C``) by the name of the option that overrides the profile.
    """

    tag: str
    keyword: str
    vr: str
    basic: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """All rows: of single tags, and of masks over groups."""

    rows: Mapping[int, Row]
    curves: Row
    overlay_data: Row
    overlay_comments: Row
    private: Row

    def row(self, tag: int) -> Row | None:
        """The row that names a tag, masks included: 50xx and 60xx hold for even groups up to xx1E, as PS3.5 7.6."""
        group = tag >> 16
        if group & 1:
            return self.private
        if 0x5000 <= group <= 0x501E:
            return self.curves
        if 0x6000 <= group <= 0x601E:
            return {0x3000: self.overlay_data, 0x4000: self.overlay_comments}.get(tag & 0xFFFF)
        return self.rows.get(tag)


def _text() -> str:
    return resources.files(__package__).joinpath(_FILE).read_text("ascii")


@cache
def table() -> Table:
    """The shipped table."""
    rows: dict[str, Row] = {}
    for line in csv.DictReader(_text().splitlines()):
        options = dict(option.split("=") for option in line["options"].split())
        rows[line["tag"]] = Row(line["tag"], line["keyword"], line["vr"], line["basic"], MappingProxyType(options))
    masks = {name: rows.pop(name) for name in ("50xxxxxx", "60xx3000", "60xx4000", "odd")}
    exact = MappingProxyType({int(tag, 16): row for tag, row in rows.items()})
    return Table(exact, masks["50xxxxxx"], masks["60xx3000"], masks["60xx4000"], masks["odd"])


@cache
def digest() -> str:
    """SHA-256 of the shipped table in hexadecimal, for reports."""
    return hashlib.sha256(_text().encode("ascii")).hexdigest()
