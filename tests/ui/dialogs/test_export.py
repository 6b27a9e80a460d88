"""The sheet of the export: its answers are the action."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.dialogs.hosts import Host, story
from tui import compose
from tui.service.actions import Export, Target
from tui.service.formats import Makes
from tui.service.values import Instance, Ref, View, Voi, VoiKind, Window, Wish
from tui.ui.dialogs.dialog import Choice
from tui.ui.dialogs.export import ExportSheet, Group

A = Instance(Ref("/a"), series_uid="1.2", rows=8, frames=1)
B = Instance(Ref("/b"), series_uid="1.2", rows=8, frames=5)
SR = Instance(Ref("/sr"), series_uid="1.2", rows=0)
VIEW = View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)), invert=True)
GROUPS = (
    Group("image", (B,), VIEW, 3),
    Group("all frames", (B,), VIEW),
    Group("series", (A, B, SR), VIEW, series=("1.2",)),
)


def sheet() -> ExportSheet:
    return ExportSheet(GROUPS, compose.exporters(), "/out")


def choose(host: Host, **chosen: str) -> None:
    for name, word in chosen.items():
        choice = host.screen.query_one(f"#{name}", Choice)
        index = next(n for n, known in enumerate(choice._words) if known.startswith(word))
        choice.action_step(index - choice.chosen)


def written(size: tuple[int, int] = (120, 40), texts: dict[str, str] | None = None, **chosen: str) -> Export:
    dialog = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        choose(host, **chosen)
        for name, text in (texts or {}).items():
            host.screen.query_one(f"#{name}", Input).value = text
        await pilot.pause()
        await pilot.press("enter")

    found = story(dialog, act, size).result
    assert isinstance(found, Export)
    return found


def test_enter_at_once_is_the_picture_as_shown() -> None:
    assert written() == Export((Target(Ref("/b"), 3),), VIEW, folder="/out")


def test_every_answer_is_in_the_action() -> None:
    dialog = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        choose(
            host, what="series", format="jpeg", window="auto", overlays="left", texts="series", pixels="as", tiles="6x4"
        )
        for name, text in {"size": "512", "quality": "70", "name": "{image}", "folder": "/x"}.items():
            host.screen.query_one(f"#{name}", Input).value = text
        await pilot.press("enter")

    result = story(dialog, act).result
    assert result == Export(
        (Target(Ref("/a"), 0, "1.2"), Target(Ref("/b"), None)),
        View(voi=Voi(VoiKind.AUTO), invert=True, overlays=False),
        "jpeg", "/x", wish=Wish(quality=70, keep_pixels=True, max_size=512, annotate=True, sheet=(6, 4)),
        pattern="{image}", series=("1.2",),
    )  # fmt: skip


def test_one_window_for_all() -> None:
    found = written(what="all frames", format="gif", window="one")
    assert found.one_window and found.targets == (Target(Ref("/b"), None),)


def test_formats_of_values_have_no_pictures_wishes() -> None:
    found = written(format="png16", values="modality")
    assert found.wish == Wish(values="modality")


@pytest.mark.parametrize(("name", "shown"), [("png", "sheet"), ("npy", "values"), ("jpeg", "quality")])
def test_only_what_the_format_asks_for_is_shown(name: str, shown: str) -> None:
    dialog = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        choose(host, format=name)
        await pilot.pause()
        text = host.text()
        for label in ("sheet", "values", "quality"):
            assert (f" {label} " in text) == (label == shown or (label == "sheet" and name == "jpeg"))
        assert f"{name}: " in text

    story(dialog, act, (80, 24))


def test_a_wrong_number_is_said_and_the_sheet_stays() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        host.screen.query_one("#size", Input).value = "many"
        await pilot.press("enter")
        await pilot.pause()
        assert "number of pixels" in host.text() and host.result == "open"
        await pilot.press("escape")

    assert story(sheet(), act).result is None


def test_a_report_has_tags_and_no_picture() -> None:
    assert len(GROUPS[2].targets(Makes.TAGS)) == 3 and len(GROUPS[2].targets(Makes.FRAME)) == 2
    assert Group("image", (SR,), VIEW, 0).targets(Makes.FRAME) == (Target(Ref("/sr"), 0, "1.2"),)


def test_the_chosen_format_is_seen_where_the_line_is_too_short() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "png" in host.text() and "›" in host.text()
        choose(host, format="webp")
        await pilot.pause()
        assert " webp " in host.text() and "‹" in host.text()

    story(sheet(), act, (80, 24))


def test_moving_pictures_may_have_another_rate() -> None:
    assert written(format="mp4", texts={"rate": "29.97"}).wish.rate == 29.97
    assert written(format="gif").wish.rate == 0.0
    assert written(format="png", texts={"rate": "7"}).wish.rate == 0.0

    async def act(host: Host, pilot: Pilot[None]) -> None:
        choose(host, format="gif")
        for rate in ("fast", "1001", "0.001", "."):
            host.screen.query_one("#rate", Input).value = rate
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert "the rate one" in host.text() and host.result == "open"
        await pilot.press("escape")

    assert story(sheet(), act, (80, 24)).result is None
