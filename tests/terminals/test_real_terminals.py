"""The browser in real terminals, without a screen: the picture on the screenshot is the expected one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import phantoms
from tests.terminals.xvfb import Terminal, missing
from tui.adapters.opened import open_instance
from tui.core import pipeline
from tui.core.values import View, Voi, VoiKind, Window
from tui.service.settings import Limits

GRAPHICS, CELLS = 0.98, 0.94
SIZE = (150, 50)


@pytest.fixture
def slices(tmp_path: Path) -> list[Path]:
    return [phantoms.save(phantoms.ct(z, of=3, size=256), tmp_path / "data" / f"{z}.dcm") for z in range(3)]


def expected(path: Path, voi: Voi = Voi()) -> np.ndarray:
    return pipeline.render(open_instance(str(path), Limits()).frame(0), View(voi=voi)).pixels


def needs(terminal: str) -> None:
    lacking = missing(terminal)
    if lacking and os.environ.get("CI"):
        pytest.fail(f"{terminal} cannot be tested: {', '.join(lacking)} is not installed")
    if lacking:
        pytest.skip(f"{', '.join(lacking)} is not installed")


CASES = [
    pytest.param("xterm", "sixel", GRAPHICS, id="xterm-sixel"),
    pytest.param("foot", "sixel", GRAPHICS, id="foot-sixel"),
    pytest.param("mlterm", "auto", GRAPHICS, id="mlterm-auto"),
    pytest.param("mlterm", "sixel", GRAPHICS, id="mlterm-sixel"),
    pytest.param("tmux", "auto", CELLS, id="tmux-cells"),
    pytest.param("kitty-new", "auto", GRAPHICS, id="kitty-placeholders"),
    pytest.param("tmux-kitty", "auto", GRAPHICS, id="tmux-in-kitty"),
    pytest.param("kitty", "auto", GRAPHICS, id="kitty-without-placeholders"),
]


STAY = ["sh", "-c", '"$@"; read line', "sh"]  # the terminal is there after the program


@pytest.mark.terminal
@pytest.mark.parametrize(("terminal", "graphics", "at_least"), CASES)
def test_the_picture_follows_the_keys(terminal: str, graphics: str, at_least: float, slices: list[Path]) -> None:
    needs(terminal)
    command = [*STAY, sys.executable, "-m", "tui", "--graphics", graphics, str(slices[0].parent)]
    with Terminal(terminal, command, SIZE) as screen:
        assert screen.until_seen(expected(slices[0]), at_least) >= at_least, "first paint"
        screen.press("6")  # the bone window
        bone = Voi(VoiKind.MANUAL, window=Window(400, 1800))
        assert screen.until_seen(expected(slices[0], bone), at_least) >= at_least, "another window"
        screen.press("\t", "j", "i")  # the next image, inverted: only the right one has this correlation
        assert screen.until_seen(255 - expected(slices[1], bone), at_least) >= at_least, "another image"
        screen.press("i", "r")
        now = np.rot90(expected(slices[1], bone), -1).copy()
        assert screen.until_seen(now, at_least) >= at_least, "rotated"
        screen.press("?")  # the help covers it, in cells
        assert screen.until_gone(now, 0.9 * at_least) < at_least, "under a dialog"
        screen.press("\x1b")
        assert screen.until_seen(now, at_least) >= at_least, "after the dialog"
        before = screen.shot()
        if terminal == "foot":  # its compositor's only window fills the screen: the cells change instead
            for _ in range(4):
                screen.zoom()
            screen.until_other(before)
        else:
            screen.resize(before.width - 200, before.height - 150)
            screen.until_size(before.size)
        assert screen.until_seen(now, at_least) >= at_least, "in a smaller window, or in fewer cells"
        screen.press("q")
        assert screen.until_gone(now, 0.5) <= 0.5, "after the end"
