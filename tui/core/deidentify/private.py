"""Private attributes that are known to be safe (PS3.15 E.3.10), found by creator, group and element."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tui.core.deidentify import elements
from tui.core.deidentify.options import Options
from tui.frozen import frozen

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_FILE = "ps3.15-table-e3-10-1-2026c.csv"
_SIZES = {"AT": 4, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "UL": 4, "US": 2, "SV": 8, "UV": 8}
_TEXTS = {
    "CS": re.compile(rb"[A-Z0-9_ ]{0,16}(?:\\[A-Z0-9_ ]{0,16})*\0?"),
    "DS": re.compile(rb"[0-9+\-.eE ]{0,16}(?:\\[0-9+\-.eE ]{0,16})*\0?"),
    "IS": re.compile(rb"[0-9+\- ]{0,12}(?:\\[0-9+\- ]{0,12})*\0?"),
}


@frozen
class Safe:
    """What may stay of the private attributes of one data set or item.

    Attributes
    ----------
    sequences
        Tags of sequences, whose items must be looked through.
    values
        Tags of values, and of the creators of all that stays.
    uids
        Tags of UIDs, which are replaced.
    """

    sequences: frozenset[int] = frozenset()
    values: frozenset[int] = frozenset()
    uids: frozenset[int] = frozenset()


NONE = Safe()


@cache
def shipped() -> dict[tuple[str, int, int], str]:
    """VR by creator, group and last byte of the element (Table E.3.10-1)."""
    text = resources.files(__package__).joinpath(_FILE).read_text("ascii")
    return {
        (line["creator"], int(line["group"], 16), int(line["element"], 16)): line["vr"]
        for line in csv.DictReader(text.splitlines())
    }


def safe(dataset: Dataset, options: Options) -> Safe:
    """What may stay of a data set: of the shipped table numbers, defined terms, UIDs and sequences with legal values.

    Text and binary data stay only where the user's own list names them.
    """
    odd = [int(tag) for tag in dataset.keys() if tag.group & 1]  # noqa: SIM118  iterating would convert the elements
    if not options.keep_safe_private or not odd:
        return NONE
    sequences, values, uids = set(), set(), set()
    for tag in odd:
        block = tag & 0xFFFF0000 | tag >> 8 & 0xFF
        if tag & 0xFFFF < 0x1000 or block not in dataset:
            continue
        creator = elements.text(elements.get(dataset, block), dataset)
        name = (creator, tag >> 16, tag & 0xFF)
        vr = shipped().get(name, "")
        element = elements.get(dataset, tag)
        file_vr = elements.file_vr(element)
        if (vr or name in options.safe_private) and file_vr == "SQ":
            sequences.add(tag)
        elif vr == "UI" and file_vr in ("", "UI"):
            uids.add(tag)
        elif name in options.safe_private or _is_legal(vr, file_vr, elements.data(element)):
            values.add(tag)
        else:
            continue
        values.add(block)
    return Safe(frozenset(sequences), frozenset(values), frozenset(uids))


def _is_legal(vr: str, file_vr: str, value: bytes) -> bool:
    """Whether a value is what the table says, be it coded as UN or in implicit VR."""
    if file_vr not in ("", "UN", vr):
        return False
    pattern = _TEXTS.get(vr)
    if pattern:
        return pattern.fullmatch(value) is not None
    return vr in _SIZES and len(value) % _SIZES[vr] == 0
