from __future__ import annotations

from tests.core.test_frames import header
from tui.core.layout import layout


def test_what_is_missing_is_assumed_from_the_rest() -> None:
    assert layout(header(1, 2, SamplesPerPixel=None, PhotometricInterpretation="RGB")).samples == 3
    assert layout(header(1, 2, BitsAllocated=None, BitsStored=12)).bits == 16


def test_impossible_bits_are_mended_and_noted() -> None:
    found = layout(header(1, 1, BitsStored=20, HighBit=40))
    assert (found.stored, found.high) == (16, 15)
    assert len(found.notes) == 2
