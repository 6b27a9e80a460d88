"""The sheet before anonymizing."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Anonymize, PreviewAnonymize
from tui.service.events import AnonymizePreviewed
from tui.service.values import Change, Ref
from tui.ui.dialogs.anonymize import AnonymizeSheet, Scope, summary

A, B, C = (Ref(f"/data/{name}") for name in "abc")
SCOPES = (Scope("image", (A,)), Scope("series", (A, B)), Scope("study", (A, B, C)))
CHANGES = (
    Change("0008,0018", "SOPInstanceUID", "new UID", "U"),
    Change("0010,0010", "PatientName", "replaced", "Z/D"),
    Change("0010,1040", "PatientAddress", "removed", "X"),
    Change("0009,1001", "", "removed", "private"),
)


def sheet(chosen: int = 0) -> tuple[AnonymizeSheet, list[PreviewAnonymize]]:
    asked: list[PreviewAnonymize] = []
    return AnonymizeSheet(SCOPES, asked.append, chosen), asked


def previewed(refs: tuple[Ref, ...], *warnings: str, folder: str = "/home/user/anonymized") -> AnonymizePreviewed:
    return AnonymizePreviewed(refs, CHANGES, warnings, folder)


def test_summary_counts_by_what_is_done() -> None:
    assert summary(CHANGES) == "In the first file (PS3.15 Basic Profile): 2 removed, 1 replaced, 1 new UID."
    assert "nothing" in summary(())


def test_it_asks_for_a_preview_and_shows_it() -> None:
    dialog, asked = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert asked == [PreviewAnonymize((A,))]
        dialog.previewed(previewed((A,), "Burned In Annotation is YES [/b]"))
        await pilot.pause()
        text = host.text()
        for told in ("image (1)", "series (2)", "study (3)", "2 removed", "! Burned In Annotation is YES [/b]",
                     "PatientAddress", "private", "/home/user/anonymized"):  # fmt: skip
            assert told in text

    story(dialog, act)


def test_enter_is_the_action_for_the_chosen_scope_and_folder() -> None:
    dialog, asked = sheet(chosen=1)

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A, B)))
        await pilot.pause()
        await pilot.press("right")
        await pilot.pause()
        assert asked[-1] == PreviewAnonymize((A, B, C))
        await pilot.press("enter")

    assert story(dialog, act).result == Anonymize((A, B, C), "/home/user/anonymized")


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


def test_an_answer_about_another_choice_is_dropped() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A, B), "of the series"))
        await pilot.pause()
        assert "of the series" not in host.text()

    story(dialog, act)


def test_escape_writes_nothing() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("escape")

    assert story(dialog, act).result is None


def test_it_fits_a_small_terminal() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.previewed(previewed((A,), "one", "two", "three"))
        await pilot.pause()
        assert dialog.query_one("#sheet").region.height <= 24
        assert all(
            w.region.area
            for w in (dialog.query_one("#what"), dialog.query_one("#folder"), dialog.query_one("#changes"))
        )

    story(dialog, act, (80, 24))
