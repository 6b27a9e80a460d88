"""WebP as Pillow reads it; quality 100 loses nothing."""

import io

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.webp import EXPORTER
from tui.core.values import Wish
from tui.errors import NoPictureError


def test_quality_100_is_exact():
    pages = pages_of(phantoms.ct(size=64))
    image = Image.open(io.BytesIO(EXPORTER.encode(pages, Wish(quality=100))))
    np.testing.assert_array_equal(np.asarray(image)[..., 1], pages.first().pixels())


def test_less_is_close_and_smaller():
    noise = np.random.default_rng(1).normal(128, 20, (64, 64)).clip(0, 255).astype(np.uint8)
    pages = pages_of(phantoms.grey(noise))
    data = EXPORTER.encode(pages, Wish(quality=80))
    assert np.abs(np.asarray(Image.open(io.BytesIO(data)))[..., 1].astype(int) - pages.first().pixels()).mean() < 12
    assert len(data) < len(EXPORTER.encode(pages, Wish(quality=100)))


def test_too_large_is_said():
    with pytest.raises(NoPictureError, match="16383"):
        EXPORTER.encode(pages_of(phantoms.grey(np.zeros((2, 16400), np.uint8))), Wish())
