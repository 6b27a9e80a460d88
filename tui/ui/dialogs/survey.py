"""Which attributes are constant, varying or missing over the images of a series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.service.actions import Action
from tui.service.figures import plural
from tui.service.questions import Answer, Question, Surveyed, SurveyOf
from tui.service.tagvalues import CONSTANT, MISSING_HERE, VARYING, Attribute
from tui.service.values import Ref
from tui.ui.dialogs.dialog import Choice, Row, plain
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.panes.lines import Run, cut, fit, wrapped

KINDS = ("varying and missing", VARYING, MISSING_HERE, CONSTANT, "all")
TAG, KEYWORD, KIND = 15, 30, 12


class SurveySheet(Asking[str]):
    """The sheet on ``S``; the result is the path of the attribute that was chosen."""

    HEADING = "Over all images of the series"
    DETAIL = 3
    FOOTING = "left and right choose which, enter goes to the element, esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    SurveySheet .row { height: 1; }
    """

    def __init__(self, refs: tuple[Ref, ...], do: Callable[[Action], None]) -> None:
        super().__init__(do)
        self._refs = refs
        self._count = 0
        self._all: tuple[Attribute, ...] = ()
        self._shown: list[Attribute] = []
        self.WAITING = f"reading {plural(len(refs), 'image')}..."

    def controls(self) -> ComposeResult:
        """Which of them."""
        with Row():
            yield Static(plain("show "), classes="label")
            yield Choice(KINDS, id="kinds")

    def question(self) -> Question:
        """All images."""
        return SurveyOf(self._refs)

    def take(self, answer: Answer) -> None:
        """Show the attributes."""
        assert isinstance(answer, Surveyed)
        self._count, self._all = answer.count, answer.attributes
        counts = Counter(one.kind for one in self._all)
        told = ", ".join(f"{counts[kind]:,} {kind}" for kind in (CONSTANT, VARYING, MISSING_HERE))
        self.say("  ".join([f"{plural(self._count, 'image')}: {told}", *answer.notes]))
        self._show()

    def _show(self) -> None:
        kind = KINDS[self.query_one(Choice).chosen]
        wanted = {KINDS[0]: (VARYING, MISSING_HERE), "all": (CONSTANT, VARYING, MISSING_HERE)}.get(kind, (kind,))
        self._shown = [one for one in self._all if one.kind in wanted]
        self.query_one(RowList).replace(len(self._shown), self._line, "There is none.")

    def _line(self, index: int, width: int) -> list[Run]:
        one = self._shown[index]
        kind = f"in {one.have} of {self._count}" if one.kind == MISSING_HERE else one.kind
        text = cut(one.text, max(0, width - TAG - KEYWORD - KIND - 3))
        return [(f"{fit('  ' * min(one.depth, 2) + one.tag, TAG)} ", "dim"), (f"{fit(one.keyword, KEYWORD)} ", ""),
                (f"{fit(kind, KIND)} ", "warning" if one.kind == MISSING_HERE else "dim"), (text, "")]  # fmt: skip

    def detail(self, index: int, width: int) -> list[str]:
        """The values in full, as far as they are kept."""
        one = self._shown[index]
        several = f", {one.values:,} values" if one.values > 1 else ""
        return wrapped(f"{one.path} {one.keyword}{several}: {one.text}", width)

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Show others."""
        message.stop()
        self._show()

    def action_step(self, by: int) -> None:
        """Choose from the list, too."""
        self.query_one(Choice).action_step(by)

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """Close with the attribute."""
        self.dismiss(self._shown[message.index].path)
