from __future__ import annotations

import random

from tui.core.sorting import SORTED_AT_ONCE, in_order, sorted_runs


def test_many_values_are_sorted_as_python_sorts_them_and_equal_ones_keep_their_order() -> None:
    chance = random.Random(7)
    for count in (0, 1, SORTED_AT_ONCE, 3 * SORTED_AT_ONCE + 5):
        values = [(chance.randrange(count // 3 + 1), n) for n in range(count)]
        assert in_order(values, lambda pair: pair[0]) == sorted(values, key=lambda pair: pair[0])


def test_no_run_is_long() -> None:
    runs = list(sorted_runs(list(range(2 * SORTED_AT_ONCE + 1, 0, -1)), lambda value: value))
    assert [len(run) for run in runs] == [SORTED_AT_ONCE, SORTED_AT_ONCE, 1]
    assert all(run == sorted(run) for run in runs)
