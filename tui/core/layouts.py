"""Headers of the same layout as others before, read by a few regular expressions instead of element by element.

The files of a series hold the same elements, and most of them have the same lengths. What was walked twice becomes a
:class:`Layout`: its expressions hold every byte of every element's header literally, so a match proves that
``core/walk.py`` would take the same steps, and the values stand where it would find them. An element whose length
differs from file to file is a place where the length is read; a sequence of undefined length that differs is skipped
by the walk. Transfer syntax, character set and SOP Class are held literally too, as they decide what the rest means.
Whatever does not match is walked.
"""

from __future__ import annotations

import re
import struct
from collections import OrderedDict
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from tui.core import headers, walk
from tui.core.instance import OWN, Head, Instance, Ref
from tui.core.rawvalues import HEADS, WANTED, Heads, own
from tui.core.walk import UNDEFINED, VR_HEADER, Short, Unsure

TRIED = 4  # layouts that a file is compared with
KEPT = 48  # layouts
SEEN = 512  # signatures that were met once
PATIENCE = 8  # misses in a row after which only some of the files are learned from
SOME = 32
LONGEST = 2000  # elements
_LITERAL = frozenset((0x0010_0002, 0x0002_0002, 0x0005_0008, 0x0016_0008))
_TAG_VR_LENGTH = struct.Struct("<I2sH").unpack_from
_TAG_LENGTH = struct.Struct("<II").unpack_from
_FIXED, _SHORT, _LONG, _NESTED = range(4)

Signature = tuple[tuple[int, bytes, bytes], ...]


class _Element:
    """One element of a header as it was walked: where it begins, how long its own header is, and its value."""

    __slots__ = ("at", "head", "length", "spans", "tag", "vr")

    def __init__(  # noqa: PLR0917
        self, at: int, tag: int, vr: bytes, head: int, length: int, spans: tuple[tuple[int, int], ...]
    ) -> None:
        self.at, self.tag, self.vr, self.head, self.length, self.spans = at, tag, vr, head, length, spans


class Layouts:
    """Reads headers as :func:`tui.core.headers.read`, and learns from each. For one thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[Signature, Layout] = OrderedDict()
        self._once: OrderedDict[Signature, None] = OrderedDict()
        self._newest: list[Layout] = []
        self._heads = Heads()
        self._misses = 0
        self.hits = 0

    def read(self, data: bytes, size: int, ref: Ref) -> Instance:
        """As :func:`tui.core.headers.read`."""
        for index, layout in enumerate(self._newest):
            instance = layout.read(data, size, ref)
            if instance is not None:
                self._misses = 0
                self.hits += 1
                if index:
                    self._use(layout)
                return instance
        instance = headers.read(data, size, ref, self._heads)
        self._misses += 1
        if data[128:132] == b"DICM" and (self._misses < PATIENCE or not self._misses % SOME):
            self._learn(data)
        return instance

    def _use(self, layout: Layout) -> None:
        self._known[layout.signature] = layout
        self._known.move_to_end(layout.signature)
        self._newest = [layout, *[other for other in self._newest if other is not layout]][:TRIED]

    def _learn(self, data: bytes) -> None:
        traced = _traced(data)
        if traced is None:
            return
        elements, implicit = traced
        signature = tuple((e.tag, e.vr, data[e.at + e.head :][: e.length] if e.tag in _LITERAL else b"")
                          for e in elements)  # fmt: skip
        layout = self._known.get(signature)
        if layout is not None:
            layout.widen(data, elements)
            self._use(layout)
        elif signature in self._once:
            del self._once[signature]
            layout = Layout(signature, data, elements, implicit, self._heads)
            if layout.usable:
                self._use(layout)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._once[signature] = None
            if len(self._once) > SEEN:
                self._once.popitem(last=False)


class Layout:
    """The elements of a header, in their order, and the expressions that find their values."""

    def __init__(
        self, signature: Signature, data: bytes, elements: list[_Element], implicit: bool, heads: Heads
    ) -> None:
        self.signature = signature
        self._implicit = implicit
        self._kinds = [_FIXED] * len(elements)
        self._bytes = [_bytes_of(data, element) for element in elements]
        self._heads = heads
        self._shared: dict[tuple[bytes, ...], Head] = {}
        self._syntax = next((value for tag, _, value in signature if tag == 0x0010_0002), b"").strip(b" \0")
        names = [WANTED[tag][0] for tag, _, _ in signature if tag in WANTED]
        sop_class = next((value for tag, _, value in signature if tag == 0x0016_0008), b"").strip(b" \0")
        self.usable = bool(
            self._syntax
            and len(set(names)) == len(names)
            and headers.is_expected(dict.fromkeys(names))
            and sop_class != walk.DICOMDIR
        )
        self._names = names
        self._pick = _picker([n for n, name in enumerate(names) if name not in OWN])
        self._own = [names.index(name) if name in names else -1 for name in OWN]
        self._steps: list[tuple[Callable[..., re.Match[bytes] | None], int, bool]] = []
        self._compile(data, elements)

    def widen(self, data: bytes, elements: list[_Element]) -> None:
        """Take in another header of the same elements: what differs is no longer held literally."""
        changed = False
        for index, element in enumerate(elements):
            if self._kinds[index] == _FIXED and _bytes_of(data, element) != self._bytes[index]:
                long = self._implicit and element.tag & 0xFFFF != 2
                self._kinds[index] = _NESTED if element.spans else _LONG if long or element.head == 12 else _SHORT
                changed = True
        if changed:
            self._compile(data, elements)

    def _compile(self, data: bytes, elements: list[_Element]) -> None:
        self._steps = []
        pattern: list[bytes] = []

        def step(kind: int, wanted: bool = False) -> None:
            self._steps.append((re.compile(b"".join(pattern), re.DOTALL).match, kind, wanted))
            pattern.clear()

        for element, kind in zip(elements, self._kinds, strict=True):
            at, start = element.at, element.at + element.head
            wanted = element.tag in WANTED
            if kind == _NESTED:
                pattern.append(re.escape(data[at:start]))
                step(_NESTED)
            elif kind != _FIXED:
                width = 2 if kind == _SHORT else 4
                pattern.append(re.escape(data[at : start - width]) + b"(" + b"." * width + b")")
                step(kind, wanted)
            elif element.tag in _LITERAL:
                value = re.escape(data[start : start + element.length])
                pattern.append(re.escape(data[at:start]) + (b"(" + value + b")" if wanted else value))
            elif wanted:
                pattern.append(re.escape(data[at:start]) + b"(.{%d})" % element.length)
            else:
                here = at
                for first, count in (*((at, element.head),), *element.spans):
                    if first > here:
                        pattern.append(b".{%d}" % (first - here))
                    pattern.append(re.escape(data[first : first + count]))
                    here = first + count
                if here < start + element.length:
                    pattern.append(b".{%d}" % (start + element.length - here))
        step(_FIXED)

    def read(self, data: bytes, size: int, ref: Ref) -> Instance | None:
        """The instance; None where the header is not of this layout, or is unusual."""
        at = 128
        values: list[bytes] = []
        try:
            for match, kind, wanted in self._steps:
                found = match(data, at)
                if found is None:
                    return None
                values += found.groups()
                at = found.end()
                if kind == _FIXED:
                    break
                if kind == _NESTED:
                    at = walk.skip(data, at, implicit=self._implicit)
                    continue
                raw = values[-1]
                length = int.from_bytes(raw, "little")
                if length == UNDEFINED:
                    return None
                if wanted:
                    values[-1] = data[at : at + length]
                else:
                    values.pop()
                at += length
            rest = walk.COMPLETE
            if not self._pixels_follow(data, at):
                rest = (walk.implicit if self._implicit else walk.explicit)(data, at, {}, {}, walk.LAST_GROUP)
        except (struct.error, Unsure):
            return None
        if rest != walk.COMPLETE:
            if len(data) < size:
                raise Short
            if rest != len(data):
                return None
        try:
            return self._instance(values, size, ref)
        except Unsure:
            return None

    def _pixels_follow(self, data: bytes, at: int) -> bool:
        """Whether the next element is Pixel Data that go on beyond these bytes, as in nearly all files."""
        if data[at : at + 4] != b"\xe0\x7f\x10\0" or len(data) < at + 12:
            return False
        if self._implicit or data[at + 4 : at + 6] not in (b"OW", b"OB"):
            return False
        return int.from_bytes(data[at + 8 : at + 12], "little") + at + 14 > len(data)

    def _instance(self, values: list[bytes], size: int, ref: Ref) -> Instance | None:
        common = self._pick(values)
        head = self._shared.get(common)
        if head is None:
            head = self._heads.made(dict(zip(self._names, values, strict=True)), size, ref, self._syntax).head
            if len(self._shared) >= HEADS:
                self._shared.clear()
            self._shared[common] = head
        return own(head, [values[n] if n >= 0 else b"" for n in self._own], size, ref)


def _picker(indices: list[int]) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda values: tuple(values[index] for index in indices)


def _bytes_of(data: bytes, element: _Element) -> tuple[Any, ...]:
    """What an expression would hold of the element: its header, those inside, and how far they are apart."""
    inside = tuple((first - element.at, data[first : first + count]) for first, count in element.spans)
    return (data[element.at : element.at + element.head], element.length, inside)


def _traced(data: bytes) -> tuple[list[_Element], bool] | None:
    """The elements of a header up to the group after 0028, and whether they are in implicit VR; None if odd."""
    elements: list[_Element] = [_Element(128, 0, b"", 4, 0, ())]  # the mark DICM
    at, syntax, implicit, in_meta = 132, b"", False, True
    try:
        while at < len(data):
            tag, vr, length = _TAG_VR_LENGTH(data, at)
            if in_meta and tag & 0xFFFF != 2:
                in_meta, implicit = False, syntax == headers.IMPLICIT
            if tag & 0xFFFF > walk.LAST_GROUP:
                return elements, implicit
            if implicit:
                (_, length), vr, head = _TAG_LENGTH(data, at), b"", 8
            else:
                head = VR_HEADER[vr]
                if head == 12:
                    length = int.from_bytes(data[at + 8 : at + 12], "little")
            start = at + head
            spans: list[tuple[int, int]] = []
            if length == UNDEFINED:
                end = walk.skip(data, start, implicit=implicit or vr == b"UN", spans=spans)
                if vr == b"UN":
                    return None
                length = end - start
            if tag == 0x0010_0002:
                syntax = data[start : start + length].strip(b" \0")
                if syntax in headers.DEFLATED or syntax == headers.BIG_ENDIAN:
                    return None
            elements.append(_Element(at, tag, vr, head, length, tuple(spans)))
            at = start + length
            if len(elements) + len(spans) > LONGEST:
                return None
    except (struct.error, KeyError, Unsure):
        return None
    return (elements, implicit) if at == len(data) else None
