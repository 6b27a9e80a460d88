"""Where edits are saved: a new file, or the same one with a backup; and where tags are written out."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.service.editing import SaveEdits, proposed
from tui.service.values import Ref, printable
from tui.ui.dialogs.dialog import Choice, Dialog, Row, plain

WHERE = ("a new file", "the same file, a backup is kept")


class SaveSheet(Dialog[SaveEdits]):
    """The sheet on ``ctrl+s``; ``note`` is a sentence on what saving breaks."""

    HEADING = "Save the edits"
    FOOTING = "enter saves, tab moves, esc closes"
    DEFAULT_CSS = """
    SaveSheet .row { height: 1; }
    SaveSheet #path { width: 1fr; }
    SaveSheet #note { height: auto; color: $warning; }
    """

    def __init__(self, ref: Ref, edits: int, note: str = "") -> None:
        super().__init__()
        self._ref = ref
        self._edits = edits
        self._note = note

    def body(self) -> ComposeResult:
        """How much, where to."""
        count = f"{self._edits} edit{'s' * (self._edits != 1)}"
        yield Static(plain(f"{count} of {printable(self._ref.path)}; pixels are copied as they are."))
        if self._note:
            yield Static(plain(self._note), id="note")
        with Row():
            yield Static(plain("into "), classes="label")
            yield Choice(WHERE, id="where")
        with Row():
            yield Static(plain("path "), classes="label")
            yield Input(proposed(self._ref), id="path", select_on_focus=False)

    def on_mount(self) -> None:
        """The path comes first."""
        self.query_one(Input).focus()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """The same file has no other path."""
        message.stop()
        self.query_one(Input).disabled = self.query_one(Choice).chosen == 1

    def on_key(self, event: object) -> None:
        """Enter on the choice saves, too."""
        if getattr(event, "key", "") == "enter" and self.query_one(Choice).has_focus:
            self._save()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save."""
        event.stop()
        self._save()

    def _save(self) -> None:
        in_place = self.query_one(Choice).chosen == 1
        self.dismiss(SaveEdits(self._ref, "" if in_place else self.query_one(Input).value.strip(), in_place))
