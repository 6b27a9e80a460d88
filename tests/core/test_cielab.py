"""Recommended colours: PS3.3 C.10.7.1.1, as highdicom turns them to sRGB."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from tests import tools
from tui.core.cielab import colour_of, rgb
from tui.core.overlaid import COLOURS


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (217, 130, 101)])
def test_colours_come_back(colour: tuple[int, int, int]) -> None:
    highdicom = tools.module("highdicom")
    encoded = highdicom.color.CIELabColor.from_rgb(*colour).value
    found = rgb(encoded)
    assert all(abs(a - b) <= 2 for a, b in zip(found, colour, strict=True)), found


def test_a_colour_that_is_missing_or_broken_is_one_of_ours() -> None:
    ds = Dataset()
    assert colour_of(ds, "RecommendedDisplayCIELabValue", 3) == COLOURS[2]
    ds.RecommendedDisplayCIELabValue = [1, 2]
    assert colour_of(ds, "RecommendedDisplayCIELabValue", 1) == COLOURS[0]
    ds.RecommendedDisplayCIELabValue = [65535, 32896, 32896]
    assert colour_of(ds, "RecommendedDisplayCIELabValue", 1) == (255, 255, 255)
