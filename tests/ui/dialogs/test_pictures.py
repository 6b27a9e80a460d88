"""The pictures that may hold burned-in text."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.surveying import Device
from tui.service.values import Ref
from tui.ui.dialogs.pictures import PicturesSheet, line

ONE = Device("US ACME 640 x 480", True, 12, (Ref("/a"), Ref("/b")))
TWO = Device("OT [/b] 10 x 10", False, 1, (Ref("/c"),))


def test_a_device_is_chosen_and_its_picture_comes_back() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "R01" in host.text() and "OT [/b] 10 x 10: not verified (R02)" in host.text()
        await pilot.press("j", "enter")
        await pilot.pause()

    assert story(PicturesSheet((ONE, TWO)), act, (80, 24)).result == Ref("/c")


def test_lines() -> None:
    assert line(ONE).strip() == "12  US ACME 640 x 480: say that text is burned in (R01)"
