"""JPEG streams by their markers, and samples without sign."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageOps

from tui.core import raster
from tui.errors import UnreadableError


def encoded(mode="RGB", **how):
    out = io.BytesIO()
    Image.effect_noise((24, 16), 40).convert(mode).save(out, "JPEG", **how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "syntax", "photometric"),
    [
        (encoded(), "50", "YBR_FULL_422"),
        (encoded("L"), "50", "MONOCHROME2"),
        (encoded(progressive=True), "55", "YBR_FULL_422"),
        (imagecodecs.ljpeg_encode(np.arange(64, dtype=np.uint16).reshape(8, 8)), "57", "MONOCHROME2"),
    ],
)
def test_process_and_colours_by_the_markers(data, syntax, photometric):
    found = raster.jpeg(data)
    assert (found.syntax.rsplit(".", 1)[1], found.photometric) == (syntax, photometric)
    assert len(found.data) % 2 == 0


def test_words_go_and_what_decodes_stays():
    exif = Image.Exif()
    exif[0x010E] = "Zebra"
    data = encoded(exif=exif, comment=b"Zebra", quality=90) + b"Zebra behind the end"
    found = raster.jpeg(data)
    assert b"Zebra" not in found.data and b"JFIF" in found.data
    np.testing.assert_array_equal(*(np.asarray(Image.open(io.BytesIO(d))) for d in (data, found.data)))


def test_what_dicom_has_no_place_for_is_not_wrapped():
    assert raster.jpeg(encoded("CMYK")) is None
    assert raster.jpeg(b"\xff\xd8\xff") is None
    assert raster.jpeg(b"") is None


@pytest.mark.parametrize(
    ("array", "kind", "added"),
    [
        (np.array([[True, False]]), np.uint8, 0),
        (np.array([[1, 60000]], np.int32), np.uint16, 0),
        (np.array([[-5, 7]], np.int16), np.uint16, 32768),
        (np.array([[1.0, 2.0]]), np.uint16, 0),
    ],
)
def test_samples_become_unsigned(array, kind, added):
    found, moved = raster.unsigned(array)
    assert found.dtype == kind and moved == added
    np.testing.assert_array_equal(found.astype(int) - added, array.astype(int) * (255 if array.dtype == bool else 1))


@pytest.mark.parametrize("array", [np.array([[0.5]]), np.array([[np.nan]]), np.array([[70000]]), np.array([["a"]])])
def test_what_does_not_fit_is_said(array):
    with pytest.raises(UnreadableError):
        raster.unsigned(array)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)])
def test_every_way_to_hold_a_camera_is_that_of_pillow(shape):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) * 7
    for orientation in range(1, 9):
        image = Image.fromarray(array)
        image.getexif()[0x0112] = orientation
        np.testing.assert_array_equal(raster.upright(array, orientation), np.asarray(ImageOps.exif_transpose(image)))
    np.testing.assert_array_equal(raster.upright(array, 0), array)
