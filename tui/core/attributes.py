"""One attribute of a data set, functional groups honoured (PS3.3 C.7.6.16), and never an exception for a bad value.

A multi-frame object keeps what may differ from frame to frame in items of the Per-frame Functional Groups Sequence
and what is the same for all in the Shared one, each wrapped in the sequence of its macro. The frame's own item
wins over the shared one, that one over the top level.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, overload

from tui.core.printable import printable

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


_FUNCTIONAL = (0x52009229, 0x52009230)  # Shared and Per-frame Functional Groups Sequence

# What pydicom raises when a broken element is touched: unknown VR, an integer of thousands of digits, a sequence
# without an end, nesting without an end. Its BytesLengthException is missing here, as naming it imports pydicom:
# where that costs nothing, catch `value_errors()`.
VALUE_ERRORS: tuple[type[Exception], ...] = (
    ValueError, TypeError, NotImplementedError, OverflowError, AttributeError, LookupError, OSError, EOFError,
    struct.error, RecursionError,
)  # fmt: skip


@cache
def value_errors() -> tuple[type[Exception], ...]:
    """All that pydicom raises when a broken element is touched; evaluated only when something was raised."""
    from pydicom.errors import BytesLengthException

    return (*VALUE_ERRORS, BytesLengthException)


def value(dataset: Dataset, keyword: str, frame: int = 0, default: Any = None) -> Any:
    """The value of an attribute as pydicom gives it, or the default where it is missing, empty or unreadable.

    Parameters
    ----------
    keyword
        Keyword of PS3.6.
    frame
        Index of the frame whose functional groups are asked first, from 0.
    """
    for place in _places(dataset, keyword, frame):
        found = _own(place, keyword)
        if found is not None:
            return found
    return default


def group(dataset: Dataset, sequence_keyword: str, frame: int = 0) -> Dataset | None:
    """The item of a functional group macro, e.g. ``PixelMeasuresSequence``: the frame's own before the shared one."""
    for holder in _holders(dataset, frame):
        found = items(holder, sequence_keyword)
        if found:
            return found[0]
    return None


@overload
def number(dataset: Dataset, keyword: str, frame: int = 0, default: None = None) -> float | None: ...
@overload
def number(dataset: Dataset, keyword: str, frame: int = 0, *, default: float) -> float: ...
def number(dataset: Dataset, keyword: str, frame: int = 0, default: float | None = None) -> float | None:
    """The first finite number of an attribute."""
    found = numbers(dataset, keyword, frame)
    return found[0] if found else default


def numbers(dataset: Dataset, keyword: str, frame: int = 0) -> list[float]:
    """All finite numbers of an attribute, in order; what is no number is left out."""
    for place in _places(dataset, keyword, frame):
        if parsed := _numbers(place, keyword):
            return parsed
    return []


def own_integer(dataset: Dataset, keyword: str) -> int | None:
    """The first whole number of an attribute of the data set itself; functional groups are not asked."""
    parsed = _numbers(dataset, keyword) if has(dataset, keyword) else []
    return int(parsed[0]) if parsed else None


@overload
def integer(dataset: Dataset, keyword: str, frame: int = 0, default: None = None) -> int | None: ...
@overload
def integer(dataset: Dataset, keyword: str, frame: int = 0, *, default: int) -> int: ...
def integer(dataset: Dataset, keyword: str, frame: int = 0, default: int | None = None) -> int | None:
    """The first finite number of an attribute, cut towards zero."""
    found = number(dataset, keyword, frame)
    return default if found is None else int(found)


def text(dataset: Dataset, keyword: str, frame: int = 0, default: str = "") -> str:
    r"""An attribute as printable text without surrounding blanks, several values joined by ``\``."""
    found = value(dataset, keyword, frame)
    if found is None:
        return default
    shown = [part.decode("latin-1") if isinstance(part, bytes) else str(part) for part in _listed(found)]
    return printable("\\".join(shown).strip(" \0")) or default


def has(dataset: Dataset, keyword: str) -> bool:
    """Whether the data set itself has an element of that keyword."""
    return _tag(keyword) in dataset.keys()  # noqa: SIM118  see items


@cache
def _tag(keyword: str) -> Any:
    from pydicom.tag import Tag

    return Tag(keyword)


def _places(dataset: Dataset, keyword: str, frame: int) -> Iterator[Dataset]:
    """Data sets that may hold the attribute itself, the most particular first."""
    for holder in _holders(dataset, frame):
        for tag in list(holder.keys()):
            if not tag.is_private and (found := items(holder, tag)) and has(found[0], keyword):
                yield found[0]
    if has(dataset, keyword):
        yield dataset


def _holders(dataset: Dataset, frame: int) -> Iterator[Dataset]:
    keys = dataset.keys()
    if _FUNCTIONAL[0] not in keys and _FUNCTIONAL[1] not in keys:
        return
    own = items(dataset, "PerFrameFunctionalGroupsSequence")
    if 0 <= frame < len(own):
        yield own[frame]
    yield from items(dataset, "SharedFunctionalGroupsSequence")[:1]


def items(dataset: Dataset, key: Any) -> list[Dataset]:
    """Items of a sequence; none where the element is missing, broken or no sequence."""
    tag = _tag(key) if isinstance(key, str) else key
    if tag not in dataset.keys():  # noqa: SIM118  pydicom makes a tag of what it is asked, each time
        return []
    from pydicom.sequence import Sequence

    try:
        found = dataset[tag].value
    except value_errors():
        return []
    return list(found) if isinstance(found, Sequence) else []


def _own(dataset: Dataset, keyword: str) -> Any:
    try:
        found = dataset[_tag(keyword)].value
    except value_errors():
        return None
    empty = found is None or (hasattr(found, "__len__") and len(found) == 0)
    return None if empty else found


def _listed(found: Any) -> list[Any]:
    if isinstance(found, bytes):
        found = found.decode("latin-1")
    if isinstance(found, str):
        return found.split("\\")
    # A person's name has no length but is iterable; only real lists are several values.
    from pydicom.multival import MultiValue

    return list(found) if isinstance(found, list | tuple | MultiValue) else [found]


def _numbers(place: Dataset, keyword: str) -> list[float]:
    found = _own(place, keyword)
    parts = _raw_parts(place, keyword) if found is None else _listed(found)
    return [number for part in parts if (number := _parsed(part)) is not None]


def _raw_parts(dataset: Dataset, keyword: str) -> list[str]:
    """The parts of a string element that pydicom refuses to convert, e.g. ``0,5`` in a DS."""
    try:
        raw = dataset.get_item(keyword)
    except value_errors():
        return []
    if getattr(raw, "VR", None) not in ("DS", "IS", "UN", None):
        return []
    found = getattr(raw, "value", None)
    return found.decode("latin-1").split("\\") if isinstance(found, bytes) and len(found) < 1 << 16 else []


def _parsed(part: Any) -> float | None:
    if isinstance(part, str):
        part = part.strip(" \0")
        if part.count(",") == 1 and "." not in part:
            part = part.replace(",", ".")  # a decimal comma, as some consoles write it
    try:
        found = float(part)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if math.isfinite(found) else None
