"""Rows of a tag table that fold, with a cursor that keeps its place when the rows are made again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from tui.service.values import FOLDS, TagTable
from tui.ui.panes.lines import Lines
from tui.ui.panes.tagrows import is_folded, seen


class FoldingRows(Lines):
    """The rows of a table that are seen; what the user folded is kept by path, from table to table."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._table = TagTable()
        self._narrowed = False  # whether a filter of any kind left only some rows
        self._matches: Sequence[int] = ()
        self._seen: Sequence[int] = ()
        self._hidden = 0  # flags of rows that are not shown
        self._frame = 0
        self._folds: dict[str, bool] = {}  # by path: what the user said
        self._filter_folds: dict[str, bool] = {}  # the same while the present filter lasts

    def go_to(self, index: int) -> bool:
        """Put the cursor on a row of the table, unfolding what it is in; False where a filter or a switch hides it."""
        place = bisect_left(self._seen, index)
        if place == len(self._seen) or self._seen[place] != index:
            for above in self._table.above(index):
                self._present_folds()[self._table.path(above)] = False
            self._rebuild(self._path(), self.cursor)
            place = bisect_left(self._seen, index)
        if place == len(self._seen) or self._seen[place] != index:
            return False
        if not self.top <= place < self.top + self.page:  # what is around it comes along
            self.scroll_to(y=max(0, place - self.page // 3), animate=False, force=True)
        self.move_cursor(place)
        return True

    def go_to_path(self, path: str) -> bool:
        """Put the cursor on the row of a path."""
        index = self._table.find(path)
        return index >= 0 and self.go_to(index)

    def action_activate(self) -> None:
        """Fold or unfold."""
        if self._at_fold():
            self._fold(not self._is_folded(self._seen[self.cursor]))

    def action_expand(self) -> None:
        """Unfold; on what is unfolded, go to the first row inside."""
        if not self._at_fold():
            return
        index = self._seen[self.cursor]
        if self._is_folded(index):
            self._fold(False)
        elif self.cursor + 1 < len(self._seen) and self._seen[self.cursor + 1] < self._table.ends[index]:
            self.move_cursor(self.cursor + 1)

    def action_collapse(self) -> None:
        """Fold; on what is folded or does not fold, go to what it is in."""
        index = self._seen[self.cursor] if self.cursor < len(self._seen) else -1
        if self._at_fold() and not self._is_folded(index) and not self._is_empty(index):
            self._fold(True)
        else:
            self.action_cursor_parent()

    def action_cursor_parent(self) -> None:
        """Go to the sequence or item that the row is in."""
        if self.cursor < len(self._seen) and (parent := self._table.parents[self._seen[self.cursor]]) >= 0:
            self.move_cursor(bisect_left(self._seen, parent))

    def action_expand_all(self) -> None:
        """Unfold everything; fold everything if it is unfolded."""
        here, before, table = self._path(), self.cursor, self._table
        foldable = [i for i, flag in enumerate(table.flags) if flag & FOLDS]
        fold = not any(map(self._is_folded, foldable))
        self._present_folds().update((table.path(i), fold) for i in foldable)
        self._rebuild(here, before)

    def _path(self) -> str:
        return self._table.path(self._seen[self.cursor]) if self.cursor < len(self._seen) else ""

    def _at_fold(self) -> bool:
        return self.cursor < len(self._seen) and bool(self._table.flags[self._seen[self.cursor]] & FOLDS)

    def _present_folds(self) -> dict[str, bool]:
        return self._filter_folds if self._narrowed else self._folds

    def _is_folded(self, index: int) -> bool:
        said = self._present_folds()
        default = False if self._narrowed else is_folded(self._table, index)
        return said.get(self._table.path(index), default) if said else default

    def _is_empty(self, index: int) -> bool:
        return self._table.ends[index] == index + 1

    def _fold(self, folded: bool) -> None:
        path = self._path()
        self._present_folds()[path] = folded
        self._rebuild(path, self.cursor)

    def _rebuild(self, here: str, before: int) -> None:
        """Make the rows again; the cursor stays at its path and its line of the screen."""
        line = before - self.top
        self._seen = seen(self._table, self._matches, self._is_folded, self._hidden, self._frame)
        place = _place_of(self._table, self._seen, here) if here else before
        self.rows_changed(place, place - line)


def _place_of(table: TagTable, shown: Sequence[int], path: str) -> int:
    """The row of a path among those that are seen, that of what it is in, or the one that stands where it would."""
    while path:
        index = table.find(path)
        place = bisect_left(shown, index) if index >= 0 else len(shown)
        if place < len(shown) and shown[place] == index:
            return place
        outer = path[: path.rindex("[")] if path.endswith("]") else path.rpartition(".")[0]
        if not outer:
            break
        path = outer
    tag = int(path.replace(",", ""), 16) if re.fullmatch("[0-9A-F]{4},[0-9A-F]{4}", path) else 0
    return max((n for n, i in enumerate(shown) if not table.depths[i] and table.tags[i] < tag), default=0)
