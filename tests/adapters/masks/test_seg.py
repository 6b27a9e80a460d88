import io
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread

from tests.adapters.masks import stack
from tests.tools import installed, module
from tui.adapters.masks.seg import MASK_FORMAT
from tui.errors import GeometryError


@pytest.fixture(autouse=True)
def highdicom():
    return module("highdicom")


def test_it_comes_back_and_names_its_recipe(highdicom) -> None:
    there = stack()
    data = MASK_FORMAT.encode(there)
    seg = highdicom.seg.segread(io.BytesIO(data))
    uids = [ds.SOPInstanceUID for ds, _ in there.frames]
    found = seg.get_pixels_by_source_instance(uids, combine_segments=True, ignore_spatial_locations=True)
    assert (np.asarray(found) == there.masks).all()
    item = dcmread(io.BytesIO(data)).SegmentSequence[0]
    assert item.SegmentLabel == "Range 100 to 200"
    assert "range" in item.SegmentationAlgorithmIdentificationSequence[0].AlgorithmParameters


def test_dciodvfy_finds_no_error(tmp_path) -> None:
    (tmp_path / "seg.dcm").write_bytes(MASK_FORMAT.encode(stack()))
    said = subprocess.run(
        [installed("dciodvfy"), tmp_path / "seg.dcm"], capture_output=True, text=True, check=False
    ).stderr
    assert not [line for line in said.splitlines() if line.startswith("Error")]


def test_an_empty_mask_and_images_without_a_name_are_refused() -> None:
    there = stack()
    with pytest.raises(GeometryError, match="empty"):
        MASK_FORMAT.encode(replace(there, masks=np.zeros_like(there.masks)))
    del there.frames[0][0].StudyInstanceUID
    with pytest.raises(GeometryError, match="StudyInstanceUID"):
        MASK_FORMAT.encode(there)


def test_the_headers_of_the_images_are_left_as_they_are() -> None:
    there = stack()
    before = [set(ds.keys()) for ds, _ in there.frames]
    MASK_FORMAT.encode(there)
    assert [set(ds.keys()) for ds, _ in there.frames] == before
