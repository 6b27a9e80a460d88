"""The whole value of an element, as text, as hexadecimal bytes, or as base 64."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.service.actions import Action
from tui.service.questions import MOST_BYTES, Answered, Ask, Value, ValueOf
from tui.service.values import printable
from tui.ui.dialogs.dialog import Dialog, LongText, Run, plain

TEXT, HEX, BASE64 = "text", "hex", "base64"
FORMS = (TEXT, HEX, BASE64)
WIDTH = 76


def lines_of(value: Value, form: str, width: int = WIDTH) -> list[str]:
    """A value in lines of at most so many characters; a text's own lines are kept."""
    if form == HEX:
        return [_hex(value, at) for at in range(0, len(value.data), 16)]
    if form == BASE64:
        text = base64.b64encode(value.data).decode("ascii")
        return [text[at : at + width] for at in range(0, len(text), width)]
    out: list[str] = []
    for line in value.text.replace("␍␊", "␊").replace("␍", "␊").split("␊"):
        out += [line[at : at + width] for at in range(0, len(line), width)] or [""]
    return out


def _hex(value: Value, at: int) -> str:
    row = value.data[at : at + 16]
    letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
    return f"{value.at + at:08x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  {letters}"


class ValuePager(Dialog[None]):
    """The sheet on ``x``. Values of any length are read a part at a time.

    Parameters
    ----------
    question
        Which value.
    do
        Takes actions.
    copy
        Takes text for the clipboard.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_form", show=False, priority=True),
        Binding("t", "form('text')", show=False),
        Binding("x", "form('hex')", show=False),
        Binding("b", "form('base64')", show=False),
        Binding("n", "part(1)", show=False),
        Binding("p,N", "part(-1)", show=False),
        Binding("y", "copy", show=False),
    ]
    DEFAULT_CSS = """
    ValuePager #sheet { width: 84; height: 100%; max-height: 40; }
    ValuePager #said { height: auto; color: $text-muted; }
    ValuePager LongText { height: 1fr; margin: 1 0 0 0; }
    """
    FOOTING = "tab: text, hex, base64   n p next, previous part   y copies   esc closes"

    def __init__(self, question: ValueOf, do: Callable[[Action], None], copy: Callable[[str, str], None]) -> None:
        super().__init__()
        self._question = question
        self._do = do
        self._copy = copy
        self._value: Value | None = None
        self._form = ""
        self._lines: list[str] = []
        self._said: list[str] = []  # what the text says; never copied

    def heading(self) -> str:
        """Which element."""
        return f"Value of {self._question.path}"

    def body(self) -> ComposeResult:
        """How much there is, and the value."""
        yield Static(plain("reading..."), id="said")
        yield LongText(0, self._line, 0)

    def on_mount(self) -> None:
        """Ask for the value."""
        self.query_one(LongText).focus()
        self._do(Ask(self._question))

    def answered(self, event: Answered) -> None:
        """Show the value; an answer about another part is dropped."""
        if event.question != self._question:
            return
        if not isinstance(event.answer, Value):
            self._say(event.problem)
            return
        self._value = event.answer
        binary = event.answer.vr in ("OB", "OW", "OD", "OF", "OL", "OV", "UN")
        self._form = self._form or (HEX if binary else TEXT)
        self._show()

    def action_next_form(self) -> None:
        """Text, hexadecimal, base 64, around the end."""
        self.action_form(FORMS[(FORMS.index(self._form or TEXT) + 1) % len(FORMS)])

    def action_form(self, form: str) -> None:
        """Show it in another form."""
        self._form = form
        self._show()

    def action_part(self, by: int) -> None:
        """Read the next or previous part."""
        value = self._value
        at = self._question.at + by * MOST_BYTES
        if value is not None and 0 <= at < value.length:
            self._question = ValueOf(self._question.ref, self._question.path, at, self._question.edits)
            self._do(Ask(self._question))

    def action_copy(self) -> None:
        """Copy what is shown."""
        if self._value is not None:
            text = self._value.text if self._form == TEXT else "\n".join(self._lines)
            self._copy(text, f"value as {self._form}")
            self._say(f"{self._about()}   copied")

    def _show(self) -> None:
        if self._value is None:
            return
        self._lines = lines_of(self._value, self._form)
        self._said = ["", *self._value.said] if self._form == TEXT and self._value.said else []
        self._say(self._about())
        both = [*self._lines, *self._said]
        self.query_one(LongText).replace(len(both), self._line, max(map(cell_len, both), default=0))

    def _about(self) -> str:
        value = self._value
        if value is None:
            return ""
        part = ""
        if value.length > len(value.data):
            part = f", shown from {value.at:,} to {value.at + len(value.data):,}"
        return printable(f"{value.tag} {value.vr} {value.keyword}   {value.length:,} bytes{part}   {self._form}")

    def _line(self, index: int) -> list[Run]:
        lines = self._lines
        return [(printable(lines[index]), "")] if index < len(lines) else [(self._said[index - len(lines)], "muted")]

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(plain(sentence))
