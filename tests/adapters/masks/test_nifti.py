import gzip

import numpy as np
import pytest

from tests.adapters.masks import stack
from tests.tools import module
from tui.adapters.masks.nifti import MASK_FORMAT
from tui.errors import GeometryError


@pytest.fixture
def nibabel():
    return module("nibabel")


def test_each_voxel_lies_where_its_pixel_lies(nibabel) -> None:
    there = stack()
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(MASK_FORMAT.encode(there)))
    assert image.shape == (8, 8, 4)
    voxels = np.asanyarray(image.dataobj)
    for n in range(4):
        assert (there.masks[n] == voxels[:, :, n].T).all()
    x, y, z = nibabel.affines.apply_affine(image.affine, (3, 2, 1))
    assert (-x, -y, z) == pytest.approx((-120 + 3 * 30, -120 + 2 * 30, 5))
    assert nibabel.aff2axcodes(image.affine) == ("L", "P", "S")


def test_uneven_slices_are_refused(nibabel) -> None:
    with pytest.raises(GeometryError, match="even"):
        MASK_FORMAT.encode(stack(step=2))
