"""The bytes of a file up to its pixels, and how they are encoded: what edits, checks and the pager work on."""

from __future__ import annotations

import struct

from tui.core import elements, headers, walk
from tui.core.elements import BrokenError, Element, Form
from tui.errors import DamagedError
from tui.frozen import frozen

PIXELS = 0x7FE00008  # the first tag that a head does not hold: Float Pixel Data


@frozen
class Head:
    """The beginning of a file.

    Attributes
    ----------
    data
        Its bytes, inflated where the data set is deflated.
    meta
        Where the file meta information begins: behind preamble and prefix, or 0; equal to ``start`` without any.
    start
        Where the data set begins.
    form
        Of the data set.
    tail
        Where in the file what follows begins; equal to ``size`` where nothing follows.
    size
        Of the file in bytes.
    stamp
        What tells the file from another of that name, and from itself after a change.
    deflated
        Whether the data set is deflated in the file (PS3.5 A.5).
    """

    data: bytes
    meta: int
    start: int
    form: Form
    tail: int
    size: int
    stamp: tuple[int, ...] = ()
    deflated: bool = False


def layout(data: bytes) -> tuple[int, int, Form, bool]:
    """Where file meta information and data set begin, the form of the data set, and whether it is deflated.

    Parameters
    ----------
    data
        The first bytes of a file, with all of the file meta information.

    Raises
    ------
    tui.errors.DamagedError
        If the file meta information cannot be followed.
    """
    try:
        syntax, start = walk.meta(data)
    except (struct.error, walk.Unsure):
        raise DamagedError("The file meta information cannot be followed") from None
    meta = 132 if data[128:132] == b"DICM" else 0
    if syntax in headers.DEFLATED:
        return meta, start, Form(), True
    if syntax == headers.BIG_ENDIAN:
        return meta, start, Form(False, False), False
    return meta, start, Form(data[start + 4 : start + 6] not in walk.VR_HEADER, True), False


def end(data: bytes, start: int, form: Form, *, complete: bool) -> int | None:
    """Where the pixels begin, or the data set ends; None if that lies behind the data.

    Raises
    ------
    BrokenError
        If the data are complete, and are no elements up to there.
    """
    at = start
    try:
        for element in elements.elements(data, start, len(data), form, until=PIXELS):
            at = element.end
    except BrokenError:
        if complete:
            raise
        return None
    return at if complete or at < len(data) else None


def find(head: Head, path: str) -> tuple[Element, Form] | None:
    """An element by its path, and the form of what holds it; None if it is not there.

    Raises
    ------
    tui.core.edits.EditError
        If it is no path.
    BrokenError
    """
    from tui.core.edits import steps

    way = steps(path)
    in_meta = way[0].tag >> 16 == 2
    span = (head.meta, head.start) if in_meta else (head.start, len(head.data))
    form = Form() if in_meta else head.form
    for step in way:
        found = None
        for element in elements.elements(head.data, *span, form):
            if element.tag == step.tag:
                found = element
        if found is None or step.item < 0:
            return None if found is None else (found, form)
        form = form.inside(found.vr)
        held = list(elements.items(head.data, found.value, found.stop, form))
        if step.item >= len(held):
            return None
        item = held[step.item]
        span = item.value, item.stop
    return Element(0xFFFEE000, "", item.start, item.value, item.stop, item.end, item.undefined), form
