"""Stories of planes through a series."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from tests import phantoms
from tests.driver import drive
from tui.service.settings import Settings
from tui.service.values import Plane


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planes")
    for z in range(8):
        phantoms.save(phantoms.ct(z, of=8, size=64), root / f"{z}.dcm")
    return root


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_planes_are_shown_moved_and_left(folder: Path, size: tuple[int, int]) -> None:
    async def told() -> None:
        async with drive([folder], size) as d:
            await d.press("tab", "j", "j", "O")
            assert d.app.mode == "planes"
            assert "axial 6/8" in d.text() and "HU" in d.text()  # 1/8 is nearest to the head
            await d.press("space", "j")
            assert d.state.view.cut.plane is Plane.CORONAL and "coronal 34/64" in d.text()
            await d.press("up", "right")
            assert d.state.view.cut.at == (33, 33, 3)
            await d.press(".", ".")
            assert "MIP" in d.text()
            await d.press("enter")
            assert d.state.shown.picture.letters == ("R", "L", "H", "F")
            await d.press("escape")
            assert d.state.view.cut is None and d.app.mode == "image" and "image 3/8" in d.text()

    asyncio.run(told())


def test_a_key_that_cannot_work_on_planes_says_so(folder: Path) -> None:
    async def told() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "O", "p")
            assert "O shows the image again" in d.message
            await d.press("+")
            assert "enter shows one alone" in d.message

    asyncio.run(told())


def test_the_plane_is_exported_with_the_command_that_does_the_same(folder: Path, tmp_path: Path) -> None:
    async def told() -> None:
        async with drive([folder], (120, 40), settings=Settings(export_folder=str(tmp_path))) as d:
            await d.press("tab", "O", "space", "e")
            assert "safelight planes" in d.toasts[-1] and "--plane coronal" in d.toasts[-1]
            with Image.open(tmp_path / "coronal.png") as picture:
                assert picture.width > picture.height / 8

    asyncio.run(told())


def test_planes_stay_with_their_series(folder: Path, tmp_path: Path) -> None:
    for z in range(3):
        phantoms.save(phantoms.ct(z, of=3, size=32, series=2), tmp_path / f"{z}.dcm")

    async def told() -> None:
        async with drive([folder, tmp_path], (120, 40)) as d:
            await d.press("tab", "O", ">")
            assert d.state.view.cut is None and d.app.mode == "image"
            await d.press("<")
            assert d.app.mode == "planes"

    asyncio.run(told())


def test_gaps_are_said_below_the_picture(tmp_path: Path) -> None:
    for z in (0, 1, 2, 6, 7):
        phantoms.save(phantoms.ct(z, of=8, size=32), tmp_path / f"{z}.dcm")

    async def told() -> None:
        async with drive([tmp_path], (120, 40)) as d:
            await d.press("tab", "O")
            assert "3 of 8 places are empty" in d.text()
            await d.press("O")
            assert "places are empty" not in d.text()

    asyncio.run(told())
