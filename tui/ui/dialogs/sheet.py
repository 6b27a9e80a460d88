"""Who and what the file that is looked at is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.service.actions import Action
from tui.service.figures import plural
from tui.service.questions import Answer, Question, Summaries, SummaryOf
from tui.service.tagvalues import Summary, bare_summary
from tui.service.values import Ref
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.panes.lines import Run, cut


class SummarySheet(Asking[None]):
    """The sheet on ``Q``: patient, study, series, equipment, image."""

    HEADING = "Summary"
    FOOTING = "y copies it, Y as JSON, esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy(False)", show=False),
        Binding("Y", "copy(True)", show=False),
    ]

    def __init__(self, ref: Ref, images: int, do: Callable[[Action], None], copy: Callable[[str, str], None]) -> None:
        super().__init__(do)
        self._ref = ref
        self._images = images
        self._copy = copy
        self._sheet: Summary | None = None
        self._lines: list[str] = []

    def question(self) -> Question:
        """The file that is looked at, for its series."""
        return SummaryOf(((self._ref, self._images),))

    def take(self, answer: Answer) -> None:
        """Show the sheet."""
        assert isinstance(answer, Summaries)
        self._sheet = answer.sheets[0]
        self._lines = self._sheet.lines()
        self.say(f"{plural(self._images, 'image')} in the series; of this file:")
        self.query_one(RowList).replace(len(self._lines), self._line)

    def _line(self, index: int, width: int) -> list[Run]:
        line = self._lines[index]
        style = "" if line.startswith("  ") else "accent"
        return [(cut(line, width), "dim" if line.endswith("(missing)") else style)]

    def action_copy(self, as_json: bool) -> None:
        """Copy the sheet."""
        if self._sheet is None:
            return
        text = (
            json.dumps(bare_summary(self._sheet).as_data(), ensure_ascii=False) if as_json else "\n".join(self._lines)
        )
        self._copy(text, "summary as JSON" if as_json else "summary")
        self.say("copied")
