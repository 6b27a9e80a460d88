"""The tree pane: the library as patients, studies, series and images, or as folders and files.

What moving does: an image row shows that image at once. A series row shows the first image of the series, but leaves
the picture alone if it is of that series already. Patients, studies, folders and skipped files change nothing. So the
picture follows the cursor down a list of series, and going back to a series' row loses no place in it.

The picture on the screen is marked ``●``, at its row or at the closest row above it that is seen. While another pane
has the focus the cursor follows the sign; while this one has it, the cursor is the user's.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from tui.service.actions import Select
from tui.service.reduce import current_instance
from tui.service.state import State
from tui.service.values import SIZE, Instance, Library, Ref, Series, SeriesKey, Study, printable, series_key_of
from tui.ui.panes.branches import Branches
from tui.ui.panes.leaving import HELD_SECONDS, LEAVING, let_go, let_items_go
from tui.ui.panes.lines import Run
from tui.ui.panes.marks import Marking
from tui.ui.panes.slices import Steps
from tui.ui.panes.treefolders import Homes
from tui.ui.panes.treeitems import Item, Key, Layout, Part, Place, arrange_steps, children, instances_of, key_of, walk
from tui.ui.panes.treerows import Row, runs


class TreePane(Branches):
    """The library.

    Parameters
    ----------
    layout_key
        The key that switches the layout, for the sentence of an empty tree.
    """

    class Chosen(Message):
        """Enter on an image: it is shown, and the user wants to go to it."""

        def __init__(self, ref: Ref) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, *, layout_key: str = "T", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layout_key = layout_key
        self._state = State()
        self._met: set[Key] = set()  # items that had their chance to be unfolded on their own
        self._sign: int | None = None
        self._touched = False
        self._left: tuple[Ref | None, Place | None] = (None, None)
        self._by_folder = False
        self._homes = Homes()
        self._arranged: tuple[tuple[Library, tuple[str, ...], bool, str], Layout] | None = None
        self._late = False  # a library came while rows were being made
        self._marks = Marking(self, self.items_seen)

    # ------------------------------------------------------------------------------------- what the app calls

    def show(self, state: State) -> None:
        """Show a state; folding, cursor and place on the screen stay. Costs nothing where nothing of it changed."""
        before, self._state = self._state, state
        if state.scan.number != before.scan.number and not state.library.patients:
            LEAVING.add(let_go(self._open, self._met))
            self._open, self._met, self._touched = set(), set(), False
            self._marks.clear()
        again = before.scan.again and not state.scan.running
        if state.library is not before.library and (again or not state.library.patients):
            self.outlive(before.library)
            LEAVING.add(let_go(*self._homes.parts()))
            self._homes, self._arranged = Homes(), None
        elif state.library is not before.library:
            LEAVING.add(let_items_go(walk(before.library.patients)), HELD_SECONDS)
        if again:
            self._marks.keep(state.library.patients)
        changed = state.library is not before.library or state.scan.paths != before.scan.paths
        if changed or state.order != before.order or (before.scan.running and not state.scan.running):
            if self.busy:
                self._late = True  # what is under way ends first, however many libraries come
            else:
                self.rebuild(then=self._follow)
        elif state.cursor != before.cursor:
            self._follow()
        elif not self.count and state.scan != before.scan:
            self.refresh()

    def layout_steps(self) -> Steps[Layout]:
        """The library as it is now, by patients or by folders."""
        state = self._state
        wanted = (state.library, state.scan.paths, self._by_folder, state.order)
        if self._arranged is None or wanted[0] is not self._arranged[0][0] or wanted[1:] != self._arranged[0][1:]:
            self._arranged, old = (wanted, (yield from arrange_steps(*wanted, self._homes))), self._arranged
            LEAVING.add(let_go([old]), HELD_SECONDS)
        layout = self._arranged[1]
        self._unfold_chains(layout)
        return layout

    @property
    def by_folder(self) -> bool:
        """Whether folders and files are shown."""
        return self._by_folder

    def toggle_layout(self) -> None:
        """Patients or folders; the same image stays under the cursor."""
        here = self.row
        at = self._instance_at(here)
        ref = at.ref if at is not None else None
        left, self._left = self._left, (ref, here.place if here else None)
        self._by_folder = not self._by_folder
        known = left[1] if left[0] == ref else None

        def find(layout: Layout) -> Place | None:
            place = known
            if place is None and at is not None:
                place = layout.place(at.ref, series_key_of(at))
                if place is not None:
                    self._open.update((*layout.above(place[0]), place[0]))
            return place

        self.rebuild(find)

    def instances_under(self) -> tuple[Instance, ...]:
        """All instances of the row under the cursor, in order."""
        row = self.row
        if row is None:
            return ()
        if row.leaf is not None:
            return (row.leaf,) if isinstance(row.leaf, Instance) else ()
        return tuple(instances_of(row.block.item))

    @property
    def marked(self) -> tuple[Ref, ...]:
        """The marked instances, in the order in which they were marked."""
        return self._marks.refs

    @property
    def mark_count(self) -> int:
        """How many instances are marked so far."""
        return len(self._marks)

    @property
    def marking(self) -> bool:
        """Whether marks are being made."""
        return self._marks.busy

    def mark(self, told: Callable[[], None] = lambda: None) -> None:
        """Mark what the row under the cursor holds, or take its marks away if all is marked; ``told`` when done."""
        self._marks.told = told
        row = self.row
        if row is not None:
            self._marks.toggle(row.block.item, row.leaf)
        self.action_cursor_down()

    def unmark(self) -> None:
        """Take all marks away."""
        self._marks.clear()

    # ------------------------------------------------------------------------------------- motions

    def moved(self) -> None:
        """Show what the cursor is on, as the module says."""
        self._touched = True
        row = self._rows[self.cursor]
        item = row.block.item
        if isinstance(row.leaf, Instance):
            if row.leaf.ref != self._state.cursor.ref:
                self.send(Select(row.leaf.ref, series=_series_key(item) or series_key_of(row.leaf)))
        elif isinstance(item, Part) and row.leaf is None:
            stack = item.stack
            ref = self._state.cursor.ref
            at = item.series.index(ref) if ref is not None and item.series.key == self._state.cursor.series else None
            if at is None or not stack.start <= at < stack.stop:
                self.send(Select(item.first.ref, series=item.series.key))
        elif isinstance(item, Series) and row.leaf is None and item.key != self._state.cursor.series:
            self.send(Select(item.first.ref, series=item.key))

    def action_activate(self) -> None:
        """An image: go to it. Anything else: unfold or fold it."""
        row = self.row
        if row is None:
            return
        self.moved()
        if isinstance(row.leaf, Instance):
            self.post_message(self.Chosen(row.leaf.ref))
        elif row.leaf is None and row.block.open:
            self.fold(row)
        elif row.leaf is None:
            self.unfold(row)

    def action_next_study(self) -> None:
        """To the study below."""
        self.move_to_head(Study, 1)

    def action_previous_study(self) -> None:
        """To the study above."""
        self.move_to_head(Study, -1)

    # ------------------------------------------------------------------------------------- rows

    def runs(self, index: int, width: int) -> list[Run]:
        """A row in at most so many cells."""
        row = self._rows[index]
        mark = self._marks.sign(row.block.item, row.leaf)
        shown, digits, by_size = index == self._sign, len(str(self._most)), self._state.order == SIZE
        return runs(row, width, self._memo, shown=shown, digits=digits, mark=mark, by_size=by_size)

    def rebuilt(self) -> None:
        """Find the sign again; what came meanwhile is next."""
        self._sign = self._find_sign()
        if self._late:
            self._late = False
            self.rebuild_soon(self._follow)

    @property
    def empty_text(self) -> str:
        """Why there are no rows."""
        scan = self._state.scan
        if self._words and self._layout.roots:
            return "Nothing here matches."
        if scan.running:
            return f"Scanning… {scan.dicom + scan.skipped:,} files"
        if not scan.number:
            return "Nothing is open."
        if not scan.skipped:
            return "No files here."
        if len(self._state.library.skipped) == 1:
            only = self._state.library.skipped[0]
            return f"{printable(only.path)}: {only.reason}."
        return f"No DICOM here. {scan.skipped:,} files skipped: {self._layout_key} lists why."

    def _unfold_chains(self, layout: Layout) -> None:
        """Unfold single items from the top when they are first met; a single series only after the scan."""
        level: list[Item] = list(layout.roots)
        while len(level) == 1 and not (isinstance(level[0], Series) and self._state.scan.running):
            key = key_of(level[0])
            if key not in self._met:
                self._met.add(key)
                self._open.add(key)
            level = list(children(level[0]))

    # ------------------------------------------------------------------------------------- the picture on the screen

    def _follow(self) -> None:
        """Sign the picture on the screen; the cursor goes along while the user is elsewhere."""
        place = self._here()
        follows = place is not None and not self._words and not (self.has_focus and self._touched)
        above = set(self._layout.above(place[0])) if place is not None else set()
        if follows and place is not None and self._rows.head(place[0]) is None and not above <= self._open:
            self._open.update(above)
            self.rebuild(then=self._follow)
            return
        sign = self._find_sign()
        if sign != self._sign:
            for index in (self._sign, sign):
                if index is not None:
                    self.refresh_line(index)
            self._sign = sign
        if follows and sign is not None:
            self.place_cursor(sign)

    def _find_sign(self) -> int | None:
        place = self._here()
        return self.seen(place) if place is not None else None

    def _here(self) -> Place | None:
        """Where the picture on the screen stands."""
        cursor = self._state.cursor
        return self._layout.place(cursor.ref, cursor.series) if cursor.ref and cursor.series else None

    def _instance_at(self, row: Row | None) -> Instance | None:
        """The instance that stands for a row: the one on the screen if it is inside, or the first inside."""
        if row is None or row.leaf is not None:
            return row.leaf if row is not None and isinstance(row.leaf, Instance) else None
        place = self._here()
        if place is not None and row.block.key in (*self._layout.above(place[0]), place[0]):
            return current_instance(self._state)
        return next(instances_of(row.block.item), None)


def _series_key(item: Item) -> SeriesKey | None:
    if isinstance(item, Part):
        return item.series.key
    return item.key if isinstance(item, Series) else None
