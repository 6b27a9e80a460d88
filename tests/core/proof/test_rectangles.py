"""Copies in which rectangles were blanked: proved like the others, and caught like the others."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pytest

from tests import phantoms
from tests.core.deidentify.test_rectangles import made, samples
from tests.core.proof import leaks
from tests.core.proof.test_verify import verifier
from tui.core.deidentify import rectangles

BOXES = ((2, 1, 6, 3), (20, 20, 4, 4))
LAYOUTS = (
    ("u1", "MONOCHROME2", 1),
    ("i2", "MONOCHROME2", 1),
    ("u1", "RGB", 3),
    ("u1", "YBR_FULL", 3),
    ("u2", "MONOCHROME1", 1),
)


def cleaned(data: bytes, boxes: tuple[tuple[int, int, int, int], ...]) -> tuple[bytes, str]:
    ds = pydicom.dcmread(io.BytesIO(data))
    rectangles.clean(ds, boxes)
    return leaks.copied(leaks.written(ds))


def source(kind: str, photometric: str, count: int, **more: object) -> bytes:
    array = samples(np.random.default_rng(8), kind, 2, 24, 32, *([count] if count > 1 else []))
    return phantoms.data(made(array, photometric, BurnedInAnnotation="YES", **more))


@pytest.mark.parametrize(("kind", "photometric", "count"), LAYOUTS)
def test_a_blanked_picture_passes_and_any_other_change_does_not(kind: str, photometric: str, count: int) -> None:
    data = source(kind, photometric, count)
    copy, name = cleaned(data, BOXES)
    assert verifier().check(data, copy, name, BOXES).problems == ()
    assert verifier().check(data, copy, name).problems
    assert verifier().check(data, copy, name, BOXES[:1]).problems
    ds = pydicom.dcmread(io.BytesIO(copy))
    array = np.frombuffer(ds.PixelData, np.uint8).copy()
    array[-1] ^= 1
    ds.PixelData = array.tobytes()
    assert verifier().check(data, leaks.written(ds), name, BOXES).problems
    ds.PixelData = pydicom.dcmread(io.BytesIO(data)).PixelData
    assert verifier().check(data, leaks.written(ds), name, BOXES).problems


def test_lossy_pixels_are_compared_as_they_decode() -> None:
    data = leaks.compressed()
    ds = pydicom.dcmread(io.BytesIO(data))
    ds.BurnedInAnnotation = "YES"
    data = leaks.written(ds)
    copy, name = cleaned(data, BOXES)
    assert verifier().check(data, copy, name, BOXES).problems == ()
    ds = pydicom.dcmread(io.BytesIO(copy))
    pixels = bytearray(ds.PixelData)
    pixels[-1] ^= 1
    ds.PixelData = bytes(pixels)
    assert verifier().check(data, leaks.written(ds), name, BOXES).problems


def test_seen_to_be_clean_is_marked() -> None:
    data = source("u1", "RGB", 3)
    copy, name = cleaned(data, ())
    assert verifier().check(data, copy, name, ()).problems == ()
    ds = pydicom.dcmread(io.BytesIO(copy))
    ds.BurnedInAnnotation = "YES"
    assert "mark: Burned In Annotation is not NO" in verifier().check(data, leaks.written(ds), name, ()).problems
