"""The keys of a pane, then those that hold everywhere: from the table of commands."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.ui.dialogs.dialog import Dialog, LongText, Run
from tui.ui.keymap import Keymap

FRAME = 5  # cells of the sheet's border and padding, and of the scroll bar


class HelpKeys(Dialog[None]):
    """The sheet on ``?``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1,fullwidth_question_mark", "cancel", show=False)]
    DEFAULT_CSS = """
    HelpKeys #sheet { width: 96; }
    HelpKeys LongText { overflow-x: hidden; }
    """
    FOOTING = "esc closes, up and down scroll"

    def __init__(self, keymap: Keymap, pane: str) -> None:
        super().__init__()
        self._keymap = keymap
        self._pane = pane

    def heading(self) -> str:
        """Which pane it is."""
        return f"Keys: {self._pane or 'everywhere'}"

    def rows(self) -> list[tuple[str, str, str]]:
        """Keys, help and id; a heading has only the first."""
        rows: list[tuple[str, str, str]] = []
        group = ""
        for command in self._keymap.of_pane(self._pane):
            keys = self._keymap.shown(command.id)
            if not keys:
                continue
            if command.group != group:
                group = command.group
                rows += [("", "", "")] * bool(rows) + [(group, "", "")]
            rows.append((keys, command.help, command.id))
        return rows

    def body(self) -> ComposeResult:
        """One line a command; its id for the settings where there is room for all of them."""
        rows = self.rows()
        keys_width, help_width = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))

        def line(index: int) -> list[Run]:
            keys, help, id = rows[index]
            if not help:
                return [(keys, "muted")]
            found: list[Run] = [("  ", ""), (keys.ljust(keys_width), "accent"), (help.ljust(help_width), "")]
            return [*found, (id, "muted")] if room >= whole else found

        whole = 2 + keys_width + help_width + max(len(id) for _, _, id in rows)
        room = self.app.size.width - FRAME
        yield LongText(len(rows), line, whole)
