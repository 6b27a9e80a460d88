"""What differs between this image and another, or between the images that are marked."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.service.actions import Action
from tui.service.questions import Answer, Compare, Compared, Question
from tui.service.reduce import current_series
from tui.service.state import State
from tui.service.tagvalues import SAME, Place, telling
from tui.service.values import Ref, printable
from tui.ui.dialogs.dialog import Choice, Row, plain
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.dialogs.scope import Scope
from tui.ui.panes.lines import Run, cut, fit, wrapped

ABSENT = "-"
TAG, KEYWORD = 15, 26


class CompareSheet(Asking[str]):
    """The sheet on ``X``; the result is the path of the element that was chosen.

    Parameters
    ----------
    scopes
        What can be compared, each with all the instances of one comparison.
    here
        The instance that a typed file is compared with.
    """

    HEADING = "Compare"
    DETAIL = 4
    FOOTING = "left and right choose with what, enter goes to the element, / types a file"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "type", show=False),
        Binding("right,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    CompareSheet .row { height: 1; }
    CompareSheet #file { width: 1fr; }
    """

    def __init__(self, scopes: tuple[Scope, ...], here: Ref, do: Callable[[Action], None], chosen: int = 0) -> None:
        super().__init__(do)
        self._scopes = scopes
        self._here = here
        self._first = chosen
        self._typed = ""
        self._places: tuple[Place, ...] = ()
        self._refs: tuple[Ref, ...] = ()

    def controls(self) -> ComposeResult:
        """With what."""
        with Row():
            yield Static(plain("with "), classes="label")
            yield Choice(tuple(scope.name for scope in self._scopes) or ("a file",), self._first, id="with")
        with Row():
            yield Static(plain("file "), classes="label")
            yield Input(id="file", select_on_focus=False, placeholder="a path, then enter")

    def question(self) -> Question | None:
        """The chosen comparison."""
        if self._typed:
            self._refs = (self._here, Ref(self._typed))
        elif self._scopes:
            self._refs = self._scopes[self.query_one(Choice).chosen].refs
        else:
            self.say("There is no other image in this series: / types the path of a file.")
            return None
        return Compare(self._refs)

    def take(self, answer: Answer) -> None:
        """Show the places that differ."""
        assert isinstance(answer, Compared)
        self._places = answer.places
        count = sum(place.kind != SAME for place in self._places)
        names = " | ".join(printable(os.path.basename(ref.path)) for ref in self._refs)
        self.say("  ".join([f"{count:,} elements differ: {names}", *answer.notes]))
        self.query_one(RowList).replace(len(self._places), self._line, "Nothing differs.")

    def _line(self, index: int, width: int) -> list[Run]:
        place = self._places[index]
        head = fit("  " * min(place.depth, 2) + place.tag, TAG)
        room = max(8, (width - TAG - KEYWORD - 2) // len(place.values) - 1)
        runs: list[Run] = [(f"{head} ", "dim"), (f"{fit(place.keyword, KEYWORD)} ", "")]
        for number, (value, shown) in enumerate(zip(place.values, telling(place.values, room), strict=True)):
            other = place.values[0] if number else None
            style = "dim" if place.kind == SAME or value is None else "accent" if number and value != other else ""
            runs.append((fit(ABSENT if shown is None else shown or '""', room) + " ", style))
        return runs if cell_len("".join(text for text, _ in runs)) else []

    def detail(self, index: int, width: int) -> list[str]:
        """The values of each file one below the other, as far as there is room."""
        values = self._places[index].values
        lines = max(1, self.DETAIL // len(values))
        out: list[str] = []
        for value in telling(values, lines * (width - 1)):
            found = wrapped(ABSENT if value is None else value or '""', width)
            out += [*found[: lines - 1], cut("".join(found[lines - 1 :]), width)] if found else [""]
        return out

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Ask anew."""
        message.stop()
        self._typed = ""
        self.ask()

    def action_step(self, by: int) -> None:
        """Choose from the list, too."""
        if not self.query_one("#file", Input).has_focus:
            self.query_one(Choice).action_step(by)

    def action_type(self) -> None:
        """Type a file."""
        self.query_one("#file", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Compare with the file."""
        event.stop()
        self._typed = os.path.expanduser(event.value.strip())
        self.query_one(RowList).focus()
        self.ask()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """Close with the element."""
        self.dismiss(self._places[message.index].path)


def partners(state: State, ref: Ref, marked: tuple[Ref, ...]) -> tuple[Scope, ...]:
    """With what an image can be compared: what is marked, the image after it, the one before it, the first one."""
    out: list[Scope] = []
    if len(marked) > 1:
        out.append(Scope(f"the {len(marked):,} marked", marked))
    elif marked and marked[0] != ref:
        out.append(Scope("the marked image", (ref, marked[0])))
    series = current_series(state)
    refs = [instance.ref for instance in series.instances] if series is not None else []
    if ref in refs:
        at = refs.index(ref)
        for name, other in (("the next image", at + 1), ("the image before", at - 1), ("the first image", 0)):
            if 0 <= other < len(refs) and other != at and (ref, refs[other]) not in [scope.refs for scope in out]:
                out.append(Scope(name, (ref, refs[other])))
    return tuple(out)
