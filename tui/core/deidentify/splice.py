"""De-identification on the bytes of a file: what stays is copied in long runs and never decoded.

Takes the ordinary objects: little endian, one character set, tags in order, nothing found where no rule looks. The
others raise :class:`tui.core.walk.Unsure`, and the walk over the data set decides. Both ways ask ``plans.py``, and a
test holds that both give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from tui.core.deidentify import codestream
from tui.core.deidentify.heads import (
    CHANGE,
    CLASSES,
    COPY,
    CUT,
    END,
    GONE,
    INTO,
    OVERLAY,
    PIXEL_DATA,
    UNSURE,
    Head,
    Heads,
)
from tui.core.deidentify.learned import Kept, Learned
from tui.core.deidentify.plans import Do
from tui.core.deidentify.replacing import Values
from tui.core.values import Change
from tui.core.walk import Unsure, skip

_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"
_NO_LENGTH = bytes(4)
_DEEPEST = 64
_METHOD_CODES = 0x00120064
_PIXEL_REPRESENTATION = 0x00280103

Pieces: TypeAlias = list[bytes | memoryview]


class _Level(NamedTuple):
    """The data set or item that is walked through."""

    heads: Heads
    path: str
    depth: int


class _Spot(NamedTuple):
    """An element: where it and its value begin, how long that is said to be, and where what is around it ends."""

    head: Head
    at: int
    start: int
    length: int
    end: int


class Slots:
    """Room among the pieces of a copy for what is set anew.

    Attributes
    ----------
    pending
        Tags for which there is none yet, the last first.
    places
        Which of the pieces it is, by tag.
    """

    def __init__(self, out: Pieces) -> None:
        self._out = out
        self.pending: list[int] = []
        self.places: dict[int, int] = {}

    def until(self, tag: int) -> bool:
        """Make room up to a tag; whether that is among it."""
        anew = False
        while self.pending and self.pending[-1] <= tag:
            anew = self.pending[-1] == tag
            self._one()
        return anew

    def rest(self) -> None:
        """Make room for what is left."""
        while self.pending:
            self._one()

    def _one(self) -> None:
        self.places[self.pending.pop()] = len(self._out)
        self._out.append(b"")

    def put(self, pieces: Pieces, slots: Iterable[tuple[int, int]]) -> None:
        """Add pieces that hold room already; ``slots``: tags, and which of the pieces it is."""
        first = len(self._out)
        self._out += pieces
        for tag, index in slots:
            self.pending.pop()
            self.places[tag] = first + index


class Splice:
    """One object: the walk over its bytes.

    Attributes
    ----------
    out
        Pieces of the copy's data set, with empty ones for what is set anew.
    changes
        One for each element that was touched, in the order of the file.
    facts
        Values that are asked for later, as they stand in the file, by tag.
    native
        Bytes of native Pixel Data.
    has_comments
        Whether there was text in compressed Pixel Data.
    kept
        What stays, to be looked at when the identifiers of the patient are known; and these.
    """

    def __init__(self, learned: Learned, data: bytes, sop_class: str, *, implicit: bool, encapsulated: bool) -> None:
        self._learned = learned
        self._data = data
        self._view = memoryview(data)
        self.sop_class = sop_class
        self._implicit = implicit
        self._encapsulated = encapsulated
        self.kept = Kept()
        self._found = self.kept.found()
        self._planes: tuple[set[int], set[int]] = set(), set()
        self._looked = self.kept.looked()
        self.native = 0
        self.has_pixels = self.has_comments = False
        self.out: Pieces = []
        self.slots = Slots(self.out)
        self.changes: list[Change] = []
        self._values = Values(learned, self.changes, implicit=implicit)
        self.facts: dict[int, bytes] = {}

    def begin(self, slots: tuple[int, ...], days: int) -> None:
        """Before the first part.

        Parameters
        ----------
        slots
            Tags that are set anew, sorted; the first is met before all others.
        days
            How many days the dates are moved back.
        """
        self.slots.pending += reversed(slots)
        self._values.days = days
        self.out.append(b"")

    def part(self, at: int, stop: int, kept: Kept | None = None) -> None:
        """Go through whole elements at the top level, in their order; what stays of them is remembered in ``kept``.

        Raises
        ------
        Unsure
        """
        if kept is not None:
            self.kept = kept
            self._found, self._looked = kept.found(), kept.looked()
        heads = self._learned.heads(self.sop_class, implicit=self._implicit)
        try:
            self._dataset(_Level(heads, "", 0), at, stop, self.out)
        except (IndexError, struct.error) as error:
            raise Unsure from error  # the data end within the head of an element

    def end(self) -> None:
        """Make room for what is set anew behind the last element."""
        self.slots.rest()
        if self.has_overlay_bits:
            raise Unsure

    @property
    def has_overlay_bits(self) -> bool:
        """Whether there are overlays in bits of the pixels."""
        return bool(self._planes[0] - self._planes[1])

    def _dataset(self, level: _Level, at: int, end: int, out: Pieces, *, closed: bool = True) -> int:
        """Walk through a data set or item; what is left of it goes to ``out``, which stays empty if all of it stays.

        Returns
        -------
        int
            Where it ends; unless it is ``closed`` by its length, where its delimiter begins.
        """
        data, view, heads, last, begin, kept = self._data, self._view, level.heads, -1, at, at
        width = 4 if heads.implicit else 6
        looked, found_in = self._looked, self._found
        pending = () if level.depth else self.slots.pending
        while at < end or not closed:
            head = heads[data[at : at + width]]
            kind, size, tag, found, fact = head[:5]
            start = at + size
            if width == 4:
                stop = start + int.from_bytes(data[at + 4 : start], "little")
            elif size == 8:
                stop = start + (data[at + 6] | data[at + 7] << 8)
            else:
                stop = start + int.from_bytes(data[at + 8 : start], "little")
                if data[at + 6] or data[at + 7]:
                    raise Unsure  # reserved bytes
            if tag <= last:
                raise Unsure
            last, new, anew = tag, None, False
            if pending and pending[-1] <= tag:
                out.append(view[kept:at])
                kept, anew = at, self.slots.until(tag)
            if kind < COPY:
                looked[kind].append(data[start:stop])
            elif kind == GONE and stop <= end:
                self._values.note(head, level.path)
                if not anew:
                    out += (view[kept:at], head.new)
                    kept = stop
            elif kind == END:
                if closed or stop != start:
                    raise Unsure
                break
            elif kind != COPY or head.nested or stop - start == _UNDEFINED:
                new, stop = self._other(level, _Spot(head, at, start, stop - start, end))
                if new is not None and not anew:
                    out += (view[kept:at], *new)
                    kept = stop
            if stop > end or (anew and new is not None and tag == _METHOD_CODES):
                raise Unsure
            if found:
                found_in[found].append(data[start:stop])
            if fact:
                self.facts[tag] = data[start:stop]
            at = stop
            if anew:
                kept = at
        if closed and at != end:
            raise Unsure
        if kept > begin or out:
            out.append(view[kept:at])
        return at

    def _other(self, level: _Level, spot: _Spot) -> tuple[Pieces | None, int]:
        """What takes the place of an element that does not simply stay, None if it stays; and where it ends."""
        head, _, start, length, end = spot
        kind = head.kind
        private = bool(head.tag >> 16 & 1)
        if head.nested and not private and kind in (CUT, INTO, COPY):
            new, stop = self._sequence(level, spot)
            if kind != CUT:
                return new, stop
            if head.new:
                if head.plan.do is Do.DUMMY or stop - start > (8 if length == _UNDEFINED else 0):
                    self._values.note(head, level.path)
                return [head.new], stop
        elif kind == PIXEL_DATA:
            self.has_pixels = True
            if (length == _UNDEFINED) is not self._encapsulated or (length % 2 and length != _UNDEFINED):
                raise Unsure
            if length != _UNDEFINED:
                self.native = length
                return None, start + length
            blank, stop = _without_comments(self._data, spot.at, start)
            self.has_comments = blank is not None
            return (None if blank is None else [blank]), stop
        elif length != _UNDEFINED:
            stop = start + length
        elif kind in (GONE, CUT, COPY):
            stop = skip(self._data, start, implicit=level.heads.implicit or head.vr == b"UN")
        else:
            raise Unsure
        if kind in (GONE, CUT, OVERLAY):
            if kind == OVERLAY and head.tag & 0xFFFF in (0x0010, 0x3000):
                self._planes[head.tag & 0xFFFF == 0x3000].add(head.tag >> 16)
            if head.plan.do is not Do.DROP:
                self._values.note(head, level.path)
            return [], stop
        if kind == UNSURE and head.tag == _PIXEL_REPRESENTATION and length in (0, 2):
            return None, stop
        if kind == UNSURE or stop > end:
            raise Unsure
        value = self._data[start:stop]
        if kind == CLASSES and head.plan.do is Do.LOOK:
            if value.strip(b"\0 0123456789.\\"):
                raise Unsure
            return None, stop
        if kind == CLASSES:
            self.kept.classes.append(value)
            return None, stop
        if kind == CHANGE:
            new_element = self._values.change(head, value, level.path)
            return (None if new_element is None else [new_element]), stop
        return None, stop

    def _sequence(self, level: _Level, spot: _Spot) -> tuple[Pieces | None, int]:
        head, at, start, length, end = spot
        heads, path, depth = level
        data, view = self._data, self._view
        if depth >= _DEEPEST:
            raise Unsure
        harvesting = heads.harvesting or head.kind == CUT
        inner = self._learned.heads(
            self.sop_class, implicit=heads.implicit, parent=head.tag, strict=head.plan.strict, harvesting=harvesting
        )
        open_ended = length == _UNDEFINED
        limit = end if open_ended else start + length
        if limit > end:
            raise Unsure
        parts: Pieces = []
        changed, number, i = False, 0, start
        while open_ended or i < limit:
            mark = data[i : i + 4]
            if open_ended and mark == _SEQUENCE_END:
                if data[i + 4 : i + 8] != _NO_LENGTH:
                    raise Unsure
                break
            size = int.from_bytes(data[i + 4 : i + 8], "little")
            if mark != _ITEM or i + 8 > limit:
                raise Unsure
            left: Pieces = []
            below = _Level(inner, f"{path}{head.change.path}[{number}].", depth + 1)
            if size == _UNDEFINED:
                stop = self._dataset(below, i + 8, limit, left, closed=False) + 8
                if data[stop - 4 : stop] != _NO_LENGTH:
                    raise Unsure
            else:
                stop = i + 8 + size
                if stop > limit:
                    raise Unsure
                self._dataset(below, i + 8, stop, left)
            if left:
                changed = True
                total = size if size == _UNDEFINED else sum(map(len, left))
                parts += [_ITEM + total.to_bytes(4, "little"), *left]
                if size == _UNDEFINED:
                    parts.append(view[stop - 8 : stop])
            else:
                parts.append(view[i:stop])
            i, number = stop, number + 1
        if open_ended:
            parts.append(view[i : i + 8])
            i += 8
        if i != limit and not open_ended:
            raise Unsure
        if not changed:
            return None, i
        total = length if open_ended else sum(map(len, parts))
        return [view[at : start - 4], total.to_bytes(4, "little"), *parts], i


def _without_comments(data: bytes, begin: int, at: int) -> tuple[bytes | None, int]:
    """Compressed Pixel Data (PS3.5 A.4) with its text blanked, None without any; and their end.

    Parameters
    ----------
    begin
        Where the element begins.
    at
        Where its first item begins.
    """
    fragments: list[tuple[int, int]] = []
    while data[at : at + 4] == _ITEM:
        stop = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if stop > len(data):
            raise Unsure
        fragments.append((at + 8 - begin, stop - begin))
        at = stop
    if not fragments or data[at : at + 8] != _SEQUENCE_END + bytes(4):
        raise Unsure
    return codestream.blanked(data[begin : at + 8], fragments), at + 8
