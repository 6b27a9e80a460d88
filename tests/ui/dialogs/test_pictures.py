"""The pictures that may hold burned-in text."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.contacts import Contact, Contacts
from tui.service.questions import Answered, Ask, Nothing
from tui.service.surveying import Device
from tui.service.values import Ref
from tui.ui.dialogs.pictures import COLUMNS, LINES, ContactSheet, Looked, PicturesSheet, line

ONE = Device("US ACME 640 x 480", True, 12, tuple(Ref(f"/{number}") for number in range(12)))
TWO = Device("OT [/b] 10 x 10", False, 2, (Ref("/c"), Ref("/d")))
PIXELS = bytes(range(0, 240, 10)) * (COLUMNS * LINES * 2 * 3 // 24)


def sheet(asked: list[Ask]) -> PicturesSheet:
    return PicturesSheet((ONE, TWO), asked.append)


def test_a_device_is_chosen_and_its_picture_comes_back() -> None:
    asked: list[Ask] = []

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "R01" in host.text() and "OT [/b] 10 x 10: not verified (R02)" in host.text()
        await pilot.press("j", "enter")
        await pilot.pause()

    assert story(sheet(asked), act, (80, 24)).result == Looked(Ref("/c"))
    assert [len(one.question.refs) for one in asked] == [8, 2]  # as many as there is room for


def test_a_picture_is_chosen_from_the_contact_sheet() -> None:
    asked: list[Ask] = []

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog = host.screen
        assert isinstance(dialog, PicturesSheet)
        refs = asked[-1].question.refs
        pictures = (Contact(refs[0], problem="The file is damaged"), *(Contact(ref, PIXELS) for ref in refs[1:]))
        dialog.answered(Answered(asked[-1].question, Contacts(pictures)))
        await pilot.press("tab")
        await pilot.pause()
        assert "The file is damage" in host.text() and "▲ 1" in host.text() and "▀" * COLUMNS in host.text()
        await pilot.press("right", "down", "h", "l", "k", "k", "j")
        assert dialog.query_one(ContactSheet).ref == refs[5]
        await pilot.press("enter")
        await pilot.pause()

    assert story(sheet(asked), act, (80, 24)).result == Looked(Ref("/5"))


def test_a_device_is_said_to_be_clean() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog = host.screen
        assert isinstance(dialog, PicturesSheet)
        dialog.answered(Answered(Nothing(), None, "gone"))  # about something else
        assert "drawing the pictures" in host.text()
        await pilot.press("c")
        await pilot.pause()

    assert story(sheet([]), act, (80, 24)).result == Looked(Ref("/0"), is_clean=True)


def test_lines() -> None:
    assert line(ONE).strip() == "12  US ACME 640 x 480: say that text is burned in (R01)"
