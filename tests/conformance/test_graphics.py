"""One contract, every way to draw: what ``service/ports.py`` says of Graphics and Encoded."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from tests.adapters.graphics import readers
from tests.adapters.graphics.readers import drawn
from tests.phantoms import head
from tui.adapters.graphics._drop import Drop
from tui.adapters.graphics._placeholder import MARKS, PLACEHOLDER
from tui.adapters.terminal import TRUECOLOUR, Terminal, _drops, choose, names
from tui.service.ports import Box, Encoded, Graphics

TERMINAL = Terminal(tty=True, name="kitty", colours=TRUECOLOUR, kitty=True, placeholders=True, edits=True, sixel=True)
BOX = Box(5, 3, 16, 8)
NAMES = names()
ESCAPES = re.compile(r"\x1b(?:\[[\d;?]*[a-zA-Z]|[78]|_G[^\x1b]*\x1b\\|P[^\x1b]*\x1b\\|\][^\x07]*\x07)")


def grey(size: int = 160) -> np.ndarray:
    return np.clip((head(size) + 40) * 1.6, 0, 255).astype(np.uint8)


def colour(size: int = 160) -> np.ndarray:
    return np.stack([grey(size), np.roll(grey(size), 8, 0), np.roll(grey(size), 8, 1)], -1)


@pytest.fixture(params=NAMES)
def graphics(request: pytest.FixtureRequest) -> Graphics:
    return choose(TERMINAL, request.param)[0]


def seen(graphics: Graphics, encoded: Encoded, box: Box) -> np.ndarray:
    """What the terminal shows, by the protocol that the bytes speak."""
    stamp = encoded.stamp(box.x, box.y)
    if "\x1bP" in stamp:
        return readers.sixel(stamp[stamp.index("\x1bP") : stamp.rindex("\x1b8")])
    if "\x1b]1337" in stamp:
        return readers.osc1337(stamp[stamp.index("\x1b]") : stamp.rindex("\x1b8")])[0]
    if graphics.name.startswith("kitty"):
        reader = readers.Kitty()
        reader.feed(encoded.send)
        return next(iter(reader.images.values()))
    return np.concatenate([readers.blocks(encoded.row(y, 0, box.columns) or "") for y in range(box.rows)])


# Octants have no names in this Python's Unicode (tests/adapters/graphics/test_cells.py reads them by their table), and
# textual-image's own commands are not held to our rules.
READABLE = [name for name in NAMES if name not in ("octant", "stock-tgp", "stock")]


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("make", [grey, colour])
@pytest.mark.parametrize("coarse", [0, 1, 2])
def test_the_picture_is_recognised(name: str, make: Callable[[int], np.ndarray], coarse: int) -> None:
    from PIL import Image

    graphics = choose(TERMINAL, name)[0]
    picture, box = make(400), Box(5, 3, 40, 20)
    found = seen(graphics, drawn(graphics, picture, box, coarse), box)
    size = (found.shape[1], found.shape[0])
    wanted = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))
    if found.ndim > wanted.ndim:
        wanted = np.repeat(wanted[..., None], 3, 2)
    in_cells = found.shape[0] < 100
    assert readers.likeness(found, wanted) > (0.98 if coarse == 0 and not in_cells and "stock" not in name else 0.94)


def test_a_row_is_text_for_exactly_its_cells_or_none(graphics: Graphics) -> None:
    from rich.cells import cell_len

    encoded = drawn(graphics, grey(), BOX, 0)
    for y in range(BOX.rows):
        for start, end in ((0, 16), (3, 9), (15, 16), (7, 7)):
            text = encoded.row(y, start, end)
            if text is None:
                continue
            bare = ESCAPES.sub("", text)
            assert "\x1b" not in bare
            signs = [c for c in bare if c not in MARKS]
            widths = [1 if c == PLACEHOLDER or ord(c) >= 0x1CC00 else cell_len(c) for c in signs]
            assert sum(widths) == end - start


def test_a_picture_is_in_the_cells_or_over_them(graphics: Graphics) -> None:
    encoded = drawn(graphics, grey(), BOX, 0)
    in_cells = encoded.row(0, 0, BOX.columns) is not None
    assert in_cells != bool(encoded.stamp(0, 0)) and in_cells != bool(encoded.here)
    assert in_cells or graphics.floats or not encoded.send


def test_a_stamp_keeps_the_cursor_and_starts_at_its_cell(graphics: Graphics) -> None:
    stamp = drawn(graphics, grey(), BOX, 0).stamp(7, 2)
    if not stamp:
        pytest.skip("the cells are the picture")
    assert stamp.startswith("\x1b[?2026h\x1b7\x1b[3;8H") and stamp.endswith("\x1b8\x1b[?2026l")
    assert "\x1b[2J" not in stamp and "\x1b[K" not in stamp


def test_the_size_is_about_what_showing_costs(graphics: Graphics) -> None:
    encoded = drawn(graphics, grey(), BOX, 0)
    cells = "".join(encoded.row(y, 0, BOX.columns) or "" for y in range(BOX.rows))
    sent = len(encoded.send) + len(encoded.stamp(0, 0)) + (0 if "\U0010eeee" in cells else len(cells.encode()))
    assert 0.5 * sent <= encoded.size <= 2 * sent + 100


def test_coarser_is_never_dearer(graphics: Graphics) -> None:
    picture = np.clip(grey() + np.random.default_rng(0).normal(0, 6, (160, 160)), 0, 255).astype(np.uint8)
    sizes = [
        drawn(choose(TERMINAL, name)[0], picture, BOX, coarse).size for name in [graphics.name] for coarse in (0, 1, 2)
    ]
    assert sizes[0] * 1.02 >= sizes[1] >= sizes[2] / 1.02


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (1, 1, 3), (17, 23, 3), (2000, 40)])
def test_any_size_of_picture_is_encoded(graphics: Graphics, shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    for coarse in (0, 1, 2):
        encoded = drawn(graphics, picture, Box(0, 0, 3, 2), coarse)
        assert encoded.size > 0
        for y in range(2):
            encoded.row(y, 0, 3)


def test_a_picture_that_is_not_contiguous_is_encoded(graphics: Graphics) -> None:
    base = colour(200)
    for picture in (base[::2, ::-1], base[..., 1], base[10:90, 20:60], np.broadcast_to(np.uint8(7), (9, 9))):
        assert drawn(graphics, picture, Box(0, 0, 3, 2), 0).size > 0


def test_the_picture_is_not_changed(graphics: Graphics) -> None:
    picture = colour()
    before = picture.copy()
    picture.setflags(write=False)
    for coarse in (0, 1, 2):
        drawn(graphics, picture, BOX, coarse)
    assert np.array_equal(picture, before)


def test_forgetting_twice_says_nothing_twice(graphics: Graphics) -> None:
    drawn(graphics, grey(), BOX, 0)
    graphics.forget()
    assert graphics.forget() == ""
    assert drawn(graphics, grey(), BOX, 0).size > 0


@pytest.mark.parametrize("name", sorted(_drops()))
def test_the_record(name: str) -> None:
    record = _drops()[name]
    assert isinstance(record, Drop) and record.name == name
    for terminal in (Terminal(), TERMINAL, Terminal(inside="tmux"), Terminal(term="linux", colours=16)):
        fit = record.suits(terminal)
        assert 0 <= fit.score <= 100 and fit.reason.endswith(".")
        made = record.make(terminal)
        assert made.cell == (10, 20) and isinstance(made.note, str) and made.name in (name, *record.variants)


def test_names_are_told_apart() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", sorted(_drops()))
def test_a_module_is_imported_without_numpy_and_pillow(name: str) -> None:
    import subprocess
    import sys

    heavy = "{'numpy', 'PIL', 'textual_image'}"
    code = f"import tui.adapters.graphics.{name}, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
