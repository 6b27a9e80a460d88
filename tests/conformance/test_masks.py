"""Masks and values of real files against programs that we did not write: OpenCV, highdicom, dciodvfy; SUV by hand."""

from __future__ import annotations

import io
import math
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels import apply_rescale

from tests.core.test_mask import with_opencv
from tests.tools import installed, module
from tui.adapters.masks.seg import MASK_FORMAT
from tui.adapters.opened import open_instance
from tui.core.mask import MaskStack
from tui.core.measure import Measured
from tui.core.quantities import Recipe
from tui.core.volume import place_of, volume
from tui.service.settings import Limits

SLICES = 6
SERIES = ("ct-series/philips-head/DICOM/S21570/S2020", "ct-series/tiny-head-93")


def measured(path: Path) -> Measured:
    return Measured(open_instance(path, Limits()).frame(0))


def slices(folder: Path, count: int = SLICES) -> list[Path]:
    """Files of a series that lie evenly among all."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "DIRFILE")
    return [files[n * len(files) // count] for n in range(count)] if len(files) > count else files


@pytest.mark.corpus
@pytest.mark.parametrize("name", SERIES)
def test_the_mask_of_a_ct_equals_the_recipe_in_opencv(corpus: Path, name: str) -> None:
    cv2 = module("cv2")
    found = 0
    for path in slices(corpus / name):
        dataset = dcmread(path)
        ours = measured(path).mask(Recipe(90, 3071, opening=0.5))[0]
        theirs = with_opencv(apply_rescale(dataset.pixel_array, dataset), cv2)
        assert (ours == theirs).all(), f"{path.name}: {int((ours != theirs).sum())} pixels differ"
        found += int(ours.sum())
    assert found > 1000  # there was bone to be found


@pytest.mark.corpus
def test_a_segmentation_of_a_real_series_is_valid_and_comes_back_as_it_was(corpus: Path, tmp_path: Path) -> None:
    highdicom = module("highdicom")
    paths = slices(corpus / SERIES[0], 140)[40:44]
    there = [measured(path) for path in paths]
    masks = np.stack([one.mask(Recipe())[0] for one in there])
    frames = tuple((one.dataset, 0) for one in there)
    grid = volume([place_of(one.dataset, 0, *one.shape) for one in there])
    data = MASK_FORMAT.encode(MaskStack(masks, frames, grid, Recipe()))
    (tmp_path / "seg.dcm").write_bytes(data)
    said = subprocess.run([installed("dciodvfy"), tmp_path / "seg.dcm"], capture_output=True, text=True, check=False)
    assert not [line for line in said.stderr.splitlines() if line.startswith("Error")], said.stderr
    uids = [one.dataset.SOPInstanceUID for one in there]
    again = highdicom.seg.segread(io.BytesIO(data))
    back = again.get_pixels_by_source_instance(uids, combine_segments=True, ignore_spatial_locations=True)
    assert masks.any() and (np.asarray(back) == masks).all()


def suv_by_qiba(ds: Dataset, stored: float) -> float:
    """The vendor-neutral pseudo-code for SUV by body weight of QIBA's FDG-PET/CT profile."""
    dose = ds.RadiopharmaceuticalInformationSequence[0]

    def seconds(time: str) -> float:
        text = str(time)
        return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:] or 0)

    assert ds.Units == "BQML" and ds.DecayCorrection == "START" and "ATTN" in ds.CorrectedImage
    waited = seconds(ds.SeriesTime) - seconds(dose.RadiopharmaceuticalStartTime)
    decayed = float(dose.RadionuclideTotalDose) * 2 ** (-waited / float(dose.RadionuclideHalfLife))
    return (stored * float(ds.RescaleSlope) + float(ds.RescaleIntercept)) * float(ds.PatientWeight) * 1000 / decayed


@pytest.mark.corpus
def test_suv_is_that_of_the_formula(corpus: Path) -> None:
    path = corpus / "pt-seg/qin-headneck-pet/000003.dcm"
    dataset, there = dcmread(path), measured(path)
    row, column = np.unravel_index(int(there.stored.argmax()), there.stored.shape)
    probe = there.probe(int(column), int(row))
    reading = next(one for one in probe.readings if one.unit.startswith("SUV"))
    assert math.isclose(reading.value, suv_by_qiba(dataset, float(dataset.pixel_array[row, column])), rel_tol=1e-6)
