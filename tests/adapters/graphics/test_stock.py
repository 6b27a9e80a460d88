import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.adapters.graphics.readers import drawn, likeness, sixel
from tests.phantoms import head
from tui.adapters.graphics.stock import ENGINES, GRAPHICS
from tui.adapters.terminal import Terminal
from tui.service.ports import Box

BOX = Box(0, 0, 16, 8)
ROOT = Path(__file__).resolve().parents[3]


def picture() -> np.ndarray:
    return np.clip((head(160) + 40) * 1.6, 0, 255).astype(np.uint8)


def test_it_is_never_chosen_by_itself() -> None:
    assert GRAPHICS.suits(Terminal(sixel=True, placeholders=True, kitty=True)).score == 0


def test_it_takes_the_best_engine_of_the_terminal() -> None:
    assert "tgp" in GRAPHICS.make(Terminal(placeholders=True, sixel=True)).note
    assert "sixel" in GRAPHICS.make(Terminal(sixel=True)).note
    assert "halfcell" in GRAPHICS.make(Terminal()).note
    assert "halfcell" in GRAPHICS.make(Terminal(inside="tmux", sixel=True)).note


def test_its_sixels_are_the_picture() -> None:
    encoded = drawn(GRAPHICS.make(Terminal(), "stock-sixel"), picture(), BOX, 0)
    stamp = encoded.stamp(0, 0)
    assert likeness(sixel(stamp[stamp.index("\x1bP") : stamp.rindex("\x1b8")])[..., 0], picture()) > 0.98


def test_its_half_cells_are_as_many_as_the_box() -> None:
    encoded = drawn(GRAPHICS.make(Terminal(), "stock-halfcell"), picture(), BOX, 0)
    assert [(encoded.row(y, 0, 16) or "").count("▀") for y in range(8)] == [16] * 8
    assert (encoded.row(3, 4, 7) or "").count("▀") == 3


def test_its_placeholders_are_as_many_as_the_box_and_are_deleted() -> None:
    graphics = GRAPHICS.make(Terminal(), "stock-tgp")
    encoded = drawn(graphics, picture(), BOX, 0)
    assert [(encoded.row(y, 0, 16) or "").count("\U0010eeee") for y in range(8)] == [16] * 8
    assert "U=1" in encoded.send and "c=16,r=8" in encoded.send
    number = encoded.send.split("i=")[1].split(",")[0]
    assert f"d=I,i={number}," in graphics.forget()


@pytest.mark.parametrize("engine", ENGINES)
def test_it_asks_the_terminal_nothing_even_where_there_is_one(engine: str) -> None:
    code = (
        "from tui.adapters.graphics.stock import GRAPHICS; from tui.adapters.terminal import Terminal\n"
        "from tui.service.ports import Box; import numpy as np, sys\n"
        f"made = GRAPHICS.make(Terminal(), 'stock-{engine}')\n"
        "from tui.service.ports import Order; from tui.core.values import Picture\n"
        "order = Order(made.encoder, Box(0, 0, 2, 1), (10, 20))\n"
        "made.place(made.encoder.draw(Picture(np.zeros((20, 20), np.uint8), 20, 20), order))\n"
        "assert sys.__stdout__ is not None and sys.__stdout__.isatty()\n"
        "assert 'textual_image.widget' not in sys.modules\n"
    )
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
        os.set_blocking(master, False)
        try:
            written = os.read(master, 4096)
        except BlockingIOError:
            written = b""
    finally:
        os.close(slave)
        os.close(master)
    assert done.returncode == 0, done.stderr.decode()
    assert written == b""
