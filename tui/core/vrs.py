"""What may be written into an element by its Value Representation, and its bytes (PS3.5 6.2, Table 6.2-1)."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from datetime import date

from tui.core import charsets
from tui.core.elements import Form

NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q"}
FLOATS = {"FL": "f", "FD": "d"}
BINARY = {"OB": 1, "OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8, "UN": 1}  # bytes of one word
WHOLE = frozenset(("LT", "ST", "UT", "UR"))  # one value in which a backslash is a letter
ENCODED = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))  # by Specific Character Set
TEXT = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR")) | ENCODED
KNOWN = frozenset((*NUMBERS, *FLOATS, *BINARY, *TEXT, "AT", "SQ"))

_LONGEST = {"AE": 16, "CS": 16, "DS": 16, "IS": 12, "LO": 64, "LT": 10240, "SH": 16, "ST": 1024, "UI": 64, "DT": 26}
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TIME = r"([01]\d|2[0-3])(([0-5]\d)(([0-5]\d|60)(\.\d{1,6})?)?)?"
_DATETIME = re.compile(rf"(\d{{4}})(?:(\d\d)(?:(\d\d)(?:{_TIME})?)?)?([+-]\d{{4}})?", re.ASCII)
_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))*", re.ASCII)
_TAG = re.compile(r"\(?([0-9a-fA-F]{4}),?([0-9a-fA-F]{4})\)?")


class ValueProblemError(ValueError):
    """A text is no value of its VR; the message says what the VR takes, without the text."""


def problem(vr: str, text: str) -> str:
    r"""What is wrong with a value, as a phrase; empty if nothing is.

    Parameters
    ----------
    text
        Several values are separated by ``\``; an empty text is an empty value, which every VR may have.
    """
    if vr not in KNOWN:
        return f"{vr} is no VR"
    if vr == "SQ":
        return "" if not text else "a sequence holds items, not a value"
    if not text:
        return ""
    if vr in BINARY:
        return _binary_problem(vr, text)
    for part in [text] if vr in WHOLE else text.split("\\"):
        if part and (wrong := _one(vr, part)):
            return wrong
    return ""


def encode(vr: str, text: str, charset: str, form: Form) -> bytes:
    """The bytes of a value, padded to an even length.

    Parameters
    ----------
    charset
        The Specific Character Set that holds there, as its element has it; empty without one.

    Raises
    ------
    ValueProblemError
    """
    if wrong := problem(vr, text):
        raise ValueProblemError(wrong)
    if not text:
        return b""
    if vr in BINARY:
        return _even(_hexadecimal(text), b"\0")
    parts = text.split("\\")
    if vr in NUMBERS:
        return struct.pack(f"{form.sign}{len(parts)}{NUMBERS[vr]}", *(int(part) for part in parts))
    if vr in FLOATS:
        return struct.pack(f"{form.sign}{len(parts)}{FLOATS[vr]}", *(float(part) for part in parts))
    if vr == "AT":
        halves = [int(half, 16) for part in parts for half in _TAG.findall(part)[0]]
        return struct.pack(f"{form.sign}{len(halves)}H", *halves)
    return _even(_letters(vr, text, charset), b"\0" if vr == "UI" else b" ")


def _even(data: bytes, padding: bytes) -> bytes:
    return data + padding if len(data) % 2 else data


# ------------------------------------------------------------------------------------------------- texts


def _one(vr: str, text: str) -> str:
    """What is wrong with one value that is not empty."""
    if vr in NUMBERS:
        return _integer(text, *_range(NUMBERS[vr]))
    if vr in FLOATS:
        return _float(vr, text)
    if vr == "AT":
        return "" if _TAG.fullmatch(text.strip()) else "AT takes tags such as (0018,0050)"
    allowed = "\t\n\f\r" if vr in ("LT", "ST", "UT") else ""  # escape sequences are made where letters are encoded
    if any((ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) and c not in allowed for c in text):
        return f"{vr} takes no control characters"
    if any(0xD800 <= ord(c) < 0xE000 for c in text):
        return f"{vr} takes no half characters"
    longest = _LONGEST.get(vr)
    if longest and len(text) > longest:
        return f"{vr} takes at most {longest:,} characters, this has {len(text):,}"
    rule = _RULES.get(vr)
    return rule(text) if rule else ""


def _matches(pattern: str, says: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: "" if compiled.fullmatch(text) else says


def _date(text: str) -> str:
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return "DA takes a date as YYYYMMDD"
    return "" if _is_day(int(text[:4]), int(text[4:6]), int(text[6:])) else "DA takes a day that exists, as YYYYMMDD"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(max(year, 1), month, day)
    except ValueError:
        return False
    return True


def _datetime(text: str) -> str:
    match = _DATETIME.fullmatch(text)
    if match and _is_day(int(match[1]), int(match[2] or 1), int(match[3] or 1)):
        return ""
    return "DT takes YYYYMMDDHHMMSS.FFFFFF+ZZXX, or its beginning"


def _person(text: str) -> str:
    groups = text.split("=")
    if len(groups) > 3:
        return "PN takes at most 3 component groups, separated by ="
    if any(len(group) > 64 for group in groups):
        return "PN takes at most 64 characters in a component group"
    if any(group.count("^") > 4 for group in groups):
        return "PN takes at most 5 components, separated by ^"
    return ""


def _decimal(text: str) -> str:
    return "" if _DECIMAL.fullmatch(text.strip(" ")) else "DS takes a decimal number such as -1.5 or 2e-3"


def _whole(text: str) -> str:
    return _integer(text, -(2**31), 2**31 - 1)


def _integer(text: str, least: int, most: int) -> str:
    stripped = text.strip(" ")
    if not re.fullmatch(r"[+-]?\d{1,20}", stripped, re.ASCII) or not least <= int(stripped) <= most:
        return f"it takes an integer from {least:,} to {most:,}"
    return ""


def _range(code: str) -> tuple[int, int]:
    bits = struct.calcsize(f"<{code}") * 8
    return (0, 2**bits - 1) if code.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _float(vr: str, text: str) -> str:
    try:
        number = float(text)
        struct.pack("<f" if vr == "FL" else "<d", number)
    except (ValueError, OverflowError):
        return f"{vr} takes a number within its range"
    return "" if math.isfinite(number) or text.strip().lower() in ("nan", "inf", "-inf") else f"{vr} takes a number"


_RULES: dict[str, Callable[[str], str]] = {
    "AE": lambda text: "AE takes more than spaces" if not text.strip() else "" if text.isascii() else "AE takes ASCII",
    "AS": _matches(r"\d{3}[DWMY]", "AS takes three digits and D, W, M or Y, such as 034Y"),
    "CS": _matches(r"[A-Z0-9 _]*", "CS takes capital letters, digits, space and underscore"),
    "DA": _date,
    "DS": _decimal,
    "DT": _datetime,
    "IS": _whole,
    "PN": _person,
    "TM": _matches(_TIME + " *", "TM takes a time as HHMMSS.FFFFFF, or its beginning"),
    "UI": lambda text: "" if _UID.fullmatch(text) else "UI takes numbers without leading zeros, separated by dots",
    "UR": _matches(r"[!-~]+ *", "UR takes a URI without spaces"),
}


def _letters(vr: str, text: str, charset: str) -> bytes:
    if text.isascii():
        return text.encode("ascii")
    if vr not in ENCODED:
        raise ValueProblemError(f"{vr} takes ASCII alone")
    terms = charset.strip(" \0")
    # Behind a delimiter the first character set holds again (PS3.5 6.1.2.5.3).
    stops = r"([\\^=])" if vr == "PN" else r"([\\])" if vr not in WHOLE else r"([\r\n\t\f])"
    try:
        parts = re.split(stops, text) if "\\" in terms else [text]
        return b"".join(charsets.encode(part, terms) for part in parts)
    except LookupError:
        raise ValueProblemError("the file's character set is not known, so only ASCII can be written") from None
    except UnicodeError:
        raise ValueProblemError(
            "the file's character set has no such letters: set SpecificCharacterSet to ISO_IR 192 first"
        ) from None


# ------------------------------------------------------------------------------------------------- bytes


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("hex:"))
    except ValueError:
        raise ValueProblemError("it takes bytes as hexadecimal digits, such as 00 ff") from None


def _binary_problem(vr: str, text: str) -> str:
    try:
        data = _hexadecimal(text)
    except ValueProblemError as error:
        return f"{vr}: {error}"
    word = BINARY[vr]
    return f"{vr} takes words of {word} bytes" if len(data) % word else ""
