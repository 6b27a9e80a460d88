"""Colours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests import phantoms
from tests.driver import drive
from tui.service.settings import Settings
from tui.ui import theme

KNOWN = frozenset({"safelight", "safelight-day", "nord", "ansi-dark"})


@pytest.mark.parametrize(
    ("wanted", "colours", "chosen"),
    [
        ("safelight", "truecolor", "safelight"),
        ("safelight", "256", "safelight"),
        ("safelight", None, "safelight"),
        ("safelight", "standard", "ansi-dark"),
        ("nord", "standard", "nord"),
        ("safelight-day", "truecolor", "safelight-day"),
        ("no such", "truecolor", "safelight"),
    ],
)
def test_choice(wanted: str, colours: str | None, chosen: str) -> None:
    assert theme.choose(wanted, KNOWN, colours) == chosen


@pytest.mark.parametrize("name", ["safelight", "safelight-day", "ansi-dark"])
def test_every_dialog_stands_in_every_theme(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
        async with drive([path], settings=Settings(theme=name)) as d:
            assert d.app.theme == name
            for key, told in (("?", "Keys:"), ("a", "Save copies"), ("w", "Window:"), ("F", "Skipped files")):
                await d.press(key)
                assert told in d.text()
                await d.press("escape")

    asyncio.run(story())


def test_a_theme_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([tmp_path], settings=Settings(theme="[/b]")) as d:
            assert d.toasts == ["No theme is called [/b]."]

    asyncio.run(story())
