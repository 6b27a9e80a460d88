"""NIfTI as nibabel reads it: each corner lies where the phantom says."""

import gzip

import nibabel
import numpy as np
import pytest

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports import nifti
from tui.core.values import Wish
from tui.errors import GeometryError, MissingExtraError, NoPictureError


def read(*slices):
    data = gzip.decompress(nifti.EXPORTER.encode(pages_of(*slices), Wish()))
    return nibabel.Nifti1Image.from_bytes(data)


@pytest.mark.parametrize("cosines", [(1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1), (0.6, 0.8, 0, 0, 0, -1)])
def test_every_corner_lies_where_it_should(cosines):
    """The slices come in disorder; LPS becomes RAS: x and y change their sign."""
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    normal = np.cross(row, column)
    origin = np.array([7.0, -30.0, 12.0])
    slices = []
    for k in range(4):
        pixels = np.zeros((6, 9), np.int16)
        pixels[0, 0], pixels[0, 8], pixels[5, 0] = 100 + k, 200 + k, 300 + k
        ds = phantoms.grey(pixels, phantoms.CT, instance=k + 1)
        ds.Modality, ds.RescaleSlope, ds.RescaleIntercept = "CT", 1, -50
        ds.PixelSpacing, ds.ImageOrientationPatient = [2.0, 0.5], list(cosines)
        ds.ImagePositionPatient = [float(v) for v in origin + 3 * k * normal]
        slices.append(ds)
    image = read(*(slices[i] for i in (2, 0, 3, 1)))
    voxels = np.asarray(image.dataobj)
    assert image.shape == (9, 6, 4) and voxels.dtype == np.int16
    for k in range(4):
        for value, place in ((100, origin), (200, origin + 8 * 0.5 * row), (300, origin + 5 * 2.0 * column)):
            (at,) = np.argwhere(voxels == value + k - 50)
            lps = place + 3 * k * normal
            np.testing.assert_allclose(nibabel.affines.apply_affine(image.affine, at), lps * (-1, -1, 1), atol=1e-5)
    assert image.header["qform_code"] == image.header["sform_code"] == 1
    assert image.header.get_xyzt_units()[0] == "mm"


def test_values_are_hounsfield_units():
    image = read(*[phantoms.ct(z, of=3, size=16) for z in range(3)])
    np.testing.assert_array_equal(np.asarray(image.dataobj)[:, :, 1].T, phantoms.head(16, 2 / 3 - 1))


def test_what_is_no_volume_says_so():
    with pytest.raises(GeometryError, match="unevenly spaced: from 5"):
        read(*[phantoms.ct(z, size=16) for z in (0, 1, 3)])
    with pytest.raises(GeometryError, match="same place"):
        read(*[phantoms.ct(z, size=16) for z in (0, 1, 1)])
    with pytest.raises(GeometryError, match="rows or columns, so"):
        read(phantoms.ct(0, size=16), phantoms.ct(1, size=8))
    with pytest.raises(NoPictureError, match="Colour"):
        read(phantoms.colour(size=16))


def test_without_nibabel_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(nifti, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as raised:
        read(phantoms.ct())
    assert "safelight[nifti]" in raised.value.hint
