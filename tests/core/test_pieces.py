"""Pieces by runs: the same as labels of mahotas, whatever the mask."""

from __future__ import annotations

import mahotas
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tui.core.pieces import painted, pieces, runs

sides = st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 9))


def labelled(mask: np.ndarray, corners: bool) -> np.ndarray:
    """The piece of each pixel, from 1; 0 outside."""
    there = runs(mask)
    piece = pieces(there, corners=corners)
    found = np.zeros(mask.shape, int)
    for number in range(piece.max(initial=-1) + 1):
        part = np.zeros_like(mask)
        painted(there, piece == number, part)
        assert not (found[part]).any()
        found[part] = number + 1
    return found


@given(arrays.arrays(np.bool_, sides), st.booleans())
@settings(max_examples=150, deadline=None)
def test_pieces_are_those_of_mahotas(mask: np.ndarray, corners: bool) -> None:
    element = np.ones((3, 3, 3), bool) if corners else None
    ours, (theirs, count) = labelled(mask, corners), mahotas.label(mask, element)
    assert ((ours > 0) == mask).all() and ours.max() == count
    assert len({(a, b) for a, b in zip(ours[mask], theirs[mask], strict=True)}) == count


def test_a_long_snake_is_one_piece() -> None:
    snake = np.zeros((1, 99, 99), bool)
    snake[0, ::2] = True
    snake[0, 1::4, -1] = snake[0, 3::4, 0] = True
    assert pieces(runs(snake)).max() == 0


def test_the_end_of_a_row_does_not_touch_the_next_nor_a_slice_the_one_after() -> None:
    mask = np.zeros((2, 4, 4), bool)
    mask[0, 0, 3] = mask[0, 1, 0] = mask[0, 3, 0] = mask[1, 0, 3] = True
    assert pieces(runs(mask)).tolist() == [0, 1, 2, 0]


def test_an_empty_mask_has_none() -> None:
    assert len(pieces(runs(np.zeros((2, 3, 4), bool)))) == 0
