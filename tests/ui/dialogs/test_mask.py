"""Probing and masking, as a user does it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from tests import phantoms
from tests.driver import Driver, drive
from tui.core.quantities import Recipe, Tint
from tui.ui.commands import IMAGE
from tui.ui.dialogs.mask import TypeMask, offered


def play(folder: Path, story) -> None:
    async def run() -> None:
        async with drive([folder], (120, 40)) as d:
            await story(d)

    asyncio.run(run())


def test_the_sheet_takes_a_recipe_and_says_what_is_wrong(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        d.app.panes.go(IMAGE)
        await d.press("M")
        assert isinstance(d.app.screen, TypeMask)
        await d.press("ctrl+u")
        await d.type("9 1")
        await d.press("enter")
        assert isinstance(d.app.screen, TypeMask) and "rise" in "".join(d.lines())
        await d.press("ctrl+u")
        await d.type("0 60 open 0")
        await d.press("enter")
        assert d.state.view.mask == Recipe(0, 60, opening=0) == d.state.recipe
        assert "mask " in d.lines()[1]
        await d.press("m")
        assert d.state.view.mask is None

    play(phantoms.folder(tmp_path / "data", slices=3, size=32), story)


def test_arrows_move_the_probe_until_it_is_left(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("p")
        assert d.app.panes.current_name == IMAGE and d.state.view.probe == (16, 16)
        await d.press("right", "right", "down", "L")
        assert d.state.view.probe == (23, 17)
        text = "\n".join(d.lines())
        assert "(23, 17)" in text and "stored" in text and "esc leave" in text
        await d.press("enter", "left", "enter")
        assert "1: " in "\n".join(d.lines()) and "2: " in "\n".join(d.lines())
        await d.press("]")  # the window keys go on
        assert d.state.view.voi.window is not None and d.state.view.probe == (22, 17)
        await d.press("escape")
        assert d.state.view.probe is None and "esc leave" not in "\n".join(d.lines())
        before = d.state.cursor.ref
        await d.press("down")  # the next image again
        assert d.state.cursor.ref != before

    play(phantoms.folder(tmp_path / "data", slices=3, size=32), story)


def test_every_name_is_offered_with_its_range() -> None:
    assert any("90 to 3071" in line for line in offered())


def test_the_mask_of_the_series_is_made_told_and_saved(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("tab", "M", "ctrl+u")
        await d.type("0 60 open 0 volume")
        await d.press("tab", "right", "tab", "right", "right")
        assert "all 3 of the series" in d.text() and d.app.screen.query_one("#folder").display
        await d.press("tab")
        await d.type(str(tmp_path / "out"))
        await d.press("enter")
        assert d.state.view.mask == Recipe(0, 60, opening=0, volume=True) and not d.state.writing.verb
        size, written = d.toasts
        assert size.startswith("Mask: ") and "3 slices" in size and "mL" in size
        assert "mask.npy" in written and "safelight mask" in written and "--volume" in written
        assert np.load(tmp_path / "out" / "mask.npy").shape == (3, 32, 32)

    play(phantoms.folder(tmp_path / "data", slices=3, size=32), story)


def test_a_mask_that_is_only_measured_tells_the_command(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("tab", "M", "tab", "right", "enter")
        (told,) = d.toasts
        assert "mL" in told and "The same as: safelight mask" in told

    play(phantoms.folder(tmp_path / "data", slices=3, size=32), story)


def test_what_cannot_be_a_volume_is_said(tmp_path: Path) -> None:
    for z in (0, 1, 5):
        phantoms.save(phantoms.ct(z, of=6, size=32), tmp_path / "data" / f"{z}.dcm")

    async def story(d: Driver) -> None:
        await d.press("tab", "M", "tab", "right", "enter")
        assert "unevenly spaced" in d.toasts[0]

    play(tmp_path / "data", story)


def test_three_pictures_and_the_look_of_the_mask_by_keys(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("tab", "'")
        assert "no mask" in d.message
        await d.press("|")
        assert d.state.view.panels and d.state.view.mask == Recipe()
        top = d.lines()[1]
        assert "original" in top and " mask " in top and "result" in top
        await d.press("'", '"')
        assert d.state.view.tint == Tint("red", 0.7)
        for size in ((80, 24), (40, 12), (160, 50)):
            await d.resize(*size)
            picture = d.state.shown.picture
            assert picture.width <= d.state.viewport.width and picture.height <= d.state.viewport.height
        await d.press("|")
        assert not d.state.view.panels and d.state.view.mask

    play(phantoms.folder(tmp_path / "data", slices=3, size=32), story)
