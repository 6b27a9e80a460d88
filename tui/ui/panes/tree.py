"""The tree pane: the library as patients, studies, series and images, or as folders and files.

What moving does: an image row shows that image at once. A series row shows the first image of the series, but leaves
the picture alone if it is of that series already. Patients, studies, folders and skipped files change nothing. So the
picture follows the cursor down a list of series, and going back to a series' row loses no place in it.

The picture on the screen is marked ``●``, at its row or at the closest row above it that is seen. While another pane
has the focus the cursor follows the sign; while this one has it, the cursor is the user's.
"""

from __future__ import annotations

from textual.message import Message

from tui.service.actions import Select
from tui.service.state import State
from tui.service.values import Instance, Ref, Series, SeriesKey, Study, printable
from tui.ui.panes.branches import Branches
from tui.ui.panes.lines import Run
from tui.ui.panes.marks import Marks
from tui.ui.panes.treeitems import Item, Key, Part, Place, arrange, children, instances_of, key_of
from tui.ui.panes.treerows import Outline, Row, runs


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
        self._digits = 1
        self._marks = Marks()

    # ------------------------------------------------------------------------------------- what the app calls

    def show(self, state: State) -> None:
        """Show a state; folding, cursor and place on the screen stay. Costs nothing where nothing of it changed."""
        before, self._state = self._state, state
        if state.scan.number != before.scan.number and not state.library.patients:
            self._open, self._met, self._touched = set(), set(), False
            self._marks = Marks()
        if before.scan.again and not state.scan.running and self._marks.refs:
            self._marks.keep(state.library.patients)
        changed = state.library is not before.library or state.scan.paths != before.scan.paths
        if changed:
            self._layout = arrange(state.library, state.scan.paths, self._layout.by_folder)
        if changed or (before.scan.running and not state.scan.running):
            self._unfold_chains()
            self.rebuild()
            self._follow()
        elif state.cursor != before.cursor:
            self._follow()
        elif not self.count and state.scan != before.scan:
            self.refresh()

    @property
    def by_folder(self) -> bool:
        """Whether folders and files are shown."""
        return self._layout.by_folder

    def toggle_layout(self) -> None:
        """Patients or folders; the same image stays under the cursor."""
        here = self.row
        ref = self._instance_at(here)
        left, self._left = self._left, (ref, here.place if here else None)
        self._layout = arrange(self._state.library, self._state.scan.paths, not self._layout.by_folder)
        self._unfold_chains()
        place = left[1] if left[0] == ref else None
        if place is None and ref is not None:
            place = self._place_of(ref)
            if place is not None:
                self._open.update((*self._layout.above(place[0]), place[0]))
        self._rows = Outline([])
        self.rebuild(place)

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

    def mark(self) -> None:
        """Mark what the row under the cursor holds, or take the marks away if all of it is marked; go down."""
        if self._marks.toggle(self.instances_under()):
            self.refresh()
        self.action_cursor_down()

    def unmark(self) -> None:
        """Take all marks away."""
        self._marks = Marks()
        self.refresh()

    # ------------------------------------------------------------------------------------- motions

    def moved(self) -> None:
        """Show what the cursor is on, as the module says."""
        self._touched = True
        row = self._rows[self.cursor]
        item = row.block.item
        if isinstance(row.leaf, Instance):
            if row.leaf.ref != self._state.cursor.ref:
                self.send(Select(row.leaf.ref, series=_series_key(item)))
        elif isinstance(item, Part) and row.leaf is None:
            stack = item.stack
            refs = {one.ref for one in item.series.instances[stack.start : stack.stop]}
            if self._state.cursor.ref not in refs:
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
        return runs(row, width, self._memo, shown=index == self._sign, digits=self._digits, mark=mark)

    def rebuilt(self) -> None:
        """Find the sign again, and the width of the counts."""
        self._digits = max((len(str(self._memo.pictures(item))) for item in self._layout.roots), default=1)
        self._sign = self._find_sign()

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

    def _unfold_chains(self) -> None:
        """Unfold single items from the top when they are first met; a single series only after the scan."""
        level: list[Item] = list(self._layout.roots)
        while len(level) == 1 and not (isinstance(level[0], Series) and self._state.scan.running):
            key = key_of(level[0])
            if key not in self._met:
                self._met.add(key)
                self._open.add(key)
            level = list(children(level[0]))

    # ------------------------------------------------------------------------------------- the picture on the screen

    def _follow(self) -> None:
        """Sign the picture on the screen; the cursor goes along while the user is elsewhere."""
        ref = self._state.cursor.ref
        place = self._place_of(ref) if ref is not None else None
        follows = place is not None and not self._words and not (self.has_focus and self._touched)
        if follows and place is not None and self._rows.head(place[0]) is None:
            self._open.update(self._layout.above(place[0]))
            self.rebuild()
        sign = self._find_sign()
        if sign != self._sign:
            for index in (self._sign, sign):
                if index is not None:
                    self.refresh_line(index)
            self._sign = sign
        if follows and sign is not None:
            self.place_cursor(sign)

    def _find_sign(self) -> int | None:
        ref = self._state.cursor.ref
        place = self._place_of(ref) if ref is not None else None
        return self.seen(place) if place is not None else None

    def _place_of(self, ref: Ref) -> Place | None:
        return self._layout.place(ref, self._state.cursor.series if ref == self._state.cursor.ref else None)

    def _instance_at(self, row: Row | None) -> Ref | None:
        """The instance that stands for a row: the one on the screen if it is inside, or the first inside."""
        if row is None or row.leaf is not None:
            return row.leaf.ref if row is not None and isinstance(row.leaf, Instance) else None
        place = self._place_of(self._state.cursor.ref) if self._state.cursor.ref is not None else None
        if place is not None and row.block.key in (*self._layout.above(place[0]), place[0]):
            return self._state.cursor.ref
        return next((instance.ref for instance in instances_of(row.block.item)), None)


def _series_key(item: Item) -> SeriesKey | None:
    if isinstance(item, Part):
        return item.series.key
    return item.key if isinstance(item, Series) else None
