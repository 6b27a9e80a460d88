from __future__ import annotations

from tests.ui.panes.test_tagrows import PER_FRAME, ROWS
from tui.ui.panes.tagfolds import _place_of


def test_the_place_of_a_path_among_the_rows_that_are_seen():
    everything = range(len(ROWS))
    assert all(_place_of(ROWS, everything, ROWS.path(i)) == i for i in everything)
    assert _place_of(ROWS, [0, 4, 5], "0040,A730[1].0008,0104") == 1  # what it is in
    assert _place_of(ROWS, [0, 4, 9], "0040,A730[0].0008,0104") == 1
    assert _place_of(ROWS, everything, "0040,A7FF") == 9  # behind the last smaller tag
    assert _place_of(ROWS, everything, "0002,0000") == 0
    assert _place_of(ROWS, [], "0008,0060") == 0
    assert _place_of(PER_FRAME, [0, 13], "5200,9230[2].0020,9113") == 0
