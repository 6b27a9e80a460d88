"""How planes are encoded is held in tests/core/overlays/test_bitmap.py; here what is asked of them in general."""

from __future__ import annotations

import numpy as np

from tests.core.overlays.test_bitmap import pattern, with_plane
from tui.core.planes import number_of, outline, plane, value_of


def test_a_plane_has_the_shape_of_the_image() -> None:
    ds = with_plane(pattern(6, 7))
    found = plane(ds, 0x6000, 0, (9, 9))
    assert found is not None
    assert np.array_equal(found[:6, :7], pattern(6, 7))
    assert not found[6:].any()
    assert plane(ds, 0x6002, 0, (9, 9)) is None


def test_values_of_a_group() -> None:
    ds = with_plane(pattern(6, 7))
    assert number_of(ds, 0x6000, 0x0010, 0) == 6
    assert number_of(ds, 0x6002, 0x0010, 3) == 3
    assert value_of(ds, 0x6000, 0x9999) is None


def test_an_outline_is_one_pixel_wide() -> None:
    mask = np.zeros((9, 9), bool)
    mask[2:7, 2:7] = True
    assert outline(mask).sum() == 16
