"""What is counted of the items of the tree, and by what a filter finds their leaves; kept while items stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tui.service.values import Instance, Packed, Series
from tui.ui.panes.leaving import drop
from tui.ui.panes.slices import Steps, finished
from tui.ui.panes.treefolders import AT_ONCE, Folder, Leaf, full_path
from tui.ui.panes.treeitems import Item, Key, Part, children, key_of, leaf_steps, leaf_text

PLACES = 4096
Places = list[dict[str, int]]
"""Where leaves stand, by their path, so many together: one for all would take long to grow."""


class Facts(NamedTuple):
    """Pictures, where an object without any counts as one; bytes; modalities in the order of the alphabet."""

    pictures: int
    size: int
    modalities: str


class Memo:
    """Facts and search texts, kept for items that stay the same from one library to the next."""

    def __init__(self) -> None:
        self._facts: dict[Key, tuple[Item, Facts]] = {}
        self._texts: dict[Key, tuple[Sequence[Leaf], list[str]]] = {}
        self._places: dict[Key, tuple[Sequence[Leaf], Places]] = {}

    def parts(self) -> list[list[Any] | dict[Any, Any]]:
        """All that it holds, to be forgotten."""
        places: list[Places] = [one for _, one in self._places.values()]
        return [*(texts for _, texts in self._texts.values()), *places, self._facts]

    def facts(self, item: Item) -> Facts:
        """Facts of an item."""
        return finished(self.fact_steps(item))

    def at_hand(self, item: Item) -> Facts:
        """Facts for a row; while other rows are made, those of the item that takes its place: nothing is counted."""
        known = self._facts.get(key_of(item))
        return self.facts(item) if known is None else known[1]

    def pictures(self, item: Item) -> int:
        """Its pictures, where an object without any counts as one."""
        return self.facts(item).pictures

    def fact_steps(self, item: Item) -> Steps[Facts]:
        """Facts of an item, and of all inside it."""
        if isinstance(item, Folder):
            return Facts(item.count, item.size, " ".join(sorted(filter(None, item.modalities))))
        key = key_of(item)
        known = self._facts.get(key)
        if known is None or known[0] is not item:
            made = (yield from _of_images(item)) if isinstance(item, Series | Part) else (yield from self._sum(item))
            known = self._facts[key] = (item, made)
        return known[1]

    def most_steps(self, items: Iterable[Item]) -> Steps[int]:
        """Make the facts of all these; the most pictures of one of them."""
        most = 0
        for item in items:
            most = max(most, (yield from self.fact_steps(item)).pictures)
            yield
        return most

    def _sum(self, item: Item) -> Steps[Facts]:
        count = size = 0
        modalities: set[str] = set()
        for inner in children(item):
            facts = yield from self.fact_steps(inner)
            count, size = count + facts.pictures, size + facts.size
            modalities.update(facts.modalities.split())
            yield
        return Facts(count, size, " ".join(sorted(modalities)))

    def text_steps(self, key: Key, leaves: Sequence[Leaf]) -> Steps[list[str]]:
        """What a filter finds the leaves by, in lower case."""
        known = self._texts.get(key)
        if known is None or known[0] is not leaves:
            texts: list[str] = []
            for index, leaf in enumerate(leaves):
                texts.append(leaf_text(leaf).lower())
                if not index % AT_ONCE:
                    yield
            drop(known, len(leaves))
            known = self._texts[key] = (leaves, texts)
        return known[1]

    def place_steps(self, key: Key, leaves: Sequence[Leaf]) -> Steps[Places]:
        """Where each leaf stands, by its path: strings that are there already, so that it costs little to forget."""
        known = self._places.get(key)
        if known is None or known[0] is not leaves:
            places: Places = []
            for index, leaf in enumerate(leaves):
                if not index % PLACES:
                    places.append({})
                places[-1][full_path(leaf.ref) if isinstance(leaf, Instance) else leaf.path] = index
                if not index % AT_ONCE:
                    yield
            drop(known, len(leaves))
            known = self._places[key] = (leaves, places)
        return known[1]


def _of_images(item: Series | Part) -> Steps[Facts]:
    series = item.series if isinstance(item, Part) else item
    if isinstance(item, Series) and isinstance(item.instances, Packed):
        return Facts(item.entries, item.size, series.first.modality)
    count = size = 0
    members = item.instances if isinstance(item, Series) else (yield from leaf_steps(item))
    for index, leaf in enumerate(members):
        if isinstance(leaf, Instance):
            count += leaf.head.frames if leaf.head.rows else 1
            size += leaf.size
        if not index % AT_ONCE:
            yield
    return Facts(count, size, series.first.modality)


def place_in(places: Places, path: str) -> int | None:
    """Where the leaf of a path stands."""
    return next((at for part in places if (at := part.get(path)) is not None), None)
