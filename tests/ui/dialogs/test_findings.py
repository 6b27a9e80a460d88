from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.questions import Answered, Check, Checked
from tui.service.tagvalues import Finding
from tui.service.values import Ref
from tui.ui.dialogs.findings import FindingsSheet

FOUND = (Finding("open", "0008,0001", "", "who knows"),
         Finding("warning", "0008,0008", "ImageType", "odd"), Finding("error", "", "", "no class"),
         Finding("error", "0010,0040", "PatientSex", "missing"))  # fmt: skip


def test_errors_come_first_and_lead_to_their_elements() -> None:
    sheet = FindingsSheet(Ref("/a"), True, lambda action: None)

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.answered(Answered(Check(Ref("/a")), Checked(FOUND, "own checks")))
        await pilot.pause()
        text = host.text()
        assert "2 errors, 1 warning, by own checks. Open: 1 attribute" in text and "without the edits" in text
        assert text.index("PatientSex") < text.index("ImageType") < text.index("who knows")
        await pilot.press("enter")  # the first one has no element
        assert host.result == "open"
        await pilot.press("j", "enter")

    assert story(sheet, act).result == "0010,0040"
