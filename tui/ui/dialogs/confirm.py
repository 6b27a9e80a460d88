"""A question with yes and no; enter is no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.ui.dialogs.dialog import Dialog, plain


class Confirm(Dialog[bool]):
    """Ask; the result is True for ``y``, else False or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n,enter", "answer(False)", show=False),
    ]
    FOOTING = "y yes, n no"

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def body(self) -> ComposeResult:
        """The question."""
        yield Static(plain(self._question))

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)
