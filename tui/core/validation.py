"""Checks of an instance that need no other program: structure, VRs, values, and the attributes of its IOD.

What is checked: the order of tags and doubled ones (PS3.5 7.1), even lengths (7.1.1), VRs against PS3.6, values
against their VR (PS3.5 6.2) and number (6.4), and required attributes (PS3.5 7.4) by the modules of the IOD (PS3.3).
Types 1 and 2 are demanded of mandatory modules and of modules of which the file has an attribute of its own; types 1C
and 2C where ``conditionals`` can tell that their condition holds. The others that the file lacks are told as open.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from tui.core import elements, vrs
from tui.core.conditionals import Facts, is_oriented, is_told, why_forbidden, why_needed
from tui.core.elements import BrokenError, Form
from tui.core.heads import Head
from tui.core.tagtable import ITEM_TAG, PRIVATE, TagTable
from tui.core.tagvalues import bare_uids
from tui.frozen import frozen

ERROR, WARNING = "error", "warning"
OPEN = "open"  # neither: whether it is one depends on what the file does not tell
MOST = 2000  # findings


@frozen
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    severity
        ``error``, ``warning`` or ``open``.
    path
        Of the element, as :attr:`tui.core.values.TagRow.path`; for a missing one where it would stand; empty for none.
    keyword
        Of the element.
    text
        A sentence.
    """

    severity: str
    path: str
    keyword: str
    text: str


@cache
def _iods() -> dict[str, Any]:
    import json
    from importlib import resources

    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath("iods.json").read_text(encoding="utf-8"))
    return found


def findings(table: TagTable, head: Head | None) -> tuple[Finding, ...]:
    """Everything that is wrong with an instance, in the order of its tags.

    Parameters
    ----------
    table
        The rows of its tags.
    head
        Its bytes; None where they cannot be followed, and only what pydicom read is checked.
    """
    found = [*(_structure(head) if head else ()), *_elements(table), *_required(table)]
    return tuple(sorted(found[:MOST], key=lambda finding: finding.path))


def iod_of(table: TagTable) -> str:
    """Name of the IOD that the instance's SOP Class stands for, as the tables spell it; empty if it is not known."""
    index = table.find("0008,0016")
    return str(_iods()["classes"].get(bare_uids(table.value(index)) if index >= 0 else "", ""))


# ------------------------------------------------------------------------------------------------- structure


def _structure(head: Head) -> Iterator[Finding]:
    waiting = [(head.start, len(head.data), head.form, "")]
    while waiting:
        start, stop, form, prefix = waiting.pop()
        last = -1
        try:
            for element in elements.elements(head.data, start, stop, form):
                path = f"{prefix}{element.tag >> 16:04X},{element.tag & 0xFFFF:04X}"
                if element.tag == last:
                    yield Finding(ERROR, path, "", "The tag is there twice (PS3.5 7.1).")
                elif element.tag < last:
                    yield Finding(ERROR, path, "", "The tag stands behind a greater one (PS3.5 7.1).")
                last = max(last, element.tag)
                if (element.stop - element.value) % 2 and not element.undefined:
                    yield Finding(ERROR, path, "", "The value has an odd length (PS3.5 7.1.1).")
                if element.vr == "SQ" or (element.undefined and element.tag >> 16 != 0x7FE0):
                    waiting += _inside(head.data, element, form, path)
        except BrokenError as error:
            yield Finding(ERROR, prefix.rstrip("."), "", f"The data set cannot be followed: {error}.")


def _inside(data: bytes, element: elements.Element, form: Form, path: str) -> list[tuple[int, int, Form, str]]:
    inner = form.inside(element.vr)
    return [
        (item.value, item.stop, inner, f"{path}[{number}].")
        for number, item in enumerate(elements.items(data, element.value, element.stop, inner))
    ]


# ------------------------------------------------------------------------------------------------- elements


def _elements(table: TagTable) -> Iterator[Finding]:
    from pydicom.datadict import get_entry

    for index, tag in enumerate(table.tags):
        if tag == ITEM_TAG:
            continue
        vr, keyword, _ = table.kind(index)
        value = table.value(index)
        if value.startswith("unreadable: "):
            yield Finding(ERROR, table.path(index), keyword, f"The value is {value.partition(';')[0]}.")
            continue
        if vr not in vrs.KNOWN:
            yield Finding(ERROR, table.path(index), keyword, f"{vr} is no VR (PS3.5 6.2).")
            continue
        if index not in table.marks and vr not in vrs.BINARY and vr != "SQ" and not value.endswith("…"):
            wrong = vrs.problem(vr, bare_uids(value) if vr == "UI" else value)
            if wrong and "␛" not in value:
                yield Finding(ERROR, table.path(index), keyword, f"The value breaks its VR: {wrong} (PS3.5 6.2).")
        if table.flags[index] & PRIVATE or tag & 0xFFFF == 0:
            continue
        try:
            known, multiplicity, _, retired, _ = get_entry(tag)
        except KeyError:
            yield Finding(WARNING, table.path(index), keyword, "PS3.6 has no such public element.")
            continue
        if vr not in known.split(" or ") and vr != "UN":
            yield Finding(ERROR, table.path(index), keyword, f"The VR is {vr}, and PS3.6 has {known}.")
        if wrong := _multiplicity(multiplicity, table.vms[index]) if vr != "SQ" else "":
            yield Finding(ERROR, table.path(index), keyword, wrong)
        if retired:
            yield Finding(WARNING, table.path(index), keyword, "The element is retired (PS3.6).")


def _multiplicity(rule: str, count: int) -> str:
    """What is wrong with a number of values by PS3.6, such as ``1-n``, ``2-2n`` or ``6``; empty if nothing is."""
    told = f"There are {count:,} values, and PS3.6 has {rule}."
    for one in rule.split(" or "):
        least, _, most = one.partition("-")
        if not count or not least.isdigit():
            return ""
        step = int(most.removesuffix("n") or 1) if most.endswith("n") else 0
        if step and count >= int(least) and count % step == 0:
            return ""
        if not step and int(least) <= count <= int(most or least):
            return ""
    return told


# ------------------------------------------------------------------------------------------------- required attributes


def _required(table: TagTable) -> Iterator[Finding]:
    data, iod = _iods(), iod_of(table)
    tops: dict[str, int] = {}
    index = 0
    while index < len(table):
        tops.setdefault(table.kind(index)[1], index)
        index = table.ends[index]
    if not iod:
        yield Finding(WARNING, "0008,0016", "SOPClassUID", "The SOP Class is not among those whose modules are known.")
    else:
        yield from _modules(table, tops, data, data["iods"][iod])
    for place, flag in enumerate(table.tags):
        if flag == ITEM_TAG:
            yield from _nested(table, place, data["nested"])


def _modules(table: TagTable, tops: dict[str, int], data: Any, iod: Any) -> Iterator[Finding]:
    modules, mandatory = data["modules"], {k for name in iod["M"] for k in data["modules"][name]}
    names = [*iod["M"], *iod["C"], *iod["U"]]
    facts = Facts(table, tops, is_oriented([modules[name] for name in iod["M"]]))
    told: set[str] = set()
    left: dict[str, str] = {}
    for name in names:
        own = modules[name].keys() - mandatory
        if name not in iod["M"] and not own & tops.keys():
            continue
        for keyword, kind in modules[name].items():
            if keyword in told:
                continue
            index, title = tops.get(keyword, -1), name.replace("-", " ").title()
            if wrong := _type(table, index, kind):
                told.add(keyword)
                yield Finding(ERROR, _path(keyword), keyword, f"{wrong} of module {title} {wrong_end(kind)}")
            elif index < 0 and kind in ("1C", "2C"):
                if why := why_needed(name, keyword, facts):
                    told.add(keyword)
                    text = f"A Type {kind} attribute of module {title} is missing; it is required {why}."
                    yield Finding(ERROR, _path(keyword), keyword, text)
                elif not is_told(name, keyword, facts):
                    left.setdefault(keyword, title)
            elif said := why_forbidden(name, keyword, facts):
                told.add(keyword)
                yield Finding(ERROR, _path(keyword), keyword, said)
    for keyword, title in left.items():
        if keyword not in told:
            text = f"Module {title} requires it under a condition that the file does not tell."
            yield Finding(OPEN, _path(keyword), keyword, text)


def wrong_end(kind: str) -> str:
    """What a Type demands (PS3.5 7.4)."""
    if kind == "2":
        return "is missing; it may be empty."
    return "has no value." if kind == "1C" else "is missing or has no value."


def _type(table: TagTable, index: int, kind: str) -> str:
    there = index >= 0
    empty = there and not table.vms[index]
    if (kind == "1" and (not there or empty)) or (kind == "2" and not there) or (kind == "1C" and empty):
        return f"A Type {kind} attribute"
    return ""


def _nested(table: TagTable, item: int, nested: Any) -> Iterator[Finding]:
    sequence = table.parents[item]
    wanted = nested.get(table.kind(sequence)[1]) if sequence >= 0 else None
    if not wanted:
        return
    inside: dict[str, int] = {}
    index = item + 1
    while index < table.ends[item]:
        inside.setdefault(table.kind(index)[1], index)
        index = table.ends[index]
    for keyword, kind in wanted.items():
        if wrong := _type(table, inside.get(keyword, -1), kind):
            path = f"{table.path(item)}.{_path(keyword)}"
            yield Finding(ERROR, path, keyword, f"{wrong} of an item of its sequence {wrong_end(kind)}")


@cache
def _path(keyword: str) -> str:
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(keyword) or 0
    return f"{tag >> 16:04X},{tag & 0xFFFF:04X}"
