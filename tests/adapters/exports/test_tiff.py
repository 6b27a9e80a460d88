"""TIFF as Pillow and ImageMagick's kin read it: every kind of sample."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.tiff import EXPORTER, stream
from tui.core.values import Wish


def read(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float32])
def test_every_kind_of_sample_comes_back(kind):
    values = (np.arange(35).reshape(5, 7) * 1000 % 251 - (40 if np.dtype(kind).kind == "i" else 0)).astype(kind)
    np.testing.assert_array_equal(np.asarray(read(stream(values, "{}"))), values)


def test_colour_and_signed_samples_are_named():
    colour = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    np.testing.assert_array_equal(np.asarray(read(stream(colour, "{}"))), colour)
    tags = read(stream(np.full((2, 2), -5, np.int16), "{}")).tag_v2
    assert (tags[258], tags[339]) == ((16,), (2,))


def test_stored_and_float_values():
    ds = phantoms.ct(size=40)
    image = read(EXPORTER.encode(pages_of(ds), Wish()))
    np.testing.assert_array_equal(np.asarray(image), ds.pixel_array)
    assert json.loads(image.tag_v2[270]) == {
        "values": "stored", "slope": 1.0, "intercept": -1024.0, "unit": "HU", "window_center": 40.0,
        "window_width": 80.0,
    }  # fmt: skip
    wish = Wish(values="modality")
    image = read(EXPORTER.encode(pages_of(ds, wish=wish), wish))
    assert image.mode == "F"
    np.testing.assert_array_equal(np.asarray(image), phantoms.head(40, -1).astype(np.float32))


def test_the_resolution_is_the_spacing():
    image = read(EXPORTER.encode(pages_of(phantoms.ct(size=40)), Wish()))
    assert float(image.tag_v2[282]) == pytest.approx(10 / 6) and image.tag_v2[296] == 3
