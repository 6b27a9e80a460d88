"""The rows of a tag table in columns: a hundred thousand take a few megabytes and cross to another process at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import overload

from tui.core.values import TagRow

ITEM_TAG = 0xFFFEE000
OTHER_TAG = 0xFFFFFFFF  # a row that is neither element nor item, but a sentence
PRIVATE, FOLDS, EMPTY, EDITED = 1, 2, 4, 8

Kind = tuple[str, str, str]
"""VR, keyword and name: what many rows share."""


class TagTable(Sequence[TagRow]):
    """Rows in the order of the table. A row is made when it is asked for; columns are for those who look at all rows.

    Attributes
    ----------
    tags
        ``group << 16 | element``; ``ITEM_TAG`` for items, ``OTHER_TAG`` for sentences.
    depths, vms
        As in :class:`TagRow`; for an item ``vms`` holds its index from 0.
    parents
        Index of the sequence or item that a row is in; -1 at the top.
    ends
        Index behind the last row inside a row.
    flags
        ``PRIVATE``, ``FOLDS``, ``EMPTY`` and ``EDITED``, joined by or.
    marks
        Of rows whose text does not show all bytes, a check sum of them.
    """

    def __init__(self) -> None:
        self.tags = array("I")
        self.depths = array("H")
        self.vms = array("I")
        self.parents = array("i")
        self.ends = array("I")
        self.flags = array("B")
        self.marks: dict[int, int] = {}
        self._kinds: list[Kind] = []
        self._kind = array("I")
        self._numbers: dict[Kind, int] = {}
        self._texts = bytearray()
        self._starts = array("Q", [0])

    @classmethod
    def of(cls, rows: Iterable[TagRow]) -> TagTable:
        """A table of rows whose paths are made of their tags."""
        table = cls()
        open_rows: list[int] = []
        for row in rows:
            del open_rows[row.depth :]
            open_rows += [-1] * (row.depth - len(open_rows))
            parent = next((index for index in reversed(open_rows) if index >= 0), -1)
            item, tag, vm = row.tag.startswith("item "), OTHER_TAG, row.vm
            if item:
                tag, vm = ITEM_TAG, int(row.tag[5:]) - 1
            elif row.tag.startswith("("):
                tag = int(row.tag[1:5] + row.tag[6:10], 16)
            flags = PRIVATE * row.private | FOLDS * row.folds
            open_rows.append(table.add(tag, row.depth, parent, (row.vr, row.keyword, row.name), vm, row.value, flags))
        table.finish()
        return table

    def add(  # noqa: PLR0917  called for every row
        self, tag: int, depth: int, parent: int, kind: Kind, vm: int, value: str, flags: int
    ) -> int:
        """Append a row and return its index; rows inside it follow it."""
        number = self._numbers.get(kind)
        if number is None:
            number = self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        self.tags.append(tag)
        self.depths.append(depth)
        self.vms.append(vm)
        self.parents.append(parent)
        self.flags.append(flags | EMPTY * (not value and tag != ITEM_TAG))
        self._kind.append(number)
        self._texts += value.encode("utf-8", "replace")
        self._starts.append(len(self._texts))
        return len(self.tags) - 1

    def finish(self) -> None:
        """Compute the column ``ends`` after the last row."""
        depths, count = self.depths, len(self.depths)
        ends = array("I", bytes(4 * count))
        waiting: list[int] = []
        for index in range(count):
            depth = depths[index]
            while waiting and depths[waiting[-1]] >= depth:
                ends[waiting.pop()] = index
            waiting.append(index)
        for index in waiting:
            ends[index] = count
        self.ends = ends
        self._texts = bytearray(self._texts)  # without the room that growing left

    def __len__(self) -> int:
        return len(self.tags)

    @overload
    def __getitem__(self, index: int) -> TagRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[TagRow, ...]: ...
    def __getitem__(self, index: int | slice) -> TagRow | tuple[TagRow, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        if index < 0:
            index += len(self)
        tag, vm, flags = self.tags[index], self.vms[index], self.flags[index]
        vr, keyword, name = self._kinds[self._kind[index]]
        shown = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
        if tag == ITEM_TAG:
            shown, vm = f"item {vm + 1}", 1
        elif tag == OTHER_TAG:
            shown = "…"
        return TagRow(self.depths[index], shown, self.path(index), vr, keyword, name, vm, self.value(index),
                      bool(flags & PRIVATE), bool(flags & FOLDS), bool(flags & EDITED))  # fmt: skip

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it can still grow

    def value(self, index: int) -> str:
        """The value of a row."""
        return self._texts[self._starts[index] : self._starts[index + 1]].decode("utf-8")

    def kind(self, index: int) -> Kind:
        """VR, keyword and name of a row."""
        return self._kinds[self._kind[index]]

    @property
    def kinds(self) -> Sequence[Kind]:
        """VR, keyword and name, each combination once."""
        return self._kinds

    def path(self, index: int) -> str:
        """The path of a row."""
        parts: list[str] = []
        while index >= 0:
            tag = self.tags[index]
            if tag == ITEM_TAG:
                parts.append(f"[{self.vms[index]}]")
            else:
                inside = "." if self.parents[index] >= 0 else ""
                place = f"{tag >> 16:04X},{tag & 0xFFFF:04X}"
                if tag == OTHER_TAG:
                    inside, place = "", "[…]" if self.parents[index] >= 0 else "cut"
                parts.append(inside + place)
            index = self.parents[index]
        return "".join(reversed(parts))

    def find(self, path: str) -> int:
        """Index of the row of a path; -1 if there is none."""
        here, start = -1, 0
        for step in path.replace("[", ".[").split("."):
            stop = len(self) if here < 0 else self.ends[here]
            try:
                found = self._child(step, start, stop)
            except ValueError:
                return -1
            if found < 0:
                return -1
            here, start = found, found + 1
        return here

    def _child(self, step: str, start: int, stop: int) -> int:
        """The element ``0010,0010`` or item ``[3]`` among siblings, of which the first is at ``start``.

        Raises
        ------
        ValueError
            If the step is neither.
        """
        item = step.startswith("[")
        wanted = int(step[1:-1]) if item else int(step.replace(",", ""), 16)
        column = self.vms if item else self.tags
        while start < stop:
            if column[start] == wanted and (self.tags[start] == ITEM_TAG) == item:
                return start
            start = self.ends[start]
        return -1

    def above(self, index: int) -> list[int]:
        """The sequences and items that a row is in, the outermost first."""
        out: list[int] = []
        while (index := self.parents[index]) >= 0:
            out.append(index)
        return out[::-1]
