"""A lower resolution of a JPEG 2000 frame is that frame, near enough for a moment."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import FileDataset

from tests import phantoms
from tui.core import previews
from tui.core.frames import Decoder
from tui.core.layout import layout
from tui.core.pipeline import Renderer, halvings
from tui.core.values import View, Viewport

J2K, HTJ2K = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "LEAST_PIXELS", 64 * 64)


def smooth(rows: int = 96, columns: int = 130) -> NDArray[np.float64]:
    """From 0 to 1."""
    y, x = np.mgrid[0:rows, 0:columns]
    return (np.sin(y / 23) * np.cos(x / 31) + 1) / 2


def packed(pixels: NDArray[np.generic], bits: int, syntax: str = J2K, **words: object) -> tuple[FileDataset, bytes]:
    ds = phantoms.grey(pixels, stored=bits) if pixels.ndim == 2 else phantoms.colour()
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax == HTJ2K:
        return ds, bytes(imagecodecs.htj2k_encode(pixels))
    return ds, bytes(
        imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True, bitspersample=bits, **words)
    )


@pytest.mark.parametrize(
    ("kind", "bits", "low"),
    [("u1", 8, 0), ("u2", 10, 0), ("u2", 12, 0), ("u2", 16, 0), ("i2", 12, -2048), ("i2", 16, -32768)],
)
def test_values_are_those_of_the_picture(kind: str, bits: int, low: int) -> None:
    whole = (smooth() * ((1 << bits) - 1) + low).astype(kind)
    ds, data = packed(whole, bits)
    decoder = Decoder(ds, layout(ds))
    assert decoder.reducible
    for count in (1, 2):
        found = decoder.reduced(0, data, count)
        assert found is not None
        step = 1 << count
        assert found.stored.shape == tuple(-(-side // step) for side in whole.shape)
        assert found.stored.dtype.kind == whole.dtype.kind
        assert (found.whole, found.sides) == (whole.shape, whole.shape)
        apart = np.abs(found.stored.astype(float) - whole[::step, ::step])
        assert apart.max() < 0.05 * (1 << bits)


def test_colours_and_a_shape_that_cannot_be_halved_so_often() -> None:
    whole = np.stack([smooth() * 255, 255 - smooth() * 255, smooth() * 99], -1).astype(np.uint8)
    ds, data = packed(whole, 8, mct=True)
    ds.PhotometricInterpretation = "YBR_RCT"
    found = Decoder(ds, layout(ds)).reduced(0, data, 30)
    assert found is not None and found.photometric == "RGB"
    assert found.stored.shape[:2] == (24, 33)  # 3 levels are in the stream, but 130 is no good at an eighth
    assert Decoder(ds, layout(ds)).reduced(0, data, 0) is None


def test_what_cannot_be_averaged_or_is_quick_is_left_to_the_whole() -> None:
    grey = (smooth() * 4095).astype(np.uint16)
    ds, data = packed(grey, 12)
    assert Decoder(ds, layout(ds)).reduced(0, data[:40], 1) is None
    ds.Rows += 1
    assert Decoder(ds, layout(ds)).reduced(0, data, 1) is None
    ds.Rows -= 1
    ds.PhotometricInterpretation = "PALETTE COLOR"
    assert not Decoder(ds, layout(ds)).reducible
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.add_new((0x6000, 0x0102), "US", 14)  # an overlay among the pixels
    assert not Decoder(ds, layout(ds)).reducible
    high, fast = packed(grey, 12, HTJ2K)
    assert Decoder(high, layout(high)).reduced(0, fast, 1) is None
    assert not Decoder(phantoms.ct(0), layout(phantoms.ct(0))).reducible


def test_it_is_drawn_in_the_place_of_the_whole() -> None:
    whole = (smooth() * 4095).astype(np.uint16)
    ds, data = packed(whole, 12)
    decoder, viewport = Decoder(ds, layout(ds)), Viewport(40, 40)
    count = halvings(ds, 0, View(), viewport)
    assert count == 2
    found = decoder.reduced(0, data, count)
    assert found is not None
    for view in (View(), View(zoom=1.7, center_x=0.3), View(rotation=1, flip=True)):
        coarse, exact = Renderer().draw(found, view, viewport), Renderer().draw(decoder.frame(0, data), view, viewport)
        assert (coarse.width, coarse.height, coarse.scale) == (exact.width, exact.height, exact.scale)
        assert Renderer().facts(found) == Renderer().facts(decoder.frame(0, data))
        if coarse.pixels.shape == exact.pixels.shape:
            assert np.abs(coarse.pixels.astype(int) - exact.pixels).mean() < 12


def test_enlarged_nothing_is_to_be_gained() -> None:
    ds, _ = packed((smooth() * 4095).astype(np.uint16), 12)
    assert halvings(ds, 0, View(), Viewport(800, 800)) == 0
    assert halvings(ds, 0, View(one_to_one=True), Viewport(40, 40)) == 0
