"""Edits as splices of the file's bytes: what is not edited is copied as it stands.

An edit replaces the bytes of one element, and adjusts the lengths that hold it: of its group, where the group has one
(PS3.5 7.2), and of the items and sequences around it that are of defined length (PS3.5 7.5).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.core import elements, vrs
from tui.core.edits import Edit, EditError, Step, completed, refusal, steps
from tui.core.elements import ITEM, UNDEFINED, BrokenError, Element, Form, Item
from tui.core.vrs import ValueProblemError

_META = Form(False, True)
_CHARSET, _SIGN = 0x00080005, 0x00280103


class _Field(NamedTuple):
    """A length that changes with what it measures: where it stands, and how it is written."""

    at: int
    code: str


@dataclass(frozen=True, slots=True)
class _Level:
    """A data set or item: where it lies, and what its values need to know of their surroundings."""

    data: bytes
    start: int
    stop: int
    form: Form
    charset: str = ""
    signed: bool = False

    def found(self, tag: int, until: int = 0) -> Element | None:
        """The last element of that tag, as the one that is read when there are several."""
        found = None
        for element in elements.elements(self.data, self.start, self.stop, self.form, until=until):
            if element.tag == tag:
                found = element
        return found

    def inner(self, start: int, stop: int, form: Form) -> _Level:
        return replace(self, start=start, stop=stop, form=form).settled()

    def settled(self) -> _Level:
        """With the character set and the sign of the pixels that its own elements say."""
        charset, signed = self.charset, self.signed
        for element in elements.elements(self.data, self.start, self.stop, self.form):
            if element.tag == _CHARSET:
                charset = self.data[element.value : element.stop].decode("latin-1")
            elif element.tag == _SIGN:
                signed = any(self.data[element.value : element.stop])
        return replace(self, charset=charset, signed=signed)


def splice(data: bytes, meta: int, start: int, form: Form, edits: tuple[Edit, ...]) -> bytes:
    """The bytes with the edits made, one after the other.

    Parameters
    ----------
    data
        A file up to its pixels, or all of it.
    meta
        Where the file meta information begins; equal to ``start`` without any.
    start
        Where the data set begins.
    form
        Of the data set.

    Raises
    ------
    EditError
        For an edit that cannot be made; a sentence without a value.
    """
    for edit in completed(edits):
        if why := refusal(edit.path) if edit.path not in ("0002,0002", "0002,0003") else "":
            raise EditError(why.rstrip("."))
        way = steps(edit.path)
        try:
            if way[0].tag >> 16 == 2:
                if meta == start:
                    continue  # the file has none
                before = len(data)
                data = _spliced(_Level(data, meta, start, _META), way, edit)
                start += len(data) - before
            else:
                data = _spliced(_Level(data, start, len(data), form).settled(), way, edit)
        except BrokenError as error:
            raise EditError(f"The data set is damaged: {error}", "Nothing of it can be edited.") from error
        except ValueProblemError as error:
            raise EditError(f"{edit.path} cannot have this value: {error}") from error
        except ValueError as error:  # of a length that does not fit
            raise EditError(f"{edit.path} is too long: {error}") from error
    return data


def _spliced(level: _Level, way: tuple[Step, ...], edit: Edit) -> bytes:
    fields: list[_Field] = []
    while True:
        step, rest = way[0], way[1:]
        found = level.found(step.tag)
        group = level.found(step.tag & 0xFFFF0000) if step.tag & 0xFFFF else None
        if group is not None and group.stop - group.value == 4:
            fields.append(_Field(group.value, f"{level.form.sign}L"))
        if found is None or (step.item < 0 and not rest):
            return _patched(level, fields, *_whole(level, way, edit, found))
        form = level.form.inside(found.vr)
        held = list(elements.items(level.data, found.value, found.stop, form))
        if not found.undefined:
            fields.append(_length_field(found, level.form))
        if step.item >= len(held) or not rest:
            return _patched(level, fields, *_item(level, way, edit, found, held))
        item = held[step.item]
        if not item.undefined:
            fields.append(_Field(item.start + 4, f"{form.sign}L"))
        level, way = level.inner(item.value, item.stop, form), rest


def _length_field(found: Element, form: Form) -> _Field:
    short = found.value - found.start == 8 and not form.implicit
    return _Field(found.value - (2 if short else 4), f"{form.sign}{'H' if short else 'L'}")


def _patched(level: _Level, fields: list[_Field], start: int, stop: int, new: bytes) -> bytes:
    """The data with some bytes replaced, and the lengths around them adjusted; those all lie before them."""
    delta = len(new) - (stop - start)
    out = bytearray(level.data[:start] + new + level.data[stop:])
    for at, code in fields if delta else ():
        (length,) = struct.unpack_from(code, out, at)
        if not 0 <= length + delta < (UNDEFINED if code[1] == "L" else 0xFFFF):
            raise BrokenError("a length around the element does not fit it")
        struct.pack_into(code, out, at, length + delta)
    return bytes(out)


def _whole(level: _Level, way: tuple[Step, ...], edit: Edit, found: Element | None) -> tuple[int, int, bytes]:
    """Where an element stands, or would stand, and its new bytes."""
    if found is None:
        at = _place(level, way[0].tag)
        if edit.value is None:
            return at, at, b""
        return at, at, _made(level, way, edit)
    if edit.value is None:
        return found.start, found.end, b""
    vr = _vr(level, way[0].tag, edit, found)
    if vr == "SQ":
        raise EditError("A sequence holds items, not a value", "Add an item to it.")
    value = vrs.encode(vr, edit.value, level.charset, level.form)
    return found.start, found.end, _element(level.form, way[0].tag, vr, value)


def _place(level: _Level, tag: int) -> int:
    """Where an element is to be inserted: before the first greater tag (PS3.5 7.1)."""
    for element in elements.elements(level.data, level.start, level.stop, level.form):
        if element.tag > tag:
            return element.start
    return level.stop


def _item(level: _Level, way: tuple[Step, ...], edit: Edit, found: Element, held: list[Item]) -> tuple[int, int, bytes]:
    """Where an item stands, or would stand, and its new bytes."""
    step, rest = way[0], way[1:]
    form = level.form.inside(found.vr)
    if edit.value is None:
        if step.item < len(held) and not rest:
            return held[step.item].start, held[step.item].end, b""
        return found.stop, found.stop, b""  # it is not there
    if step.item < len(held):
        raise EditError(f"The sequence has an item {step.item + 1} already")
    if step.item > len(held):
        raise EditError(f"The sequence has {len(held)} items, so the next one is item {len(held) + 1}")
    inner = _made(replace(level, form=form), rest, edit) if rest else b""
    return found.stop, found.stop, _item_bytes(form, inner)


def _made(level: _Level, way: tuple[Step, ...], edit: Edit) -> bytes:
    """A new element, with the sequences and items on the way to it."""
    step, rest = way[0], way[1:]
    if step.item < 0:
        vr = _vr(level, step.tag, edit, None)
        value = b"" if vr == "SQ" and not edit.value else vrs.encode(vr, edit.value or "", level.charset, level.form)
        return _element(level.form, step.tag, vr, value)
    if step.item > 0:
        raise EditError("The sequence has no items, so the next one is item 1")
    inner = _made(level, rest, edit) if rest else b""
    return _element(level.form, step.tag, "SQ", _item_bytes(level.form, inner))


def _element(form: Form, tag: int, vr: str, value: bytes) -> bytes:
    return elements.header(tag, vr, len(value), form) + value


def _item_bytes(form: Form, inner: bytes) -> bytes:
    return struct.pack(f"{form.sign}HHL", ITEM >> 16, ITEM & 0xFFFF, len(inner)) + inner


def _vr(level: _Level, tag: int, edit: Edit, found: Element | None) -> str:
    """The VR to write: as asked for, else the file's own, else of PS3.6 or the private dictionary."""
    if edit.vr:
        return edit.vr
    if found is not None and found.vr not in ("", "UN"):
        return found.vr
    known = _known_vr(level, tag)
    if " or " in known:
        known = ("SS" if level.signed else "US") if known.startswith("US or SS") else "OW"
    if not known and found is not None:
        return "UN"
    if not known:
        raise EditError(f"No dictionary knows ({tag >> 16:04X},{tag & 0xFFFF:04X})", "Say its VR.")
    return known


def _known_vr(level: _Level, tag: int) -> str:
    from pydicom.datadict import dictionary_VR, private_dictionary_VR

    if tag & 0xFFFF == 0:
        return "UL"
    try:
        if not tag >> 16 & 1:
            return str(dictionary_VR(tag))
        if 0x10 <= tag & 0xFFFF <= 0xFF:
            return "LO"
        creator = level.found(tag & 0xFFFF0000 | tag >> 8 & 0xFF)
        if creator is None:
            block = f"({tag >> 16:04X},{tag >> 8 & 0xFF:04X})"
            raise EditError(f"The block has no Private Creator {block} (PS3.5 7.8.1)", f"Set {block} first.")
        name = level.data[creator.value : creator.stop].decode("latin-1").strip(" \0")
        return str(private_dictionary_VR(tag, name))
    except KeyError:
        return ""
