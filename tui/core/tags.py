"""A data set as rows of text with depth.

Values are shown as they are in the file: numbers are unpacked and text is decoded from the raw bytes, so that a value
that breaks its VR costs its own row and nothing else. Sequences of defined length are taken apart here, which is ten
times faster than by pydicom; it is asked where their bytes are not sound.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, MutableSequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core import elements
from tui.core.attributes import value_errors
from tui.core.elements import BrokenError, Form
from tui.core.printable import printable
from tui.core.tagtable import EDITED, EMPTY, FOLDS, ITEM_TAG, OTHER_TAG, PRIVATE, TagTable
from tui.core.tagvalues import (
    Shown,
    UnreadableValueError,
    bare_uids,
    codecs_of,
    from_bytes,
    from_objects,
    preview,
    settle,
)
from tui.core.values import LeftOut, TagRow

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.core.heads import Head

MAX_ROWS = 500_000
MAX_DEPTH = 100  # nested sequences


class _FullError(Exception):
    """There are as many rows as there may be."""


class _Raw(NamedTuple):
    """An element of a sequence that was taken apart here; its attributes are those of pydicom's ``RawDataElement``."""

    VR: str
    value: bytes
    length: int


@dataclass(frozen=True, slots=True)
class _Level:
    """A data set or item, and what its elements need to know of their surroundings; ``nesting`` may still come."""

    raw: Mapping[int, Any]
    dataset: Dataset | None
    depth: int
    nesting: int
    charsets: tuple[str, ...]
    signed: bool
    form: Form


_Inside = Generator["_Inside", None, None]  # adds rows; gives what is inside one of them, to be gone through first


def rows(dataset: Dataset, limit: int = 65536) -> tuple[TagRow, ...]:
    """The rows of :func:`table` as a tuple."""
    return tuple(table(dataset, limit))


def table(
    dataset: Dataset, limit: int = 65536, left_out: Collection[LeftOut] = (), deepest: int = MAX_DEPTH
) -> TagTable:
    """Every element as a row: file meta information, then the data set, sequences followed by their items.

    Parameters
    ----------
    dataset
        Its values need not be valid: a row whose value cannot be read says why and shows the first bytes.
    limit
        Longest text of a value, in characters; a longer one ends in ``…``.
    left_out
        Elements that are in the file and not in the data set, such as the pixels.
    deepest
        Sequences in sequences that are entered.

    Returns
    -------
    TagTable
        At most ``MAX_ROWS`` and one that says so; what is nested deeper is one, too.
    """
    meta = getattr(dataset, "file_meta", None)
    levels = [_top(part) for part in (meta, dataset) if part is not None]
    return _table([*levels[:-1], _with(levels[-1], left_out)], limit, (), deepest)


def of_head(
    head: Head,
    limit: int = 65536,
    edited: Collection[str] = (),
    left_out: Collection[LeftOut] = (),
    deepest: int = MAX_DEPTH,
) -> TagTable:
    """The same of the bytes of a file.

    Parameters
    ----------
    edited
        Paths of elements that the user has changed, or of what holds them; their rows are flagged.

    Raises
    ------
    tui.core.elements.BrokenError
        Where the bytes are no elements.
    """
    meta = _Level(_raws(head.data, head.meta, head.start, Form()), None, 0, 0, (), False, Form())
    dataset = _Level(_raws(head.data, head.start, len(head.data), head.form), None, 0, 0, (), False, head.form)
    return _table([_settled(meta), _with(_settled(dataset), left_out)], limit, edited, deepest)


def _with(level: _Level, left_out: Collection[LeftOut]) -> _Level:
    return replace(level, raw={**level.raw, **{one.tag: one for one in left_out}}) if left_out else level


def _table(levels: list[_Level], limit: int, edited: Collection[str], deepest: int) -> TagTable:
    out = TagTable()
    try:
        for level in levels:
            stack: list[_Inside] = [_elements(replace(level, nesting=deepest), -1, out, limit)]
            while stack:
                inner = next(stack[-1], None)
                if inner is None:
                    stack.pop()
                else:
                    stack.append(inner)
    except _FullError:
        out.add(OTHER_TAG, 0, -1, ("--", "", ""), 0, f"cut here: more than {MAX_ROWS:,} rows", 0)
    out.finish()
    for path in edited:
        while path and (index := out.find(path)) < 0:
            path = path[: path.rindex("[")] if path.endswith("]") else path.rpartition(".")[0]
        if path:
            out.flags[index] |= EDITED
    return out


def as_json(rows: tuple[TagRow, ...] | list[TagRow]) -> list[dict[str, Any]]:
    """Rows for machines. The value of a UID comes without the name that :func:`rows` puts behind it."""
    return [
        {"tag": r.tag, "path": r.path, "depth": r.depth, "vr": r.vr, "keyword": r.keyword, "vm": r.vm,
         "value": bare_uids(r.value) if r.vr == "UI" else r.value}
        for r in rows
    ]  # fmt: skip


def _top(dataset: Dataset, outer: _Level | None = None) -> _Level:
    raw = {int(tag): element for tag, element in dataset.items()}
    implicit, little = dataset.original_encoding[0] is True, dataset.original_encoding[1] is not False
    level = _Level(raw, dataset, 0, 0, (), False, Form(implicit, little))
    return _settled(replace(level, depth=outer.depth, nesting=outer.nesting, charsets=outer.charsets,
                            signed=outer.signed) if outer else level)  # fmt: skip


def _settled(level: _Level) -> _Level:
    """With the character set and the sign of the pixels that its own elements say."""
    if 0x00080005 in level.raw and (terms := _text(level, 0x00080005, 1024)):
        level = replace(level, charsets=codecs_of(terms))
    if 0x00280103 in level.raw and (sign := _text(level, 0x00280103, 8)):
        level = replace(level, signed=sign == "1")
    return level


def _item(item: Dataset | _Bytes, outer: _Level) -> _Level:
    """An item and what it inherits; its own rows are two deeper than the sequence's."""
    if isinstance(item, _Bytes):
        level = replace(outer, raw=item.raw, dataset=None, form=item.form)
        level = _settled(level) if 0x00080005 in item.raw or 0x00280103 in item.raw else level
    else:
        level = _top(item, outer)
    return replace(level, depth=outer.depth + 2, nesting=outer.nesting - 1)


class _Bytes(NamedTuple):
    """An item that was taken apart here."""

    raw: Mapping[int, _Raw]
    form: Form


def _raws(data: bytes, start: int, stop: int, form: Form) -> dict[int, Any]:
    return {
        element.tag: _Raw(element.vr, data[element.value : element.stop], element.stop - element.value)
        for element in elements.elements(data, start, stop, form)
    }


def _taken_apart(value: bytes, form: Form) -> list[_Bytes]:
    """The items of a sequence's value.

    Raises
    ------
    tui.core.elements.BrokenError
    """
    out: list[_Bytes] = []
    for item in elements.items(value, 0, len(value), form):
        raw = _raws(value, item.value, item.stop, form)
        if form.implicit and any(tag >> 16 == 0 or tag >> 16 == 0xFFFE for tag in raw):
            raise BrokenError("explicit VR where implicit was expected")
        out.append(_Bytes(raw, form))
    return out


def _elements(level: _Level, parent: int, out: TagTable, limit: int) -> _Inside:
    creators: dict[int, str] = {}
    depth = level.depth
    for tag in sorted(level.raw):
        private = tag >> 16 & 1
        creator = _creator(level, tag, creators) if private else ""
        known, keyword, name = _names(tag, creator)
        value = _value(level, tag, known, limit)
        if len(out.tags) >= MAX_ROWS:
            raise _FullError
        sequence = value.items is not None
        row = out.add(tag, depth, parent, (value.vr, keyword, name), value.vm, value.text,
                      PRIVATE * private | FOLDS * sequence | EMPTY * (sequence and not value.items))  # fmt: skip
        if value.mark:
            out.marks[row] = value.mark
        if value.items:
            yield _items(level, row, value.items, out, limit)


def _items(level: _Level, parent: int, sequence: Any, out: TagTable, limit: int) -> _Inside:
    if level.nesting <= 0:
        said = f"more than {level.depth // 2} nested sequences, the limit depth"
        reason = f"{said}: raise it under [limits] in the file that `safelight config path` names"
        out.add(OTHER_TAG, level.depth + 1, parent, ("--", "", ""), 0, reason, 0)
        return
    for index, item in enumerate(sequence):
        inner = _item(item, level)
        if len(out.tags) >= MAX_ROWS:
            raise _FullError
        row = out.add(ITEM_TAG, level.depth + 1, parent, ("--", "", ""), index, _summary(inner, limit), FOLDS)
        yield _elements(inner, row, out, limit)


def _summary(item: _Level, limit: int) -> str:
    """What an item is about: a code by its meaning (PS3.3 8.8), a content item by its concept (PS3.3 C.17.3)."""
    for code in (0x00080100, 0x00080119, 0x00080120):  # short, long, URN
        if code in item.raw:
            parts = (_text(item, tag, limit) for tag in (code, 0x00080102, 0x00080104))
            return printable(f"({', '.join(filter(None, parts))})", limit)
    if 0x0040A010 not in item.raw and 0x0040A040 not in item.raw and 0x0040A043 not in item.raw:
        return ""
    kind = " ".join(filter(None, (_text(item, 0x0040A010, limit), _text(item, 0x0040A040, limit))))
    concept = ""
    if 0x0040A043 in item.raw:
        names = _value(item, 0x0040A043, "SQ", limit).items
        concept = _text(_item(names[0], item), 0x00080104, limit) if names else ""
    return printable(": ".join(filter(None, (kind, concept))), limit)


def _text(level: _Level, tag: int, limit: int) -> str:
    """The value of an element of known VR, or an empty text when it is absent or broken."""
    if tag not in level.raw:
        return ""
    try:
        return _read(level, tag, _names(tag, "")[0], limit).text
    except value_errors():
        return ""


def _creator(level: _Level, tag: int, known: dict[int, str]) -> str:
    """Private Creator of the block of a private element (PS3.5 7.8.1), or empty."""
    block = tag >> 8 & 0xFF
    if tag & 0xFFFF < 0x1000 or block < 0x10:
        return ""
    place = tag >> 16 << 16 | block
    if place not in known:
        known[place] = _text(level, place, 64)
    return known[place]


@lru_cache(maxsize=16384)
def _names(tag: int, creator: str) -> tuple[str, str, str]:
    """VR (possibly ``US or SS``), keyword and name by PS3.6 or the private dictionary; each empty where unknown."""
    from pydicom.datadict import get_entry, private_dictionary_description, private_dictionary_VR

    if tag & 0xFFFF == 0 and tag != 0x00020000:
        return "UL", "GenericGroupLength", "Generic Group Length"
    if tag >> 16 & 1:
        if 0x10 <= tag & 0xFFFF <= 0xFF:
            return "LO", "Private Creator", "Private Creator"
        try:
            name = printable(private_dictionary_description(tag, creator)) if creator else ""
            return (private_dictionary_VR(tag, creator), name, f"{name} {creator}") if name else ("", "", "")
        except KeyError:
            return "", f"[{creator}]", creator
    try:
        vr, _, name, _, keyword = get_entry(tag)
        return vr, keyword, name
    except KeyError:
        return "", "", ""


def _value(level: _Level, tag: int, known: str, limit: int) -> Shown:
    away = level.raw[tag]
    if isinstance(away, LeftOut):
        return Shown(away.vr, 1, away.text)
    try:
        return _read(level, tag, known, limit)
    except UnreadableValueError as error:
        reason = str(error)
    except value_errors() as error:  # its text may hold the value
        reason = f"it breaks its VR ({type(error).__name__})"
    element = _element(level, tag)
    vr = printable(str(element.VR or known[:2] or "UN"), 8)
    shown = f"; {preview(element.value)}" if isinstance(element.value, bytes) else ""
    return Shown(vr, 0, f"unreadable: {reason}{shown}")


def _element(level: _Level, tag: int) -> Any:
    return level.raw[tag] if level.dataset is None else level.dataset.get_item(tag, keep_deferred=True)


def _read(level: _Level, tag: int, known: str, limit: int) -> Shown:
    element = _element(level, tag)
    vr = settle(str(element.VR or ""), known, level.signed)
    value = element.value
    if vr == "SQ":
        value = _sequence(level, tag, element)
        return Shown("SQ", len(value), f"{len(value)} item{'s' * (len(value) != 1)}", value)
    if value is None and hasattr(element, "length") and element.length:  # deferred
        return Shown(vr, 1, f"{element.length} bytes, not read")
    if isinstance(value, bytes):
        return from_bytes(value, vr, level.charsets, level.form.little, limit)
    return from_objects(value, vr, limit)


def _sequence(level: _Level, tag: int, element: Any) -> Any:
    """The items of a sequence: as pydicom has them already, else taken apart here, else as pydicom makes them."""
    if isinstance(element.value, bytes):
        try:
            return _taken_apart(element.value, level.form.inside(str(element.VR or "")))
        except BrokenError as error:
            if level.dataset is None:
                raise UnreadableValueError(f"no sequence can be read from it: {error}") from None
    value = level.dataset[tag].value if level.dataset is not None else None
    if not isinstance(value, MutableSequence):
        raise UnreadableValueError("no sequence can be read from it")
    return value
