"""Order and affine of slices, from known corners."""

import numpy as np
import pytest

from tests import phantoms
from tui.core.volume import Slice, arranged, slice_of
from tui.errors import NoPictureError


def stack(count=4, gap=5.0, tilt=0.0):
    return [Slice((-10.0, -20.0 + tilt * k, 30.0 + gap * k), (1, 0, 0), (0, 1, 0), (0.5, 0.25)) for k in range(count)]


def test_voxels_lie_where_the_slices_say():
    slices = stack()
    order, affine = arranged([slices[i] for i in (2, 0, 3, 1)])
    assert order == [1, 3, 0, 2]
    np.testing.assert_allclose(affine @ (0, 0, 0, 1), (-10, -20, 30, 1))
    np.testing.assert_allclose(affine @ (4, 2, 3, 1), (-10 + 4 * 0.25, -20 + 2 * 0.5, 45, 1))


def test_a_tilted_stack_leans():
    _, affine = arranged(stack(tilt=1.5))
    np.testing.assert_allclose(affine @ (0, 0, 2, 1), (-10, -17, 40, 1))


def test_one_slice_is_as_thick_as_it_says():
    _, affine = arranged([Slice((0, 0, 0), (0, 1, 0), (0, 0, -1), (1, 1), 3.0)])
    np.testing.assert_allclose(affine[:3, 2], np.cross((0, 1, 0), (0, 0, -1)) * 3)


@pytest.mark.parametrize(
    ("slices", "said"),
    [
        ([None], "where they lie"),
        ([*stack(2), Slice((0, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.25))], "different directions"),
        ([*stack(2), Slice((-10, -20, 40), (1, 0, 0), (0, 1, 0), (1, 1))], "pixel spacings"),
        ([*stack(2), *stack(1)], "same place"),
        ([*stack(3), Slice((-10, -20, 70.0), (1, 0, 0), (0, 1, 0), (0.5, 0.25))], "varies from 5 to 30 mm"),
        ([*stack(3), Slice((0, 0, 45.0), (1, 0, 0), (0, 1, 0), (0.5, 0.25))], "one line"),
    ],
)
def test_what_is_no_volume_says_why(slices, said):
    with pytest.raises(NoPictureError, match=said):
        arranged(slices)


def test_where_a_frame_lies():
    found = slice_of(phantoms.ct(3, size=32), 0)
    assert found == Slice((-120, -120, 15), (1, 0, 0), (0, 1, 0), (7.5, 7.5), 5)
    assert slice_of(phantoms.base(), 0) is None
