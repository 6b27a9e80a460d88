"""Dates, times, ages and names as people write them. What is stored stays beside it: these are for reading alone.

A value that is not in the form of its VR (PS3.5 6.2) is given back as it is, so nothing odd is smoothed over.
"""

from __future__ import annotations

import re

_DAY = r"(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3])([0-5]\d)(?:([0-5]\d|60)(?:\.(\d{1,6}))?)?"
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}
GROUPS = ("alphabetic", "ideographic", "phonetic")  # PS3.5 6.2.1.2
COMPONENTS = ("family", "given", "middle", "prefix", "suffix")  # PS3.5 6.2.1.1


def readable(vr: str, text: str) -> str:
    r"""A value for reading; several are separated by ``\`` before and after.

    Parameters
    ----------
    text
        As :attr:`tui.core.values.TagRow.value` has it.
    """
    form = _FORMS.get(vr)
    if form is None or not text:
        return text
    return "\\".join(map(form, text.split("\\"))) if "\\" in text else form(text)


def explained(vr: str, text: str) -> list[str]:
    """Lines on what a value says, beyond its text: components of names, dates and times; none where that is nothing."""
    if vr == "PN":
        return [line for name in text.split("\\") for line in _components(name)]
    said = readable(vr, text)
    return said.split("\\") if said != text else []


def date(value: str) -> str:
    """``2026-01-02`` for a DA value, also of ACR-NEMA."""
    digits = value.replace(".", "") if len(value) == 10 else value
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if re.fullmatch(_DAY, digits, re.ASCII) else value


def person(name: str) -> str:
    """A person name (PS3.5 6.2.1): ``Family, Given Middle``, the other component groups behind in parentheses."""
    groups = []
    for group in name.split("="):
        family, _, rest = group.partition("^")
        given = " ".join(rest.replace("^", " ").split())
        # behind a family name in letters from left to right that know capitals comes a comma
        between = ", " if max(group, default="") < "\u0530" else " "
        groups.append(between.join(filter(None, (family.strip(), given))))
    first, *others = [group for group in groups if group] or [""]
    return f"{first} ({', '.join(others)})" if others else first


def _components(name: str) -> list[str]:
    out = []
    for kind, group in zip(GROUPS, name.split("="), strict=False):
        parts = [f"{what} {part}" for what, part in zip(COMPONENTS, group.split("^"), strict=False) if part.strip()]
        if parts:
            out.append(f"{kind:<11}  {', '.join(parts)}")
    return out


def _time(value: str) -> str:
    match = re.fullmatch(_TIME, value.strip(" "), re.ASCII)
    return _clock(*match.groups()) if match else value


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> str:
    parts = [hour, minute, *([second] if second else [])]
    rest = (fraction or "").rstrip("0")
    return ":".join(parts) + (f".{rest}" if rest else "")


def _datetime(value: str) -> str:
    match = re.fullmatch(rf"{_DAY}(?:{_TIME})?([+-]\d{{4}})?", value.strip(" "), re.ASCII)
    if not match:
        return value
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    told = [f"{year}-{month}-{day}", _clock(hour, minute, second, fraction) if hour else "", zone or ""]
    return " ".join(filter(None, told))


def _age(value: str) -> str:
    match = re.fullmatch(r"(\d{3})([DWMY])", value, re.ASCII)
    if not match:
        return value
    count = int(match[1])
    return f"{count} {_UNITS[match[2]]}{'s' * (count != 1)}"


def _name(value: str) -> str:
    return person(value) or value  # of carets alone nothing would be left


_FORMS = {"DA": date, "TM": _time, "DT": _datetime, "AS": _age, "PN": _name}
READABLE = frozenset(_FORMS)
