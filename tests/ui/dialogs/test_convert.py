"""The sheet of the import: its answers are the action."""

from __future__ import annotations

import os.path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Convert
from tui.service.values import Conversion
from tui.ui.dialogs.convert import ConvertSheet
from tui.ui.dialogs.dialog import Choice


def test_what_is_typed_is_the_action() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press(*"/in/a.png")
        for name, text in {"patient": "Doe^Jane", "number": "7", "folder": "/out"}.items():
            host.screen.query_one(f"#{name}", Input).value = text
        host.screen.query_one("#study", Choice).action_step(1)
        host.screen.query_one("#syntax", Choice).action_step(2)
        await pilot.press("enter")

    values = (("PatientName", "Doe^Jane"), ("PatientID", "7"))
    wanted = Convert(("/in/a.png",), Conversion(values, like="/data/ct", transfer_syntax="rle"), "/out")
    assert story(ConvertSheet("/data/ct"), act).result == wanted


def test_several_paths_and_the_home_folder() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        host.screen.query_one("#paths", Input).value = "~/a.png ; /b c.jpg;"
        await pilot.press("enter")

    assert story(ConvertSheet(""), act).result == Convert((os.path.expanduser("~/a.png"), "/b c.jpg"))


def test_without_pictures_it_says_so() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await pilot.pause()
        assert "Type which pictures" in host.text() and "image shown" not in host.text() and host.result == "open"
        await pilot.press("escape")

    assert story(ConvertSheet(""), act, (80, 24)).result is None


def test_all_that_the_command_can_do_is_asked_for() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert not host.screen.query_one("#like", Input).parent.display  # type: ignore[union-attr]
        await pilot.press(*"/in")
        for name, text in {
            "table": "/t.csv", "names": "{PatientID}", "template": "/cr.dcm", "like": "~/ct.dcm",
        }.items():  # fmt: skip
            host.screen.query_one(f"#{name}", Input).value = text
        for name, step in {"study": 2, "turned": 1, "text": 1}.items():
            host.screen.query_one(f"#{name}", Choice).action_step(step)
        await pilot.pause()
        assert host.screen.query_one("#like", Input).parent.display  # type: ignore[union-attr]
        await pilot.press("enter")

    like = os.path.expanduser("~/ct.dcm")
    wanted = Conversion(from_name="{PatientID}", like=like, template="/cr.dcm", burned_in=False, upright=True)
    assert story(ConvertSheet("/data/ct"), act).result == Convert(("/in",), wanted, table_path="/t.csv")


def test_a_study_by_its_file_needs_the_file() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press(*"/in")
        host.screen.query_one("#study", Choice).action_step(1)
        await pilot.press("enter")
        await pilot.pause()
        assert "whose study" in host.text() and host.result == "open"
        await pilot.press("escape")

    assert story(ConvertSheet(""), act, (80, 24)).result is None
