"""Going to a tag by its number or keyword."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.service.values import TagRow
from tui.ui.dialogs.dialog import Dialog, LongText, Run

MOST = 10
Find = Callable[[str, int], list[tuple[int, TagRow]]]


class JumpToTag(Dialog[int]):
    """The sheet on ``t``: what is typed, and the rows that it may mean; the result is the index of one."""

    HEADING = "Go to a tag"
    FOOTING = "number or keyword, up and down choose, enter goes there"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = f"""
    JumpToTag LongText {{ height: {MOST}; margin: 1 0 0 0; }}
    """

    def __init__(self, find: Find) -> None:
        super().__init__()
        self._find = find
        self._found: list[tuple[int, TagRow]] = []
        self._chosen = 0

    def body(self) -> ComposeResult:
        """The line to type in, and what it may mean."""
        yield Input(placeholder="0028,0010 or Rows", id="typed", select_on_focus=False)
        yield LongText(0, self._line, 0)

    def on_mount(self) -> None:
        """Only the line takes keys."""
        self.query_one(LongText).can_focus = False
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look again."""
        event.stop()
        self._found, self._chosen = self._find(event.value, MOST), 0
        self._show()

    def action_step(self, by: int) -> None:
        """Choose another row."""
        if self._found:
            self._chosen = (self._chosen + by) % len(self._found)
            self._show()

    def _show(self) -> None:
        self.query_one(LongText).replace(len(self._found), self._line, 72)

    def _line(self, index: int) -> list[Run]:
        row = self._found[index][1]
        sign = "> " if index == self._chosen else "  "
        inside = f"  in {row.path.rpartition('.')[0]}" if row.depth else ""
        return [(f"{sign}{row.tag} {row.vr} ", "muted"), (row.keyword, "accent" if index == self._chosen else ""),
                (inside, "muted")]  # fmt: skip

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the chosen row."""
        event.stop()
        self.dismiss(self._found[self._chosen][0] if self._found else None)
