"""``e``, ``E`` and ``I`` as stories: what they write, and the toast that says how to do the same."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from tests import phantoms
from tests.driver import drive
from tui.service.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for z in range(4):
        phantoms.save(phantoms.ct(z, of=4, size=32), tmp_path / "data" / f"IM{z}")
    phantoms.save(phantoms.cine(frames=3, size=32, series=2), tmp_path / "data" / "cine")
    return tmp_path / "data"


def play(data, story, size=(120, 40)):
    async def run():
        async with drive([data], size, Settings(export_folder=str(data.parent / "out"))) as d:
            await story(d)

    asyncio.run(run())
    folder = data.parent / "out"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_e_writes_the_picture_and_with_marks_the_marked_ones(data):
    async def story(d):
        await d.press("e")
        assert "safelight export" in d.toasts[-1]
        await d.press("g", "*", *["j"] * 3, "space", "space", "e")
        assert "2 files" in d.toasts[-1], d.text()

    found = play(data, story)
    assert len(found) == 3 and all(name.endswith(".png") for name in found)


def test_the_sheet_exports_a_series_as_one_gif(data):
    async def story(d):
        await d.press("E")
        text = d.text()
        assert "series (4)" in text and "format" in text and "png" in text
        await d.press("right", "tab", *["right"] * 2, "enter")
        assert "safelight export" in d.toasts[-1] and "--format gif" in d.toasts[-1]

    assert play(data, story, (80, 24)) == ["CT-s1.gif"]
    assert Image.open(data.parent / "out" / "CT-s1.gif").n_frames == 4


def test_marks_stand_first_in_the_sheet(data):
    async def story(d):
        await d.press("g", "*", *["j"] * 3, "space", "E")
        assert "marked (1)" in d.text()
        await d.press("enter")

    assert len(play(data, story)) == 1


def test_import_makes_a_series_of_a_folder(data, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for n in range(3):
        Image.fromarray(np.full((6, 8), n, np.uint8)).save(pictures / f"{n}.png")

    async def story(d):
        await d.press("I")
        await d.type(str(pictures))
        await d.press("enter")
        assert "3 DICOM files" in d.toasts[-1] and "safelight convert" in d.toasts[-1]

    assert play(data, story, (80, 24)) == ["0.dcm", "1.dcm", "2.dcm"]
    assert len({dcmread(path).SeriesInstanceUID for path in (tmp_path / "out").iterdir()}) == 1
