"""What an edit is, where it applies, and what the user may not change by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.core.printable import printable
from tui.errors import UsageError
from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.core.tagtable import TagTable

_STEP = re.compile(r"([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})(?:\[(\d+)\])?")
_FIXED = {
    0x00020000: "The length of the file meta information follows its elements",
    0x00020001: "The version of the file meta information is that of this program",
    0x00020010: "The transfer syntax says how the file is encoded, and an edit does not encode it anew",
}
_SIGNATURES = frozenset((0x4FFE0001, 0xFFFAFFFA))  # MAC Parameters Sequence, Digital Signatures Sequence
RESPELLED = "Other texts keep their bytes."  # which another character set reads otherwise
SIGNED = "Edits break the file's digital signature."
_PIXELS = frozenset((0x7FE00001, 0x7FE00002, 0x7FE00008, 0x7FE00009, 0x7FE00010))


class EditError(UsageError):
    """An edit that cannot be made; the sentence holds no value."""

    hint = "Nothing was changed."


@frozen
class Edit:
    """One change of one element or item.

    Attributes
    ----------
    path
        As :attr:`tui.core.values.TagRow.path`: ``0040,0275[0].0008,1111``; one that ends in an item adds it at the end
        of its sequence, or removes it. Sequences and items on the way are made where they are missing.
    value
        The new value as text; None removes the element or item.
    vr
        For an element that neither the file nor a dictionary knows; empty takes theirs.
    """

    path: str
    value: str | None = None
    vr: str = ""


@frozen
class Step:
    """One part of a path: an element, and the index of an item of it, -1 for the element itself."""

    tag: int
    item: int = -1


def steps(path: str) -> tuple[Step, ...]:
    """The parts of a path.

    Raises
    ------
    EditError
        If it is none.
    """
    parts: list[Step] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise EditError(f"{printable(path, 60)} is no place in a data set")
        parts.append(Step(int(match[1] + match[2], 16), -1 if match[3] is None else int(match[3])))
    if not parts or any(step.item < 0 for step in parts[:-1]):
        raise EditError(f"{printable(path, 60)} goes through a sequence without saying which item")
    return tuple(parts)


def path_of(text: str) -> str:
    """The path of an element that is named by keywords or tags: ``PatientID``, ``(0010,0020)``, ``ROISequence[0].ID``.

    Raises
    ------
    EditError
        If no attribute has the keyword.
    """
    from pydicom.datadict import tag_for_keyword

    out: list[str] = []
    for part in text.strip().split("."):
        match = re.fullmatch(r"\(?([0-9A-Fa-f]{4})[, ]?([0-9A-Fa-f]{4})\)?((?:\[\d+\])?)", part)
        if match:
            out.append(f"{match[1].upper()},{match[2].upper()}{match[3]}")
            continue
        match = re.fullmatch(r"(\w+)((?:\[\d+\])?)", part)
        tag = tag_for_keyword(match[1]) if match else None
        if match is None or tag is None:
            raise EditError(f"No attribute is called {printable(part, 60)}", "Give a keyword of PS3.6 or a tag.")
        out.append(f"{tag >> 16:04X},{tag & 0xFFFF:04X}{match[2]}")
    path = ".".join(out)
    steps(path)
    return path


def vr_of(path: str) -> str:
    """The VR of an element by PS3.6, as it is before the file settles what is ambiguous; empty if it is not there."""
    from pydicom.datadict import dictionary_VR

    last = steps(path)[-1]
    if last.item >= 0:
        return "SQ"
    if last.tag & 0xFFFF == 0:
        return "UL"
    if last.tag >> 16 & 1:
        return "LO" if 0x10 <= last.tag & 0xFFFF <= 0xFF else ""
    try:
        return str(dictionary_VR(last.tag))
    except KeyError:
        return ""


def refusal(path: str) -> str:
    """Why an element must not be changed by hand, as a sentence; empty where it may."""
    first, last = steps(path)[0], steps(path)[-1]
    if len(steps(path)) == 1 and last.tag in _FIXED:
        return f"{_FIXED[last.tag]}."
    if first.tag in _PIXELS:
        return "Pixels are no text: an edit passes them unchanged."
    if last.tag >> 16 in (0x0000, 0x0004, 0xFFFE):
        return "Such a group is no part of an instance's data set."
    return ""


def is_signed(table: TagTable) -> bool:
    """Whether an instance, or an item in it, has digital signatures (PS3.3 C.12.1.1.3): no edit can renew them."""
    return not _SIGNATURES.isdisjoint(table.tags)


def broken(table: TagTable, paths: Iterable[str]) -> str:
    """What edits of these elements break elsewhere in an instance, as a sentence; empty where that is nothing."""
    if is_signed(table):
        return SIGNED
    return RESPELLED if any(path.endswith("0008,0005") for path in paths) and has_letters(table) else ""


def has_letters(table: TagTable) -> bool:
    """Whether a text has letters beyond ASCII (PS3.5 6.1.2.1); signs that stand for bytes are none."""
    from tui.core.tagvalues import ENCODED

    encoded = {kind for kind in table.kinds if kind[0] in ENCODED}
    return any(table.kind(index) in encoded and _is_spelled(table.value(index)) for index in range(len(table)))


def _is_spelled(text: str) -> bool:
    return not text.isascii() and any(c.isalpha() or c == "\ufffd" for c in text if ord(c) > 0x7F)


def completed(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, and what follows from them: the file meta information names class and instance, too (PS3.10 7.1)."""
    twins = {"0008,0016": "0002,0002", "0008,0018": "0002,0003"}
    out: list[Edit] = []
    for edit in edits:
        out.append(edit)
        if edit.path in twins and edit.value:
            out.append(Edit(twins[edit.path], edit.value))
    return tuple(out)


def keywords() -> tuple[str, ...]:
    """The keywords of PS3.6, those of repeating groups left out."""
    from pydicom._dicom_dict import DicomDictionary

    return tuple(sorted(entry[4] for entry in DicomDictionary.values() if entry[4]))
