"""What the user has marked in the tree: instances, whatever layout they are seen in.

Marking, and counting what of an item is marked, goes in steps, as an item may hold any number of files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from textual.widget import Widget

from tui.service.values import Instance, Ref, Skipped
from tui.ui.panes.leaving import LEAVING, let_go
from tui.ui.panes.manyrefs import ManyRefs
from tui.ui.panes.slices import Slices, Steps
from tui.ui.panes.treefolders import AT_ONCE, Leaf
from tui.ui.panes.treeitems import Item, Key, children, instance_steps, key_of, unsorted_steps

NONE, SOME, ALL = " ", "-", "*"
_SIGNS = (NONE, ALL, NONE, SOME)
_MARKED, _LEFT = 1, 2  # some instance is, or is not
_NEAR = 16  # instances that are looked at in a step of counting
_FEW = 24  # steps of counting that the painting of a row waits for


class Marks:
    """Marked instances, and the sign of each item, which is counted once until marks in it change."""

    def __init__(self) -> None:
        self._refs = ManyRefs()
        self._found: dict[Key, tuple[Item, int]] = {}
        self._last: dict[Key, str] = {}  # signs as they were when they were last counted
        self.unknown: dict[Key, Item] = {}  # items whose sign was asked for, and takes long to count

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The marked instances, in the order in which they were marked."""
        return tuple(self._refs)

    def __len__(self) -> int:
        return len(self._refs)

    def clear(self) -> None:
        """Take all marks away."""
        if self._refs:
            LEAVING.add(let_go(*self._refs.parts(), self._found, self._last))
        self._refs, self._found, self._last, self.unknown = ManyRefs(), {}, {}, {}

    def keep_steps(self, items: Iterable[Item]) -> Steps[None]:
        """Forget what is in none of these any more."""
        kept = ManyRefs()
        for item in items:
            for some in instance_steps(item):
                kept.add(instance.ref for instance in some or () if instance.ref in self._refs)
                yield
        for refs in self._refs.some():
            for number, ref in enumerate(refs):
                if ref not in kept:
                    self._refs.discard(ref)
                if not number % AT_ONCE:
                    yield
        before, self._found = self._found, {}
        LEAVING.add(let_go(*kept.parts(), before))

    def toggle_steps(self, item: Item, leaf: Leaf | None = None) -> Steps[None]:
        """Mark all instances of an item, or this one, or take their marks away if all of them are marked."""
        if leaf is None:
            parts: list[list[Instance]] = []
            for some in instance_steps(item):
                if some:
                    parts.append(some)
                yield
        else:
            parts = [[leaf]] if isinstance(leaf, Instance) else []
        whole = True
        for some in parts:
            whole = whole and all(instance.ref in self._refs for instance in some)
            yield
        for some in parts:
            if whole:
                for instance in some:
                    self._refs.discard(instance.ref)
            else:
                self._refs.add(instance.ref for instance in some)
            yield
        yield from self._forget_steps(key_of(item))

    def _forget_steps(self, changed: Key) -> Steps[None]:
        """Signs that may be others now: of an item, what is in it, what it is in; and of all in another layout."""
        before, self._found = self._found, {}  # at once: a sign that is counted meanwhile is made of others
        while before:
            for _ in range(min(AT_ONCE, len(before))):
                key, found = before.popitem()
                if not _touches(key, changed):
                    self._found.setdefault(key, found)
            yield
        for number, key in enumerate(list(self._last)):
            if _touches(key, changed):
                self._last.pop(key, None)
            if not number % AT_ONCE:
                yield
        self.unknown = {}

    def sign(self, item: Item, leaf: Leaf | None = None) -> str:
        """One cell for a leaf, or for an item: nothing, some or all of what is inside is marked.

        An item that takes long to count keeps the one that it had until :meth:`count_steps` were done.
        """
        if not self._refs or isinstance(leaf, Skipped):
            return NONE
        if leaf is not None:
            return ALL if leaf.ref in self._refs else NONE
        steps = self.count_steps(item)
        for _ in range(_FEW):
            try:
                next(steps)
            except StopIteration as end:
                sign: str = end.value
                return sign
        self.unknown[key_of(item)] = item
        return self._last.get(key_of(item), NONE)

    def count_steps(self, item: Item) -> Steps[str]:
        """The sign of an item."""
        return _SIGNS[(yield from self._count(item))]

    def asked(self) -> list[Item]:
        """The items whose sign was asked for in vain; they are told once."""
        asked, self.unknown = list(self.unknown.values()), {}
        return asked

    def _count(self, item: Item) -> Steps[int]:
        key = key_of(item)
        known = self._found.get(key)
        if known is not None and known[0] is item:
            return known[1]
        found = 0
        for inner in children(item):
            found |= yield from self._count(inner)
            if found == _MARKED | _LEFT:
                break
            yield
        if found != _MARKED | _LEFT:
            for number, leaf in enumerate((yield from unsorted_steps(item))):  # what nobody has made is not marked
                if isinstance(leaf, Instance):
                    found |= _MARKED if leaf.ref in self._refs else _LEFT
                    if found == _MARKED | _LEFT:
                        break
                if number % _NEAR == _NEAR - 1:
                    yield
        self._found[key], self._last[key] = (item, found), _SIGNS[found]
        return found


def _touches(key: Key, changed: Key) -> bool:
    if (key[0] == "folder") != (changed[0] == "folder"):
        return True
    if key[0] == "folder":
        inside = f"{key[1].rstrip('/')}/", f"{changed[1].rstrip('/')}/"
        return inside[0].startswith(inside[1]) or inside[1].startswith(inside[0])
    length = min(len(key), len(changed))
    return key[1:length] == changed[1:length]


class Marking:
    """Marks, changed in slices: what is asked for first is done first.

    Parameters
    ----------
    widget
        Shows the signs; painted again when they are others.
    seen
        The items whose signs are on the screen.
    """

    def __init__(self, widget: Widget, seen: Callable[[], list[Item]]) -> None:
        self._widget, self._seen = widget, seen
        self._marks = Marks()
        self._slices = Slices(widget)
        self._waiting: deque[Steps[object]] = deque()
        self.told: Callable[[], None] = lambda: None

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The marked instances, in the order in which they were marked."""
        self._slices.finish()
        return self._marks.refs

    @property
    def busy(self) -> bool:
        """Whether marks are being made."""
        return self._slices.busy

    def __len__(self) -> int:
        return len(self._marks)

    def clear(self) -> None:
        """Take all marks away, and forget what was to be marked."""
        self._slices.stop()
        self._waiting.clear()
        self._marks.clear()
        self._widget.refresh()

    def toggle(self, item: Item, leaf: Leaf | None) -> None:
        """Mark all of an item, or a leaf of it, or take the marks away if all of it is marked."""
        self._do(self._marks.toggle_steps(item, leaf))

    def keep(self, items: Iterable[Item]) -> None:
        """Forget what is in none of these any more."""
        if self._marks or self.busy:
            self._do(self._marks.keep_steps(items))

    def sign(self, item: Item, leaf: Leaf | None) -> str:
        """One cell; where it takes long to count, painted when it is known."""
        sign = self._marks.sign(item, leaf)
        if len(self._marks.unknown) == 1:
            self._widget.call_later(self._count_unknown)
        return sign

    def _do(self, steps: Steps[object]) -> None:
        self._waiting.append(steps)
        if not self.busy:
            self._slices.start(self._steps())

    def _steps(self) -> Steps[None]:
        while self._waiting:
            while self._waiting:
                yield from self._waiting.popleft()
            for item in self._seen() if self._marks else ():
                yield from self._marks.count_steps(item)
        self._widget.refresh()
        self.told()

    def _count_unknown(self) -> None:
        for item in self._marks.asked():
            self._do(self._marks.count_steps(item))
