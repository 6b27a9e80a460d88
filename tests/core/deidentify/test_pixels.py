from __future__ import annotations

import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, JPEGLosslessSV1

from tests import phantoms
from tests.core.deidentify.planted import deidentified, reread
from tui.core.deidentify import pixels
from tui.errors import RefusedError


@pytest.mark.parametrize(
    ("make", "bits"),
    [
        (lambda: phantoms.ct(size=15), 16),
        (lambda: phantoms.colour(size=5, frames=3), 8),
        (lambda: phantoms.cine(frames=3, size=9), 8),
    ],
)
def test_expected_length_is_that_of_the_array(make: object, bits: int) -> None:
    ds = make()  # type: ignore[operator]
    assert pixels.expected_length(reread(ds)) == ds.pixel_array.size * bits // 8


def test_single_bits_are_packed_over_frames() -> None:
    ds = phantoms.grey(np.zeros((3, 5, 5), np.uint8))
    ds.BitsAllocated = 1
    assert pixels.expected_length(ds) == 10  # 75 bits


def test_what_stands_behind_the_last_frame_is_cut() -> None:
    ds = phantoms.ct(size=15)
    whole = ds.PixelData
    ds.PixelData = whole + b"SMITH^JOHN"
    result, data = deidentified(ds)
    assert result.dataset.PixelData == whole
    assert b"SMITH" not in data
    assert any(w.startswith("R09") for w in result.warnings)


def test_422_may_be_of_both_lengths() -> None:
    ds = phantoms.colour(size=6)
    ds.PhotometricInterpretation = "YBR_FULL_422"
    assert deidentified(ds)[0].dataset.PixelData == ds.PixelData
    ds.PixelData = ds.PixelData[:72]
    assert len(deidentified(ds)[0].dataset.PixelData) == 72
    ds.PixelData += b"SMITH^JOHN"
    assert len(deidentified(ds)[0].dataset.PixelData) == 72


@pytest.mark.parametrize("big", [False, True])
def test_overlay_in_unused_bits_goes_and_the_picture_stays(big: bool) -> None:
    picture = (np.arange(256, dtype=np.uint16) * 16).reshape(16, 16) & 0x0FFF
    overlay = np.eye(16, dtype=np.uint16) << 15
    ds = phantoms.grey(picture | overlay, stored=12)
    if big:
        ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        ds.PixelData = (picture | overlay).astype(">u2").tobytes()
    ds.add_new(0x60000010, "US", 16)
    ds.add_new(0x60000011, "US", 16)
    ds.add_new(0x60000100, "US", 16)
    ds.add_new(0x60000102, "US", 15)
    out = deidentified(ds)[0].dataset
    stored = np.frombuffer(out.PixelData, ">u2" if big else "<u2").reshape(16, 16)
    assert np.array_equal(stored, picture)


def test_overlay_in_compressed_bits_is_refused() -> None:
    ds = phantoms.ct(size=16)
    ds.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    ds.add_new(0x7FE00010, "OB", encapsulate([b"\xff\xd8\xff\xd9"]))
    ds["PixelData"].is_undefined_length = True
    ds.add_new(0x60000010, "US", 16)
    ds.add_new(0x60000102, "US", 14)
    with pytest.raises(RefusedError, match=r"^R11"):
        deidentified(ds)
