"""Masks: areas by formula, and the recipe that scripts with OpenCV follow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests import phantoms
from tests.tools import module
from tui.core import mask
from tui.core.quantities import MASK_PRESETS, Recipe
from tui.core.scale import Scale
from tui.errors import UsageError

SQUARE = Scale(1.0, 1.0, "mm")
masks = arrays.arrays(np.bool_, st.tuples(st.integers(1, 24), st.integers(1, 24)))


def picture(text: str) -> np.ndarray:
    return np.array([[mark == "#" for mark in line.strip()] for line in text.strip().splitlines()])


def test_the_range_holds_both_ends_and_leaves_padding_out() -> None:
    values = np.array([[89.0, 90.0, 3071.0, 3072.0, 100.0]])
    valid = np.array([[True, True, True, True, False]])
    assert mask.threshold(values, valid, Recipe()).tolist() == [[False, True, True, False, False]]


def test_holes_are_filled_but_not_bays() -> None:
    ring = picture("""
        .#####.
        .#...#.
        .#.#.#.
        .#...#.
        .#####.
    """)
    assert mask.filled(ring)[:, 1:6].all() and not mask.filled(ring)[:, 0].any()
    bay = ring.copy()
    bay[2, 5] = False
    assert (mask.filled(bay) == bay).all()


def test_a_hole_does_not_leak_through_a_corner() -> None:
    ring = picture("""
        .....
        ..#..
        .#.#.
        ..#..
        .....
    """)
    assert mask.filled(ring)[2, 2]


@given(masks)
@settings(max_examples=60)
def test_opening_only_takes_closing_only_adds_and_both_do_it_once(before: np.ndarray) -> None:
    element = mask.disk(1, False, SQUARE)
    opened, closed = mask.opened(before, element), mask.closed(before, element)
    assert not (opened & ~before).any() and not (before & ~closed).any()
    assert (mask.opened(opened, element) == opened).all()


def test_a_radius_in_mm_is_round_in_the_patient() -> None:
    element = mask.disk(4.0, True, Scale(2.0, 1.0, "mm"))
    assert element.shape == (5, 9)
    with pytest.raises(UsageError, match="spacing"):
        mask.disk(4.0, True, Scale())


def test_a_disc_has_the_area_of_a_disc() -> None:
    y, x = np.mgrid[:200, :200]
    values = np.where((x - 99.5) ** 2 + (y - 99.5) ** 2 <= 80**2, 300.0, -1000.0)
    values[(x - 99.5) ** 2 + (y - 99.5) ** 2 <= 20**2] = 0.0  # a hole
    found = mask.slice_mask(values, np.ones(values.shape, bool), Recipe(), SQUARE)
    size = mask.area(found, Scale(0.5, 0.5, "mm"))
    half_pixel = math.pi * (80.5**2 - 80**2) * 0.25
    assert size.area_mm2 == pytest.approx(math.pi * 40**2, abs=half_pixel)
    assert mask.area(found, Scale()).area_mm2 is None


def test_pieces_are_chosen_by_size() -> None:
    three = np.zeros((20, 20), bool)
    three[1:3, 1:3] = three[5:10, 5:10] = True
    three[15, 15] = three[16, 16] = True  # by a corner
    largest = mask.pieces(three, Recipe(largest=True), 1.0)
    assert largest.sum() == 25 and largest[5:10, 5:10].all()
    assert mask.pieces(three, Recipe(smallest=2.0), 1.0).sum() == 31
    assert mask.pieces(three, Recipe(smallest=3.0), 1.0).sum() == 29
    assert mask.pieces(three, Recipe(smallest=13.0), 0.5).sum() == 0
    assert not mask.pieces(np.zeros((3, 3), bool), Recipe(largest=True), 1.0).any()


def test_pieces_reach_through_slices() -> None:
    two = np.zeros((4, 6, 6), bool)
    two[0, 0, 0] = two[1, 1, 1] = two[2, 2, 2] = True
    two[0, 4:6, 4:6] = True
    assert mask.pieces(two, Recipe(smallest=4.0), 1.0).sum() == 4
    assert mask.pieces(two, Recipe(smallest=3.0), 1.0).sum() == 7


def test_presets_rise() -> None:
    assert MASK_PRESETS["bone"] == (90.0, 3071.0)
    assert all(low < high for low, high in MASK_PRESETS.values())


def test_the_mask_equals_that_of_opencv() -> None:
    cv2 = module("cv2")

    for z in range(0, 12, 3):
        values = phantoms.head(256, 2 * z / 12 - 1).astype(np.float64)
        values += 40 * np.random.default_rng(z).standard_normal(values.shape)
        assert (
            mask.slice_mask(values, np.ones(values.shape, bool), Recipe(opening=0.5), SQUARE)
            == with_opencv(values, cv2)
        ).all()


def with_opencv(values: np.ndarray, cv2: object) -> np.ndarray:
    """Threshold, external contours filled, opened by an ellipse of 2 x 2."""
    binary = ((values >= 90) & (values <= 3071)).astype(np.uint8) * 255
    contours, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(binary)
    cv2.drawContours(filled, contours, -1, 255, cv2.FILLED)
    return cv2.morphologyEx(filled, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2, 2))) > 0
