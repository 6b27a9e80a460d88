import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

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
