"""Headers of the same layout as others before, read by a few comparisons of bytes instead of element by element.

The files of a series hold the same elements, and most of them the same values. What was walked twice becomes a
:class:`Layout`: stretches of bytes that were the same in all its files, and between them the places where the length of
a value is read. A stretch holds the header of every element in it literally, so where all are found the walk of
``core/walk.py`` would take the same steps, and the values stand where it would find them. A sequence of undefined
length that holds other elements than before is skipped by the walk itself. Transfer syntax, character set and SOP Class
are never a place, as they decide what the rest means. Whatever does not match is walked.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Hashable
from itertools import zip_longest
from operator import itemgetter

from tui.core import headers, walk
from tui.core.instance import OWN, Head, Instance, Ref
from tui.core.rawvalues import HEADS, PARSERS, WANTED, Heads
from tui.core.runs import Runs
from tui.core.traces import LITERAL, Signature, Trace, traced
from tui.core.walk import UNDEFINED, Short, Unsure

TRIED = 4  # layouts that a file is compared with
KEPT = 48  # layouts
SEEN = 512  # signatures that were met once
PATIENCE = 8  # misses in a row after which only some of the files are learned from
SOME = 32
_LETTERS = 0x4141  # a length that reads as "AA", the least of two letters
_MARK = 132  # bytes; in fewer the mark DICM is not whole
_NESTED = 0  # in place of the width of a length: the walk finds the end


class Layouts:
    """Reads headers as :func:`tui.core.headers.read`, and learns from each. For one thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[Signature, Layout] = OrderedDict()
        self._once: OrderedDict[Signature, None] = OrderedDict()
        self._newest: list[Layout] = []
        self._heads = Heads()
        self._runs = Runs()
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
        instance = headers.read(data, size, ref, self._heads, self._runs)
        self._misses += 1
        if data[128:132] == b"DICM" and (self._misses < PATIENCE or not self._misses % SOME):
            self._learn(data)
        return instance

    def _use(self, layout: Layout) -> None:
        self._known[layout.signature] = layout
        self._known.move_to_end(layout.signature)
        self._newest = [layout, *[other for other in self._newest if other is not layout]][:TRIED]

    def _learn(self, data: bytes) -> None:
        trace = traced(data)
        if trace is None:
            return
        signature = trace.signature
        layout = self._known.get(signature)
        if layout is not None:
            layout.widen(trace)
            self._use(layout)
        elif signature in self._once:
            del self._once[signature]
            layout = Layout(trace, self._heads)
            if layout.usable:
                self._use(layout)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._runs.learn(trace)
            self._once[signature] = None
            if len(self._once) > SEEN:
                self._once.popitem(last=False)


class Layout:
    """The elements of a header, in their order; which of them are alike in all files, and where the others stand."""

    def __init__(self, trace: Trace, heads: Heads) -> None:
        self.signature = trace.signature
        self._trace = trace
        self._wanted = {n: WANTED[tag][0] for n, (tag, _, _) in enumerate(trace.signature) if tag in WANTED}
        # By the elements that differ: for each header in it, whether its length or what follows does, or None.
        self._varying: dict[int, list[bool] | None] = {}
        self._heads = heads
        self._shared: dict[Hashable, Head] = {}  # by the values that are not the same in all
        literal = {tag: told.strip(b" \0") for tag, _, told in trace.signature if tag in LITERAL}
        self._syntax = literal.get(0x0010_0002, b"")
        names = dict.fromkeys(self._wanted.values())
        self.usable = bool(
            self._syntax
            and len(names) == len(self._wanted)
            and headers.is_expected(names)
            and literal.get(0x0016_0008) != walk.DICOMDIR
        )
        self._compile()

    def widen(self, other: Trace) -> None:
        """Take in another header of the same elements: what differs is no longer held literally."""
        mine, changed = self._trace, False
        one, two = mine.data, other.data
        bounds = zip(mine.starts, mine.starts[1:], other.starts, other.starts[1:], strict=False)
        for index, (start, end, start_there, end_there) in enumerate(bounds):
            if one[start:end] != two[start_there:end_there]:
                before = self._varying.get(index, [])
                if before is not None:
                    found = _differing(mine, other, index)
                    new = None if found is None else [a or b for a, b in zip_longest(before, found, fillvalue=False)]
                    changed |= new != before
                    self._varying[index] = new
        if changed:
            self._compile()

    def _compile(self) -> None:
        """Make the steps: stretches of bytes, the width of the length after each, and whether its value is wanted."""
        trace, start = self._trace, 128
        self._steps: list[tuple[bytes, int, int, bool]] = []
        self._names = names = list[str]()  # of the values that are read

        def step(end: int, width: int, name: str = "") -> None:
            self._steps.append((trace.data[start:end], end - start, width, bool(name)))
            if name:
                names.append(name)

        for index in sorted(self._varying):
            spans, varying = trace.spans(index), self._varying[index]
            if varying is None:
                step(sum(spans[0][:2]), _NESTED)
                start = trace.bounds(index)[1]
                continue
            ends = (*(at for at, _, _ in spans[1:]), trace.bounds(index)[1])
            for (at, size, width), end, varies in zip(spans, ends, varying, strict=True):
                if varies:
                    step(at + size - width, width, self._wanted.get(index, ""))
                    start = end
        self._last = trace.data[start:]
        # Two letters in place of a length would make the walk doubt that the data set is in implicit VR.
        first = next((n for n, (tag, _, _) in enumerate(self.signature) if n and tag & 0xFFFF != 2), 0)
        self._longest = _LETTERS if trace.implicit and first in self._varying else UNDEFINED
        self._fixed = {name: trace.value(n) for n, name in self._wanted.items() if n not in self._varying}
        self._pick = itemgetter(*shared) if (shared := [n for n, one in enumerate(names) if one not in OWN]) else None
        self._shared.clear()
        self._own = [parse(self._fixed.get(name, b"")) for name, parse in PARSERS.items()]
        self._own_varying = [(OWN.index(one), n, PARSERS[one]) for n, one in enumerate(names) if one in PARSERS]

    def read(self, data: bytes, size: int, ref: Ref) -> Instance | None:
        """The instance; None where the header is not of this layout, or is unusual."""
        at = 128
        values: list[bytes] = []
        starts = data.startswith
        try:
            for run, count, width, wanted in self._steps:
                if not starts(run, at):
                    _refuse_cut(run, data, at, size)
                    return None
                at += count
                if width == 2:
                    length = data[at] | data[at + 1] << 8
                elif width:
                    length = int.from_bytes(data[at : at + 4], "little")
                    if length >= self._longest:
                        return None
                else:
                    at = walk.skip(data, at, implicit=self._trace.implicit)
                    continue
                at += width
                if wanted:
                    values.append(data[at : at + length])
                at += length
            if not starts(self._last, at):
                _refuse_cut(self._last, data, at, size)
                return None
            at += len(self._last)
            if not self._pixels_follow(data, at):
                rest = self._rest(data, at)
                if rest != walk.COMPLETE:
                    if len(data) < size:
                        raise Short
                    if rest != len(data):
                        return None
            return self._instance(values, size, ref)
        except (struct.error, IndexError, Unsure):
            return None

    def _rest(self, data: bytes, at: int) -> int:
        """Where the walk ends when it goes on here, behind all that the layout knows."""
        if at + 2 <= len(data) and data[at] | data[at + 1] << 8 <= walk.LAST_GROUP:
            raise Unsure  # another element of the header
        return (walk.implicit if self._trace.implicit else walk.explicit)(data, at, {}, {}, walk.LAST_GROUP)

    def _pixels_follow(self, data: bytes, at: int) -> bool:
        """Whether the next element is Pixel Data that go on beyond these bytes, as in nearly all files."""
        if data[at : at + 4] != b"\xe0\x7f\x10\0" or len(data) < at + 12:
            return False
        if self._trace.implicit or data[at + 4 : at + 6] not in (b"OW", b"OB"):
            return False
        return int.from_bytes(data[at + 8 : at + 12], "little") + at + 14 > len(data)

    def _instance(self, values: list[bytes], size: int, ref: Ref) -> Instance:
        common = self._pick(values) if self._pick else None
        head = self._shared.get(common)
        if head is None:
            found = self._fixed | dict(zip(self._names, values, strict=True))
            head = self._heads.made(found, size, ref, self._syntax).head
            if len(self._shared) >= HEADS:
                self._shared.clear()
            self._shared[common] = head
        own = self._own.copy()
        for slot, n, parse in self._own_varying:
            own[slot] = parse(values[n])
        own.append(head)
        return Instance(ref, size, *own)


def _refuse_cut(run: bytes, data: bytes, at: int, size: int) -> None:
    """Raise ``Short``, as the walk would, where data that are alike so far end before a stretch of a layout does."""
    if at + len(run) > len(data) >= _MARK and len(data) < size and run.startswith(data[at:]):
        raise Short


def _differing(one: Trace, two: Trace, index: int) -> list[bool] | None:
    """For each header in an element, whether its length, or what follows, differs in the other; None if headers do."""
    mine, other = one.spans(index), two.spans(index)
    if len(mine) != len(other):
        return None
    differing = []
    ends = (*(at for at, _, _ in mine[1:]), one.starts[index + 1])
    ends_there = (*(at for at, _, _ in other[1:]), two.starts[index + 1])
    for (a, size, width), (b, size_there, _), end, end_there in zip(mine, other, ends, ends_there, strict=True):
        if size != size_there or one.data[a : a + size - width] != two.data[b : b + size - width]:
            return None
        differing.append(one.data[a:end] != two.data[b:end_there])
    return differing
