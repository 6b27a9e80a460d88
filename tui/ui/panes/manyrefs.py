"""Instances in the order in which they came, any number of them: one dictionary for all would take long to grow.

That of a hundred thousand is copied to a place of some megabytes, which takes 4 to 24 ms in which no key is heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from tui.service.values import Ref

BLOCK = 4096
SHARES = 64
_HIGH = 20  # bits of a hash by which a dictionary of this size finds places


def _key(ref: Ref) -> str:
    return f"{ref.path}\0{ref.member}" if ref.member else ref.path


class ManyRefs:
    """Looked up by the text of the place, whose hash Python keeps."""

    def __init__(self, refs: Iterable[Ref] = ()) -> None:
        self._blocks: dict[int, dict[str, Ref]] = {0: {}}
        self._last = 0  # the block that grows
        self._places: tuple[dict[str, int], ...] = tuple({} for _ in range(SHARES))
        self._count = 0
        self.add(refs)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, ref: Ref) -> bool:
        key = _key(ref)
        return key in self._share(key)

    def __iter__(self) -> Iterator[Ref]:
        return chain.from_iterable(block.values() for block in self._blocks.values())

    def add(self, refs: Iterable[Ref]) -> None:
        """Put these at the end; one that is there stays where it is."""
        block = self._blocks[self._last]
        for ref in refs:
            key = _key(ref)
            places = self._share(key)
            if key in places:
                continue
            if len(block) >= BLOCK:
                self._last += 1
                block = self._blocks[self._last] = {}
            places[key] = self._last
            block[key] = ref
            self._count += 1

    def discard(self, ref: Ref) -> None:
        """Take this out, if it is there."""
        key = _key(ref)
        number = self._share(key).pop(key, None)
        if number is None:
            return
        block = self._blocks[number]
        del block[key]
        self._count -= 1
        if not block and number != self._last:
            del self._blocks[number]

    def _share(self, key: str) -> dict[str, int]:
        return self._places[(hash(key) >> _HIGH) % SHARES]

    def some(self) -> Iterator[list[Ref]]:
        """All of them, some at a time, which may be taken out meanwhile."""
        for block in list(self._blocks.values()):
            yield list(block.values())

    def parts(self) -> list[dict[Any, Any]]:
        """All that it holds, to be forgotten."""
        return [*self._blocks.values(), *self._places]
