"""Pictures of true shape and within limits, and the values that formats of values write."""

import numpy as np
import pytest

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.core.pages import fitted, limited, shared_window, square
from tui.core.values import Picture, View, Window, Wish


def test_pixels_are_those_of_the_display_pipeline():
    page = pages_of(phantoms.ct(size=32)).first()
    np.testing.assert_array_equal(page.pixels(), page.picture.pixels)


def test_oblong_pixels_are_resampled_or_kept():
    ds = phantoms.grey(np.zeros((20, 40), np.uint8))
    ds.PixelSpacing = [2, 1]
    assert pages_of(ds).first().pixels().shape == (40, 40)
    assert pages_of(ds, wish=Wish(keep_pixels=True)).first().pixels().shape == (20, 40)


def test_a_limit_shrinks_by_the_mean_and_keeps_the_shape():
    pixels = np.repeat(np.repeat(np.arange(8, dtype=np.uint8).reshape(2, 4) * 9, 10, 0), 10, 1)
    small = limited(pixels, 4)
    np.testing.assert_array_equal(small, np.arange(8).reshape(2, 4) * 9)
    assert limited(pixels, 40) is pixels and limited(pixels, 0) is pixels


def test_stored_and_modality_values():
    ds = phantoms.ct(size=32)
    page = pages_of(ds).first()
    stored, modality = page.values("stored"), page.values("modality")
    np.testing.assert_array_equal(stored.array, ds.pixel_array)
    assert (stored.slope, stored.intercept, stored.unit) == (1.0, -1024.0, "HU")
    np.testing.assert_array_equal(modality.array, phantoms.head(32, -1))
    assert modality.array.dtype == np.int16 and modality.unit == "HU"
    ds.RescaleSlope = "0.5"
    assert pages_of(ds).first().values("modality").array.dtype == np.float32


def test_values_of_colour_are_the_samples():
    ds = phantoms.colour(size=16)
    np.testing.assert_array_equal(pages_of(ds).first().values("stored").array, ds.pixel_array)


def test_one_window_holds_all():
    assert shared_window([Window(0, 100), Window(100, 300)]) == Window(100, 300)
    assert shared_window([]) is None


def test_a_smaller_field_shrinks_and_a_larger_one_has_a_black_rim():
    assert fitted(np.full((10, 10), 9, np.uint8), 4, 8).shape == (4, 8)
    field = fitted(np.full((2, 2, 3), 9, np.uint8), 4, 4)
    assert field.sum() == 9 * 4 * 3 and field[1:3, 1:3].min() == 9


@pytest.mark.parametrize("rotation", range(4))
def test_arrays_turn_as_pictures_do(rotation):
    view = View(rotation=rotation, flip=True, overlays=False)
    ds = phantoms.grey(np.arange(12, dtype=np.uint8).reshape(3, 4), photometric="MONOCHROME2")
    page = pages_of(ds, view=view).first()
    turned = page.turned(ds.pixel_array)
    assert turned.shape == page.picture.pixels.shape
    np.testing.assert_array_equal(np.argsort(turned, None), np.argsort(page.picture.pixels, None))


def test_a_picture_without_a_size_is_left_alone():
    assert square(Picture(np.zeros((3, 5), np.uint8), 0, 0)).shape == (3, 5)
