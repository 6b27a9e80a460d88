"""The list on ``ctrl+o``, in the place of the tree: what can be drawn over the picture, each part on or off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.service.actions import Action, Select, StepFrame, StepImage
from tui.service.overlaying import PRESENTATION, SetOpacity, ShowOverlays, UseState, apart, sources, spotted
from tui.service.questions import Answered, Ask, OverlaysOf
from tui.service.reduce import current_instance, current_series
from tui.service.state import Cursor, State
from tui.service.values import Chosen, Found, Look, Overlays, Part, printable
from tui.ui.dialogs.dialog import plain
from tui.ui.dialogs.rows import RowList
from tui.ui.panes.arrangement import Beside, Panes
from tui.ui.panes.lines import Run, cut, fit

NONE = (
    "There is nothing to draw over this picture: no segmentation, structure set or presentation state of this patient "
    "is about it, and its file has no overlay planes."
)
OVERLAYS = "overlays"
ON, OFF = "[x] ", "[ ] "
HERE, AWAY = "██ ", "░░ "  # chips of parts that have something on the picture, and of others
KEYS = f"{AWAY}not on this picture\nspace on/off a all n none\nenter goes to its picture\n+ - opacity  h l pictures"
_STEP = 0.2  # of the opacity


@dataclass(frozen=True)
class Row:
    """A line of the list: an object, or one of its parts; of the picture's own planes ``found`` is None."""

    found: Found | None
    part: Part | None = None


def runs_of(row: Row, on: bool, count: str, width: int) -> list[Run]:
    """A row in at most so many cells; ``count`` says how many parts of an object are on."""
    mark = (ON, "accent") if on else (OFF, "")
    if row.part is None:
        word, title = (row.found.word, row.found.title) if row.found else ("60xx", "planes of the file")
        room = max(0, width - len(ON) - cell_len(word) - len(count) - 2)
        return [mark, (f"{word} ", "strong"), (fit(title, room), ""), (f" {count}", "dim")]
    red, green, blue = row.part.colour
    chip = HERE if row.part.here else AWAY
    name = cut(row.part.name, max(0, width - len(ON) - len(chip) - 2))
    return [("  ", ""), mark, (chip, f"#{red:02x}{green:02x}{blue:02x}"), (name, "" if row.part.here else "dim")]


class OverlayRows(RowList):
    """The list itself. Its keys come before those of the table of commands; all others work as ever."""

    @property
    def own_keys(self) -> frozenset[str]:
        """Names of the keys that mean something here."""
        around = self.parent._bindings.key_to_bindings if isinstance(self.parent, OverlayList) else {}
        return frozenset((*self._bindings.key_to_bindings, *around))


class OverlayList(Beside):
    """Everything found, each object with its parts; the view changes at once.

    Parameters
    ----------
    do
        Takes actions.
    state
        Gives the state as it is now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", show=False),
        Binding("a", "every", show=False),
        Binding("n", "none", show=False),
        Binding("plus,equals_sign,fullwidth_plus_sign,fullwidth_equals_sign", "opacity(1)", show=False),
        Binding("minus,fullwidth_hyphen_minus", "opacity(-1)", show=False),
        Binding("l,right", "picture(1)", show=False),
        Binding("h,left", "picture(-1)", show=False),
        Binding("escape,q", "leave", show=False),
    ]

    DEFAULT_CSS = """
    OverlayList { layout: vertical; padding: 0 1; }
    OverlayList #said, OverlayList #keys { height: auto; color: $text-muted; }
    OverlayList RowList { height: 1fr; margin: 1 0 1 0; }
    """
    WAITING = "looking for overlays..."

    def __init__(self, do: Callable[[Action], None], state: Callable[[], State]) -> None:
        super().__init__(id=OVERLAYS, classes="pane")
        self._do = do
        self._state = state
        self._overlays = Overlays()
        self._rows: list[Row] = []
        self._ready = False
        self._question: OverlaysOf | None = None
        self._asked: Cursor = Cursor()
        self._apart: tuple[Cursor, float] = Cursor(), 0.0
        self.border_title = plain("Overlays")
        self.border_subtitle = plain("esc closes")

    def compose(self) -> ComposeResult:
        """What was found, the list, and what the keys do."""
        yield Static(plain(self.WAITING), id="said")
        yield OverlayRows(id="rows")
        yield Static(plain(KEYS), id="keys")

    def on_mount(self) -> None:
        """Ask what there is."""
        self._ready = True
        self.enter()
        self.follow(self._state())

    def enter(self) -> None:
        """Take the focus."""
        self.screen.set_focus(self._list)

    def follow(self, state: State) -> None:
        """Ask anew where another picture is looked at."""
        cursor = state.cursor
        if not self._ready:
            return
        if cursor == self._asked and self._question is not None and self._question.scan == state.scan.number:
            self._changed()
            return
        self._asked = cursor
        if cursor.ref is None:
            return
        series = current_series(state)
        if self._apart[0].series != cursor.series:
            self._apart = cursor, apart(series.instances) if series else 0.0
        found = tuple(one for one in sources(state.library, cursor.series) if one[0] != cursor.ref)
        self._question = OverlaysOf(state.scan.number, cursor.ref, cursor.frame, found, self._apart[1])
        self._do(Ask(self._question))

    def answered(self, event: Answered) -> None:
        """Take the answer in; one to an older question is dropped."""
        if event.question != self._question:
            return
        if isinstance(event.answer, Overlays):
            self._take(event.answer)
        else:
            self._rows = []
            self._list.replace(0, self._line)
            self._say(event.problem)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(plain(sentence))

    # ------------------------------------------------------------------------------------------ the list

    def _take(self, answer: Overlays) -> None:
        """Show what was found."""
        self._overlays = replace(answer, found=tuple(filter(self._matters, answer.found)))
        rows: list[Row] = []
        for found in self._overlays.found:
            rows += [Row(found), *(Row(found, part) for part in found.parts)]
        if self._overlays.planes:
            rows += [Row(None), *(Row(None, part) for part in self._overlays.planes)]
        here, self._rows = self._list.cursor, rows
        self._list.replace(len(rows), self._line)
        self._list.place_cursor(here)
        self._tell()

    def _matters(self, found: Found) -> bool:
        """Whether an object is about the picture, or was chosen while another was looked at."""
        return found.refers or self._chosen(found) is not None

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    def _tell(self) -> None:
        """Say how many are on, and what could not be read."""
        view = self._state().view
        parts = [row for row in self._rows if row.part is not None]
        sentences = [printable(problem) for problem in self._overlays.problems]
        if not self._rows:
            self._say("\n".join([NONE, *sentences]))
            return
        on = sum(self._is_on(row) for row in parts)
        seen = "" if view.overlays else " All are hidden: o shows them."
        told = f"{on} of {len(parts)} on, opacity {100 * view.opacity:.0f} %.{seen}"
        self._say("\n".join([told, *sentences]))

    def _line(self, index: int, width: int) -> list[Run]:
        row = self._rows[index]
        inside = [one for one in self._rows if one.part is not None and one.found is row.found]
        return runs_of(row, self._is_on(row), f"{sum(map(self._is_on, inside))}/{len(inside)}" if inside else "", width)

    def _is_on(self, row: Row) -> bool:
        """Whether a part is on; of an object, whether any is, or the state is in use."""
        view = self._state().view
        if row.found is None:
            shown = [part.number not in view.hidden for part in self._overlays.planes]
            return row.part.number not in view.hidden if row.part else any(shown)
        chosen = self._chosen(row.found)
        if chosen is None:
            return False
        return row.part is None or chosen.parts is None or row.part.number in chosen.parts

    def _chosen(self, found: Found) -> Chosen | None:
        return next((one for one in self._state().view.chosen if one.ref == found.ref), None)

    # ------------------------------------------------------------------------------------------ the keys

    def action_turn(self) -> None:
        """The row of the cursor on or off; an object with all its parts."""
        if not self._rows:
            return
        row = self._rows[self._list.cursor]
        if row.found is None:
            numbers = {part.number for part in self._overlays.planes} if row.part is None else {row.part.number}
            hidden = set(self._state().view.hidden)
            self._show(hidden=hidden | numbers if self._is_on(row) else hidden - numbers)
        elif row.found.kind == PRESENTATION and (row.part is None or self._chosen(row.found) is None):
            self._use(None if self._is_on(row) else row.found)
        else:
            self._set(row.found, self._toggled(row.found, row.part))
        self._changed()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """Go to the picture in the middle of the part, or of the first part of an object; turn it on if it is off."""
        message.stop()
        row = self._rows[message.index]
        part = row.part or next(iter(row.found.parts if row.found else ()), None)
        if not self._is_on(row):
            self.action_turn()
        series = current_series(self._state())
        there = spotted(series.instances, part.spot) if series and part else None
        if series and there is not None:
            self._do(Select(there[0].ref, there[1], series.key))

    def _toggled(self, found: Found, part: Part | None) -> frozenset[int]:
        """The parts of an object that are on after one, or all, were toggled."""
        every = frozenset(one.number for one in found.parts)
        chosen = self._chosen(found)
        on = frozenset() if chosen is None else every if chosen.parts is None else frozenset(chosen.parts) & every
        return on ^ {part.number} if part is not None else every - on if on in (every, frozenset()) else every

    def _set(self, found: Found, on: frozenset[int]) -> None:
        """Draw these parts of an object, in its own place among the others."""
        made = Chosen(found.ref, found.kind, tuple(sorted(on)), self._apart[1])
        chosen = list(self._state().view.chosen)
        at = next((n for n, one in enumerate(chosen) if one.ref == found.ref), len(chosen))
        chosen[at : at + 1] = [made] if on or found.kind == PRESENTATION else []
        self._show(chosen=tuple(chosen))

    def _show(self, chosen: tuple[Chosen, ...] | None = None, hidden: set[int] | None = None) -> None:
        view = self._state().view
        self._do(
            ShowOverlays(
                view.chosen if chosen is None else chosen, view.hidden if hidden is None else tuple(sorted(hidden))
            )
        )

    def _use(self, found: Found | None) -> None:
        if found is None:
            self._do(UseState(None))
        else:
            self._do(UseState(Chosen(found.ref, found.kind, None, self._apart[1]), found.look or Look()))

    def action_every(self) -> None:
        """All parts of segmentations and structure sets, and all planes; presentation states are chosen one by one."""
        others = tuple(one for one in self._state().view.chosen if one.kind == PRESENTATION)
        drawn = tuple(
            Chosen(found.ref, found.kind, tuple(part.number for part in found.parts), self._apart[1])
            for found in self._overlays.found
            if found.kind != PRESENTATION
        )
        self._show(drawn + others, set())
        self._changed()

    def action_none(self) -> None:
        """Everything off."""
        if any(one.kind == PRESENTATION for one in self._state().view.chosen):
            self._use(None)
        self._show((), {part.number for part in self._overlays.planes})
        self._changed()

    def action_opacity(self, by: int) -> None:
        """More or less of the picture under the areas."""
        self._do(SetOpacity(round(self._state().view.opacity + by * _STEP, 2)))
        self._changed()

    def action_picture(self, by: int) -> None:
        """Go to another picture of the series, or frame of the image; the list follows."""
        instance = current_instance(self._state())
        self._do(StepFrame(by) if instance is not None and instance.frames > 1 else StepImage(by))

    def action_leave(self) -> None:
        """Give the tree its place back."""
        if isinstance(self.parent, Panes):
            self.parent.stand_back()

    def _changed(self) -> None:
        self._list.refresh()
        self._tell()
