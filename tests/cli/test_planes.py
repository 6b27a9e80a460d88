"""Planes on the command line."""

import json

import numpy as np
import pytest
from PIL import Image

from tests import phantoms


@pytest.fixture
def series(tmp_path):
    for z in range(5):
        phantoms.save(phantoms.ct(z, of=5, size=40), tmp_path / "ct" / f"{z}.dcm")
    return tmp_path / "ct"


def test_values_of_a_plane_are_those_of_the_slices(safelight, series, tmp_path):
    ended = safelight("planes", series, "--plane", "coronal", "--at", "0,17,0", "-o", tmp_path / "a.npy")
    assert ended.code == 0, ended.err
    found = np.load(tmp_path / "a.npy")
    wanted = [phantoms.ct(z, of=5, size=40) for z in range(5)]
    rows = [ds.pixel_array[17] * float(ds.RescaleSlope) + float(ds.RescaleIntercept) for ds in wanted]
    np.testing.assert_array_equal(found, np.stack(rows)[::-1])  # the head is above


def test_all_planes_as_pictures(safelight, series, tmp_path):
    ended = safelight("planes", series, "--plane", "sagittal", "--every", "--slab", "3", "-o", tmp_path / "o", "--json")
    assert ended.code == 0, ended.err
    outputs = [json.loads(line)["output"] for line in ended.out.splitlines()]
    assert len(outputs) == 40
    with Image.open(outputs[-1]) as picture:
        assert picture.mode == "L"
        ds = phantoms.ct(0, of=5, size=40)
        apart = float(phantoms.ct(1, of=5, size=40).ImagePositionPatient[2]) - float(ds.ImagePositionPatient[2])
        assert picture.height / picture.width == pytest.approx(5 * abs(apart) / (40 * ds.PixelSpacing[0]), rel=0.1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "1,2"], "three whole numbers"),
        (["--slab", "0"], "from 1"),
        (["--format", "nifti"], "not written as nifti"),
    ],
)
def test_what_is_asked_for_wrongly(safelight, series, words, said, tmp_path):
    ended = safelight("planes", series, *words, "-o", tmp_path / "o")
    assert ended.code != 0 and said in ended.err


def test_a_file_alone_is_no_volume(safelight, series):
    ended = safelight("planes", series / "0.dcm")
    assert ended.code != 0 and "two slices" in ended.err
