"""The sheet on ctrl+o: stories of segments, contours, presentation states and planes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tests import overlays, phantoms
from tests.core.objects.test_segmentation import discs
from tests.core.overlays.test_bitmap import pattern, with_plane
from tests.driver import Driver, drive
from tui.ui.panes.overlays import AWAY, HERE, NONE

IMAGES = [phantoms.ct(z) for z in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three slices, a segmentation with two segments, a structure set with two regions, a presentation state."""
    for z, image in enumerate(IMAGES):
        phantoms.save(image, tmp_path / "ct" / f"{z}.dcm")
    masks = {1: discs(), 2: ~discs()}
    masks[1][0] = False  # the first segment has nothing on the first slice
    phantoms.save(overlays.seg(IMAGES, masks), tmp_path / "more" / "seg.dcm")
    ball = ("CLOSED_PLANAR", overlays.circle(40, (0, 0), 0.0))
    box = ("CLOSED_PLANAR", overlays.square(30, (50, 50), 0.0))
    regions = [("Ball", (255, 0, 0), [ball]), ("Box", (0, 255, 0), [box])]
    phantoms.save(overlays.structures(regions), tmp_path / "more" / "contours.dcm")
    state = overlays.state(
        IMAGES[0], annotate=True, ImageRotation=90, ImageHorizontalFlip="N", RescaleIntercept=-1024, RescaleSlope=1,
        RescaleType="HU", SoftcopyVOILUTSequence=[overlays.item(WindowCenter=500, WindowWidth=100)],
    )  # fmt: skip
    phantoms.save(state, tmp_path / "more" / "state.dcm")
    return tmp_path


def pixels(d: Driver) -> bytes:
    """What is shown, as colours in two pixels a cell."""
    shown = d.state.shown
    assert shown is not None
    assert shown.drawing is not None
    return shown.drawing.likeness.levels if shown.drawing.likeness.depth == 3 else b""


def is_on(d: Driver, row: str) -> bool:
    line = next(line for line in d.lines() if row in line)
    return "[x]" in line


def test_segments_go_on_and_off_beside_the_picture(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(120, 40)) as d:
            plain = pixels(d)
            await d.press("ctrl+o")
            assert "0 of 6 on" in d.text()
            assert f"{AWAY}Part 1" in d.text()
            assert "Ball" in d.text()
            await d.press("j", "j", "space")
            assert is_on(d, "Part 2")
            assert not is_on(d, "Part 1")
            assert "1 overlay " in d.text()
            assert pixels(d) != plain
            await d.press("space", "escape")
            assert pixels(d) == plain
            assert d.state.view.chosen == ()

    asyncio.run(story())


def test_an_object_goes_on_with_all_its_parts_and_stays_over_the_series(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(80, 24)) as d:
            await d.press("ctrl+o", "space", "escape")
            assert d.state.view.chosen[0].parts == (1, 2)
            assert "1 overlay" in d.text()  # the first segment is not on this slice
            await d.press("j")
            assert "2 overlays" in d.text()
            await d.press("o")
            assert "overlays off" in d.text()
            await d.press("o", "ctrl+o")
            assert "2 of 4 on" in d.text()  # the presentation state is about the first slice
            await d.press("space")
            assert d.state.view.chosen == ()

    asyncio.run(story())


def test_all_none_and_opacity(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(80, 24)) as d:
            await d.press("ctrl+o", "a")
            assert [one.kind for one in d.state.view.chosen] == ["segmentation", "structures"]
            covered = pixels(d)
            await d.press("+", "+")
            assert d.state.view.opacity == 0.8
            assert "opacity 80 %" in d.text()
            assert pixels(d) != covered
            await d.press("+", "+", "-")
            assert d.state.view.opacity == 0.8
            await d.press("n")
            assert d.state.view.chosen == ()
            assert "0 of 6 on" in d.text()

    asyncio.run(story())


def test_contours_follow_through_the_slices(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(120, 40)) as d:
            await d.press("ctrl+o", "a", "l")
            assert d.state.cursor.ref is not None
            assert d.state.cursor.ref.path.endswith("1.dcm")
            assert f"{AWAY}Ball" in d.text()
            assert "2 overlays" in d.text()
            await d.press("h", "h")
            assert f"{HERE}Ball" in d.text()
            assert "3 overlays" in d.text()

    asyncio.run(story())


def test_a_presentation_state_is_used_and_left(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(120, 40)) as d:
            await d.press("ctrl+o", "G", "space")
            view, shown = d.state.view, d.state.shown
            assert [one.kind for one in view.chosen] == ["presentation"]
            assert view.rotation == 1
            assert shown is not None
            assert shown.picture is not None
            assert shown.picture.window is not None
            assert (shown.picture.window.center, shown.picture.window.width) == (500, 100)
            assert shown.picture.overlays == 2
            await d.press("space")  # its words off
            assert d.state.shown is not None
            assert d.state.shown.picture is not None
            assert d.state.shown.picture.overlays == 1
            await d.press("k", "k", "space")
            assert d.state.view.chosen == ()
            assert d.state.view.rotation == 0
            assert is_on(d, "LINES") is False

    asyncio.run(story())


def test_the_window_of_a_state_gives_way_to_the_keys(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(120, 40)) as d:
            await d.press("ctrl+o", "G", "space", "escape", "]")
            assert d.state.shown is not None
            assert d.state.shown.picture is not None
            window = d.state.shown.picture.window
            assert window is not None
            assert (window.center, window.width) == (505, 100)
            await d.press("backspace")
            assert d.state.view.chosen == ()
            assert d.state.view.rotation == 0

    asyncio.run(story())


def test_planes_of_the_file_go_off_one_by_one(tmp_path: Path) -> None:
    ds = with_plane(pattern(64, 64), shape=(64, 64))
    ds.add_new((0x6000, 0x1500), "LO", "Ruler")
    phantoms.save(ds, tmp_path / "planes.dcm")

    async def story() -> None:
        async with drive([tmp_path], size=(80, 24)) as d:
            await d.press("ctrl+o")
            assert is_on(d, "Ruler")
            await d.press("j", "space")
            assert d.state.view.hidden == (0x6000,)
            assert not is_on(d, "Ruler")
            await d.press("space")
            assert d.state.view.hidden == ()

    asyncio.run(story())


def test_where_there_is_none_a_sentence_says_so(tmp_path: Path) -> None:
    phantoms.save(phantoms.ct(0), tmp_path / "0.dcm")

    async def story() -> None:
        async with drive([tmp_path], size=(80, 24)) as d:
            await d.press("ctrl+o")
            said = " ".join(" ".join(line.split("│")[1].split()) for line in d.lines()[1:8] if "│" in line)
            assert said.startswith(NONE[:40])
            await d.press("space", "a", "n", "escape")
            assert d.state.view.chosen == ()

    asyncio.run(story())


def test_a_broken_object_is_named_and_the_rest_goes_on(folder: Path) -> None:
    broken = overlays.seg(IMAGES, {1: discs()}, instance=9)
    del broken.PerFrameFunctionalGroupsSequence
    phantoms.save(broken, folder / "more" / "broken.dcm")

    async def story() -> None:
        async with drive([folder], size=(120, 40)) as d:
            await d.press("ctrl+o")
            assert "broken.dcm" in d.text()
            assert "no frames" in d.text()
            await d.press("a")
            assert "6 of 6" not in d.text()
            assert pixels(d)

    asyncio.run(story())


def test_lanes_draw_it_too(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(120, 40), lanes=True) as d:
            await d.press("ctrl+o", "a")
            assert np.frombuffer(pixels(d), np.uint8).size
            assert "overlays" in d.text()

    asyncio.run(story())


def test_the_list_stands_where_the_tree_does_and_other_keys_work_as_ever(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(80, 24)) as d:
            await d.press("ctrl+o")
            assert "Patients" not in d.text()
            await d.press("j", "]", "i")
            assert d.state.view.invert
            assert d.state.cursor.ref is not None
            assert d.state.cursor.ref.path.endswith("0.dcm")  # j is of the list
            await d.press("tab")
            assert d.focus() == "image"
            await d.press("j", "+")
            assert d.state.cursor.ref.path.endswith("1.dcm")
            assert d.state.view.zoom > 1
            assert f"{AWAY}Ball" in d.text()  # the list has followed
            await d.press("ctrl+o", "space")
            assert d.state.view.chosen
            await d.press("tab", "tab", "tab", "ctrl+o")
            assert "Patients" in d.text()
            assert d.focus() == "image"
            await d.press("f", "ctrl+o", "escape", "shift+tab")
            assert d.focus() == "tree"

    asyncio.run(story())


def test_a_new_scan_is_looked_at_anew(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], size=(80, 24)) as d:
            await d.press("ctrl+o")
            assert "Ball" in d.text()
            (folder / "more" / "contours.dcm").unlink()
            await d.press("ctrl+r")
            assert "Ball" not in d.text()

    asyncio.run(story())


def test_enter_goes_to_the_picture_in_the_middle_of_a_part(tmp_path: Path) -> None:
    async def story() -> None:
        images = [phantoms.ct(z) for z in range(7)]
        for z, image in enumerate(images):
            phantoms.save(image, tmp_path / "ct" / f"{z}.dcm")
        masks = discs(count=7)
        masks[:3] = False
        phantoms.save(overlays.seg(images, {1: masks}, by="place"), tmp_path / "more" / "seg.dcm")
        async with drive([tmp_path], size=(80, 24)) as d:
            await d.press("ctrl+o")
            assert f"{AWAY}Part 1" in d.text()
            await d.press("j", "enter")
            assert d.state.cursor.ref is not None
            assert d.state.cursor.ref.path.endswith("5.dcm")
            assert f"{HERE}Part 1" in d.text()
            assert "1 overlay" in d.text()
            await d.press("enter")
            assert d.state.view.chosen

    asyncio.run(story())
