"""Structured content without the patient: PS3.15 E.3.4 by concept, and by value type where no row names the concept."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, MutableSequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from tui.core.deidentify import descriptors, elements
from tui.core.deidentify.options import Options

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_FILE = "ps3.15-table-e3-4-1-2026c.csv"
CHILDREN = 0x0040A730
_VALUE_TYPE, _CONCEPT, _TEXT, _TARGET = 0x0040A040, 0x0040A043, 0x0040A160, 0x0040DB73
_CODE = 0x0040A168
_ANNOTATIONS, _ANNOTATION_TEXT = 0x0040B020, 0x00700006
_CODE_VALUES = (0x00080100, 0x00080119, 0x00080120)
_MEASURED = frozenset(("CONTAINER", "NUM", "NUMERIC", "IMAGE", "COMPOSITE", "WAVEFORM", "UIDREF"))
_PLACED = frozenset(("SCOORD", "SCOORD3D", "TCOORD"))
_DEEPEST = 64
_TIMES = frozenset(("DATE", "TIME", "DATETIME"))


@cache
def table() -> dict[tuple[str, str], dict[str, tuple[str, dict[str, str]]]]:
    """Table E.3.4-1: by code and scheme, then by value type, the action of the profile and those of the options."""
    rows: dict[tuple[str, str], dict[str, tuple[str, dict[str, str]]]] = {}
    text = resources.files(__package__).joinpath(_FILE).read_text("ascii")
    for line in csv.DictReader(text.splitlines()):
        options = dict(option.split("=") for option in line["options"].split())
        rows.setdefault((line["code"], line["scheme"]), {})[line["value_type"]] = line["basic"], options
    return rows


@dataclass
class Pruned:
    """How many items went, and how many texts were shortened."""

    removed: int = 0
    shortened: int = 0


def prune(root: Dataset, tag: int, options: Options) -> Pruned:
    """Take content items out of a tree, and words out of its texts, in place.

    Items that refer to another by its place in the tree (PS3.3 C.17.3.2.5) follow it, or go with it.

    Parameters
    ----------
    root
        The data set in which the sequence of content items stands.
    """
    told = Pruned()
    if tag != CHILDREN:
        _keep(root, tag, lambda item: _stays(item, tag, options, told), told)
        return told
    before = {place: item for item, place in _places(root, (1,))}
    targets = {id(item): before.get(_target(item)) for item in before.values() if _TARGET in item}
    _keep(root, tag, lambda item: _stays(item, tag, options, told), told)
    count = -1
    places: dict[int, tuple[int, ...]] = {}

    def leads_somewhere(item: Dataset) -> bool:
        return id(item) not in targets or id(targets[id(item)]) in places

    while count != told.removed:  # what goes may be what another item refers to
        count = told.removed
        places = {id(item): place for item, place in _places(root, (1,))}
        _keep(root, tag, leads_somewhere, told)
    for item, _ in _places(root, (1,)):
        if id(item) in targets:
            _put_numbers(item, places[id(targets[id(item)])])
    return told


def _places(item: Dataset, place: tuple[int, ...]) -> Iterator[tuple[Dataset, tuple[int, ...]]]:
    """All content items with their numbers from the root, which is ``1`` (PS3.3 C.17.3.2.5)."""
    yield item, place
    if CHILDREN in item and len(place) < _DEEPEST:
        for number, child in enumerate(elements.items(item, CHILDREN) or (), 1):
            yield from _places(child, (*place, number))


def _keep(parent: Dataset, tag: int, wanted: Callable[[Dataset], bool], told: Pruned, depth: int = 0) -> None:
    """Leave the wanted items of a tree; a sequence without items goes."""
    items = (elements.items(parent, tag) if tag in parent and depth < _DEEPEST else None) or []
    kept = [item for item in items if wanted(item)]
    told.removed += len(items) - len(kept)
    for item in kept:
        _keep(item, CHILDREN, wanted, told, depth + 1)
    if len(kept) < len(items):
        _put(parent, tag, kept)


def _put(parent: Dataset, tag: int, items: list[Dataset]) -> None:
    from pydicom.dataelem import DataElement
    from pydicom.sequence import Sequence

    if items:
        parent[tag] = DataElement(tag, "SQ", Sequence(items))
    else:
        del parent[tag]


def _stays(item: Dataset, tag: int, options: Options, told: Pruned) -> bool:
    kind = elements.first(item, _VALUE_TYPE).upper()
    if not kind and tag == _ANNOTATIONS:
        return _ANNOTATION_TEXT not in item or _shorten(item, _ANNOTATION_TEXT, options, told)
    names = (elements.items(item, _CONCEPT) if _CONCEPT in item else None) or []
    if not all(descriptors.is_public(name) for name in names):
        if kind != "CONTAINER":
            return False
        del item[_CONCEPT]
    if _TARGET in item and not kind:
        return True  # a reference to another item of the tree
    named, columns = _row(item, kind)
    chosen = {columns[column] for column in options.columns if column in columns}
    if "K" in chosen and "C" not in chosen:
        return True
    if named == "X" and "C" not in chosen:
        return False
    if kind == "TEXT":
        return _shorten(item, _TEXT, options, told)
    if kind in _TIMES:
        return bool(options.dates)
    if kind == "CODE":
        codes = (elements.items(item, _CODE) if _CODE in item else None) or []
        return bool(codes) and all(descriptors.is_public(code) for code in codes)
    # A person is nobody any more: PNAME would be a dummy that says nothing.
    return kind in _MEASURED or kind in _PLACED


def _row(item: Dataset, kind: str) -> tuple[str, dict[str, str]]:
    names = elements.items(item, _CONCEPT) if _CONCEPT in item else None
    if not names:
        return "", {}
    scheme = elements.first(names[0], 0x00080102)
    for tag in _CODE_VALUES:
        rows = table().get((elements.first(names[0], tag), scheme))
        if rows:
            return rows.get(kind, ("", {}))
    return "", {}


def _shorten(item: Dataset, tag: int, options: Options, told: Pruned) -> bool:
    """Leave the listed words of a text; false if none is left."""
    from pydicom.dataelem import DataElement

    text = elements.text(elements.get(item, tag), item) if tag in item else ""
    left = descriptors.listed(text, options.words)
    if left != text and left:
        item[tag] = DataElement(tag, "ST" if tag == _ANNOTATION_TEXT else "UT", left)
        told.shortened += 1
    return bool(left)


def _target(item: Dataset) -> tuple[int, ...]:
    element = elements.get(item, _TARGET)
    value = element.value
    if isinstance(value, bytes):
        order: Literal["little", "big"] = "little" if getattr(element, "is_little_endian", True) else "big"
        return tuple(int.from_bytes(value[at : at + 4], order) for at in range(0, len(value) - 3, 4))
    return tuple(int(number) for number in (value if isinstance(value, MutableSequence) else [value or 0]))


def _put_numbers(item: Dataset, place: tuple[int, ...]) -> None:
    from pydicom.dataelem import DataElement

    item[_TARGET] = DataElement(_TARGET, "UL", list(place))
