"""Values of elements as text, from their bytes as they are in the file (PS3.5 6.2), or from what a program has set."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, MutableSequence
from functools import lru_cache
from typing import Any, NamedTuple

from tui.core.printable import ELLIPSIS, printable

PREVIEW = 16  # bytes of a binary value that are shown

NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q", "FL": "f", "FD": "d", "AT": "HH"}
ARRAYS = {"OF": "f", "OD": "d", "OL": "L", "OV": "Q"}  # one value of many numbers (PS3.5 6.4)
BINARY = frozenset(("OB", "OW", "UN"))
WHOLE = frozenset(("LT", "ST", "UT", "UR"))  # one value in which a backslash is a letter (PS3.5 6.2)
ENCODED = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))  # by Specific Character Set (PS3.5 6.1.2.3)
PLAIN = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI"))
_KNOWN = frozenset((*NUMBERS, *ARRAYS, *BINARY, *WHOLE, *ENCODED, *PLAIN, "SQ"))


class UnreadableValueError(ValueError):
    """A value breaks its VR; the text says how, without the value."""


class Shown(NamedTuple):
    """A value as the table shows it.

    Attributes
    ----------
    items
        Those of a sequence.
    mark
        Check sum of the bytes where the text does not show them all, else 0.
    """

    vr: str
    vm: int
    text: str
    items: Any = None
    mark: int = 0


def settle(vr: str, known: str, signed: bool) -> str:
    """One VR of what the file and the dictionary say (PS3.5 6.2.2, A.1 for the ambiguous ones)."""
    if vr in ("", "UN") and known:
        vr = known
    if vr in _KNOWN:
        return vr
    if " or " in vr:
        vr = ("SS" if signed else "US") if vr.startswith("US or SS") else "OW"
    return printable(vr, 8) or "UN"  # two bytes of the file, which may be any


def from_bytes(value: bytes, vr: str, charsets: tuple[str, ...], little: bool, limit: int) -> Shown:
    """A value that was not converted yet.

    Parameters
    ----------
    charsets
        Codecs of :func:`codecs_of`.
    limit
        Longest text in characters; a longer one ends in ``…``.

    Raises
    ------
    UnreadableValueError
    """
    if not value:
        return Shown(vr, 0, "")
    if vr in NUMBERS or vr in ARRAYS:
        shown = _numbers(value, vr, little, limit)
        return shown._replace(mark=zlib.crc32(value)) if shown.text.endswith(ELLIPSIS) else shown
    if vr in BINARY:
        return Shown(vr, 1, preview(value, readable=vr == "UN"), None, zlib.crc32(value) if len(value) > PREVIEW else 0)
    if vr not in ENCODED and vr not in PLAIN and vr != "UR":
        raise UnreadableValueError("no such VR")
    cut = value[: 4 * limit + 4]
    text = decode(cut, charsets if vr in ENCODED else (), vr)
    if vr in WHOLE:
        text = printable(text.rstrip(" \0"), limit)
        return Shown(vr, int(text != ""), text, None, zlib.crc32(value) if len(cut) < len(value) else 0)
    padding = " \0=" if vr == "PN" else " \0"  # of a name also component groups that are absent (PS3.5 6.2.1.1)
    parts = [part.rstrip(padding) if vr in ENCODED else part.strip(padding) for part in text.split("\\")]
    vm = len(parts) if len(cut) == len(value) else value.count(b"\\") + 1
    mark = zlib.crc32(value) if len(cut) < len(value) else 0
    return Shown(vr, vm if any(parts) else vm - (vm == 1), _joined(parts, vr, limit), None, mark)


def from_objects(value: Any, vr: str, limit: int) -> Shown:
    """Values that pydicom converted already, or that were set by a program."""
    several = isinstance(value, list | tuple | MutableSequence)
    parts = [_plain(part, vr) for part in (value if several else (value,)) if part is not None]
    return Shown(vr, 0 if parts == [""] else len(parts), _joined(parts, vr, limit))


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


def _numbers(value: bytes, vr: str, little: bool, limit: int) -> Shown:
    form = NUMBERS.get(vr) or ARRAYS[vr]
    size = struct.calcsize("<" + form)
    count, rest = divmod(len(value), size)
    if rest:
        raise UnreadableValueError(f"a length of {len(value)} bytes where {vr} takes {size} each")
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
    return Shown(vr, count if vr in NUMBERS else 1, text)


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


def preview(value: bytes, readable: bool = False) -> str:
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


def bare_uids(text: str) -> str:
    """UIDs without the names that stand behind them."""
    parts = ((part, part.partition(" ")[0]) for part in text.split("\\"))
    return "\\".join(bare if part == _named_uid(bare) else part for part, bare in parts)


@lru_cache(maxsize=256)
def codecs_of(terms: str) -> tuple[str, ...]:
    """Python's codecs for the defined terms of (0008,0005) (PS3.3 C.12.1.1.2); empty for unknown terms."""
    from pydicom.charset import python_encoding

    known: Mapping[str, str] = python_encoding
    spelled = (term.strip().upper().replace("-", "_").replace("ISO_IR_", "ISO_IR ") for term in terms.split("\\"))
    return tuple(known.get(term or "ISO_IR 6", "") for term in spelled)


def decode(value: bytes, codecs: tuple[str, ...], vr: str) -> str:
    """Text of a value; bytes that are none in the character set become signs."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    first = codecs[0] if codecs else ""
    if b"\x1b" in value and codecs and first not in ("UTF8", "GB18030", "GBK"):
        from pydicom.charset import decode_bytes

        # Code extensions end at these letters (PS3.5 6.1.2.5.3).
        ends = {0x0D, 0x0A, 0x09, 0x0C, 0x5C} | ({0x5E, 0x3D} if vr == "PN" else set())
        value = value.rstrip(b" \0")  # padding would be half a letter where the last letters are not ended
        text = decode_bytes(value, [codec or "iso8859" for codec in codecs], ends)
        return text.replace("\x1b$)A", "")  # which it leaves before letters of ISO-IR 58
    if first and first != "iso8859":
        return value.decode(first, "replace")
    try:  # no repertoire is declared beyond ASCII, so any reading is a guess; UTF-8 does not fit by chance
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
