"""What the user has marked in the tree: instances, whatever layout they are seen in."""

from __future__ import annotations

from collections.abc import Iterable

from tui.service.values import Instance, Ref, Skipped
from tui.ui.panes.treeitems import Item, Key, instances_of, key_of

NONE, SOME, ALL = " ", "-", "*"


class Marks:
    """Marked instances, and the sign of each item, which is counted once until the marks change."""

    def __init__(self) -> None:
        self._refs: dict[Ref, None] = {}
        self._signs: dict[Key, tuple[Item, str]] = {}

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The marked instances, in the order in which they were marked."""
        return tuple(self._refs)

    def keep(self, items: Iterable[Item]) -> None:
        """Forget what is in none of these any more."""
        there = {instance.ref for item in items for instance in instances_of(item)}
        self._refs = {ref: None for ref in self._refs if ref in there}
        self._signs = {}

    def toggle(self, instances: Iterable[Instance]) -> bool:
        """Mark all of them, or none if all are marked; False if there are none."""
        refs = [instance.ref for instance in instances]
        if all(ref in self._refs for ref in refs):
            for ref in refs:
                del self._refs[ref]
        else:
            self._refs.update(dict.fromkeys(refs))
        self._signs = {}
        return bool(refs)

    def sign(self, item: Item, leaf: Instance | Skipped | None = None) -> str:
        """One cell for a leaf, or for an item: nothing, some or all of what is inside is marked."""
        if not self._refs:
            return NONE
        if leaf is not None:
            return ALL if isinstance(leaf, Instance) and leaf.ref in self._refs else NONE
        key = key_of(item)
        known = self._signs.get(key)
        if known is None or known[0] is not item:
            marked = [instance.ref in self._refs for instance in instances_of(item)]
            known = self._signs[key] = (item, (ALL if all(marked) else SOME if any(marked) else NONE))
        return known[1]
