"""JPEG as Pillow reads it."""

import io

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.jpeg import EXPORTER
from tui.core.values import Wish


@pytest.mark.parametrize(("make", "mode"), [(phantoms.ct, "L"), (phantoms.colour, "RGB")])
def test_it_is_the_picture_within_the_loss(make, mode):
    pages = pages_of(make())
    image = Image.open(io.BytesIO(EXPORTER.encode(pages, Wish(quality=95))))
    assert (image.format, image.mode) == ("JPEG", mode)
    assert np.abs(np.asarray(image).astype(int) - pages.first().pixels()).mean() < 3


def test_less_quality_is_smaller():
    pages = pages_of(phantoms.ct(size=256))
    assert len(EXPORTER.encode(pages, Wish(quality=30))) < len(EXPORTER.encode(pages, Wish(quality=95))) / 2
