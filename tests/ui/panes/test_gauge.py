"""Stories of measuring: what the panel beside the picture says and where it stands."""

from __future__ import annotations

import asyncio
import gc
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests import phantoms
from tests.driver import Driver, drive
from tui.service.gauging import edges
from tui.service.state import State
from tui.service.values import Handle, Library, Tool
from tui.ui.panes.gauge import BELOW, SIDE, GaugePanel


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("measured")
    for z in range(3):
        phantoms.save(phantoms.ct(z, of=3, size=96), root / f"{z}.dcm")
    return root


def number(d: Driver, name: str) -> str:
    """What stands behind a name on the screen."""
    found = re.search(rf"\b{re.escape(name)} +(\S+)", d.text())
    assert found, f"{name} is not on the screen:\n{d.text()}"
    return found.group(1)


def test_statistics_stand_beside_the_picture_and_follow_image_and_window(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab")
            alone = d.state.viewport.width
            await d.press("S")
            assert d.app.mode == "measure" and alone - d.state.viewport.width == 10 * SIDE
            assert number(d, "n") == "9,216" and "HU" in d.text() and "log n" in d.text()
            mean = number(d, "mean")
            await d.press("n")
            assert number(d, "mean") != mean
            before = d.text()
            await d.press("}", "}")
            assert d.text() != before and number(d, "n") == "9,216"
            await d.press("S")
            assert d.state.view.gauge is None and d.state.viewport.width == alone and "log n" not in d.text()

    asyncio.run(story())


def test_shapes_are_placed_sized_and_left_by_keys(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "S", "space")
            assert "Circle" in d.text() and "arrows: shape" in d.text()
            count = number(d, "n")
            await d.press("right", "L")
            assert number(d, "n") != count
            await d.press("enter", "enter")
            assert d.state.view.gauge.held is Handle.LOWER and "arrows: lower edge" in d.text()
            low, high = edges(d.state.shown.picture.window)
            await d.press("right")
            now = edges(d.state.shown.picture.window)
            assert now[0] > low and now[1] == pytest.approx(high, abs=1)
            await d.press("backspace")
            assert d.state.view.gauge.tool is Tool.WHOLE
            await d.press("escape")
            assert d.state.view.gauge is None and d.app.mode == "image"

    asyncio.run(story())


def test_lengths_and_angles_are_in_mm_and_degrees(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "_")
            assert number(d, "length").replace(".", "").isdigit() and "mm" in d.text()
            length = number(d, "length")
            await d.press("L")
            assert float(number(d, "length")) > float(length)
            await d.press("^")
            assert number(d, "angle") == "90.0°"
            await d.press("right")
            assert number(d, "angle") != "90.0°"

    asyncio.run(story())


def test_numbers_are_copied_and_the_command_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            copied: list[str] = []
            monkeypatch.setattr(d.app, "copy_to_clipboard", copied.append)
            await d.press("tab", "S", "space", "y")
            assert copied[0].splitlines()[0] == "circle" and "mean\t" in copied[0]
            assert "safelight measure" in d.toasts[-1] and "--roi=circle:48,48,10" in d.toasts[-1]
            await d.press("p", "y")
            assert "HU" in copied[1] and "--at=48,48" in d.toasts[-1]

    asyncio.run(story())


@pytest.mark.parametrize("size", [(80, 24), (60, 24), (60, 16), (40, 12)])
def test_a_narrow_pane_has_the_numbers_below_the_picture(folder: Path, size: tuple[int, int]) -> None:
    async def story() -> None:
        async with drive([folder], size) as d:
            await d.press("tab", "f")
            high = d.state.viewport.height
            await d.press("S")
            assert (high - d.state.viewport.height) // 20 == (0 if size == (80, 24) or size[1] < 17 else BELOW)
            assert "mean" in d.text()
            assert all(len(line) <= size[0] for line in d.lines())
            await d.resize(140, 40)
            assert "log n" in d.text()

    asyncio.run(story())


def test_a_panel_is_made_once_for_each_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    before = GaugePanel._rows
    monkeypatch.setattr(GaugePanel, "_rows", lambda *words: made.append(1) or before(*words))

    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "S")
            made.clear()
            await d.press("n")
            assert len(made) == 1

    asyncio.run(story())


def test_a_panel_keeps_no_library(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "S")
            panel = d.app.image_pane.query_one(GaugePanel)
            found, seen = [panel._seen, panel._shown, panel._made], set()
            while found:
                one = found.pop()
                assert not isinstance(one, State | Library)
                if id(one) not in seen and type(one).__module__.startswith(("tui.", "builtins")):
                    seen.add(id(one))
                    found += gc.get_referents(one) if not isinstance(one, type | ModuleType) else []
            assert len(seen) > 20

    asyncio.run(story())


def test_the_edge_that_is_held_is_seen_though_it_lies_beyond_the_histogram(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "w")
            await d.type("0 20000")
            await d.press("enter", "S")
            panel = d.app.image_pane.query_one(GaugePanel)
            assert "│" in "".join(panel.render_line(y).text for y in range(panel.size.height))

    asyncio.run(story())


def test_help_and_hints_show_the_keys_of_the_mode(folder: Path) -> None:
    async def story() -> None:
        async with drive([folder], (120, 40)) as d:
            await d.press("tab", "S")
            assert "space shape" in d.lines()[-1] and "enter handle" in d.lines()[-1]
            await d.press("?")
            assert "What the arrows move" in d.text()

    asyncio.run(story())
