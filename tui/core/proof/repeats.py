"""Pairs of original and copy whose headers are those of a pair before but for a few elements, as in a series.

What was the same in two pairs is compared with its bytes, and need not be walked through and looked at again for the
same identifiers. What differed is; and any doubt leads back to the check of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from tui.core.proof.identifiers import Identifiers
from tui.core.proof.walk import PIXEL_TAGS, Malformed, Parsed, Walker

Span: TypeAlias = tuple[int, int]

_MOST = 4  # layouts that are remembered
_LONGEST = 2**20  # bytes of a header
_SHARE = 3  # one element in so many may differ
_PATIENCE = 8  # pairs that are like none before, until only some are learned from
_FIRST_PIXELS = min(PIXEL_TAGS)


class Outline(NamedTuple):
    """The elements of a file at its top level: their tags, and where each begins and ends."""

    tags: tuple[int, ...]
    spans: list[Span]


def outline(parsed: Parsed) -> Outline:
    """Of a file of which all elements were found."""
    tags, spans, at = [], [], parsed.body
    for found in parsed.found:
        if not found.depth:
            tags.append(found.tag)
            spans.append((at, found.stop))
            at = found.stop
    return Outline(tuple(tags), spans)


class Layout:
    """Runs of bytes that were the same in two files, and the beginnings of the elements that differed between them.

    Attributes
    ----------
    same, other
        Spans of both in the file that it was made of.
    """

    def __init__(self, parsed: Parsed, elements: Outline, different: frozenset[int]) -> None:
        self.encoding = (parsed.syntax, parsed.explicit, parsed.big)
        self.same: list[Span] = []
        self.other: list[Span] = []
        self._steps: list[tuple[bytes, bool]] = []  # bytes, and whether the element goes on behind them
        step = 6 if parsed.explicit else 4
        begin = stop = parsed.body
        for tag, (start, end) in zip(elements.tags, elements.spans, strict=True):
            if tag in different:
                self._keep(parsed.data, begin, start)
                self._steps.append((parsed.data[start : start + step], True))
                self.other.append((start, end))
                begin = end
            stop = end
        self._keep(parsed.data, begin, stop)

    def _keep(self, data: bytes, start: int, stop: int) -> None:
        if stop > start:
            self._steps.append((data[start:stop], False))
            self.same.append((start, stop))

    def bytes_of_runs(self) -> bytes:
        """All that is the same, one run behind the other."""
        return b"\0".join(data for data, goes_on in self._steps if not goes_on)

    def differing(self, walker: Walker, opened: Parsed) -> list[Span] | None:
        """The elements of a file that may differ; None if it has another layout.

        Raises
        ------
        Malformed
        """
        if (opened.syntax, opened.explicit, opened.big) != self.encoding:
            return None
        data, at, spans = opened.data, opened.body, []
        for known, goes_on in self._steps:
            if not data.startswith(known, at):
                return None
            stop = walker.stop(opened, at) if goes_on else at + len(known)
            if goes_on:
                spans.append((at, stop))
            at = stop
        return spans if at == len(data) else None


class Pair(NamedTuple):
    """What the pairs of one series have in common.

    Attributes
    ----------
    known
        Identifiers from what is the same in the originals.
    charset
        Specific Character Set of the originals.
    old, new
        Values at the top level of the originals and of the copies that are asked for, by tag.
    places
        Attributes with UIDs, by tag and the sequence around it, among what is the same in the copies.
    """

    original: Layout
    copy: Layout
    known: Identifiers
    charset: bytes
    old: dict[int, bytes]
    new: dict[int, bytes]
    places: frozenset[tuple[int, int]]


class _Seen(NamedTuple):
    original: Parsed
    copy: Parsed
    outlines: tuple[Outline, Outline]
    different: tuple[frozenset[int], frozenset[int]]


Make: TypeAlias = Callable[[Parsed, Layout, Parsed, Layout], Pair | None]
_Key: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


class Repeats:
    """The pairs that were met last.

    Parameters
    ----------
    original, copy
        Walk through an original and a copy for what is to be known of them.
    """

    def __init__(self, original: Walker, copy: Walker) -> None:
        self._original, self._copy = original, copy
        self._pairs: dict[_Key, Pair] = {}
        self._seen: dict[_Key, _Seen] = {}
        self._missed = 0

    def follow(self, original: bytes, copy: bytes, longest: int) -> tuple[Pair, Parsed, Parsed] | None:
        """What a pair has in common with those before, and its files with what may differ alone; None if nothing."""
        if not self._pairs:
            return None
        try:
            before, after = self._original.opened(original, longest), self._copy.opened(copy, longest)
            for key, pair in reversed(self._pairs.items()):
                old = pair.original.differing(self._original, before)
                new = pair.copy.differing(self._copy, after) if old is not None else None
                if old is None or new is None:
                    continue
                if len(self._pairs) > 1:
                    self._pairs[key] = self._pairs.pop(key)
                self._missed = 0
                return pair, self._original.some(before, old), self._copy.some(after, new)
        except Malformed:
            return None
        return None

    def is_patient(self) -> bool:
        """Whether a pair that followed none before should be learned from: where none ever follows, few are."""
        self._missed += 1
        return self._missed <= _PATIENCE or self._missed % _PATIENCE == 0

    def learn(self, before: Parsed, after: Parsed, make: Make) -> None:
        """Learn from a pair that was checked; both with all of their elements found."""
        if before.end != len(before.data) or any(self._header(parsed) > _LONGEST for parsed in (before, after)):
            return
        outlines = outline(before), outline(after)
        key = outlines[0].tags, outlines[1].tags
        if any(len(set(tags)) != len(tags) for tags in key):
            return
        last = self._seen.pop(key, None)
        different = (_pixels(key[0]), _pixels(key[1]))
        if last is not None:
            old = last.different[0] | _differing(last.original, last.outlines[0], before, outlines[0])
            new = last.different[1] | _differing(last.copy, last.outlines[1], after, outlines[1])
            if len(old) * _SHARE < len(key[0]) and len(new) * _SHARE < len(key[1]):
                different = old, new
                layouts = Layout(before, outlines[0], old), Layout(after, outlines[1], new)
                pair = make(before, layouts[0], after, layouts[1])
                self._pairs.pop(key, None)
                if pair is not None:
                    self._pairs[key] = pair
        self._seen[key] = _Seen(_head(before), _head(after), outlines, different)
        for store in (self._pairs, self._seen):
            while len(store) > _MOST:
                store.pop(next(iter(store)))

    @staticmethod
    def _header(parsed: Parsed) -> int:
        return len(parsed.data) - (parsed.pixels[2] - parsed.pixels[1] if parsed.pixels else 0)


def _pixels(tags: tuple[int, ...]) -> frozenset[int]:
    return frozenset(tag for tag in tags if tag >= _FIRST_PIXELS)


def _head(parsed: Parsed) -> Parsed:
    """A file without its pixels, to be remembered."""
    data = parsed.data[: parsed.pixels[1]] if parsed.pixels else parsed.data
    return parsed._replace(data=data, found=[])


def _differing(one: Parsed, was: Outline, other: Parsed, now: Outline) -> frozenset[int]:
    return frozenset(
        tag
        for tag, (a, b), (c, d) in zip(was.tags, was.spans, now.spans, strict=True)
        if tag < _FIRST_PIXELS and one.data[a:b] != other.data[c:d]
    )
