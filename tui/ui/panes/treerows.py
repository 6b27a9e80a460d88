"""The rows of the tree that are seen, and their text.

Only what is unfolded is walked, and the images of a series stay one block however many they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from tui.frozen import frozen
from tui.service.conditions import Condition, parsed
from tui.service.figures import bytes_text
from tui.service.values import Instance, Members, Patient, Ref, Series, Skipped, Study, date
from tui.ui.panes.lines import Run, cut, fit
from tui.ui.panes.slices import Steps, finished
from tui.ui.panes.treefacts import Memo, Places, place_in
from tui.ui.panes.treefolders import AT_ONCE, Folder, Leaf, file_name, file_of, full_path
from tui.ui.panes.treeitems import Item, Key, Place, children, key_of, label, leaf_steps

LEAST = 4  # cells of what is said behind a name, with the ellipsis
LONG = 2000  # leaves of an item that are searched one by one
SIZED = 34  # cells from which on there is a column of bytes
SIZE_WIDTH = 5
WIDE = 48  # cells from which on dates and sizes in pixels have a column of their own


@frozen
class Block:
    """Rows that stand together: the head of an item (``leaves`` None), or leaves of it."""

    item: Item
    key: Key
    depth: int
    open: bool
    leaves: Sequence[Leaf] | None
    hit: bool


@frozen
class Row:
    """One row: the head of a block, or a leaf."""

    block: Block
    leaf: Leaf | None = None

    @property
    def place(self) -> Place:
        """What finds the row again in another outline."""
        leaf = self.leaf
        if isinstance(leaf, Instance):
            return self.block.key, leaf.ref.path, leaf.ref.member
        return self.block.key, leaf.path if leaf else "", ""


class Outline:
    """The rows that are seen."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self._blocks: list[Block] = []
        self._starts: list[int] = []
        self._heads: dict[Key, int] = {}
        self._inside: dict[Key, int] = {}  # number of the block with the leaves of an item
        self._count = 0
        self._hits = 0
        self._places: dict[Key, Places] = {}
        for block in blocks:
            self.add(block)

    def add(self, block: Block) -> None:
        """Further rows below."""
        if block.leaves is None:
            self._heads[block.key] = self._count
        else:
            self._inside[block.key] = len(self._blocks)
        self._blocks.append(block)
        self._starts.append(self._count)
        rows = 1 if block.leaves is None else len(block.leaves)
        self._count += rows
        self._hits += rows if block.hit else 0

    def drop(self) -> None:
        """Take the last block away, the head of an item."""
        block = self._blocks.pop()
        self._count = self._starts.pop()
        del self._heads[block.key]
        self._hits -= block.hit

    def parts(self) -> tuple[list[Any] | dict[Any, Any], ...]:
        """All that it holds alone, to be forgotten."""
        return self._blocks, self._starts, self._heads, self._inside, self._places

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self._blocks)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Row:
        number = bisect_right(self._starts, index) - 1
        block = self._blocks[number]
        return Row(block) if block.leaves is None else Row(block, block.leaves[index - self._starts[number]])

    def head(self, key: Key) -> int | None:
        """Row of an item's head."""
        return self._heads.get(key)

    def index_steps(self, leaves: Sequence[Leaf], key: Key, memo: Memo) -> Steps[None]:
        """Make the leaves of an item quick to find, where they are many."""
        if not isinstance(leaves, Members) and len(leaves) > LONG:
            self._places[key] = yield from memo.place_steps(key, leaves)

    def leaf(self, key: Key, path: str, member: str = "") -> int | None:
        """Row of a leaf of an item."""
        number = self._inside.get(key)
        leaves = None if number is None else self._blocks[number].leaves
        if number is None or leaves is None:
            return None
        if isinstance(leaves, Members):
            at = leaves.place(Ref(path, member))
        elif key in self._places:
            at = place_in(self._places[key], full_path(Ref(path, member)))
        else:
            at = next((index for index, leaf in enumerate(leaves) if file_of(leaf) == (path, member)), None)
        return None if at is None else self._starts[number] + at

    def find(self, place: Place) -> int | None:
        """The row of a place, or of what it is in."""
        key, path, member = place
        found = self.leaf(key, path, member) if path else None
        return self.head(key) if found is None else found

    def parent(self, index: int) -> int | None:
        """Row of what a row is in."""
        row = self[index]
        if row.leaf is not None:
            return self.head(row.block.key)
        number = bisect_right(self._starts, index) - 1
        for before in range(number - 1, -1, -1):
            if self._blocks[before].leaves is None and self._blocks[before].depth < row.block.depth:
                return self._starts[before]
        return None

    def next_head(self, index: int, by: int, kind: type[Item]) -> int | None:
        """The head of an item of a kind after (1) or before (-1) a row."""
        number = bisect_right(self._starts, index) - 1
        for other in range(number + 1, len(self._blocks)) if by > 0 else range(number, -1, -1):
            block, start = self._blocks[other], self._starts[other]
            if block.leaves is None and isinstance(block.item, kind) and start != index:
                return start
        return None

    def hits(self) -> int:
        """Rows that the filter's words found."""
        return self._hits

    def next_hit(self, index: int, by: int) -> int | None:
        """The hit before (-1) or after (1) a row, around the end."""
        if not self._hits:
            return None
        wanted = (index + by) % self._count if self._count else 0
        number = bisect_right(self._starts, wanted) - 1
        for step in range(len(self._blocks) + 1):
            at = (number + by * step) % len(self._blocks)
            if self._blocks[at].hit:
                start, end = self._starts[at], self._end(at)
                if step == 0:
                    return wanted
                return start if by > 0 else end - 1
        return None

    def _end(self, number: int) -> int:
        return self._starts[number + 1] if number + 1 < len(self._starts) else self._count


@dataclass(slots=True)
class _Frame:
    item: Item | None
    inner: Iterator[Item]
    rest: list[str]
    at: int
    entered: bool
    conditions: tuple[Condition, ...] = ()


def outline(roots: Iterable[Item], is_open: Callable[[Key], bool], words: str, memo: Memo) -> Outline:
    """The rows that are seen, as :func:`outline_steps` makes them."""
    return finished(outline_steps(roots, is_open, words, memo))


def outline_steps(roots: Iterable[Item], is_open: Callable[[Key], bool], words: str, memo: Memo) -> Steps[Outline]:
    """The rows that are seen.

    Parameters
    ----------
    is_open
        Whether the user unfolded an item.
    words
        A filter. All words must be found in the row or what it is in, ``!word`` in neither. A row that is found keeps
        what is inside it, folded as the user left it; a row is also kept, unfolded, for what is found inside it.
    """
    conditions, words = parsed(words)
    wanted = [word for word in words.lower().split() if word[0] != "!"]
    unwanted = [word[1:] for word in words.lower().split() if word[0] == "!" and len(word) > 1]
    made = Outline()
    stack = [_Frame(None, iter(roots), wanted, -1, True, conditions)]
    while stack:
        frame = stack[-1]
        item = next(frame.inner, None)
        if item is None:
            stack.pop()
            yield from _leave(frame, len(stack) - 1, made, unwanted, memo)
            yield
            continue
        text = " ".join(part for part, _ in label(item)).lower() if words else ""
        if any(word in text for word in unwanted):
            continue
        rest = [word for word in frame.rest if word not in text]
        key = key_of(item)
        asked = frame.conditions
        if isinstance(item, Series):
            if not all(condition.holds(item.first) for condition in asked if condition.of_series):
                continue
            asked = tuple(condition for condition in asked if not condition.of_series)
        entered = bool(rest or asked) or is_open(key)
        made.add(Block(item, key, len(stack) - 1, entered, None, _is_hit(frame, rest, asked)))
        stack.append(_Frame(item, children(item) if entered else iter(()), rest, made.blocks - 1, entered, asked))
    return made


def _is_hit(frame: _Frame, rest: list[str], asked: tuple[Condition, ...]) -> bool:
    """Whether a row is the one that the last word or condition was found in."""
    return bool(frame.rest or frame.conditions) and not rest and not asked


def _leave(frame: _Frame, depth: int, made: Outline, unwanted: list[str], memo: Memo) -> Steps[None]:
    item = frame.item
    if item is None:
        return
    leaves = (yield from leaf_steps(item)) if frame.entered else ()
    if leaves and (frame.rest or unwanted):
        texts = yield from memo.text_steps(key_of(item), leaves)
        kept: list[Leaf] = []
        for index, (leaf, text) in enumerate(zip(leaves, texts, strict=True)):
            if all(word in text for word in frame.rest) and not any(word in text for word in unwanted):
                kept.append(leaf)
            if not index % AT_ONCE:
                yield
        leaves = kept
    if leaves and frame.conditions:
        held: list[Leaf] = []
        for index, leaf in enumerate(leaves):
            if isinstance(leaf, Instance) and all(condition.holds(leaf) for condition in frame.conditions):
                held.append(leaf)
            if not index % AT_ONCE:
                yield
        leaves = held
    if leaves:
        yield from made.index_steps(leaves, key_of(item), memo)
        made.add(Block(item, key_of(item), depth + 1, False, leaves, bool(frame.rest or frame.conditions)))
    elif (frame.rest or frame.conditions) and made.blocks == frame.at + 1:
        made.drop()  # neither found nor anything found inside


def _when(row: Row) -> str:
    """Date, of a patient that of the newest study; or size of the image in pixels."""
    leaf, item = row.leaf, row.block.item
    if isinstance(leaf, Instance):
        return f"{leaf.columns}x{leaf.rows}" if leaf.rows else ""
    if isinstance(item, Study) and leaf is None:
        return date(item.first.study_date)
    if isinstance(item, Patient):
        return date(max(study.first.study_date for study in item.studies))
    if isinstance(item, Series) and leaf is None:
        first = item.first
        return date(first.series_date) if first.series_date != first.study_date else ""
    return ""


def _sums(row: Row, memo: Memo) -> tuple[str, str]:
    """Pictures, where there is more than one, and bytes."""
    leaf = row.leaf
    if isinstance(leaf, Instance):
        return f"{leaf.frames}" if leaf.frames > 1 else "", bytes_text(leaf.size) if leaf.size else ""
    if leaf is not None:
        return "", ""
    facts = memo.at_hand(row.block.item)
    return str(facts.pictures), bytes_text(facts.size) if facts.size else ""


def runs(
    row: Row, width: int, memo: Memo, *, shown: bool, digits: int = 4, mark: str = " ", by_size: bool = False
) -> list[Run]:
    """A row in exactly so many cells.

    Parameters
    ----------
    shown
        Whether the picture on the screen is this row, or inside it.
    digits
        Width of the column of counts.
    mark
        One cell: whether the row is marked.
    by_size
        Whether bytes matter more than the count, where there is room for one of them.
    """
    block, leaf = row.block, row.leaf
    wide = width >= WIDE
    indent = " " * min(block.depth * (2 if wide else 1), width // 4)
    glyph = "  " if leaf is not None else ("▾ " if block.open else "▸ ")
    when = _when(row)
    count, size = _sums(row, memo)
    tail: list[Run] = []
    if width >= SIZED or not by_size:
        tail.append((f" {fit(count, digits, right=True)}", "dim"))
    if width >= SIZED or by_size:
        tail.append((f" {fit(size, SIZE_WIDTH, right=True)}", "dim"))
    if wide:
        tail.insert(0, (f" {fit(when, 10, right=True)}", "dim"))
    name = _name(row)
    if isinstance(block.item, Study) and leaf is None:
        name.append((f"  {memo.at_hand(block.item).modalities}", "accent"))
        if not wide and when:
            name.insert(0, (f"{when} ", "dim"))
    head: list[Run] = [(("●" if shown else " ") + mark, "accent"), (indent + glyph, "faint"), *name]
    left = width - sum(cell_len(text) for text, _ in tail)
    out: list[Run] = []
    for text, style in head:
        text = _cut(text, left)
        left -= cell_len(text)
        out.append((text, style))
    return [*out, (" " * left, ""), *tail]


def _cut(text: str, width: int) -> str:
    """The text in at most so many cells; of what is said behind a name nothing rather than a letter or two."""
    short = cut(text, width)
    return "" if text.startswith("  ") and short != text and len(short.strip()) < LEAST else short


def _name(row: Row) -> list[Run]:
    leaf = row.leaf
    if isinstance(leaf, Skipped):
        return [(file_name(leaf), "faint"), (f"  {leaf.reason}", "faint")]
    if leaf is None:
        return label(row.block.item)
    if isinstance(row.block.item, Folder):
        about = " ".join(filter(None, (leaf.modality, leaf.series_description)))
        return [(file_name(leaf), ""), (f"  {about}" if about else "", "dim")]
    number = "" if leaf.number is None else str(leaf.number)
    return [(f"{number:>3} ", ""), (file_name(leaf), "dim")]
