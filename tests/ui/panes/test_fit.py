import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.service.ports import Box
from tui.ui.panes.fit import area, framed, place

CELL = (10, 20)


def test_the_room_leaves_an_edge_for_texts_or_none() -> None:
    assert area(60, 24, True, CELL, (0, 0)) == Box(1, 1, 58, 22)
    assert area(60, 24, False, CELL, (0, 0)) == Box(0, 0, 60, 24)


def test_a_small_pane_has_no_texts_and_none_has_no_room() -> None:
    assert area(8, 24, True, CELL, (0, 0)) == Box(0, 0, 8, 24)
    assert area(60, 4, True, CELL, (0, 0)) == Box(0, 0, 60, 4)
    assert area(0, 10, True, CELL, (0, 0)).columns == 0
    assert area(10, 0, False, CELL, (0, 0)).rows == 0


def test_the_limit_of_the_terminal_holds_and_the_room_stays_in_the_middle() -> None:
    assert area(60, 24, False, CELL, (305, 0)) == Box(15, 0, 30, 24)
    assert area(60, 24, False, CELL, (0, 219)) == Box(0, 7, 60, 10)


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
