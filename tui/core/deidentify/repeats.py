"""Files whose header is that of one before but for a few elements, as in a series: what is the same is walked once.

A template holds runs of bytes that were the same in two files, with what the walk of ``splice.py`` made of them, and
between them the elements that differed. A file that has the same runs at the same places is the same there; the walk
goes through the rest alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from tui.core.deidentify.learned import Kept, Settled
from tui.core.deidentify.splice import Splice
from tui.core.deidentify.toplevel import Element, element_at, elements_of
from tui.core.values import Change

_MOST_TEMPLATES = 4
_LONGEST_HEADER = 2**20
_MOST_DIFFERENT = 3  # one element in so many may differ
_PATIENCE = 8  # files that follow no template, before only some are learned from
_PIXELS = 0x7FE00008

Make: TypeAlias = Callable[[str], Splice]


class _Run(NamedTuple):
    """Elements that are the same in all files, and what became of them."""

    data: bytes
    pieces: list[bytes | memoryview]
    slots: tuple[tuple[int, int], ...]
    changes: tuple[Change, ...]


class Template:
    """What the files of one series have in common.

    Attributes
    ----------
    sop_class
        SOP Class UID of the files.
    kept
        What stays of the elements that are the same, and was looked at before.
    facts
        Of these, the values that are asked for later.
    """

    def __init__(self, sop_class: str, slots: tuple[int, ...], days: int) -> None:
        self.sop_class = sop_class
        self.kept = Settled()
        self.facts: dict[int, bytes] = {}
        self._slots = slots
        self._days = days
        self._steps: list[tuple[_Run, tuple[bytes, ...]]] = []

    def build(self, splice: Splice, data: bytes, found: list[Element], different: frozenset[int]) -> bool:
        """Learn from a file; whether that can be done."""
        splice.begin(self._slots, self._days)
        at = found[0].at
        heads: list[bytes] = []
        run: _Run | None = None
        for element in [*found, None]:
            if element is not None and element.tag not in different:
                if heads and run:
                    self._steps.append((run, tuple(heads)))
                    run, heads, at = None, [], element.at
                continue
            if run is None:
                run = self._run(splice, data, at, element.at if element else found[-1].stop)
            if element is not None:
                splice.part(element.at, element.stop, Kept())
                splice.facts.pop(element.tag, None)
                heads.append(element.head)
        assert run is not None
        self._steps.append((run, tuple(heads)))
        self.facts = dict(splice.facts)
        return not splice.has_overlay_bits

    def _run(self, splice: Splice, data: bytes, at: int, stop: int) -> _Run:
        first, changes, slots = len(splice.out), len(splice.changes), set(splice.slots.places)
        if stop > at:
            splice.part(at, stop, self.kept)
        pieces: list[bytes | memoryview] = []
        found: list[tuple[int, int]] = []
        where = {index: tag for tag, index in splice.slots.places.items() if tag not in slots}
        for index, piece in enumerate(splice.out[first:], first):
            if index in where:
                found.append((where[index], len(pieces)))
                pieces += (b"", b"")
            elif pieces:
                pieces[-1] = b"".join((pieces[-1], piece))
            else:
                pieces.append(bytes(piece))
        return _Run(data[at:stop], pieces, tuple(found), tuple(splice.changes[changes:]))

    def follow(self, data: bytes, at: int, implicit: bool, make: Make) -> Splice | None:
        """The walk over a file like those before; None if it is another.

        Raises
        ------
        Unsure
        """
        if not data.startswith(self._steps[0][0].data, at):
            return None
        splice = make(self.sop_class)
        splice.begin(self._slots, self._days)
        splice.facts.update(self.facts)
        for run, heads in self._steps:
            if not data.startswith(run.data, at):
                return None
            splice.slots.put(run.pieces, run.slots)
            splice.changes += run.changes
            at += len(run.data)
            for head in heads:
                if not data.startswith(head, at):
                    return None
                stop = element_at(data, at, implicit).stop
                splice.part(at, stop)
                at = stop
        if at != len(data):
            return None
        splice.end()
        return splice


class _Seen(NamedTuple):
    """A file that was walked through, without its pixels."""

    header: bytes
    first: int
    found: list[Element]
    different: frozenset[int]


class Repeats:
    """The templates of one kind of files, those that were used last first.

    Parameters
    ----------
    slots
        Tags that are set anew in each copy, sorted.
    needed
        Tags that are the same in all files of a template.
    """

    def __init__(self, slots: tuple[int, ...], needed: Iterable[int]) -> None:
        self._slots = slots
        self._needed = frozenset(needed)
        self._templates: dict[tuple[int, ...], Template] = {}
        self._seen: dict[tuple[int, ...], _Seen] = {}
        self._missed = 0

    def follow(self, data: bytes, at: int, implicit: bool, make: Make) -> tuple[Template, Splice] | None:
        """The template that a file follows, and the walk over the file.

        Raises
        ------
        Unsure
        """
        for key, template in reversed(self._templates.items()):
            splice = template.follow(data, at, implicit, make)
            if splice is not None:
                if len(self._templates) > 1:
                    self._templates[key] = self._templates.pop(key)
                self._missed = 0
                return template, splice
        return None

    def learn(self, data: bytes, at: int, implicit: bool, splice: Splice, days: int) -> None:
        """Learn from a file that follows no template, but was walked through; ``splice`` is for a second walk."""
        self._missed += 1
        if self._missed > _PATIENCE and self._missed % _PATIENCE:
            return
        found = list(elements_of(data, at, implicit))
        last = next((element.at for element in found if element.tag >= _PIXELS), len(data))
        if not found or last - at > _LONGEST_HEADER:
            return
        key = tuple(element.tag for element in found)
        before = self._seen.pop(key, None)
        pixels = frozenset(tag for tag in key if tag >= _PIXELS)
        different = pixels if before is None else before.different | _differing(before, data, found)
        if before is not None and not different & self._needed and len(different) * _MOST_DIFFERENT < len(found):
            template = Template(splice.sop_class, self._slots, days)
            self._templates.pop(key, None)
            if template.build(splice, data, found, different):
                self._templates[key] = template
        elif before is not None:
            different = pixels
        self._seen[key] = _Seen(data[at:last], at, found, different)
        for store in (self._templates, self._seen):
            while len(store) > _MOST_TEMPLATES:
                del store[next(iter(store))]


def _differing(before: _Seen, data: bytes, found: list[Element]) -> set[int]:
    old, first = before.header, before.first
    return {
        now.tag
        for was, now in zip(before.found, found, strict=True)
        if now.tag < _PIXELS and old[was.at - first : was.stop - first] != data[now.at : now.stop]
    }
