"""A list of items that unfold, with a filter: what the tree is before it knows of pictures."""

from __future__ import annotations

from collections.abc import Callable

from tui.service.values import Library, Series
from tui.ui.courtesy import TURN
from tui.ui.panes.leaving import HELD_SECONDS, LEAVING, let_go, let_items_go, let_library_go
from tui.ui.panes.lines import Lines
from tui.ui.panes.slices import Slices, Steps
from tui.ui.panes.treefacts import Memo
from tui.ui.panes.treeitems import Item, Key, Layout, Place, children, key_of, walk
from tui.ui.panes.treerows import Outline, Row, outline_steps


class Branches(Lines):
    """Items of a :class:`Layout`, folded and unfolded by key, so that new items of the same key stay as they were.

    Rows are made anew in slices, and the old ones stand until the new ones are complete.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._memo = Memo()  # of the rows that are there
        self._next_memo = self._memo  # of those that are made
        self._layout = Layout((), False)
        self._rows = Outline()
        self._open: set[Key] = set()
        self._words = ""
        self._slices = Slices(self)
        self._soon = False  # rows are to be made again in the next turn
        self._past: list[Library] = []
        self._most = 1  # pictures of a single item
        self._find: Callable[[Layout], Place | None] | None = None
        self._then: Callable[[], None] | None = None

    def rebuilt(self) -> None:
        """The rows are new."""

    def layout_steps(self) -> Steps[Layout]:
        """The layout of which the rows are made."""
        yield from ()
        return self._layout

    def outlive(self, library: Library) -> None:
        """Hold what another library takes the place of, until no row is of it; then it goes, but not all at once."""
        self._next_memo = Memo()
        self._past.append(library)

    @property
    def busy(self) -> bool:
        """Whether rows are being made."""
        return self._slices.busy or self._soon

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self._rows)

    @property
    def row(self) -> Row | None:
        """The row of the cursor."""
        return self._rows[self.cursor] if self.count else None

    def items_seen(self) -> list[Item]:
        """The items whose heads are on the screen."""
        rows = (self._rows[index] for index in range(self.top, min(self.top + self.page, self.count)))
        return [row.block.item for row in rows if row.leaf is None]

    def filter(self, words: str) -> None:
        """Keep the rows with all words, and what they are in; empty shows all again."""
        words = words.strip()
        if words == self._words:
            return
        here = self.row
        if not words and here is not None:
            self._open.update(self._layout.above(here.block.key))
            if here.leaf is not None:
                self._open.add(here.block.key)
        self._words = words
        self.rebuild(then=self._to_first_hit)

    def _to_first_hit(self) -> None:
        hit = self._rows.next_hit(self.cursor - 1, 1) if self._words else None
        if hit is not None:
            self.place_cursor(hit)
            self.moved()

    @property
    def match_count(self) -> int:
        """Rows that the filter found."""
        return self._rows.hits() if self._words else 0

    def next_match(self, by: int = 1) -> bool:
        """Go to the next (1) or previous (-1) row that the filter found, around the end; False if there is none."""
        hit = self._rows.next_hit(self.cursor, by)
        if hit is None:
            return False
        self.move_cursor(hit)
        return True

    def move_to_head(self, kind: type[Item], by: int) -> None:
        """Go to the next (1) or previous (-1) row that is an item of this kind."""
        found = self._rows.next_head(self.cursor, by, kind)
        if found is not None:
            self.move_cursor(found)

    def action_expand(self) -> None:
        """Unfold; on what is unfolded, go to the first row inside."""
        row = self.row
        if row is None or row.leaf is not None:
            return
        if row.block.open:
            self.move_cursor(self.cursor + 1)
        else:
            self.unfold(row)
            self.moved()

    def action_collapse(self) -> None:
        """Fold; on what is folded or an image, go to what it is in."""
        row = self.row
        if row is not None and row.leaf is None and row.block.key in self._open and not self._words:
            self.fold(row)
        else:
            self.action_cursor_parent()

    def action_cursor_parent(self) -> None:
        """Go to what the row is in."""
        parent = self._rows.parent(self.cursor) if self.count else None
        if parent is not None:
            self.move_cursor(parent)

    def action_expand_all(self) -> None:
        """Unfold everything; fold everything if it is unfolded."""
        self.rebuild(first=self._all_steps())

    def _all_steps(self) -> Steps[None]:
        keys: list[Key] = []
        whole = True
        for item in walk(self._layout.roots):
            keys.append(key_of(item))
            whole = whole and keys[-1] in self._open
            yield
        opened = self._open.copy()
        change = opened.discard if whole else opened.add
        for key in keys:
            change(key)
            yield
        LEAVING.add(let_go(self._open, keys))
        self._open = opened

    def unfold(self, row: Row) -> None:
        """Show what is inside; a chain of single items is one step."""
        self._open.add(row.block.key)
        inner = list(children(row.block.item))
        while len(inner) == 1 and not isinstance(inner[0], Series):
            self._open.add(key_of(inner[0]))
            inner = list(children(inner[0]))
        self.rebuild()

    def fold(self, row: Row) -> None:
        """Hide what is inside."""
        self._open.discard(row.block.key)
        self.rebuild()

    def rebuild(
        self,
        find: Callable[[Layout], Place | None] | None = None,
        then: Callable[[], None] | None = None,
        first: Steps[None] | None = None,
    ) -> None:
        """Make the rows again with the cursor on the same place, at the same line of the screen.

        Parameters
        ----------
        find
            Says where the cursor goes instead.
        then
            Done when the rows are there.
        first
            Done before they are made.
        """
        self._find = find or self._find
        self._then = then or self._then
        self._slices.start(self._rebuild_steps(first))

    def rebuild_soon(self, then: Callable[[], None]) -> None:
        """The same in another turn than this."""
        self._soon = True
        self.call_later(self._rebuild_with_room, then)

    async def _rebuild_with_room(self, then: Callable[[], None]) -> None:
        await TURN.room()
        self._soon = False
        self.rebuild(then=then)

    def _rebuild_steps(self, first: Steps[None] | None) -> Steps[None]:
        if first is not None:
            yield from first
        memo = self._next_memo
        layout = yield from self.layout_steps()
        found = self._find(layout) if self._find is not None else None
        most = yield from memo.most_steps(layout.roots)
        made = yield from outline_steps(layout.roots, self._open.__contains__, self._words, memo)
        before, line, row = self.cursor, self.cursor - self.top, self.row
        place = row.place if self._find is None and row is not None else found
        LEAVING.add(let_go(*self._rows.parts(), *(self._memo.parts() if memo is not self._memo else ())))
        if layout is not self._layout:
            LEAVING.add(let_items_go(walk(self._layout.roots)))
        self._layout, self._rows, self._most, self._memo, self._find = layout, made, most, memo, None
        while self._past and memo is self._next_memo:  # else these rows are of what is gone, too
            LEAVING.add(let_library_go(self._past.pop()), HELD_SECONDS)
        index = self.seen(place) if place is not None else 0
        index = min(before, self.count - 1) if index is None else index
        self.rebuilt()
        self.rows_changed(index, index - line)
        then, self._then = self._then, None
        if then is not None:
            then()

    def seen(self, place: Place) -> int | None:
        """The row of a place, or the closest above it that is seen."""
        rows = (self._rows.head(key) for key in reversed(self._layout.above(place[0])))
        found = self._rows.find(place)
        return next((row for row in rows if row is not None), None) if found is None else found
