"""The sheet on ``a``: which files, where to, what may stay, and what it will come to. Writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.service.actions import Anonymize, PreviewAnonymize
from tui.service.boxing import KeepBoxes
from tui.service.events import AnonymizePreviewed
from tui.service.questions import Ask
from tui.service.reviewing import ReviewAnonymize
from tui.service.surveying import Survey
from tui.service.values import FLAGS, Dates, Options, Ref, printable
from tui.ui.dialogs.dialog import Choice, Dialog, Row, plain
from tui.ui.dialogs.scope import Scope

ABOUT = (
    "Copies by PS3.15 Annex E. The originals stay as they are; each copy is proved before it gets its name. "
    "Text burned into pictures is blanked only where a rule or a box covers it."
)
if TYPE_CHECKING:
    from tui.ui.dialogs.pictures import Looked

DATES = (Dates.REMOVE, Dates.SHIFT, Dates.FULL)
MOST_LINES = 4


class Toggles(Widget, can_focus=True):
    """Options in a list, each on or off."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("space,x", "switch", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"toggles--on", "toggles--off"}
    DEFAULT_CSS = """
    Toggles { height: 8; width: 1fr;
        .toggles--on { color: $accent; text-style: bold; }
        .toggles--off { color: $text-muted; }
        &:focus { background: $background; }
    }
    """

    class Changed(Message):
        """An option is on or off."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._at = 0
        self.on: frozenset[str] = frozenset()

    def action_move(self, by: int) -> None:
        """Go to the next option, around the end."""
        self._at = (self._at + by) % len(FLAGS)
        self.refresh()

    def action_switch(self) -> None:
        """Switch the option."""
        self.on ^= {FLAGS[self._at][0]}
        self.refresh()
        self.post_message(self.Changed())

    def render(self) -> RenderResult:
        """A line an option: what it lets stay."""
        lines = Text(no_wrap=True, overflow="ellipsis", end="")
        for index, (name, flag, what) in enumerate(FLAGS):
            style = self.get_component_rich_style("toggles--on" if name in self.on else "toggles--off", partial=True)
            if self.has_focus and index == self._at:
                style += Style(reverse=True)
            mark = "x" if name in self.on else " "
            lines.append(f"[{mark}] {flag.removeprefix('--'):<18} {what}"[: self.size.width], style)
            lines.append("\n" * (index < len(FLAGS) - 1))
        return lines


class AnonymizeSheet(Dialog[Anonymize | Ref]):
    """What, where to, and what may stay. The result is the action to carry out, a picture to lay boxes over, or None.

    Parameters
    ----------
    scopes
        The answers to "what", the smallest first; none is empty.
    chosen
        Index of the one that stands first.
    do
        The door for the action that asks for the preview.
    rules
        Rules for rectangles that were made by drawing boxes.
    key
        Path of the key file that is set; empty for a key that the session forgets.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", show=False),
        Binding("d", "review", show=False),
        Binding("p", "pictures", show=False),
    ]
    DEFAULT_CSS = """
    AnonymizeSheet #sheet { width: 90; }
    AnonymizeSheet #about { height: auto; color: $text-muted; }
    AnonymizeSheet .row { height: 1; }
    AnonymizeSheet .label { width: 8; }
    AnonymizeSheet #what { margin: 0; }
    AnonymizeSheet #folder { width: 1fr; }
    AnonymizeSheet #keep { height: 8; }
    AnonymizeSheet #key { height: 1; color: $text-muted; }
    AnonymizeSheet #summary { height: auto; }
    AnonymizeSheet #warnings { height: auto; max-height: 5; color: $warning; }
    """
    HEADING = "Save copies without the patient's identity"
    FOOTING = "space chooses, tab moves, d elements, p pictures, enter writes, esc closes"

    def __init__(
        self,
        scopes: tuple[Scope, ...],
        do: Callable[[PreviewAnonymize | ReviewAnonymize | KeepBoxes | Ask], None],
        chosen: int = 0,
        *,
        rules: str = "",
        key: str = "",
    ) -> None:
        super().__init__()
        self._scopes = scopes
        self._do = do
        self._first = chosen
        self._rules, self._key = rules, key
        self._typed = False
        self._survey = Survey()

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The instances of the chosen scope."""
        return self._scopes[self.query_one("#what", Choice).chosen].refs

    @property
    def options(self) -> Options:
        """What may stay, as it is chosen."""
        on = self.query_one(Toggles).on
        flags: dict[str, Any] = dict.fromkeys(on, True)
        return Options(DATES[self.query_one("#dates", Choice).chosen], **flags)

    def body(self) -> ComposeResult:
        """Question, answers, what it will come to."""
        yield Static(plain(ABOUT), id="about")
        with Row():
            yield Static(plain("what"), classes="label")
            yield Choice(tuple(f"{s.name} ({len(s.refs):,})" for s in self._scopes), self._first, id="what")
        with Row():
            yield Static(plain("folder"), classes="label")
            yield Input(id="folder", select_on_focus=False)
        with Row():
            yield Static(plain("dates"), classes="label")
            yield Choice(("removed", "shifted", "kept"), id="dates")
        with Horizontal(id="keep"):
            yield Static(plain("keep"), classes="label")
            yield Toggles(id="options")
        key = f"key {printable(self._key)}" if self._key else "one-time key: later copies get other names and UIDs"
        yield Static(plain(key), id="key")
        yield Static(plain("looking at the files..."), id="summary")
        yield Static(id="warnings")

    def on_mount(self) -> None:
        """Ask what would change."""
        self.query_one("#warnings").display = False
        self._ask()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Ask again: other files, or another rule for dates."""
        message.stop()
        self._ask()

    def on_toggles_changed(self, message: Toggles.Changed) -> None:
        """Ask again."""
        message.stop()
        self._ask()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The folder that was typed stays."""
        event.stop()
        self._typed = self._typed or event.input.has_focus

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the folder writes, too."""
        event.stop()
        self.action_write()

    def _ask(self) -> None:
        self._do(PreviewAnonymize(self.refs, self.options, self._rules))

    def action_write(self) -> None:
        """Close with the action."""
        folder = self.query_one("#folder", Input).value.strip()
        self.dismiss(Anonymize(self.refs, folder, self.options, rules=self._rules))

    def action_review(self) -> None:
        """Look at every element before and after."""
        from tui.ui.dialogs.review import ReviewSheet

        self.app.push_screen(ReviewSheet(self.refs, self.options, self._rules, self._do))

    def action_pictures(self) -> None:
        """Look at the pictures that may hold burned-in text."""
        from tui.ui.dialogs.pictures import PicturesSheet

        if not self._survey.devices:
            self.query_one("#summary", Static).update(plain(f"{summary(self._survey)} No picture need be looked at."))
            return
        self.app.push_screen(PicturesSheet(self._survey.devices, self._do), self._look)

    def _look(self, looked: Looked | None) -> None:
        if looked is None:
            return
        if looked.is_clean:
            self._do(KeepBoxes(looked.ref, (), self._rules))
        else:
            self.dismiss(looked.ref)

    def rules_kept(self, rules: str) -> None:
        """Rules that were made while the sheet is open hold at once."""
        self._rules = rules
        self._ask()

    def previewed(self, event: AnonymizePreviewed) -> None:
        """Show what would come of it; an answer about an older choice is dropped."""
        if (event.refs, event.options) != (self.refs, self.options):
            return
        if not self._typed:
            self.query_one("#folder", Input).value = event.folder
        self._survey = event.survey
        self.query_one("#summary", Static).update(plain(summary(event.survey)))
        lines = [f"! {count:,} not copied: {reason}" for reason, count in event.survey.reasons[:MOST_LINES]]
        lines += [f"! {count:,}: {warning}" for warning, count in event.survey.warnings[: MOST_LINES - len(lines)]]
        told = self.query_one("#warnings", Static)
        told.update(plain("\n".join(lines)))
        told.display = bool(lines)


def summary(survey: Survey) -> str:
    """How many files and patients, and which rules concern how many of them."""
    files = f"{survey.total:,} file{'s' * (survey.total != 1)}"
    looked = f"{survey.looked:,} of {files}" if survey.looked < survey.total else files
    told = [looked, f"{survey.patients:,} patient{'s' * (survey.patients != 1)}", f"{survey.copied:,} can be copied"]
    return ", ".join((*told, survey.codes) if survey.codes else told) + "."
