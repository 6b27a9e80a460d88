"""The sheet before anonymizing."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Anonymize, PreviewAnonymize
from tui.service.events import AnonymizePreviewed
from tui.service.reviewing import ReviewAnonymize
from tui.service.surveying import Device, Survey
from tui.service.values import Dates, Options, Ref
from tui.ui.dialogs.anonymize import AnonymizeSheet, summary
from tui.ui.dialogs.review import ReviewSheet
from tui.ui.dialogs.scope import Scope

A, B, C = (Ref(f"/data/{name}") for name in "abc")
SCOPES = (Scope("image", (A,)), Scope("series", (A, B)), Scope("study", (A, B, C)))
US = Device("US ACME Echo 7 640 x 480", True, 2, (B, C))
FOUND = Survey(3, 3, 1, 2, (("R01: burned-in text [/b].", 1),), (("R03: a face.", 2),), (US,))


def sheet(chosen: int = 0, **more: Any) -> tuple[AnonymizeSheet, list[Any]]:
    asked: list[Any] = []
    return AnonymizeSheet(SCOPES, asked.append, chosen, **more), asked


def previewed(
    refs: tuple[Ref, ...], survey: Survey = FOUND, folder: str = "/home/user/anonymized", options: Options = Options()
) -> AnonymizePreviewed:
    return AnonymizePreviewed(refs, options, survey, folder)


def test_summary_counts_files_patients_and_rules() -> None:
    assert summary(FOUND) == "3 files, 1 patient, 2 can be copied, R01 1, R03 2."
    assert summary(Survey(5, 1000, 2, 5)) == "5 of 1,000 files, 2 patients, 5 can be copied."


def test_it_asks_for_a_preview_and_shows_it() -> None:
    dialog, asked = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert asked == [PreviewAnonymize((A,))]
        dialog.previewed(previewed((A,)))
        await pilot.pause()
        text = host.text()
        for told in ("image (1)", "series (2)", "study (3)", "! 1 not copied: R01: burned-in text [/b].", "R03: a face",
                     "/home/user/anonymized", "one-time key", "keep-uids"):  # fmt: skip
            assert told in text

    story(dialog, act)


def test_enter_is_the_action_for_the_chosen_scope_and_folder() -> None:
    dialog, asked = sheet(chosen=1, rules="[[rule]]")

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A, B)))
        await pilot.pause()
        await pilot.press("right")
        await pilot.pause()
        assert asked[-1] == PreviewAnonymize((A, B, C), rules="[[rule]]")
        await pilot.press("enter")

    assert story(dialog, act).result == Anonymize((A, B, C), "/home/user/anonymized", rules="[[rule]]")


def test_what_may_stay_is_chosen_and_asked_for_again() -> None:
    dialog, asked = sheet(key="/keys/project.key")
    wanted = Options(Dates.SHIFT, keep_patient=True, keep_uids=True)

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "key /keys/project.key" in host.text()
        await pilot.press("tab", "tab", "right", "tab", "space", "down", "down", "space")
        await pilot.pause()
        assert asked[-1] == PreviewAnonymize((A,), wanted)
        dialog.previewed(previewed((A,), folder="/late", options=Options()))
        assert dialog.query_one(Input).value == ""
        await pilot.press("enter")

    assert story(dialog, act).result == Anonymize((A,), "", wanted)


def test_a_typed_folder_stays() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A,), folder="/out"))
        await pilot.pause()
        await pilot.press("tab", *"/new")
        await pilot.pause()
        dialog.previewed(previewed((A,), folder="/out"))
        await pilot.pause()
        assert dialog.query_one(Input).value == "/out/new"
        await pilot.press("enter")

    assert story(dialog, act).result == Anonymize((A,), "/out/new")


def test_elements_and_pictures_are_a_key_away() -> None:
    dialog, asked = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await pilot.pause()
        assert "No picture need be looked at" in host.text()
        await pilot.press("d")
        await pilot.pause()
        assert isinstance(host.screen, ReviewSheet) and asked[-1] == ReviewAnonymize(A, Options())
        await pilot.press("escape")
        dialog.previewed(previewed((A,)))
        await pilot.pause()
        await pilot.press("p")
        await pilot.pause()
        assert "US ACME Echo 7 640 x 480" in host.text()
        await pilot.press("enter")
        await pilot.pause()

    assert story(dialog, act).result == B


def test_it_fits_a_small_terminal() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A,)))
        await pilot.pause()
        assert dialog.query_one("#sheet").region.height <= 24
        for name in ("#what", "#folder", "#dates", "#options", "#summary"):
            assert dialog.query_one(name).region.area, name
        assert "3 files, 1 patient" in host.text()

    story(dialog, act, (80, 24))
