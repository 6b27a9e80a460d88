"""Charts of characters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.panes.chart import bars, curve, grey, heights


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300), st.integers(1, 80))
def test_the_highest_column_fills_the_chart_and_nothing_is_nothing(counts: list[int], columns: int) -> None:
    found = heights(counts, columns)
    assert len(found) == columns and all(0 <= one <= 1 + 1e-9 for one in found)
    assert max(found) == (pytest.approx(1.0) if any(counts) else 0.0)


def test_bins_are_shared_by_the_columns_that_they_lie_in() -> None:
    assert heights([3, 3, 3], 2) == pytest.approx([1.0, 1.0])
    assert heights([7], 4) == pytest.approx([1.0] * 4)
    assert heights([0, 8], 2) == pytest.approx([0.0, 1.0])
    assert heights([1, math.e**3], 2)[0] == pytest.approx(math.log1p(1) / math.log1p(math.e**3))
    assert heights([], 3) == [0.0] * 3


def test_bars_are_of_eighths_and_a_little_is_seen() -> None:
    assert bars([0.0, 0.001, 0.25, 0.5, 1.0], 2) == ["    █", " ▁▄██"]


def test_a_curve_goes_from_the_least_to_the_greatest() -> None:
    rising = curve([0.0, 1.0], 4, 2)
    assert rising[1].startswith("⣀") or rising[1][0] != " "
    assert rising[0][-1] != " " and rising[0][0] == " " and rising[1][-1] == " "
    assert curve([5.0, 5.0], 2, 1)[0].strip() and len(curve([5.0], 3, 1)[0]) == 3
    assert curve([None, None], 2, 2) == ["  ", "  "]


def test_a_curve_has_a_gap_where_there_is_no_value() -> None:
    found = curve([1.0, 1.0, None, None, 1.0, 1.0], 12, 1)[0]
    assert found[0] != " " and found[-1] != " " and " " in found


@pytest.mark.parametrize(
    ("value", "inverted", "level"),
    [(-100, False, 0), (0, False, 0), (50, False, 128), (100, False, 255), (900, False, 255), (0, True, 255)],
)
def test_the_ramp_shows_what_the_window_does(value: float, inverted: bool, level: int) -> None:
    assert grey(value, (0.0, 100.0), inverted) == level
    assert grey(5, (5.0, 5.0), False) == 255
