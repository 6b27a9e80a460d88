"""npz as NumPy loads it, without pickle."""

import io

import numpy as np
import pytest

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.npz import EXPORTER
from tui.core.values import Wish
from tui.errors import NoPictureError


def test_values_and_places():
    slices = [phantoms.ct(z, of=3, size=24) for z in range(3)]
    found = np.load(io.BytesIO(EXPORTER.encode(pages_of(*slices), Wish())))
    np.testing.assert_array_equal(found["values"], [phantoms.head(24, 2 * z / 3 - 1) for z in range(3)])
    np.testing.assert_array_equal(found["position_mm"], [[-120, -120, 5 * z] for z in range(3)])
    assert found["unit"] == "HU" and found["spacing_mm"].tolist() == [[10, 10]] * 3
    stored = np.load(io.BytesIO(EXPORTER.encode(pages_of(*slices), Wish(values="stored"))))
    assert stored["slope"].tolist() == [1] * 3 and stored["intercept"].tolist() == [-1024] * 3


def test_different_sizes_are_said():
    with pytest.raises(NoPictureError, match="different sizes"):
        EXPORTER.encode(pages_of(phantoms.ct(size=24), phantoms.ct(1, size=32)), Wish())
