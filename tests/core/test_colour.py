"""Colour models and palettes: PS3.3 C.7.6.3.1.2, C.7.6.3.1.5, C.7.6.19, C.7.9.2."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut, convert_color_space
from pydicom.pixels.processing import _expand_segmented_lut

from tests import phantoms
from tui.core import colour

DESCRIPTORS, DATA, SEGMENTED = 0x00281101, 0x00281201, 0x00281221


def palette_of(
    channels: list[np.ndarray],
    *,
    first: int = 0,
    bits: int = 16,
    packed: bool = False,
    base: int = DATA,
    count: int = 0,
) -> Dataset:
    ds = phantoms.grey(np.arange(16, dtype=np.uint8).reshape(4, 4), photometric="PALETTE COLOR")
    for n, channel in enumerate(channels):
        ds.add(DataElement(DESCRIPTORS + n, "SS" if first < 0 else "US", [count or len(channel), first, bits]))
        ds.add(DataElement(base + n, "OW", channel.astype(np.uint8 if packed else "<u2").tobytes()))
    return ds


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_ybr_is_as_pydicom_has_it(seed: int) -> None:
    samples = np.random.default_rng(seed).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    expected = convert_color_space(samples, "YBR_FULL", "RGB")
    assert np.array_equal(colour.rgb(samples, "YBR_FULL", 8), expected)
    assert np.array_equal(colour.rgb(samples, "YBR_FULL_422", 8), expected)


@pytest.mark.parametrize(
    ("ybr", "rgb"), [((16, 128, 128), (0, 0, 0)), ((235, 128, 128), (255, 255, 255)), ((81, 90, 240), (254, 0, 0))]
)
def test_partial_range(ybr: tuple[int, int, int], rgb: tuple[int, int, int]) -> None:
    found = colour.rgb(np.array([[ybr]], np.uint8), "YBR_PARTIAL_420", 8)
    assert np.abs(found[0, 0].astype(int) - rgb).max() <= 1


@pytest.mark.parametrize("photometric", ["RGB", "YBR_RCT", "YBR_ICT"])
def test_rgb_stays_and_alpha_goes(photometric: str) -> None:
    samples = np.arange(4 * 4 * 4, dtype=np.uint8).reshape(4, 4, 4)
    assert np.array_equal(colour.rgb(samples, photometric, 8), samples[..., :3])


@pytest.mark.parametrize("bits", [1, 5, 8, 10, 12, 16])
def test_depth_becomes_8_bits_by_the_whole_range(bits: int) -> None:
    top = 2**bits - 1
    samples = np.array([[[0, top // 2, top]]], np.uint16)
    assert colour.rgb(samples, "RGB", bits).tolist() == [[[0, top // 2 * 255 // top, 255]]]


def test_floats_are_0_to_1_and_what_is_none_is_black() -> None:
    samples = np.array([[[np.nan, 0.5, np.inf]]], np.float32)
    assert colour.rgb(samples, "RGB", 32).tolist() == [[[0, 127, 255]]]


# ------------------------------------------------------------------------------------------------- palettes

RAMPS = [np.arange(20) * 257, np.full(20, 0x8000), np.arange(20)[::-1] * 3000]


def test_16_bit_entries_are_shown_by_their_high_byte_and_clamp() -> None:
    ds = palette_of(RAMPS, first=4)
    found = colour.palette(ds)
    assert found is not None
    stored = np.array([[0, 4, 5, 23, 255]], np.uint8)
    assert found(stored).tolist() == [
        [[0, 0x80, 57000 >> 8], [0, 0x80, 57000 >> 8], [1, 0x80, 54000 >> 8], [19, 0x80, 0], [19, 0x80, 0]]
    ]
    assert np.array_equal(found(stored), apply_color_lut(stored, ds) >> 8)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("bits", [8, 16])
def test_8_bit_entries_are_told_by_the_entries_not_by_the_descriptor(packed: bool, bits: int) -> None:
    channels = [np.arange(256), np.arange(256)[::-1], np.full(256, 7)]
    found = colour.palette(palette_of(channels, bits=bits, packed=packed))
    assert found is not None
    assert np.array_equal(found.colours, np.stack(channels, -1))


def test_a_signed_first_value() -> None:
    ds = palette_of([np.arange(8) * 256] * 3, first=-4)
    ds.PixelRepresentation = 1
    found = colour.palette(ds)
    assert found is not None
    assert found(np.array([-9, -4, 0, 3, 9], np.int8))[:, 0].tolist() == [0, 0, 4, 7, 7]


def test_channels_of_unequal_length_go_on_with_their_last_entry() -> None:
    found = colour.palette(palette_of([np.arange(3) + 256, np.arange(9) + 256, np.arange(3) + 256], count=9))
    assert found is not None
    assert found.colours.shape == (9, 3)


@pytest.mark.parametrize("broken", ["descriptor", "data"])
def test_a_palette_that_cannot_be_read_is_none(broken: str) -> None:
    ds = palette_of(RAMPS)
    del ds[(DESCRIPTORS if broken == "descriptor" else DATA) + 1]
    assert colour.palette(ds) is None


# Discrete, linear, indirect (two segments from byte 0), linear down.
SEGMENTS = [0, 3, 10, 20, 30, 1, 5, 130, 2, 2, 0, 0, 1, 4, 2]


def test_segments_expand_as_in_pydicom() -> None:
    expected = _expand_segmented_lut(tuple(SEGMENTS), "<H")
    assert colour.expand(np.array(SEGMENTS, np.uint16)).tolist() == list(expected)
    ds = palette_of([np.array(SEGMENTS)] * 3, base=SEGMENTED, count=len(expected))
    found = colour.palette(ds)
    assert found is not None
    assert found.colours[:, 0].tolist() == list(expected)


def test_segments_in_bytes() -> None:
    segments = np.array([0, 2, 10, 20, 1, 4, 60, 2, 1, 0, 0, 0, 0], np.uint16)
    expected = [10, 20, 30, 40, 50, 60, 10, 20]
    assert colour.expand(segments, in_bytes=True).tolist() == expected
    ds = palette_of([segments] * 3, base=SEGMENTED, bits=8, packed=True, count=len(expected))
    found = colour.palette(ds)
    assert found is not None
    assert found.colours[:, 2].tolist() == expected


@given(st.lists(st.integers(0, 65535) | st.integers(0, 3), max_size=60), st.booleans())
@settings(max_examples=200, deadline=None)
def test_segments_of_any_content_end(words: list[int], in_bytes: bool) -> None:
    assert len(colour.expand(np.array(words, np.uint16), in_bytes)) <= 65536


def test_an_indirect_segment_that_repeats_itself_ends() -> None:
    bomb = np.array([0, 2, 1, 2] + [2, 65535, 0, 0] * 200, np.uint16)
    assert len(colour.expand(bomb)) <= 65536


@pytest.mark.parametrize(
    ("presentation", "photometric", "there"),
    [
        ("COLOR", "MONOCHROME2", True),
        ("MIXED", "MONOCHROME2", True),
        ("", "MONOCHROME2", False),
        ("COLOR", "RGB", False),
    ],
)
def test_a_supplemental_palette_needs_pixel_presentation(presentation: str, photometric: str, there: bool) -> None:
    ds = palette_of(RAMPS, first=200)
    ds.PixelPresentation = presentation
    assert (colour.supplemental(ds, photometric) is not None) == there
