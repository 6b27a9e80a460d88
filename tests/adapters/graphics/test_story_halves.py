import io
import pickle
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.adapters.graphics import _halves, _png
from tui.adapters.graphics._drawing import framed, likeness, place
from tui.adapters.graphics.kitty import KittyEncoder
from tui.core.values import Picture
from tui.service.ports import Box, Order

CELL = (10, 20)


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 200), st.integers(1, 80))
def test_a_picture_keeps_its_shape_within_its_room(width: int, height: int, columns: int, rows: int) -> None:
    room = Box(3, 2, columns, rows)
    box, across, down = place(width, height, room, CELL)
    assert room.x <= box.x and box.x + box.columns <= room.x + columns and box.columns >= 1
    assert room.y <= box.y and box.y + box.rows <= room.y + rows and box.rows >= 1
    wide, high = across * box.columns * CELL[0], down * box.rows * CELL[1]
    assert wide <= max(1, width) + 1e-6 and high <= max(1, height) + 1e-6
    if min(wide, high) > 1.001:
        assert abs(wide / high - width / height) < 1e-6 * width / height
    assert box.columns * CELL[0] - wide < CELL[0] + 1e-6 and box.rows * CELL[1] - high < CELL[1] + 1e-6
    assert abs((box.x - room.x) - (room.x + columns - box.x - box.columns)) <= 1


def test_margins_make_up_for_the_cells_that_it_does_not_fill() -> None:
    pixels = np.full((95, 100), 9, np.uint8)
    _, across, down = place(100, 95, Box(0, 0, 50, 50), CELL)
    whole = framed(pixels, across, down)
    assert whole.shape == (100, 100)
    assert (whole == 9).sum() == 9500 and (whole[2:97] == 9).all()
    assert framed(np.stack([pixels] * 3, -1), across, down).shape == (100, 100, 3)
    assert framed(pixels, 1.0, 1.0) is pixels


def test_a_likeness_is_two_pixels_a_cell() -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:4] = 255
    found = likeness(pixels, 4, 2)
    assert (found.columns, found.rows, found.depth) == (4, 2, 1)
    assert found.levels == b"\xff" * 8 + b"\0" * 8
    assert len(likeness(np.stack([pixels] * 3, -1), 4, 2).levels) == 48


def test_order_and_drawing_go_to_another_process_and_back() -> None:
    order = Order(KittyEncoder(True), Box(1, 1, 30, 10), CELL, 1)
    there = pickle.loads(pickle.dumps(order))
    assert there == order
    drawing = there.encoder.draw(Picture(np.zeros((100, 150), np.uint8), 150, 100), there)
    back = pickle.loads(pickle.dumps(drawing))
    assert back == drawing and back.order == order and back.box == Box(8, 3, 15, 5)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_png_is_the_picture(rows: int, columns: int, spread: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = (rng.integers(0, spread + 1, (rows, columns)) + rng.integers(0, 256 - spread)).astype(np.uint8)
    found = Image.open(io.BytesIO(_png.encode(pixels)))
    found.load()
    assert found.mode == "L" and np.array_equal(np.asarray(found), pixels)


@pytest.mark.parametrize("processors", [1, 2])
def test_a_png_in_two_halves_is_the_picture(processors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_halves, "_two_processors", lambda: processors == 2)
    pixels = np.random.default_rng(1).integers(0, 40, (401, 503)).astype(np.uint8)
    found = Image.open(io.BytesIO(_png.encode(pixels)))
    found.load()
    assert np.array_equal(np.asarray(found), pixels)


@pytest.mark.parametrize("processors", [1, 2])
def test_what_either_half_raises_is_raised(processors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_halves, "_two_processors", lambda: processors == 2)
    assert _halves.both(lambda: 1, lambda: 2) == (1, 2)
    for calls in ((_fails, int), (int, _fails)):
        with pytest.raises(MemoryError):
            _halves.both(*calls)
    assert _halves.both(lambda: 3, lambda: 4) == (3, 4)  # nothing is left of the one before


def _fails() -> int:
    raise MemoryError


def test_a_png_is_hardly_larger_than_where_each_row_has_the_best_filter() -> None:
    """Pillow tries all filters on each row: noise on a slope, and flat parts with edges."""
    y, x = np.mgrid[0:256, 0:256]
    noise = np.random.default_rng(0).normal(0, 4, (256, 256))
    for pixels in ((x + y) / 3 + 40 + noise, (x // 32 % 2 ^ y // 32 % 2) * 200 + 20):
        data = _png.encode(pixels.astype(np.uint8))
        start = data.index(b"IDAT") + 4
        assert set(zlib.decompress(data[start:-16])[:: 256 + 1]) <= {_png.SUB, _png.UP, _png.PAETH}
        out = io.BytesIO()
        Image.fromarray(pixels.astype(np.uint8)).save(out, "png", compress_level=1, compress_type=zlib.Z_RLE)
        assert len(data) <= 1.05 * out.tell() + 500
