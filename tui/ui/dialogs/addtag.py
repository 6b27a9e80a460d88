"""Adding an element, or an item of a sequence."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.service.tagvalues import Edit, keywords, path_of, refusal, value_problem, vr_of
from tui.ui.dialogs.dialog import Choice, Dialog, plain


def parse(text: str, inside: str) -> Edit:
    """The edit that is typed as ``Keyword = value`` or ``(gggg,eeee):VR = value``; a sequence takes no value.

    Parameters
    ----------
    inside
        Path of the item that it goes into, or empty.

    Raises
    ------
    tui.errors.UsageError
        With what is wrong.
    """
    name, _, value = text.partition("=")
    match = re.fullmatch(r"\s*(.*?)\s*(?::\s*([A-Za-z]{2}))?\s*", name)
    word, vr = (match[1], (match[2] or "").upper()) if match else (name, "")
    if not word:
        raise UsageError("Type a keyword or a tag", "For example: PatientAge = 034Y")
    path = path_of(word)
    if wrong := refusal(path):
        raise UsageError(wrong.rstrip("."), "Choose another element.")
    found = vr or vr_of(path)
    if not found and not vr:
        raise UsageError("No dictionary knows this element", "Say its VR: (0029,1010):LO = value")
    value = value.strip()
    kinds = found.split(" or ")
    if wrong := "" if any(not value_problem(kind, value) for kind in kinds) else value_problem(kinds[0], value):
        raise UsageError(wrong[0].upper() + wrong[1:], f"{word} is of VR {found}.")
    full = f"{inside}.{path}" if inside else path
    if found == "SQ" and not path.endswith("]"):
        return Edit(f"{full}[0]", "")
    return Edit(full, value, vr)


class AddElement(Dialog[Edit]):
    """The sheet on ``insert``.

    Parameters
    ----------
    inside
        Path of the item that the element goes into, or empty.
    item
        Path of the next item of the sequence that the cursor is on; empty where it is on none.
    """

    HEADING = "Add an element"
    FOOTING = "enter adds it, esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "next", show=False, priority=True)]
    DEFAULT_CSS = """
    AddElement #where { height: auto; color: $text-muted; }
    AddElement #problem { height: auto; color: $warning; }
    """

    def __init__(self, inside: str, item: str = "") -> None:
        super().__init__()
        self._inside = inside
        self._item = item

    def body(self) -> ComposeResult:
        """Where to, and the line to type in."""
        place = f"in {self._inside}" if self._inside else "in the data set"
        yield Static(plain(f"{place}; as PatientAge = 034Y, or (0029,1010):LO = text"), id="where")
        if self._item:
            yield Choice(("a new item of this sequence", "an element beside it"), id="what")
        yield Input(id="typed", select_on_focus=False, suggester=SuggestFromList(keywords(), case_sensitive=False))
        yield Static(id="problem")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#problem").display = False
        self.query_one(Choice if self._item else Input).focus()

    def action_next(self) -> None:
        """To the other line; in the line to type in, take the suggestion first."""
        line = self.query_one(Input)
        if line.has_focus and line._suggestion and line._suggestion != line.value:
            line.action_cursor_right()
        elif line.has_focus and self._item:
            self.query_one(Choice).focus()
        else:
            line.focus()

    def on_key(self, event: object) -> None:
        """Enter on the choice of a new item adds it."""
        if getattr(event, "key", "") == "enter" and self._item and self.query_one(Choice).has_focus:
            self._add()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Add it, or say what is wrong."""
        event.stop()
        self._add()

    def _add(self) -> None:
        if self._item and self.query_one(Choice).chosen == 0 and not self.query_one(Input).value.strip():
            self.dismiss(Edit(self._item, ""))
            return
        try:
            edit = parse(self.query_one(Input).value, self._inside)
        except UsageError as error:
            problem = self.query_one("#problem", Static)
            problem.update(plain(error.sentence()))
            problem.display = True
        else:
            self.dismiss(edit)
