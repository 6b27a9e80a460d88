"""16 bits: every stored value and every unit comes back from the samples and the texts alone."""

import io

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.png16 import EXPORTER
from tui.core.values import View, Wish
from tui.errors import NoPictureError


def read(ds, wish=Wish(), view=View()):
    image = Image.open(io.BytesIO(EXPORTER.encode(pages_of(ds, wish=wish, view=view), wish)))
    image.load()
    return np.asarray(image).astype(np.int64), image.text


def signed():
    ds = phantoms.grey(phantoms.head(40).astype(np.int16), phantoms.CT)
    ds.Modality, ds.RescaleSlope, ds.RescaleIntercept = "CT", 2, 10
    return ds


@pytest.mark.parametrize("make", [lambda: phantoms.ct(size=40), signed], ids=["unsigned", "signed"])
def test_stored_values_and_units_come_back(make):
    ds = make()
    samples, texts = read(ds)
    np.testing.assert_array_equal(samples + int(texts["Offset"]), ds.pixel_array)
    hu = samples * float(texts["Slope"]) + float(texts["Intercept"])
    np.testing.assert_array_equal(hu, ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept))
    assert texts["Unit"] == "HU" and texts["Values"] == "stored"


def test_the_window_is_told():
    _, texts = read(phantoms.ct(size=40))
    assert (texts["Window Center"], texts["Window Width"], texts["Window Unit"]) == ("40.0", "80.0", "HU")


def test_modality_values():
    samples, texts = read(phantoms.ct(size=40), Wish(values="modality"))
    np.testing.assert_array_equal(samples + int(texts["Offset"]), phantoms.head(40, -1))


def test_the_samples_are_turned_as_the_view_is():
    ds = phantoms.ct(size=40)
    samples, _ = read(ds, view=View(rotation=1, flip=True))
    np.testing.assert_array_equal(samples, np.rot90(ds.pixel_array[:, ::-1], -1))


def test_eight_bits_take_sixteen_and_what_has_more_is_refused():
    samples, _ = read(phantoms.cine(frames=2, size=16))
    np.testing.assert_array_equal(samples, phantoms.cine(frames=2, size=16).pixel_array[0])
    with pytest.raises(NoPictureError, match="16 bits"):
        read(phantoms.grey(np.full((4, 4), 1 << 20, np.uint32)))
