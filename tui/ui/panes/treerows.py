"""The rows of the tree that are seen, and their text.

Only what is unfolded is walked, and the images of a series stay one block however many they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.frozen import frozen
from tui.service.conditions import Condition, parsed
from tui.service.values import Instance, Series, Skipped, Study, date
from tui.ui.panes.lines import Run, cut, fit
from tui.ui.panes.treeitems import (
    Folder,
    Item,
    Key,
    Leaf,
    Memo,
    Place,
    children,
    file_name,
    file_of,
    key_of,
    label,
    leaves_of,
)

LEAST = 4  # cells of what is said behind a name, with the ellipsis
WIDE = 48  # cells from which on dates and sizes have a column of their own


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

    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._starts: list[int] = []
        self._heads: dict[Key, int] = {}
        count = 0
        for block in blocks:
            self._starts.append(count)
            if block.leaves is None:
                self._heads[block.key] = count
                count += 1
            else:
                count += len(block.leaves)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Row:
        number = bisect_right(self._starts, index) - 1
        block = self._blocks[number]
        return Row(block) if block.leaves is None else Row(block, block.leaves[index - self._starts[number]])

    def head(self, key: Key) -> int | None:
        """Row of an item's head."""
        return self._heads.get(key)

    def leaf(self, key: Key, path: str, member: str = "") -> int | None:
        """Row of a leaf of an item."""
        for block, start in zip(self._blocks, self._starts, strict=True):
            if block.leaves is not None and block.key == key:
                for index, leaf in enumerate(block.leaves):
                    if file_of(leaf) == (path, member):
                        return start + index
        return None

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
        starts = [start for block, start in zip(self._blocks, self._starts, strict=True)
                  if block.leaves is None and isinstance(block.item, kind)]  # fmt: skip
        if by > 0:
            return next((start for start in starts if start > index), None)
        return next((start for start in reversed(starts) if start < index), None)

    def hits(self) -> int:
        """Rows that the filter's words found."""
        return sum(1 if block.leaves is None else len(block.leaves) for block in self._blocks if block.hit)

    def next_hit(self, index: int, by: int) -> int | None:
        """The hit before (-1) or after (1) a row, around the end."""
        spans = [
            (start, start + (1 if block.leaves is None else len(block.leaves)))
            for block, start in zip(self._blocks, self._starts, strict=True)
            if block.hit
        ]
        if not spans:
            return None
        if by > 0:
            return next((max(a, index + 1) for a, b in spans if b > index + 1), spans[0][0])
        return next((min(b - 1, index - 1) for a, b in reversed(spans) if a < index), spans[-1][1] - 1)


@dataclass(slots=True)
class _Frame:
    item: Item | None
    inner: Iterator[Item]
    rest: list[str]
    at: int
    entered: bool
    conditions: tuple[Condition, ...] = ()


def outline(roots: Iterable[Item], is_open: Callable[[Key], bool], words: str, memo: Memo) -> Outline:
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
    blocks: list[Block] = []
    stack = [_Frame(None, iter(roots), wanted, -1, True, conditions)]
    while stack:
        frame = stack[-1]
        item = next(frame.inner, None)
        if item is None:
            stack.pop()
            _leave(frame, len(stack) - 1, blocks, unwanted, memo)
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
        blocks.append(Block(item, key, len(stack) - 1, entered, None, _is_hit(frame, rest, asked)))
        stack.append(_Frame(item, children(item) if entered else iter(()), rest, len(blocks) - 1, entered, asked))
    return Outline(blocks)


def _is_hit(frame: _Frame, rest: list[str], asked: tuple[Condition, ...]) -> bool:
    """Whether a row is the one that the last word or condition was found in."""
    return bool(frame.rest or frame.conditions) and not rest and not asked


def _leave(frame: _Frame, depth: int, blocks: list[Block], unwanted: list[str], memo: Memo) -> None:
    item = frame.item
    if item is None:
        return
    leaves = leaves_of(item) if frame.entered else ()
    if leaves and (frame.rest or unwanted):
        texts = memo.texts(key_of(item), leaves)
        leaves = tuple(
            leaf
            for leaf, text in zip(leaves, texts, strict=True)
            if all(word in text for word in frame.rest) and not any(word in text for word in unwanted)
        )
    if leaves and frame.conditions:
        leaves = tuple(
            leaf
            for leaf in leaves
            if isinstance(leaf, Instance) and all(condition.holds(leaf) for condition in frame.conditions)
        )
    if leaves:
        blocks.append(Block(item, key_of(item), depth + 1, False, leaves, bool(frame.rest or frame.conditions)))
    elif (frame.rest or frame.conditions) and len(blocks) == frame.at + 1:
        del blocks[frame.at]  # neither found nor anything found inside


def _columns(row: Row, memo: Memo) -> tuple[str, str]:
    """Date (or size of the image) and count."""
    leaf, item = row.leaf, row.block.item
    if isinstance(leaf, Instance):
        size = f"{leaf.columns}x{leaf.rows}" if leaf.rows else ""
        return size, f"{leaf.frames}" if leaf.frames > 1 else ""
    if leaf is not None:
        return "", ""
    count = str(memo.pictures(item))
    if isinstance(item, Study):
        return date(item.first.study_date), count
    if isinstance(item, Series):
        first = item.first
        return date(first.series_date) if first.series_date != first.study_date else "", count
    return "", count


def runs(row: Row, width: int, memo: Memo, *, shown: bool, digits: int = 4, mark: str = " ") -> list[Run]:
    """A row in exactly so many cells.

    Parameters
    ----------
    shown
        Whether the picture on the screen is this row, or inside it.
    digits
        Width of the column of counts.
    mark
        One cell: whether the row is marked.
    """
    block, leaf = row.block, row.leaf
    wide = width >= WIDE
    indent = " " * min(block.depth * (2 if wide else 1), width // 4)
    glyph = "  " if leaf is not None else ("▾ " if block.open else "▸ ")
    when, count = _columns(row, memo)
    tail: list[Run] = [(f" {fit(count, digits, right=True)}", "dim")]
    if wide:
        tail.insert(0, (f" {fit(when, 10, right=True)}", "dim"))
    name = _name(row)
    if not wide and when and leaf is None and isinstance(block.item, Study):
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
