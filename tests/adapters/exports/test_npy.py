"""npy as NumPy loads it, without pickle."""

import io

import numpy as np

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.npy import EXPORTER
from tui.core.values import Wish


def test_units_and_stored_values():
    ds = phantoms.ct(size=24)
    load = lambda wish: np.load(io.BytesIO(EXPORTER.encode(pages_of(ds), wish)))  # noqa: E731
    np.testing.assert_array_equal(load(Wish()), phantoms.head(24, -1))
    np.testing.assert_array_equal(load(Wish(values="stored")), ds.pixel_array)
