"""The elements at the top level of a data set over its bytes (PS3.5 7.1), little endian, sequences skipped."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from typing import NamedTuple

from tui.core import walk
from tui.core.walk import UNDEFINED, VR_HEADER, Unsure


class Element(NamedTuple):
    """Where an element lies: it begins ``at``, its value at ``start``, and it ends with its delimiters at ``stop``.

    ``head`` is its tag, and in explicit VR the VR.
    """

    tag: int
    head: bytes
    at: int
    start: int
    stop: int


def element_at(data: bytes, at: int, implicit: bool) -> Element:
    """The element that begins at ``at``; it may end behind the data.

    Raises
    ------
    Unsure
    """
    try:
        vr = b"" if implicit else data[at + 4 : at + 6]
        size = 8 if implicit else VR_HEADER.get(vr, 0)
        group, number = struct.unpack_from("<HH", data, at)
        if not size or group >= 0xFFFE:
            raise Unsure
        start = at + size
        form = "<L" if implicit or size == 12 else "<H"
        (length,) = struct.unpack_from(form, data, start - struct.calcsize(form))
        undefined = length == UNDEFINED
        stop = walk.skip(data, start, implicit=implicit or vr == b"UN") if undefined else start + length
    except (struct.error, IndexError) as error:
        raise Unsure from error
    return Element(group << 16 | number, data[at : at + 4] + vr, at, start, stop)


def elements_of(data: bytes, at: int, implicit: bool) -> Iterator[Element]:
    """All elements from ``at`` on.

    Raises
    ------
    Unsure
    """
    while at < len(data):
        element = element_at(data, at, implicit)
        yield element
        at = element.stop


def peek(data: bytes, at: int, implicit: bool, wanted: Collection[int]) -> dict[int, bytes]:
    """Some values, found before all else is looked at.

    Raises
    ------
    Unsure
    """
    found: dict[int, bytes] = {}
    last = max(wanted)
    for tag, _, _, start, stop in elements_of(data, at, implicit):
        if tag in wanted:
            found[tag] = data[start:stop]
        if tag >= last:
            break
    return found
