"""The tag pane: all elements of the instance that is looked at, as a table that folds and filters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from tui.service.values import EMPTY, PRIVATE, Ref, TagRow, TagTable, highlighter, printable, query_problem
from tui.ui.panes.lines import GUTTER, Run
from tui.ui.panes.tagfolds import FoldingRows
from tui.ui.panes.tagrows import (
    PER_FRAME,
    Columns,
    Extent,
    as_json,
    bare_value,
    columns,
    extent,
    jump,
    runs,
)


class TagsPane(FoldingRows):
    """Columns tag, VR, keyword and value; folding and the cursor's place are kept, by tag, from image to image."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ref: Ref | None = None
        self._problem = ""
        self._chosen = ""  # path where the cursor was put; a file without that row does not change it
        self._landed = ""  # path of the row where the last file left it
        self._query = ""
        self._hits: Sequence[int] = ()
        self._pattern: re.Pattern[str] | None = None
        self._extent = Extent()
        self._columns: tuple[int, Columns] = (-1, Columns(0, 0, 0, 0))

    # ------------------------------------------------------------------------------------- what the app calls

    def show(self, ref: Ref, rows: Sequence[TagRow], problem: str = "") -> None:
        """Show the tags of an instance; ``problem`` says why they are not all."""
        table = rows if isinstance(rows, TagTable) else TagTable.of(rows)
        kept = (self._matches, self._hits) if self._narrowed else ((), ())
        shown, found = ([self._table.path(i) for i in which] for which in kept)
        if self.row is not None and self.row.path != self._landed:
            self._chosen = self.row.path
        here, before = self._chosen, self.cursor
        self._ref, self._table, self._problem = ref, table, printable(problem)
        # The matches of these rows come as an event of their own; until then the same paths are shown.
        everything = range(len(table))
        self._matches = sorted(i for i in map(table.find, shown) if i >= 0) if self._narrowed else everything
        self._hits = sorted(i for i in map(table.find, found) if i >= 0) if self._narrowed else everything
        self._extent = extent(table)
        self._columns = (-1, self._columns[1])
        self._rebuild(here, before)
        if not here:  # the cursor begins behind the file meta information, which stays on the screen
            self.place_cursor(next((n for n, i in enumerate(self._seen) if table.tags[i] >> 16 != 2), 0))
        self._landed = self.row.path if self.row is not None else ""

    def expect(self, path: str) -> None:
        """Put the cursor on this row when the next rows come."""
        self._chosen = path
        self._landed = self.row.path if self.row is not None else ""

    def filter_to(self, query: str, hits: Sequence[int], matches: Sequence[int]) -> None:
        """Show only these rows: those that match, and what they are in."""
        here, before, count = self._path(), self.cursor, len(self._table)
        if query != self._query:
            self._filter_folds = {}
        self._query = query.strip()
        self._narrowed = bool(self._query) or len(matches) != count
        self._hits, self._matches = (
            (_within(hits, count), _within(matches, count)) if self._narrowed else (range(count),) * 2
        )
        self._pattern = highlighter(self._query)
        self._rebuild(here, before)

    def follow(self, frame: int) -> None:
        """Show the functional groups of this frame, counted from 0; the cursor goes along if it is in those of one."""
        if frame == self._frame:
            return
        path, before = self._path(), self.cursor
        self._frame = frame
        self._rebuild(re.sub(r"^5200,9230\[\d+\]", f"5200,9230[{frame}]", path), before)

    @property
    def match_count(self) -> int:
        """Rows that the filter found, without those that are shown for what is inside them; 0 without a filter."""
        return len(self._hits) if self._narrowed else 0

    def next_match(self, by: int = 1) -> bool:
        """Go to the next (1) or previous (-1) row that the filter found, around the end; False if there is none."""
        found = self._hits if self._narrowed else ()
        if not found or not self._seen:
            return False
        here = self._seen[self.cursor] if self.cursor < len(self._seen) else -1
        at = bisect_left(found, here + 1 if by > 0 else here)
        return self.go_to(found[at % len(found)] if by > 0 else found[at - 1])

    def show_everything(self) -> None:
        """Drop every filter and switch here, so that all rows are seen."""
        self._hidden = 0
        self.filter_to("", range(len(self._table)), range(len(self._table)))

    def meant(self, text: str, most: int = 0) -> list[tuple[int, TagRow]]:
        """Rows that a typed tag or keyword may mean, with their indices, the likeliest first."""
        found = jump(self._table, text)
        return [(index, self._table[index]) for index in (found[:most] if most else found)]

    def copy_text(self) -> str:
        """The value under the cursor; empty if there is no row."""
        row = self.row
        return "" if row is None else bare_value(row)

    def copy_row_json(self) -> str:
        """The row under the cursor as a JSON object; a sequence or item as a list with all that is inside."""
        if self.row is None:
            return ""
        start = self._seen[self.cursor]
        return as_json(self._table[start : self._table.ends[start]])

    @property
    def row(self) -> TagRow | None:
        """The row under the cursor."""
        return self._table[self._seen[self.cursor]] if self.cursor < len(self._seen) else None

    @property
    def ref(self) -> Ref | None:
        """The instance whose tags stand there."""
        return self._ref

    @property
    def shows_private(self) -> bool:
        """Whether private elements are shown."""
        return not self._hidden & PRIVATE

    @property
    def switched_off(self) -> str:
        """What is not shown, in words for the border; empty if nothing."""
        names = {PRIVATE: "private", EMPTY: "empty"}
        off = " and ".join(name for bit, name in names.items() if self._hidden & bit)
        return f"no {off}" if off else ""

    def broken_by(self, *paths: str) -> str:
        """What edits of these elements break elsewhere, as a sentence; empty where that is nothing."""
        from tui.service.tagvalues import broken  # late: the first screen does not wait for it

        return broken(self._table, paths)

    def value_region(self) -> tuple[int, int, int]:
        """Column, line and width, in cells of the pane's content, where the value of the cursor's row stands."""
        widths = self._columns[1]
        x = GUTTER + widths.tag + 1 + (widths.vr + 1 if widths.vr else 0) + widths.keyword + 1
        return x, self.cursor - self.top, widths.value

    # ------------------------------------------------------------------------------------- motions

    def action_toggle_private(self) -> None:
        """Private elements on and off."""
        self._switch(PRIVATE)

    def action_toggle_empty(self) -> None:
        """Empty elements on and off."""
        self._switch(EMPTY)

    def _switch(self, bit: int) -> None:
        here, before = self._path(), self.cursor
        self._hidden ^= bit
        self._rebuild(here, before)

    # ------------------------------------------------------------------------------------- rows

    @property
    def count(self) -> int:
        """Number of rows; what is wrong with the file is the last one."""
        return len(self._seen) + bool(self._problem and len(self._table) and not self._narrowed)

    def runs(self, index: int, width: int) -> list[Run]:
        """A row in at most so many cells."""
        if index >= len(self._seen):
            return [(f"! {self._problem}", "warning")]
        if self._columns[0] != width:
            self._columns = (width, columns(width, self._extent))
        place = self._seen[index]
        row = self._table[place]
        folded = row.folds and self._is_folded(place)
        if folded and self._table.tags[place] == PER_FRAME:
            row = replace(row, value=f"{row.value}, frame {self._frame + 1}")
        empty = row.folds and self._is_empty(place)
        return runs(row, self._columns[1], folded=folded, empty=empty, pattern=self._pattern)

    @property
    def empty_text(self) -> str:
        """Why there are no rows."""
        if self._narrowed and len(self._table):
            return query_problem(self._query) or ("No tag matches." if self._query else "Nothing has changed.")
        return self._problem or ("There are no tags to show." if self._ref is not None else "No image is selected.")


def _within(indices: Sequence[int], count: int) -> Sequence[int]:
    """Without those of a table that had more rows."""
    return indices if not indices or indices[-1] < count else [index for index in indices if index < count]
