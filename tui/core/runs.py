"""Stretches of elements that were the same in other files, bytes and all: the walk passes each of them in one step.

Where files are alike in parts, as those of one device are, no layout fits a second one, but most of their elements
lie in such stretches. A stretch begins and ends with an element of the data set, outside of sequences, so a walk
that comes to its first element and finds all its bytes would come out behind the last one, having kept the same values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.rawvalues import WANTED
from tui.core.walk import Run, Wanted

if TYPE_CHECKING:
    from tui.core.traces import Trace

LEAST = 4  # elements of a stretch; looking for a shorter one costs what it saves
KEPT = 256  # stretches


class Runs:
    """The stretches that were met so far, by the tag of their first element. For one thread."""

    def __init__(self) -> None:
        self._tables: dict[bool, dict[int, tuple[str, bytes] | Run]] = {False: dict(WANTED), True: dict(WANTED)}
        self._last: dict[bool, Trace] = {}

    def wanted(self, implicit: bool) -> Wanted:
        """What a walk is to keep, and the stretches that it may pass."""
        return self._tables[implicit]

    def learn(self, trace: Trace) -> None:
        """Take in a header: what it shares with the last one is kept; a stretch that ends otherwise here is cut."""
        table, last = self._tables[trace.implicit], self._last.get(trace.implicit)
        self._last[trace.implicit] = trace
        if last is None:
            return
        if len(table) > KEPT + len(WANTED):
            table.clear()
            table.update(WANTED)
        before = {tag: n for n, (tag, _, _) in enumerate(last.signature)}
        count = len(trace.signature)
        at = next((n for n, (tag, _, _) in enumerate(trace.signature) if n and tag & 0xFFFF != 2), count)
        while at < count:
            tag = trace.signature[at][0]
            known = table.get(tag)
            if isinstance(known, Run):
                alike = _alike(trace, at, known.data, 0)
            elif tag in before:
                alike = _alike(trace, at, last.data, last.bounds(before[tag])[0])
            else:
                alike = 0
            if alike >= LEAST:
                table[tag] = _run(trace, at, alike)
            elif isinstance(known, Run):
                del table[tag]
                if known.kept:
                    table[tag] = known.kept
            at += max(1, alike if alike >= LEAST else 0)


def _alike(trace: Trace, at: int, data: bytes, start: int) -> int:
    """How many elements of a header, from one on, have the same bytes as others from ``start`` on."""
    first = at
    while at < len(trace.signature):
        here, end = trace.bounds(at)
        if not data.startswith(trace.data[here:end], start):
            break
        start += end - here
        at += 1
    return at - first


def _run(trace: Trace, at: int, count: int) -> Run:
    start, end = trace.bounds(at)[0], trace.bounds(at + count - 1)[1]
    tags = [tag for tag, _, _ in trace.signature[at : at + count]]
    found = {WANTED[tag][0]: trace.value(n) for n, tag in enumerate(tags, at) if tag in WANTED}
    return Run(trace.data[start:end], found, WANTED.get(tags[0]), tags[-1] & 0xFFFF)
