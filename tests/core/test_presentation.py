"""Polarity and Presentation LUT: PS3.3 C.7.6.3.1.2, C.11.4, C.11.6."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tui.core.presentation import Presentation, presentation
from tui.core.values import Window
from tui.core.voi import VoiFunction, Windowing

EXACT = Windowing(Window(0.5, 1), VoiFunction.LINEAR_EXACT)  # y = x for 0..1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_levels_are_the_floor_of_255_y_and_the_inverse_of_1_minus_y(values: list[float]) -> None:
    y = np.array(values)
    assert Presentation().greys(y, EXACT).tolist() == [math.floor(255 * v) for v in EXACT(y, 0, 1)]
    inverse = Presentation(inverse=True).greys(y, EXACT)
    assert (np.abs(inverse - np.floor(255 * (1 - y))) <= (np.abs(255 * y - np.rint(255 * y)) < 1e-9)).all()


@pytest.mark.parametrize(
    ("photometric", "shape", "inverse"),
    [
        ("MONOCHROME2", "", False),
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "", True),
        ("MONOCHROME1", "IDENTITY", True),
        ("MONOCHROME1", "INVERSE", True),
    ],
)
def test_polarity_is_turned_once_at_most(photometric: str, shape: str, inverse: bool) -> None:
    ds = Dataset()
    ds.PresentationLUTShape = shape
    found = presentation(ds, photometric)
    assert found.inverse == inverse
    ramp = (np.arange(256) + 0.5) / 256  # 255 * y is never whole here, so its floor has no tie
    usual = Presentation().greys(ramp, EXACT)
    assert np.array_equal(found.greys(ramp, EXACT, invert=inverse), usual)
    assert np.array_equal(found.greys(ramp, EXACT), usual[::-1] if inverse else usual)


def test_inversion_does_not_depend_on_what_the_picture_holds() -> None:
    some, more = np.array([0.25, 0.5]), np.array([0.25, 0.5, 0.9])
    inverse = Presentation(inverse=True)
    assert np.array_equal(inverse.greys(some, EXACT), inverse.greys(more, EXACT)[:2])


def test_a_presentation_lut_spans_the_whole_range_whatever_its_length() -> None:
    ds, item = Dataset(), Dataset()
    item.add(DataElement(0x00283002, "US", [3, 0, 12]))
    item.add(DataElement(0x00283006, "US", [4095, 1000, 0]))
    ds.PresentationLUTSequence = Sequence([item])
    found = presentation(ds, "MONOCHROME2")
    y = np.array([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    middle = math.floor(1000 / 4095 * 255)
    assert found.greys(y, EXACT).tolist() == [255, 255, middle, middle, 0, 0]
    inverted = found.greys(y, EXACT, invert=True)
    assert (inverted[0], inverted[-1]) == (0, 255)
