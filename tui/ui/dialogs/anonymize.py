"""The sheet on ``a``: which files, where to, and what will be taken out of them. Writes nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.service.actions import Anonymize, PreviewAnonymize
from tui.service.events import AnonymizePreviewed
from tui.service.values import Change, Ref
from tui.ui.dialogs.dialog import Dialog, LongText, Run, plain

ORDER = ("removed", "emptied", "replaced", "new UID", "kept")
ACTION_WIDTH = 10
ABOUT = (
    "The originals stay as they are. The header of the copies is cleaned; their pictures are not looked at: "
    "text burned into them, or a face, stays."
)


@dataclass(frozen=True, slots=True)
class Scope:
    """One answer to "what": a name such as ``series`` and its instances."""

    name: str
    refs: tuple[Ref, ...]


class Choice(Widget, can_focus=True):
    """One of a few words, chosen by left and right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--other"}
    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr;
        .choice--chosen { color: $accent; text-style: bold; }
        .choice--other { color: $text-muted; }
        &:focus { background: $background; .choice--chosen { text-style: bold reverse; } }
    }
    """

    class Changed(Message):
        """Another word is chosen."""

    def __init__(self, words: tuple[str, ...], chosen: int = 0, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self.chosen = chosen

    def action_step(self, by: int) -> None:
        """Choose the next word, around the end."""
        self.chosen = (self.chosen + by) % len(self._words)
        self.refresh()
        self.post_message(self.Changed())

    def render(self) -> RenderResult:
        """All words, the chosen one in the accent's colour."""
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        for index, word in enumerate(self._words):
            style = "choice--chosen" if index == self.chosen else "choice--other"
            line.append(f" {word} ", self.get_component_rich_style(style, partial=True))
            line.append(" ")
        return line


class AnonymizeSheet(Dialog[Anonymize]):
    """What, where to, and what will be removed. The result is the action to carry out, or None.

    Parameters
    ----------
    scopes
        The answers to "what", the smallest first; none is empty.
    chosen
        Index of the one that stands first.
    do
        The door for the action that asks for the preview.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", show=False)]
    DEFAULT_CSS = """
    AnonymizeSheet #sheet { width: 84; height: 24; }
    AnonymizeSheet #about { height: auto; margin: 0 0 1 0; color: $text-muted; }
    AnonymizeSheet .row { height: 1; }
    AnonymizeSheet .label { width: 8; }
    AnonymizeSheet #folder { width: 1fr; }
    AnonymizeSheet #summary { height: auto; margin: 1 0 0 0; }
    AnonymizeSheet #warnings { height: auto; max-height: 4; color: $warning; }
    AnonymizeSheet #changes { height: 1fr; margin: 1 0 0 0; }
    AnonymizeSheet #changes:focus { background: $background; }
    """
    HEADING = "Save copies without the patient's identity"
    FOOTING = "left and right choose, tab moves, enter writes, esc closes"

    def __init__(self, scopes: tuple[Scope, ...], do: Callable[[PreviewAnonymize], None], chosen: int = 0) -> None:
        super().__init__()
        self._scopes = scopes
        self._do = do
        self._first = chosen
        self._typed = False

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The instances of the chosen scope."""
        return self._scopes[self.query_one(Choice).chosen].refs

    def body(self) -> ComposeResult:
        """Question, answers, list."""
        yield Static(plain(ABOUT), id="about")
        with Horizontal(classes="row"):
            yield Static(plain("what"), classes="label")
            yield Choice(tuple(f"{s.name} ({len(s.refs):,})" for s in self._scopes), self._first, id="what")
        with Horizontal(classes="row"):
            yield Static(plain("folder"), classes="label")
            yield Input(id="folder", select_on_focus=False)
        yield Static(plain("looking at the first file..."), id="summary")
        yield Static(id="warnings")
        yield LongText(0, lambda index: [], 0, id="changes")

    def on_mount(self) -> None:
        """Ask what would change."""
        self.query_one("#warnings").display = False
        self._ask()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Ask again: another file may come first."""
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
        self._do(PreviewAnonymize(self.refs))

    def action_write(self) -> None:
        """Close with the action."""
        self.dismiss(Anonymize(self.refs, self.query_one("#folder", Input).value.strip()))

    def previewed(self, event: AnonymizePreviewed) -> None:
        """Show what would change; an answer about an older choice is dropped."""
        if event.refs != self.refs:
            return
        if not self._typed:
            self.query_one("#folder", Input).value = event.folder
        self.query_one("#summary", Static).update(plain(summary(event.changes)))
        warnings = "\n".join(f"! {warning}" for warning in event.warnings)
        told = self.query_one("#warnings", Static)
        told.update(plain(warnings))
        told.display = bool(warnings)
        rows = sorted(event.changes, key=lambda change: _rank(change.action))
        width = max((len(row(change)) for change in rows), default=0)

        def line(index: int) -> list[Run]:
            text = row(rows[index])
            return [(text[:ACTION_WIDTH], "muted"), (text[ACTION_WIDTH:], "")]

        self.query_one(LongText).replace(len(rows), line, width)


def _rank(action: str) -> int:
    return ORDER.index(action) if action in ORDER else len(ORDER)


def row(change: Change) -> str:
    """One change as a line, without its value."""
    return f"{change.action:<{ACTION_WIDTH}}{change.keyword or 'private':<36}  {change.path}"


def summary(changes: tuple[Change, ...]) -> str:
    """How many elements of the first file are removed, emptied, replaced."""
    counts = Counter(change.action for change in changes)
    told = [f"{counts[action]:,} {action}" for action in sorted(counts, key=_rank)]
    if not told:
        return "In the first file nothing would change."
    return f"In the first file (PS3.15 Basic Profile): {', '.join(told)}."
