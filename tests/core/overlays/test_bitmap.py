"""Overlay planes: PS3.3 C.9.2."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import FileDataset

from tests import phantoms
from tui.core.frames import Frame, decode
from tui.core.overlays.bitmap import OVERLAY, outline


def with_plane(
    plane: np.ndarray, *, origin: object = (1, 1), group: int = 0x6000, kind: str = "G", shape: tuple[int, int] = (6, 7)
) -> FileDataset:
    ds = phantoms.grey(np.zeros(shape, np.uint8))
    bits = np.packbits(plane.astype(np.uint8).ravel(), bitorder="little").tobytes()
    ds.add_new((group, 0x0010), "US", plane.shape[-2])
    ds.add_new((group, 0x0011), "US", plane.shape[-1])
    if plane.ndim == 3:
        ds.add_new((group, 0x0015), "IS", len(plane))
    ds.add_new((group, 0x0040), "CS", kind)
    ds.add_new((group, 0x0050), "SS", list(origin) if isinstance(origin, tuple) else origin)
    ds.add_new((group, 0x0100), "US", 1)
    ds.add_new((group, 0x0102), "US", 0)
    ds.add_new((group, 0x3000), "OW", bits + b"\0" * (len(bits) % 2))
    return ds


def frame(ds: FileDataset, index: int = 0) -> Frame:
    return Frame(np.zeros((ds.Rows, ds.Columns), np.uint8), "MONOCHROME2", ds, index)


def pattern(*shape: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 2, shape).astype(bool)


@pytest.mark.parametrize("group", [0x6000, 0x601E, 0x60FE])
def test_a_plane_is_as_pydicom_reads_it(group: int) -> None:
    ds = with_plane(pattern(6, 7), group=group)
    (layer,) = OVERLAY.read(frame(ds)).layers
    assert np.array_equal(layer.mask, ds.overlay_array(group).astype(bool))
    assert np.array_equal(layer.mask, pattern(6, 7))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(-15, 15), st.integers(-15, 15))
@settings(max_examples=80, deadline=None)
def test_a_plane_lies_where_its_origin_says(rows: int, columns: int, row: int, column: int) -> None:
    plane = pattern(rows, columns)
    expected = np.zeros((6, 7), bool)
    for y, x in np.argwhere(plane):
        if 0 <= y + row - 1 < 6 and 0 <= x + column - 1 < 7:
            expected[y + row - 1, x + column - 1] = True
    layers = OVERLAY.read(frame(with_plane(plane, origin=(row, column)))).layers
    assert len(layers) == expected.any()
    assert all(np.array_equal(layer.mask, expected) for layer in layers)


def test_frames_of_a_plane_are_not_padded_to_bytes() -> None:
    planes = pattern(3, 5, 5)
    ds = with_plane(planes, shape=(5, 5))
    for n in range(3):
        assert np.array_equal(OVERLAY.read(frame(ds, n)).layers[0].mask, planes[n])
    assert OVERLAY.read(frame(ds, 3)).layers == ()
    ds.add_new((0x6000, 0x0051), "US", 3)  # the first plane belongs to the third frame
    assert OVERLAY.read(frame(ds, 1)).layers == ()
    assert np.array_equal(OVERLAY.read(frame(ds, 2)).layers[0].mask, planes[0])


def test_a_single_plane_is_over_every_frame() -> None:
    ds = with_plane(pattern(6, 7))
    assert np.array_equal(OVERLAY.read(frame(ds, 9)).layers[0].mask, pattern(6, 7))


def test_a_region_is_drawn_as_its_outline() -> None:
    plane = np.zeros((6, 7), bool)
    plane[1:5, 1:6] = True
    expected = plane.copy()
    expected[2:4, 2:5] = False
    assert np.array_equal(OVERLAY.read(frame(with_plane(plane, kind="R"))).layers[0].mask, expected)
    assert np.array_equal(outline(np.ones((3, 3), bool)), ~np.eye(3, dtype=bool) | (np.arange(3) != 1))


# ------------------------------------------------------------------------------------------------- among the pixels


def among(position: int, *, stored: int = 12, high: int = 11, frames: int = 2) -> tuple[FileDataset, np.ndarray]:
    """Pixels of 16 bits with a plane in one bit of each, other rubbish around, and the planes."""
    planes = pattern(frames, 6, 7)
    samples = np.random.default_rng(6).integers(0, 1 << 16, planes.shape, dtype=np.uint16)
    samples = (samples & ~np.uint16(1 << position)) | (planes.astype(np.uint16) << position)
    ds = phantoms.grey(samples, stored=stored)
    ds.HighBit = high
    for element, vr, value in (
        (0x0010, "US", 6), (0x0011, "US", 7), (0x0040, "CS", "G"), (0x0050, "SS", [1, 1]), (0x0100, "US", 16),
        (0x0102, "US", position),
    ):  # fmt: skip
        ds.add_new((0x6000, element), vr, value)
    return ds, planes


def decoded(ds: FileDataset, index: int) -> Frame:
    size = ds.Rows * ds.Columns * ds.BitsAllocated // 8
    return decode(ds, index, ds.PixelData[index * size : (index + 1) * size])


@pytest.mark.parametrize(("position", "high"), [(12, 11), (15, 11), (0, 15), (3, 15), (0, 12), (13, 12)])
def test_planes_among_the_pixels_are_those_of_the_frame(position: int, high: int) -> None:
    ds, planes = among(position, high=high)
    for index in range(2):
        found = OVERLAY.read(decoded(ds, index))
        assert np.array_equal(found.layers[0].mask, planes[index])
        assert found.notes == ()


def test_planes_among_the_pixels_are_no_part_of_the_picture() -> None:
    ds, _ = among(13)
    low = np.frombuffer(ds.PixelData, "<u2")[:42].reshape(6, 7) & 0x0FFF
    assert np.array_equal(decoded(ds, 0).stored, low)


@pytest.mark.parametrize(
    ("position", "high", "reason"), [(11, 11, "the picture's"), (0, 11, "the picture's"), (4, 15, "the picture's")]
)
def test_a_bit_of_the_picture_is_no_plane(position: int, high: int, reason: str) -> None:
    found = OVERLAY.read(decoded(among(position, high=high)[0], 0))
    assert found.layers == ()
    assert "6000" in found.notes[0]
    assert reason in found.notes[0]


@pytest.mark.parametrize("value", [16, 60000])
def test_a_bit_beyond_the_pixels_is_no_plane(value: int) -> None:
    ds, _ = among(13)
    ds[0x6000, 0x0102].value = value
    found = OVERLAY.read(decoded(ds, 0))
    assert (found.layers, len(found.notes)) == ((), 1)


def test_bits_that_the_compression_dropped_are_named() -> None:
    ds, _ = among(13)
    found = OVERLAY.read(replace(decoded(ds, 0), raw=None))
    assert found.layers == ()
    assert "not in the pixel data" in found.notes[0]


# ------------------------------------------------------------------------------------------------- broken


@pytest.mark.parametrize(
    ("element", "value"),
    [(0x0010, 0), (0x0011, None), (0x0010, [1, 2]), (0x3000, b"\1\2"), (0x0050, None), (0x0050, 3)],
)
def test_broken_planes_raise_nothing_and_stay_in_the_picture(element: int, value: object) -> None:
    ds = with_plane(pattern(60, 60))
    ds[0x6000, element].value = value
    found = OVERLAY.read(frame(ds))
    assert all(layer.mask.shape == (6, 7) for layer in found.layers)


def test_a_plane_of_four_thousand_million_bits_needs_only_what_is_there() -> None:
    ds = with_plane(np.ones((1, 16), bool))
    ds[0x6000, 0x0010].value = ds[0x6000, 0x0011].value = 65535
    assert OVERLAY.read(frame(ds)).layers == ()


def test_no_plane_nothing() -> None:
    found = OVERLAY.read(frame(phantoms.ct()))
    assert (found.layers, found.notes) == ((), ())
