from __future__ import annotations

import json

from textual.pilot import Pilot

from tests import phantoms
from tests.ui.dialogs.hosts import Host, story
from tui.core import tags
from tui.core.summary import summary
from tui.service.questions import Answered, Summaries, SummaryOf
from tui.service.values import Ref
from tui.ui.dialogs.sheet import SummarySheet

SHEET = summary("/a", 4, tags.table(phantoms.report()))


def test_the_sheet_is_shown_and_copied() -> None:
    copied: list[tuple[str, str]] = []
    sheet = SummarySheet(Ref("/a"), 4, lambda action: None, lambda text, what: copied.append((what, text)))

    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("y")
        assert copied == []
        sheet.answered(Answered(SummaryOf(((Ref("/a"), 4),)), Summaries((SHEET,))))
        await pilot.press("y", "Y")
        assert "4 images in the series" in host.text() or "copied" in host.text()

    story(sheet, act)
    assert [what for what, _ in copied] == ["summary", "summary as JSON"]
    assert json.loads(copied[1][1])["Modality"] == "SR"
