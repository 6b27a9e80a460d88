"""Where elements and items lie in encoded bytes (PS3.5 7.1 to 7.5): their headers and ends; no value is looked at."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from tui.core.walk import VR_HEADER

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_HEADERS = {vr.decode(): size for vr, size in VR_HEADER.items()}
_LONG = frozenset(vr for vr, size in _HEADERS.items() if size == 12)


class BrokenError(ValueError):
    """The bytes are no elements from some place on; the text says what is wrong there, without a value."""


class Form(NamedTuple):
    """How elements are encoded (PS3.5 Annex A)."""

    implicit: bool = False
    little: bool = True

    def inside(self, vr: str) -> Form:
        """The form of what is inside an element: that of UN is implicit VR little endian (PS3.5 6.2.2)."""
        return Form(True, True) if vr == "UN" else self

    @property
    def sign(self) -> str:
        """Byte order as ``struct`` writes it."""
        return "<" if self.little else ">"


class Element(NamedTuple):
    """Offsets of one element.

    Attributes
    ----------
    vr
        Two letters; empty in implicit VR.
    start, value, stop, end
        Where its header, its value, what follows the value, and what follows a delimiter begin.
    undefined
        Whether its length is undefined, so that a delimiter ends it.
    """

    tag: int
    vr: str
    start: int
    value: int
    stop: int
    end: int
    undefined: bool = False


class Item(NamedTuple):
    """Offsets of one item of a sequence, as in :class:`Element`."""

    start: int
    value: int
    stop: int
    end: int
    undefined: bool = False


def elements(data: bytes, start: int, stop: int, form: Form, *, until: int = 0) -> Iterator[Element]:
    """The elements of one data set or item, in the order of the bytes.

    Parameters
    ----------
    until
        End before an element of this tag or a greater one; 0 for none.

    Raises
    ------
    BrokenError
        Where a header is cut, a VR is none, or a length passes the end.
    """
    pair, pairs = struct.Struct(f"{form.sign}HH").unpack_from, struct.Struct(f"{form.sign}HHL").unpack_from
    short, long = struct.Struct(f"{form.sign}H").unpack_from, struct.Struct(f"{form.sign}L").unpack_from
    at = start
    while at < stop:
        if at + 8 > stop:
            raise BrokenError("an element is cut within its header")
        vr = ""
        if form.implicit:
            group, number, length = pairs(data, at)
            value = at + 8
        else:
            group, number = pair(data, at)
            vr = data[at + 4 : at + 6].decode("latin-1")
            header = _HEADERS.get(vr)
            if header is None:
                raise BrokenError("an element has no known VR")
            value = at + header
            if value > stop:
                raise BrokenError("an element is cut within its header")
            (length,) = short(data, at + 6) if header == 8 else long(data, at + 8)
        tag = group << 16 | number
        if until and tag >= until:
            return
        if length == UNDEFINED and (form.implicit or vr in _LONG):
            inner_end, end = undefined_end(data, value, stop, form.inside(vr))
            yield Element(tag, vr, at, value, inner_end, end, True)
            at = end
            continue
        if value + length > stop:
            raise BrokenError("an element is longer than what holds it")
        yield Element(tag, vr, at, value, value + length, value + length)
        at = value + length


def items(data: bytes, start: int, stop: int, form: Form) -> Iterator[Item]:
    """The items of a sequence's value; of defined length, or up to its delimiter (PS3.5 7.5).

    Raises
    ------
    BrokenError
    """
    pairs = struct.Struct(f"{form.sign}HHL").unpack_from
    at = start
    while at < stop:
        if at + 8 > stop:
            raise BrokenError("an item is cut within its header")
        group, number, length = pairs(data, at)
        tag, value = group << 16 | number, at + 8
        if tag == SEQUENCE_END:
            return
        if tag != ITEM:
            raise BrokenError("a sequence holds something else than items")
        if length == UNDEFINED:
            inner_end, end = item_end(data, value, stop, form)
            yield Item(at, value, inner_end, end, True)
            at = end
            continue
        if value + length > stop:
            raise BrokenError("an item is longer than its sequence")
        yield Item(at, value, value + length, value + length)
        at = value + length


def undefined_end(data: bytes, at: int, stop: int, form: Form) -> tuple[int, int]:
    """Where a value of undefined length and its delimiter end; ``at`` is where the first item begins."""
    return _ends(data, at, stop, form, in_item=False)


def item_end(data: bytes, at: int, stop: int, form: Form) -> tuple[int, int]:
    """Where the elements of an item of undefined length and its delimiter end."""
    return _ends(data, at, stop, form, in_item=True)


def _ends(data: bytes, at: int, stop: int, form: Form, *, in_item: bool) -> tuple[int, int]:
    # One entry for each open sequence, however deep: Python's own stack would end at a thousand.
    forms = [form]
    only_item = in_item
    try:
        while True:
            here = forms[-1]
            group, number, length = struct.unpack_from(f"{here.sign}HHL", data, at)
            tag = group << 16 | number
            if at + 8 > stop:
                raise BrokenError("a sequence has no end")
            if not in_item:
                if tag == SEQUENCE_END:
                    if len(forms) == 1:
                        return at, at + 8
                    forms.pop()
                    in_item = True
                elif tag != ITEM:
                    raise BrokenError("a sequence holds something else than items")
                elif length == UNDEFINED:
                    in_item = True
                else:
                    at += length
                at += 8
                continue
            if tag == ITEM_END:
                if only_item and len(forms) == 1:
                    return at, at + 8
                at += 8
                in_item = False
                continue
            at, opened = _over(data, at, here, length)
            if opened is not None:
                forms.append(opened)
                in_item = False
    except struct.error:
        raise BrokenError("a sequence has no end") from None


def _over(data: bytes, at: int, form: Form, length: int) -> tuple[int, Form | None]:
    """Behind an element, or into it where its length is undefined."""
    vr = ""
    value = at + 8
    if not form.implicit:
        vr = data[at + 4 : at + 6].decode("latin-1")
        header = _HEADERS.get(vr)
        if header is None:
            raise BrokenError("an element has no known VR")
        if header == 8:
            (length,) = struct.unpack_from(f"{form.sign}H", data, at + 6)
            return value + length, None
        value = at + 12
        (length,) = struct.unpack_from(f"{form.sign}L", data, at + 8)
    return (value, form.inside(vr)) if length == UNDEFINED else (value + length, None)


def header(tag: int, vr: str, length: int, form: Form) -> bytes:
    """The header of an element (PS3.5 7.1.2, 7.1.3).

    Raises
    ------
    ValueError
        If the length does not fit into the field that the VR has for it.
    """
    pair = struct.pack(f"{form.sign}HH", tag >> 16, tag & 0xFFFF)
    if form.implicit:
        return pair + struct.pack(f"{form.sign}L", length)
    if vr in _LONG:
        return pair + vr.encode() + b"\0\0" + struct.pack(f"{form.sign}L", length)
    if length > 0xFFFF:
        raise ValueError(f"{vr} holds at most 65,534 bytes")
    return pair + vr.encode() + struct.pack(f"{form.sign}H", length)
