"""Dates moved back by whole days, the same number for all dates of a patient (PS3.15 E.3.6, Modified Dates).

Whole days keep the time of day, so that order and intervals stay exact, also over midnight and between DA with TM and
DT (PS3.5 6.2).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import date

_FEWEST, _MOST = 365, 3650
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})\.(\d{2})\.(\d{2})")  # with periods: before 1993
_TIME = re.compile(r"\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?|\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?")
_DATETIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?((?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?)([+-]\d{4})?")


def days_back(key: bytes, patient: str) -> int:
    """How many days the dates of a patient are moved back: from a year to ten, known to the holder of the key."""
    number = int.from_bytes(hmac.digest(key, patient.encode("utf-8", "surrogateescape"), hashlib.sha256)[:8], "big")
    return _FEWEST + number % (_MOST - _FEWEST + 1)


def moved(vr: str, text: str, days: int) -> str | None:
    """The values of a DA, TM or DT, moved back; times stay. None if one of them is no date or time.

    Values are separated by backslashes; empty ones stay. With 0 days the text comes back as it is, if it is legal.
    """
    move = _MOVES[vr]
    values = [value.strip(" \0") for value in text.split("\\")]
    done = [move(value, days) if value else "" for value in values]
    return None if None in done else "\\".join(value for value in done if value is not None)


def _date(text: str, days: int) -> str | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    mark = "." if found[4] else ""
    back = _back(*(int(part) for part in found.groups() if part), days=days)
    return back and mark.join((back[:4], back[4:6], back[6:]))


def _time(text: str, days: int) -> str | None:
    return text if _TIME.fullmatch(text) else None


def _datetime(text: str, days: int) -> str | None:
    """Of a partial date the part that is there is kept: moved as its first day, which keeps the order."""
    found = _DATETIME.fullmatch(text)
    if not found or (found[4] and not found[3]):
        return None
    year, month, day, time, zone = (part or "" for part in found.groups())
    back = _back(int(year), int(month or 1), int(day or 1), days=days)
    return back and back[: len(year + month + day)] + time + zone


def _back(year: int, month: int, day: int, *, days: int) -> str | None:
    try:
        then = date.fromordinal(date(year, month, day).toordinal() - days)
    except ValueError:
        return None
    return f"{then.year:04d}{then.month:02d}{then.day:02d}"


_MOVES: dict[str, Callable[[str, int], str | None]] = {"DA": _date, "TM": _time, "DT": _datetime}
