from tui.service.ports import Box
from tui.ui.panes.fit import area

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
