"""Masks on the command line: sizes by formula, files that others read."""

import json
import math

import numpy as np
import pydicom
import pytest

from tests import phantoms
from tests.tools import module


@pytest.fixture
def ball(tmp_path):
    """A ball of 300 HU, radius 30 mm, with a hollow of 10 mm; slices 2 mm apart, pixels of 1 mm."""
    y, x = np.mgrid[-39.5:40:1, -39.5:40:1]
    for n in range(40):
        z = 2 * n - 39
        far = x**2 + y**2 + z**2
        values = np.where((far <= 30**2) & (far > 10**2), 300, -1000)
        ds = phantoms.grey((values + 1024).astype(np.uint16), phantoms.CT, stored=12, instance=n + 1)
        ds.Modality, ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "CT", -1024, 1, "HU"
        ds.PixelSpacing, ds.SliceThickness = [1, 1], 2
        ds.ImagePositionPatient, ds.ImageOrientationPatient = [-39.5, -39.5, z], [1, 0, 0, 0, 1, 0]
        ds.FrameOfReferenceUID = f"{phantoms.ROOT}.9"
        ds.PositionReferenceIndicator = ""
        phantoms.save(ds, tmp_path / "ball" / f"{n:03d}")
    return tmp_path / "ball"


def size(ended):
    assert ended.code == 0, ended.err
    return json.loads(ended.out.splitlines()[-1])


def test_a_ball_has_the_volume_of_a_ball(safelight, ball):
    found = size(safelight("mask", ball, "--open", "0", "--json"))
    assert found["volume_ml"] == pytest.approx(4 / 3 * math.pi * 27, rel=0.005)
    assert found["slices"] == 40 and found["notes"] == []
    hollow = size(safelight("mask", ball, "--open", "0", "--no-fill", "--json"))
    assert hollow["volume_ml"] == pytest.approx(4 / 3 * math.pi * 26, rel=0.005)


def test_one_picture_has_an_area(safelight, ball):
    found = size(safelight("mask", ball / "020", "--json"))
    assert found["area_mm2"] == pytest.approx(math.pi * 899, rel=0.01) and found["volume_ml"] is None


def test_a_missing_slice_is_said_and_bridged(safelight, ball):
    (ball / "020").unlink()
    found = size(safelight("mask", ball, "--json"))
    assert found["volume_ml"] == pytest.approx(4 / 3 * math.pi * 27, rel=0.01)
    assert "unevenly" in found["notes"][0]


def test_npy_has_all_slices_in_order(safelight, ball, tmp_path):
    assert safelight("mask", ball, "--open", "0", "-o", tmp_path / "m.npy").code == 0
    masks = np.load(tmp_path / "m.npy")
    assert masks.shape == (40, 80, 80) and masks.dtype == np.uint8
    assert masks[20].sum() > masks[8].sum() > masks[0].sum() == 0


def test_png_is_one_slice_or_a_folder_of_them(safelight, ball, tmp_path):
    from PIL import Image

    assert safelight("mask", ball / "020", "-o", tmp_path / "m.png").code == 0
    with Image.open(tmp_path / "m.png") as picture:
        assert set(np.unique(np.asarray(picture))) == {0, 255} and picture.size == (80, 80)
    ended = safelight("mask", ball, "-o", tmp_path / "out", "--format", "png", "--json")
    assert len(list((tmp_path / "out").glob("mask-*.png"))) == 40
    first = json.loads(ended.out.splitlines()[0])
    assert first["source"].endswith("000") and first["frame"] == 1 and first["error"] is None
    assert safelight("mask", ball, "-o", tmp_path / "one.png").code == 3


def test_nifti_lies_where_the_images_lie(safelight, ball, tmp_path):
    nibabel = module("nibabel")
    assert safelight("mask", ball, "-o", tmp_path / "m.nii.gz").code == 0
    image = nibabel.load(tmp_path / "m.nii.gz")
    voxels = np.argwhere(np.asanyarray(image.dataobj) > 0)
    middle = nibabel.affines.apply_affine(image.affine, voxels.mean(0))
    assert np.allclose(middle, (0, 0, 0), atol=0.5)
    assert np.allclose(nibabel.affines.voxel_sizes(image.affine), (1, 1, 2))
    corner = nibabel.affines.apply_affine(image.affine, (0, 0, 0))
    assert np.allclose(corner, (39.5, 39.5, -39))  # LPS to RAS


def test_a_segmentation_refers_to_its_images_and_comes_back(safelight, ball, tmp_path):
    highdicom = module("highdicom")
    assert safelight("mask", ball, "-o", tmp_path / "seg.dcm").code == 0
    assert safelight("mask", ball, "-o", tmp_path / "m.npy").code == 0
    seg = highdicom.seg.segread(tmp_path / "seg.dcm")
    sources = [pydicom.dcmread(ball / f"{n:03d}").SOPInstanceUID for n in range(40)]
    assert seg.StudyInstanceUID == f"{phantoms.ROOT}.1"
    again = seg.get_pixels_by_source_instance(sources, combine_segments=True, ignore_spatial_locations=True)
    assert (np.asarray(again) == np.load(tmp_path / "m.npy")).all()


@pytest.mark.parametrize(
    "words",
    [("--range", "9,1"), ("--range", "x"), ("--open", "wide"), ("--open", "1mm", "--close", "2"), ("--frame", "1"),
     ("--open", "-1"), ("-o", "folder")],
)  # fmt: skip
def test_words_that_mean_nothing_are_refused(safelight, ball, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    ended = safelight("mask", ball, *words)
    assert ended.code in (2, 3) and ended.err.count("\n") == 1 and not (tmp_path / "folder").exists()


def test_several_series_are_refused(safelight, data):
    ended = safelight("mask", data)
    assert ended.code == 2 and "series were found" in ended.err


def test_a_tilted_gantry_has_no_volume_but_says_so(safelight, ball):
    for n, path in enumerate(sorted(ball.iterdir())):
        ds = pydicom.dcmread(path)
        ds.ImagePositionPatient[1] += 0.5 * n
        ds.save_as(path)
    assert "tilted by" in safelight("mask", ball).out
    ended = safelight("mask", ball, "--volume")
    assert ended.code == 3 and "tilted by 14.0 degrees" in ended.err
