"""Typing a value in its place: a line of text over the value of a tag."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Blur
from textual.widgets import Input

BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_SIGNS = {"␊": "\n", "␍": "\r", "␉": "\t", "␌": "\f"}
_LINES = frozenset(("LT", "ST", "UT"))
_NOT_TYPED = re.compile(r"[␀-␟␡]|<U\+[0-9A-F]{4,6}>|�")
TOLD = "enter keeps the value, esc leaves it"


def editable(vr: str, value: str) -> tuple[str, str]:
    """The text to begin with, and why it is not the value; both empty for an empty value."""
    if value.startswith("unreadable: "):
        return "", "The value breaks its VR: what you type takes its place."
    if vr in BINARY:
        found = re.fullmatch(r"\d+ bytes?: ((?:[0-9a-f]{2} ?)+)", value)
        if found or not value:
            return (found[1] if found else ""), ""
        return "", "The value is bytes: hexadecimal digits that you type take its place."
    if value.endswith("…"):
        return "", "The value is too long to show: what you type takes its place."
    if _NOT_TYPED.search("".join(c for c in value if c not in _SIGNS) if vr in _LINES else value):
        return "", "The value holds what cannot be typed: what you type takes its place."
    return value, ""


def typed(vr: str, text: str) -> str:
    """The value that a text stands for: the signs of line ends are line ends where the VR takes them."""
    if vr in _LINES:
        for sign, character in _SIGNS.items():
            text = text.replace(sign, character)
    return text


class ValueLine(Input):
    """One line over the value. Enter keeps it if nothing is wrong with it; escape leaves it, and so does tab.

    Parameters
    ----------
    path, vr
        Of the element.
    text
        What to begin with.
    problem
        Says what is wrong with a value, or nothing.
    say
        Takes a sentence for the status line, and its severity.
    ended
        Called when typing is over, with the path and the value that is wanted, or None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False, priority=True)]
    DEFAULT_CSS = """
    ValueLine {
        position: absolute; overlay: screen; height: 1; border: none; padding: 0; background: $panel;
        color: $foreground;
    }
    ValueLine:focus { border: none; background: $panel; }
    """

    def __init__(
        self,
        path: str,
        vr: str,
        text: str,
        *,
        problem: Callable[[str, str], str],
        say: Callable[[str, str], None],
        ended: Callable[[str, str | None], None],
    ) -> None:
        super().__init__(text, id="value", select_on_focus=False)
        self._path = path
        self._vr = vr
        self._problem = problem
        self._say = say
        self._ended = ended
        self._over = False

    def stand(self, x: int, y: int, width: int) -> None:
        """Stand at a cell of the screen."""
        self.styles.offset = (x, y)
        self.styles.width = max(8, width)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong with what stands there."""
        event.stop()
        wrong = self._problem(self._vr, typed(self._vr, event.value))
        self._say(f"{wrong[0].upper()}{wrong[1:]}." if wrong else TOLD, "warning" if wrong else "information")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the value, if nothing is wrong with it."""
        event.stop()
        text = typed(self._vr, event.value)
        if not self._problem(self._vr, text):
            self._end(text)

    def action_leave(self) -> None:
        """Leave it as it was."""
        self._end(None)

    def on_blur(self, event: Blur) -> None:
        """A click or tab led elsewhere."""
        self._end(None)

    def _end(self, text: str | None) -> None:
        if not self._over:
            self._over = True
            self.remove()
            self._ended(self._path, text)
