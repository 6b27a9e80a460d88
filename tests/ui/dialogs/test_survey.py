from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.questions import Answered, Surveyed, SurveyOf
from tui.service.tagvalues import Attribute
from tui.service.values import Ref
from tui.ui.dialogs.survey import SurveySheet

ROWS = (
    Attribute("0008,0060", "(0008,0060)", 0, "CS", "Modality", "constant", 3, 1, "CT"),
    Attribute("0018,0050", "(0018,0050)", 0, "DS", "SliceThickness", "missing", 2, 1, "5"),
    Attribute("0020,0013", "(0020,0013)", 0, "IS", "InstanceNumber", "varying", 3, 3, "1 | 2 | 3"),
)


def test_kinds_are_chosen_and_a_row_gives_its_path() -> None:
    sheet = SurveySheet((Ref("/a"),), lambda action: None)

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.answered(Answered(SurveyOf((Ref("/a"),)), Surveyed(3, ROWS)))
        await pilot.pause()
        assert "3 images: 1 constant, 1 varying, 1 missing" in host.text()
        assert "in 2 of 3" in host.text() and "Modality" not in host.text()
        await pilot.press("left")
        assert "Modality" in host.text()
        await pilot.press("right", "right", "enter")

    assert story(sheet, act).result == "0020,0013"
