"""Probing and masking, as a user does it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests import phantoms
from tests.driver import Driver, drive
from tui.core.quantities import Recipe
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
