"""A data set as rows of text with depth, and the search in them.

Values are shown as they are in the file: numbers are unpacked and text is decoded here from the raw bytes (PS3.5 6.2),
so that a value that breaks its VR costs its own row and nothing else. Only sequences are parsed by pydicom.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, MutableSequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, Any

from tui.core.attributes import value_errors
from tui.core.printable import ELLIPSIS, printable
from tui.core.values import TagRow

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MAX_ROWS = 500_000
MAX_DEPTH = 100  # nested sequences
PREVIEW = 16  # bytes of a binary value that are shown

_NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q", "FL": "f", "FD": "d", "AT": "HH"}
_ARRAYS = {"OF": "f", "OD": "d", "OL": "L", "OV": "Q"}  # one value of many numbers (PS3.5 6.4)
_BINARY = frozenset(("OB", "OW", "UN"))
_WHOLE = frozenset(("LT", "ST", "UT", "UR"))  # one value in which a backslash is a letter (PS3.5 6.2)
_OUTSIDE: tuple[int, int, tuple[str, ...], bool] = (0, 0, (), False)  # depth, nesting, character sets, sign
_ENCODED = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))  # by Specific Character Set (PS3.5 6.1.2.3)
_PLAIN = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI"))


class _UnreadableError(ValueError):
    """A value breaks its VR; the text says how, without the value."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A data set or item, and what its elements need to know of their surroundings."""

    dataset: Dataset
    tags: AbstractSet[int]
    depth: int
    nesting: int
    path: str
    charsets: tuple[str, ...]
    signed: bool
    little: bool


_Steps = Iterator[tuple[TagRow, Iterator[Any] | None]]  # a row, and the steps through what is inside


@dataclass(frozen=True, slots=True)
class _Value:
    vr: str
    vm: int
    text: str
    items: Any = None  # pydicom Sequence


def rows(dataset: Dataset, limit: int = 65536) -> tuple[TagRow, ...]:
    """Every element as a row: file meta information, then the data set, sequences followed by their items.

    Parameters
    ----------
    dataset
        Its values need not be valid: a row whose value cannot be read says why and shows the first bytes.
    limit
        Longest text of a value, in characters; a longer one ends in ``…``.

    Returns
    -------
    tuple of TagRow
        At most ``MAX_ROWS`` and one that says so. Sequences nested deeper than ``MAX_DEPTH`` are not entered.
    """
    out: list[TagRow] = []
    for part in (getattr(dataset, "file_meta", None), dataset):
        stack: list[_Steps] = [_elements(_inside(part, None), limit)] if part is not None else []
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            if len(out) == MAX_ROWS:
                return (*out, TagRow(0, "…", "cut", "--", "", "", 0, f"cut here: more than {MAX_ROWS:,} rows"))
            out.append(step[0])
            if step[1] is not None:
                stack.append(step[1])
    return tuple(out)


def as_json(rows: tuple[TagRow, ...] | list[TagRow]) -> list[dict[str, Any]]:
    """Rows for machines. The value of a UID comes without the name that :func:`rows` puts behind it."""
    return [
        {"tag": r.tag, "path": r.path, "depth": r.depth, "vr": r.vr, "keyword": r.keyword, "vm": r.vm,
         "value": _bare_uids(r.value) if r.vr == "UI" else r.value}
        for r in rows
    ]  # fmt: skip


def _inside(dataset: Dataset, outer: _Level | None, path: str = "", deeper: int = 0) -> _Level:
    depth, nesting, charsets, signed = (outer.depth, outer.nesting, outer.charsets, outer.signed) if outer else _OUTSIDE
    little = dataset.original_encoding[1] is not False
    level = _Level(dataset, dataset.keys(), depth + deeper, nesting + bool(deeper), path, charsets, signed, little)
    if terms := _text(level, 0x00080005, 1024):
        level = replace(level, charsets=_codecs(terms))
    if sign := _text(level, 0x00280103, 8):
        level = replace(level, signed=sign == "1")
    return level


def _elements(level: _Level, limit: int) -> _Steps:
    creators: dict[int, str] = {}
    for key in sorted(level.tags):
        tag = int(key)
        creator = _creator(level, tag, creators) if tag >> 16 & 1 else ""
        known, keyword, name = _names(tag, creator)
        value = _value(level, tag, known, limit)
        place = f"{tag >> 16:04X},{tag & 0xFFFF:04X}"
        path = level.path + place
        row = TagRow(level.depth, f"({place})", path, value.vr, keyword, name, value.vm, value.text,
                     bool(tag >> 16 & 1), value.items is not None)  # fmt: skip
        yield row, _items(level, path, value.items, limit) if value.items else None


def _items(level: _Level, path: str, sequence: Any, limit: int) -> _Steps:
    if level.nesting >= MAX_DEPTH:
        reason = f"more than {MAX_DEPTH} nested sequences"
        yield TagRow(level.depth + 1, "…", f"{path}[…]", "--", "", "", 0, reason), None
        return
    for index, item in enumerate(sequence):
        place = f"{path}[{index}]"
        inner = _inside(item, level, f"{place}.", 2)
        row = TagRow(level.depth + 1, f"item {index + 1}", place, "--", "", "", 1, _summary(inner, limit), False, True)
        yield row, _elements(inner, limit)


def _summary(item: _Level, limit: int) -> str:
    """What an item is about: a code by its meaning (PS3.3 8.8), a content item by its concept (PS3.3 C.17.3)."""
    for code in (0x00080100, 0x00080119, 0x00080120):  # short, long, URN
        if code in item.tags:
            parts = (_text(item, tag, limit) for tag in (code, 0x00080102, 0x00080104))
            return printable(f"({', '.join(filter(None, parts))})", limit)
    kind = " ".join(filter(None, (_text(item, 0x0040A010, limit), _text(item, 0x0040A040, limit))))
    concept = ""
    if 0x0040A043 in item.tags:
        names = _value(item, 0x0040A043, "SQ", limit).items
        concept = _text(_inside(names[0], item), 0x00080104, limit) if names else ""
    return printable(": ".join(filter(None, (kind, concept))), limit)


def _text(level: _Level, tag: int, limit: int) -> str:
    """The value of an element of known VR, or an empty text when it is absent or broken."""
    if tag not in level.tags:
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


def _value(level: _Level, tag: int, known: str, limit: int) -> _Value:
    try:
        return _read(level, tag, known, limit)
    except _UnreadableError as error:
        reason = str(error)
    except value_errors() as error:  # its text may hold the value
        reason = f"it breaks its VR ({type(error).__name__})"
    element: Any = level.dataset.get_item(tag, keep_deferred=True)
    vr = printable(str(element.VR or known[:2] or "UN"), 8)
    shown = f"; {_bytes(element.value)}" if isinstance(element.value, bytes) else ""
    return _Value(vr, 0, f"unreadable: {reason}{shown}")


def _read(level: _Level, tag: int, known: str, limit: int) -> _Value:
    element: Any = level.dataset.get_item(tag, keep_deferred=True)
    vr = _settle(str(element.VR or ""), known, level.signed)
    value = element.value
    if vr == "SQ":
        value = level.dataset[tag].value
        if not isinstance(value, MutableSequence):
            raise _UnreadableError("no sequence can be read from it")
        return _Value("SQ", len(value), f"{len(value)} item{'s' * (len(value) != 1)}", value)
    if value is None and hasattr(element, "length") and element.length:  # deferred
        return _Value(vr, 1, f"{element.length} bytes, not read")
    if isinstance(value, bytes):
        return _from_bytes(value, vr, level, limit)
    return _from_objects(value, vr, limit)


def _settle(vr: str, known: str, signed: bool) -> str:
    """One VR of what the file and the dictionary say (PS3.5 6.2.2, A.1 for the ambiguous ones)."""
    if vr in ("", "UN") and known:
        vr = known
    if " or " in vr:
        vr = ("SS" if signed else "US") if vr.startswith("US or SS") else "OW"
    return printable(vr, 8) or "UN"  # two bytes of the file, which may be any


def _from_bytes(value: bytes, vr: str, level: _Level, limit: int) -> _Value:
    if not value:
        return _Value(vr, 0, "")
    if vr in _NUMBERS or vr in _ARRAYS:
        return _numbers(value, vr, level.little, limit)
    if vr in _BINARY:
        return _Value(vr, 1, _bytes(value, readable=vr == "UN"))
    if vr not in _ENCODED and vr not in _PLAIN and vr != "UR":
        raise _UnreadableError("no such VR")
    cut = value[: 4 * limit + 4]
    text = _decode(cut, level.charsets if vr in _ENCODED else (), vr)
    if vr in _WHOLE:
        text = printable(text.rstrip(" \0"), limit)
        return _Value(vr, int(text != ""), text)
    padding = " \0=" if vr == "PN" else " \0"  # of a name also component groups that are absent (PS3.5 6.2.1.1)
    parts = [part.rstrip(padding) if vr in _ENCODED else part.strip(padding) for part in text.split("\\")]
    vm = len(parts) if len(cut) == len(value) else value.count(b"\\") + 1
    return _Value(vr, vm if any(parts) else vm - (vm == 1), _joined(parts, vr, limit))


def _from_objects(value: Any, vr: str, limit: int) -> _Value:
    """Values that pydicom converted already, or that were set by a program."""
    several = isinstance(value, list | tuple | MutableSequence)
    parts = [_plain(part, vr) for part in (value if several else (value,)) if part is not None]
    return _Value(vr, 0 if parts == [""] else len(parts), _joined(parts, vr, limit))


def _joined(parts: list[str], vr: str, limit: int) -> str:
    if vr == "UI":
        parts = [_named_uid(part) for part in parts]
    return printable("\\".join(parts), limit)


def _plain(value: Any, vr: str) -> str:
    if vr == "AT":
        return f"({int(value) >> 16:04X},{int(value) & 0xFFFF:04X})"
    if vr in ("FL", "FD", "OF", "OD"):
        return _float(float(value), vr in ("FL", "OF"))
    return str(value)


def _numbers(value: bytes, vr: str, little: bool, limit: int) -> _Value:
    form = _NUMBERS.get(vr) or _ARRAYS[vr]
    size = struct.calcsize("<" + form)
    count, rest = divmod(len(value), size)
    if rest:
        raise _UnreadableError(f"a length of {len(value)} bytes where {vr} takes {size} each")
    shown = min(count, limit // 2 + 1)
    numbers = struct.unpack(f"{'<' if little else '>'}{shown * len(form)}{form[0]}", value[: shown * size])
    if vr == "AT":
        parts = [f"({numbers[i]:04X},{numbers[i + 1]:04X})" for i in range(0, len(numbers), 2)]
    elif form in "fd":
        parts = [_float(number, form == "f") for number in numbers]
    else:
        parts = [str(number) for number in numbers]
    text = printable("\\".join(parts), limit)
    if shown < count and not text.endswith(ELLIPSIS):
        text += ELLIPSIS
    return _Value(vr, count if vr in _NUMBERS else 1, text)


def _float(number: float, single: bool) -> str:
    """The shortest text that reads back to the same number in its own precision."""
    for digits in (7, 8, 9) if single else ():
        short = float(f"{number:.{digits}g}")
        try:
            if struct.pack("<f", short) == struct.pack("<f", number):
                return repr(short).removesuffix(".0")
        except OverflowError:  # rounded beyond the largest
            continue
    return repr(number).removesuffix(".0")


def _bytes(value: bytes, readable: bool = False) -> str:
    """Length and first bytes; with ``readable`` the text instead, where there is nothing but ASCII."""
    size = f"{len(value)} byte{'s' * (len(value) != 1)}"
    head = value[:1024].rstrip(b" \0")
    if readable and len(head) > 1 and head.isascii() and head.decode("ascii").isprintable():
        return f'{size}: "{head.decode("ascii")}{ELLIPSIS if len(value) > 1024 else ""}"'
    return f"{size}: {value[:PREVIEW].hex(' ')}{' …' if len(value) > PREVIEW else ''}" if value else size


@lru_cache(maxsize=4096)
def _named_uid(uid: str) -> str:
    from pydicom import config
    from pydicom.uid import UID

    name = UID(uid, validation_mode=config.IGNORE).name
    return uid if name == uid else f"{uid} ({name})"


def _bare_uids(text: str) -> str:
    parts = ((part, part.partition(" ")[0]) for part in text.split("\\"))
    return "\\".join(bare if part == _named_uid(bare) else part for part, bare in parts)


@lru_cache(maxsize=256)
def _codecs(terms: str) -> tuple[str, ...]:
    """Python's codecs for the defined terms of (0008,0005) (PS3.3 C.12.1.1.2); empty for unknown terms."""
    from pydicom.charset import python_encoding

    known: Mapping[str, str] = python_encoding
    spelled = (term.strip().upper().replace("-", "_").replace("ISO_IR_", "ISO_IR ") for term in terms.split("\\"))
    return tuple(known.get(term or "ISO_IR 6", "") for term in spelled)


def _decode(value: bytes, codecs: tuple[str, ...], vr: str) -> str:
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    first = codecs[0] if codecs else ""
    if b"\x1b" in value and codecs and first not in ("UTF8", "GB18030", "GBK"):
        from pydicom.charset import decode_bytes

        # Code extensions end at these letters (PS3.5 6.1.2.5.3).
        ends = {0x0D, 0x0A, 0x09, 0x0C, 0x5C} | ({0x5E, 0x3D} if vr == "PN" else set())
        return decode_bytes(value, [codec or "iso8859" for codec in codecs], ends)
    if first and first != "iso8859":
        return value.decode(first, "replace")
    try:  # no repertoire is declared beyond ASCII, so any reading is a guess; UTF-8 does not fit by chance
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


class TagSearch:
    """Search in rows as one types: lower-case text is prepared once.

    All words of a query must be in a row's tag, keyword, name or value; a word after ``!`` must not. The tag is found
    as ``(0010,0010)``, ``0010,0010`` and ``00100010``.
    """

    def __init__(self, rows: tuple[TagRow, ...] | list[TagRow]) -> None:
        self._lines = [
            f"{r.tag}\x1f{r.tag[1:5]}{r.tag[6:10]}\x1f{r.keyword}\x1f{r.name}\x1f{r.value}".lower() for r in rows
        ]
        self._parents: list[int] = []
        above: list[int] = []  # the last row of each depth on the way down
        for index, row in enumerate(rows):
            del above[row.depth :]
            self._parents.append(above[-1] if above else -1)
            above.extend([index] * (row.depth + 1 - len(above)))

    def matches(self, query: str) -> tuple[int, ...]:
        """Indices of the rows that match and of the sequences and items they are in, ascending; all for no words."""
        lines = self._lines
        words = query.lower().split()
        wanted = sorted((word for word in words if word[0] != "!"), key=len, reverse=True)
        found: list[int] | range = range(len(lines))
        for word in wanted:
            found = [i for i in found if word in lines[i]]
        for word in {word[1:] for word in words if word[0] == "!" and len(word) > 1}:
            found = [i for i in found if word not in lines[i]]
        if len(found) == len(lines):
            return tuple(found)
        flags = bytearray(len(lines))
        parents = self._parents
        for index in found:
            while index >= 0 and not flags[index]:
                flags[index] = 1
                index = parents[index]
        return tuple(compress(range(len(lines)), flags))
