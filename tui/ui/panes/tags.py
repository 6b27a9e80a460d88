"""The tag pane: all elements of the instance that is looked at, as a table that folds and filters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from tui.service.values import Ref, TagRow, printable
from tui.ui.panes.lines import Lines, Run
from tui.ui.panes.tagrows import (
    Columns,
    Extent,
    Finder,
    as_json,
    bare_value,
    columns,
    extent,
    highlighter,
    is_folded,
    runs,
    seen,
)


class TagsPane(Lines):
    """Columns tag, VR, keyword and value; folding and the cursor's place are kept, by tag, from image to image."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ref: Ref | None = None
        self._table: tuple[TagRow, ...] = ()
        self._problem = ""
        self._chosen: TagRow | None = None  # where the cursor was put; a file without that row does not change it
        self._landed = ""  # path of the row where the last file left it
        self._query = ""
        self._matches: Sequence[int] = ()
        self._hits: list[int] | None = None  # found when they are asked for
        self._finder = Finder(())
        self._seen: list[int] = []
        self._private = True
        self._folds: dict[str, bool] = {}  # by path: what the user said
        self._filter_folds: dict[str, bool] = {}  # the same while the present filter lasts
        self._pattern: re.Pattern[str] | None = None
        self._extent = Extent()
        self._columns: tuple[int, Columns] = (-1, Columns(0, 0, 0, 0))

    # ------------------------------------------------------------------------------------- what the app calls

    def show(self, ref: Ref, rows: tuple[TagRow, ...], problem: str = "") -> None:
        """Show the tags of an instance; ``problem`` says why they are not all."""
        kept = {self._table[index].path for index in self._matches} if self._query else set()
        if self.row is not None and self.row.path != self._landed:
            self._chosen = self.row
        here, before = self._chosen, self.cursor
        self._ref, self._table, self._problem, self._hits = ref, rows, printable(problem), None
        # The matches of these rows come as an event of their own; until then the same paths are shown.
        self._matches = (
            [index for index, row in enumerate(rows) if row.path in kept] if self._query else range(len(rows))
        )
        self._extent, self._finder = extent(rows), Finder(rows)
        self._columns = (-1, self._columns[1])
        self._rebuild(here, before)
        if here is None:  # the cursor begins behind the file meta information, which stays on the screen
            self.place_cursor(next((n for n, i in enumerate(self._seen) if not rows[i].tag.startswith("(0002,")), 0))
        self._landed = self.row.path if self.row is not None else ""

    def filter_to(self, query: str, matches: tuple[int, ...]) -> None:
        """Show only these rows, which a query left; an empty query shows all."""
        here, before = self.row, self.cursor
        if query != self._query:
            self._filter_folds = {}
        self._query, self._hits = query.strip(), None
        self._matches = (
            [index for index in matches if index < len(self._table)] if self._query else range(len(self._table))
        )
        self._pattern = highlighter(self._query)
        self._rebuild(here, before)

    @property
    def match_count(self) -> int:
        """Rows that the filter found, without those that are shown for what is inside them; 0 without a filter."""
        return len(self._found()) if self._query else 0

    def next_match(self, by: int = 1) -> bool:
        """Go to the next (1) or previous (-1) row that the filter found, around the end; False if there is none."""
        found = self._found() if self._query else []
        if not found or not self._seen:
            return False
        here = self._seen[self.cursor] if self.cursor < len(self._seen) else -1
        at = bisect_left(found, here + 1 if by > 0 else here)
        target = found[at % len(found)] if by > 0 else found[at - 1]
        place = bisect_left(self._seen, target)
        if place == len(self._seen) or self._seen[place] != target:
            self._unfold_to(target)
            place = bisect_left(self._seen, target)
        self.move_cursor(place)
        return True

    def copy_text(self) -> str:
        """The value under the cursor; empty if there is no row."""
        row = self.row
        return "" if row is None else bare_value(row)

    def copy_row_json(self) -> str:
        """The row under the cursor as a JSON object; a sequence or item as a list with all that is inside."""
        if self.row is None:
            return ""
        start = self._seen[self.cursor]
        return as_json(self._table[start : self._end(start)])

    @property
    def row(self) -> TagRow | None:
        """The row under the cursor."""
        return self._table[self._seen[self.cursor]] if self.cursor < len(self._seen) else None

    @property
    def shows_private(self) -> bool:
        """Whether private elements are shown."""
        return self._private

    # ------------------------------------------------------------------------------------- motions

    def action_toggle_private(self) -> None:
        """Private elements on and off."""
        here, before = self.row, self.cursor
        self._private = not self._private
        self._rebuild(here, before)

    def action_activate(self) -> None:
        """Fold or unfold."""
        row = self.row
        if row is not None and row.folds:
            self._fold(row, not self._is_folded(row))

    def action_expand(self) -> None:
        """Unfold; on what is unfolded, go to the first row inside."""
        row = self.row
        if row is None or not row.folds:
            return
        if self._is_folded(row):
            self._fold(row, False)
        elif self.cursor + 1 < len(self._seen) and self._table[self._seen[self.cursor + 1]].depth > row.depth:
            self.move_cursor(self.cursor + 1)

    def action_collapse(self) -> None:
        """Fold; on what is folded or does not fold, go to what it is in."""
        row = self.row
        if row is not None and row.folds and not self._is_folded(row) and not self._is_empty(self._seen[self.cursor]):
            self._fold(row, True)
        else:
            self.action_cursor_parent()

    def action_cursor_parent(self) -> None:
        """Go to the sequence or item that the row is in."""
        row = self.row
        if row is None:
            return
        for place in range(self.cursor - 1, -1, -1):
            if self._table[self._seen[place]].depth < row.depth:
                self.move_cursor(place)
                return

    def action_expand_all(self) -> None:
        """Unfold everything; fold everything if it is unfolded."""
        here, before = self.row, self.cursor
        foldable = [row for row in self._table if row.folds]
        fold = not any(self._is_folded(row) for row in foldable)
        self._present_folds().update((row.path, fold) for row in foldable)
        self._rebuild(here, before)

    # ------------------------------------------------------------------------------------- rows

    @property
    def count(self) -> int:
        """Number of rows; what is wrong with the file is the last one."""
        return len(self._seen) + bool(self._problem and self._table and not self._query)

    def runs(self, index: int, width: int) -> list[Run]:
        """A row in at most so many cells."""
        if index >= len(self._seen):
            return [(f"! {self._problem}", "warning")]
        if self._columns[0] != width:
            self._columns = (width, columns(width, self._extent))
        place = self._seen[index]
        row = self._table[place]
        return runs(row, self._columns[1], folded=self._is_folded(row), empty=row.folds and self._is_empty(place),
                    pattern=self._pattern)  # fmt: skip

    @property
    def empty_text(self) -> str:
        """Why there are no rows."""
        if self._query and self._table:
            return "No tag matches."
        return self._problem or ("There are no tags to show." if self._ref is not None else "No image is selected.")

    def _present_folds(self) -> dict[str, bool]:
        return self._filter_folds if self._query else self._folds

    def _is_folded(self, row: TagRow) -> bool:
        if self._query:
            return self._filter_folds.get(row.path, False)
        return self._folds.get(row.path, is_folded(row))

    def _is_empty(self, index: int) -> bool:
        return index + 1 >= len(self._table) or self._table[index + 1].depth <= self._table[index].depth

    def _fold(self, row: TagRow, folded: bool) -> None:
        before = self.cursor
        self._present_folds()[row.path] = folded
        self._rebuild(row, before)

    def _unfold_to(self, index: int) -> None:
        """Unfold what a row is in."""
        depth = self._table[index].depth
        for place in range(index - 1, -1, -1):
            if depth == 0:
                break
            if self._table[place].depth < depth:
                depth = self._table[place].depth
                self._present_folds()[self._table[place].path] = False
        self._rebuild(self.row, self.cursor)

    def _end(self, index: int) -> int:
        """Index behind the last row inside a row."""
        depth, end = self._table[index].depth, index + 1
        while end < len(self._table) and self._table[end].depth > depth:
            end += 1
        return end

    def _found(self) -> list[int]:
        if self._hits is None:
            self._hits = self._finder.hits(self._matches, self._query)
        return self._hits

    def _rebuild(self, here: TagRow | None, before: int) -> None:
        """Make the rows again; the cursor stays at its path and its line of the screen."""
        line = before - self.top
        self._seen = seen(self._table, self._matches, self._is_folded, self._private)
        place = before if here is None else self._find(here, before)
        self.rows_changed(place, place - line)

    def _find(self, here: TagRow, before: int) -> int:
        """The row of the same path, of what it is in, or the one that stands where it would."""
        table, path = self._table, here.path
        if before < len(self._seen) and table[self._seen[before]].path == path:
            return before
        best = 0
        for place, index in enumerate(self._seen):
            other = table[index].path
            if other == path:
                return place
            if (path.startswith(other) and path[len(other)] in ".[") or (not table[index].depth and other < path):
                best = place
        return best
