"""Stories about the tags: jump, switches, what has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import phantoms
from tests.driver import Driver
from tests.ui.tagstories import play
from tui.ui.commands import TAGS


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phantoms.folder(tmp_path_factory.mktemp("tags") / "data", slices=3, size=16)


def test_jump_by_keyword_and_by_number(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("t")
        await d.type("rescalei")
        assert "RescaleIntercept" in d.text()
        await d.press("enter")
        assert d.app.tags_pane.row.keyword == "RescaleIntercept"
        await d.press("t")
        await d.type("0028,00")
        await d.press("down", "down", "enter")
        assert d.app.tags_pane.row.tag == "(0028,0010)"
        before = d.app.tags_pane.row
        await d.press("t", "escape")
        assert d.app.tags_pane.row == before

    play(data, story)


def test_a_jump_drops_the_filter_that_hides_the_row(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("/")
        await d.type("vr:DA")
        await d.press("enter", "t")
        await d.type("PatientName")
        await d.press("enter")
        assert d.app.tags_pane.row.keyword == "PatientName"
        assert d.state.tag_query == ""

    play(data, story)


def keywords(d: Driver) -> set[str]:
    return {d.app.tags_pane._table[i].keyword for i in d.app.tags_pane._seen}


def test_empty_elements_go_and_come(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert "AccessionNumber" in keywords(d)
        await d.press("B")
        assert "AccessionNumber" not in keywords(d)
        assert "no empty" in d.text()
        await d.press("P")
        assert "no private and empty" in d.text()
        await d.press("B", "P")
        assert "AccessionNumber" in keywords(d)

    play(data, story)


def test_only_what_changed_since_the_last_image(data: Path) -> None:
    async def story(d: Driver) -> None:
        d.app.panes.go("image")
        await d.press("j")
        d.app.panes.go(TAGS)
        await d.press("C")
        found = keywords(d)
        assert found >= {"InstanceNumber", "ImagePositionPatient", "SOPInstanceUID"}
        assert "PatientName" not in found
        assert "only changes" in d.text()
        await d.press("C")
        assert d.app.tags_pane.count > 20

    play(data, story)


def test_a_filter_stays_from_image_to_image(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("/")
        await d.type("tag:0020")
        await d.press("enter")
        shown = d.app.tags_pane.count
        assert 0 < shown < 12
        d.app.panes.go("image")
        await d.press("j")
        assert d.app.tags_pane.count == shown

    play(data, story)
