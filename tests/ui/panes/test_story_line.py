"""A key held for 3 s on a thin line: the picture keeps moving, stops when the finger does, and ends exact."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import numpy as np
import pytest

from tests.phantoms import head
from tests.ui.panes.line import Line, run
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics.cells import Cells
from tui.adapters.graphics.iterm import Iterm
from tui.adapters.graphics.kitty import Kitty
from tui.adapters.graphics.sixel import Sixel
from tui.core.values import Picture

RULER = Ruler((10, 20))
KEYS, RATE = 90, 30


@lru_cache(maxsize=1)
def noisy() -> np.ndarray:
    """A head of 512 x 512 with noise, so that it costs somewhat more than the 79 KB of a CT at C 35 W 80."""
    return head(512) + np.random.default_rng(1).normal(0, 1.5, (512, 512))


def pictures(size: int = 800) -> list[Picture]:
    """As window keys make them."""
    made = []
    for step in range(6):
        pixels = np.clip((noisy() + 20 + step) * 2.5, 0, 255).astype(np.uint8)
        made.append(Picture(pixels, size, size))
    return made


GRAPHICS = {
    "kitty": lambda: Kitty(RULER),
    "iterm": lambda: Iterm(RULER),
    "sixel": lambda: Sixel(RULER),
    "cells": lambda: Cells(RULER),
}


async def held(line: Line, made: list[Picture]) -> tuple[int, float]:
    """Pictures that the terminal took while the key was down, and seconds from then to the last one."""
    line.key(made[0])
    await line.rest()
    before = len(line.taken)
    start = asyncio.get_running_loop().time()
    for number in range(KEYS):
        line.key(made[number % len(made)])
        await asyncio.sleep(1 / RATE)
    end = start + KEYS / RATE
    await line.rest()
    during = len({serial for when, serial, _ in line.taken[before:] if when <= end})
    assert line.taken[-1][1] == KEYS + 1, "the last picture is not the last that was asked for"
    return during, line.taken[-1][0] - end


@pytest.mark.parametrize(
    ("name", "megabits", "delay", "shown", "seconds"),
    [
        ("kitty", 1, 0.0, 10, 1.0),
        ("kitty", 10, 0.08, 30, 0.3),
        ("kitty", 100, 0.0, 85, 0.1),
        ("iterm", 10, 0.08, 30, 0.4),
        ("cells", 1, 0.0, 6, 1.2),
        ("cells", 10, 0.08, 30, 0.4),
        ("sixel", 10, 0.08, 12, 1.0),
    ],
)
def test_a_held_key(name: str, megabits: float, delay: float, shown: int, seconds: float) -> None:
    async def story() -> None:
        line = Line(GRAPHICS[name](), megabits * 1e6, delay)
        during, last = await held(line, pictures())
        print(f"{name} {megabits} Mbit/s {delay} s: {during} shown, last after {last:.2f} s")
        assert during >= shown
        assert last <= seconds
        assert line.courier._shown is not None and not line.courier._unsettled

    run(story)
