"""A line that is typed, and what it may be: the sheet that asks for a window, and the one for a mask."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.ui.dialogs.dialog import Dialog, plain

Result = TypeVar("Result")


class Typed(Dialog[Result]):
    """One line of text that becomes a result, or a sentence on what is wrong with it.

    Parameters
    ----------
    offered
        Lines that say what can be typed.
    value
        What stands there at first.
    placeholder
        What stands there while nothing is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", show=False)]
    DEFAULT_CSS = """
    Typed #names { height: auto; color: $text-muted; padding: 0 1; margin: 1 0 0 0; }
    Typed #problem { height: auto; color: $warning; padding: 0 1; }
    """

    def __init__(self, offered: list[str], value: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._offered, self._value, self._placeholder = offered, value, placeholder

    @abstractmethod
    def read(self, text: str) -> Result:
        """What the text means.

        Raises
        ------
        tui.errors.UsageError
        """

    def more(self) -> ComposeResult:
        """What stands between the line and what can be typed."""
        yield from ()

    def body(self) -> ComposeResult:
        """The line to type in, and what it takes."""
        yield Input(self._value, placeholder=self._placeholder, id="typed")
        yield Static(id="problem")
        yield from self.more()
        yield Static(plain("\n".join(self._offered)), id="names")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#problem").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text takes it."""
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Take what was typed, or say what is wrong with it; nothing typed is nothing wanted."""
        text = self.query_one("#typed", Input).value
        if not text.strip():
            self.dismiss(None)
            return
        try:
            result = self.read(text)
        except UsageError as error:
            problem = self.query_one("#problem", Static)
            problem.update(plain(error.sentence()))
            problem.display = True
        else:
            self.dismiss(result)
