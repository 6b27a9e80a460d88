"""Tags written out: a value, a row or the whole table, as text, CSV or JSON, to the clipboard or a file."""

from __future__ import annotations

import os.path
from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.service.actions import Action
from tui.service.editing import SaveText
from tui.service.questions import Answered, Ask, TextOf
from tui.service.tagvalues import Edit
from tui.service.values import Ref
from tui.ui.dialogs.dialog import Choice, Dialog, Row, plain

WHAT = ("table", "row", "value")
FORMS = ("text", "csv", "json")
NAMES = ("text", "CSV", "DICOM JSON")


class WriteOut(Dialog[None]):
    """The sheet on ``W``.

    Parameters
    ----------
    question
        Makes the question for a form, and for the whole table or the row of the cursor.
    value
        The value of the row of the cursor.
    do
        Takes actions.
    copy
        Takes text for the clipboard, and what it is.
    """

    HEADING = "Write the tags out"
    FOOTING = "left and right choose, tab moves, enter does it, esc closes"
    DEFAULT_CSS = """
    WriteOut .row { height: 1; }
    WriteOut #path { width: 1fr; }
    WriteOut #said { height: auto; color: $text-muted; }
    """

    def __init__(
        self,
        question: Callable[[str, bool], TextOf],
        value: str,
        do: Callable[[Action], None],
        copy: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._make = question
        self._value = value
        self._do = do
        self._copy = copy
        self._question: TextOf | None = None

    def body(self) -> ComposeResult:
        """What, as what, where to."""
        with Row():
            yield Static(plain("what "), classes="label")
            yield Choice(WHAT, id="what")
        with Row():
            yield Static(plain("as   "), classes="label")
            yield Choice(NAMES, id="form")
        with Row():
            yield Static(plain("file "), classes="label")
            yield Input(id="path", select_on_focus=False, placeholder="empty: the clipboard")
        yield Static(id="said")

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """A value is text."""
        message.stop()
        self.query_one("#form").disabled = self._what == "value"

    @property
    def _what(self) -> str:
        return WHAT[self.query_one("#what", Choice).chosen]

    def on_key(self, event: object) -> None:
        """Enter on a choice does it, too."""
        if getattr(event, "key", "") == "enter" and not self.query_one(Input).has_focus:
            self._go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it."""
        event.stop()
        self._go()

    def _go(self) -> None:
        if self._what == "value":
            self._end(self._value, "value")
            return
        form = FORMS[self.query_one("#form", Choice).chosen]
        self._question = self._make(form, self._what == "row")
        self._do(Ask(self._question))

    def answered(self, event: Answered) -> None:
        """The text has come."""
        if event.question != self._question or not isinstance(event.question, TextOf):
            return
        if isinstance(event.answer, str):
            name = NAMES[FORMS.index(event.question.form)]
            self._end(event.answer, f"{self._what} as {name}")
        else:
            self.query_one("#said", Static).update(plain(event.problem))

    def _end(self, text: str, what: str) -> None:
        path = os.path.expanduser(self.query_one(Input).value.strip())
        if path:
            self._do(SaveText(os.path.abspath(path), text))
        else:
            self._copy(text, what)
        self.dismiss(None)


def questions(ref: Ref, path: str, edits: tuple[Edit, ...]) -> Callable[[str, bool], TextOf]:
    """Makes the question for a form; ``path`` is that of the row of the cursor."""

    def make(form: str, row: bool) -> TextOf:
        return TextOf(ref, form, path if row else "", edits)

    return make
