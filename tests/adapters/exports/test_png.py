"""Our PNG against Pillow, as reader and as measure of size; the shape of what is written."""

import io
import sys

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from tests.phantoms import head
from tui.adapters.exports import _png
from tui.core.pages import square
from tui.core.values import Picture


def read(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def encoded(pixels, width=0, height=0):
    return _png.stream(square(Picture(pixels, width or pixels.shape[1], height or pixels.shape[0])))


shapes = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)),
)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.uint8, shapes))
def test_pillow_reads_back_every_pixel(pixels):
    image = read(encoded(pixels))
    assert image.mode == ("L" if pixels.ndim == 2 else "RGB")
    np.testing.assert_array_equal(np.asarray(image), pixels)


def test_pixels_need_not_lie_in_a_row():
    pixels = np.arange(64 * 64, dtype=np.uint8).reshape(64, 64)
    for view in (pixels[::-2, ::3], pixels.T, np.stack([pixels] * 3, -1)[:, ::-1]):
        np.testing.assert_array_equal(np.asarray(read(encoded(view))), view)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(40, 20, (40, 20)), (20, 20, (40, 40)), (80, 20, (80, 20)), (40, 60, (40, 60)), (400, 200, (40, 20))],
)
def test_pixels_come_out_square_and_none_is_lost(width, height, size):
    """40 x 20 pixels that fill width x height on the screen."""
    image = read(encoded(np.zeros((20, 40), np.uint8), width, height))
    assert image.size == size


@pytest.mark.parametrize("width", [1023, 1025])
def test_a_rounded_size_is_no_other_shape(width):
    pixels = np.random.default_rng(1).integers(0, 255, (512, 512), np.uint8)
    image = read(encoded(pixels, width, 1024))
    np.testing.assert_array_equal(np.asarray(image), pixels)


def test_a_disc_of_oblong_pixels_comes_out_round():
    y, x = np.mgrid[-1:1:100j, -1:1:200j]
    disc = ((x**2 + y**2 < 0.5) * 255).astype(np.uint8)
    out = np.asarray(read(encoded(disc, 300, 300))) > 127
    assert out.shape == (200, 200)
    assert abs(out.any(0).sum() - out.any(1).sum()) <= 2


def pillow_size(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return len(out.getvalue())


def pictures():
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:512, 0:512]
    ct = np.clip((head(512) - 0.0) * 255 / 80, 0, 255).astype(np.uint8)
    noisy = np.clip(ct + rng.normal(0, 6, ct.shape), 0, 255).astype(np.uint8)
    yield "ct", ct
    yield "noise", noisy
    yield "flat", np.full((512, 512), 77, np.uint8)
    yield "chart", ((x // 32 + y // 32) % 2 * 200).astype(np.uint8)
    yield "ramp", (x // 2).astype(np.uint8)
    yield "colour", np.stack([x // 2, y // 2, (x + y) // 4], -1).astype(np.uint8)


@pytest.mark.parametrize(("name", "pixels"), list(pictures()))
def test_no_picture_is_much_larger_than_with_pillow(name, pixels):
    # what repeats is next to nothing either way
    assert len(encoded(pixels)) <= max(1.25 * pillow_size(pixels), pixels.nbytes / 100)


def test_without_libdeflate_it_is_zlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    pixels = dict(pictures())["noise"]
    np.testing.assert_array_equal(np.asarray(read(encoded(pixels))), pixels)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.uint16, st.tuples(st.integers(1, 30), st.integers(1, 30))))
def test_sixteen_bits_come_back(pixels):
    np.testing.assert_array_equal(np.asarray(read(_png.stream(pixels))).astype(np.uint16), pixels)


def test_sixteen_bit_colour_is_what_another_decoder_sees():
    pixels = np.random.default_rng(2).integers(0, 65535, (20, 30, 3), np.uint16)
    np.testing.assert_array_equal(imagecodecs.png_decode(_png.stream(pixels)), pixels)


def test_texts_come_back():
    image = read(_png.stream(np.zeros((2, 2), np.uint8), {"Unit": "HU", "Slope": "1.0"}))
    assert image.text == {"Unit": "HU", "Slope": "1.0"}


def test_each_line_takes_the_filter_that_suits_it():
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 255, 200, np.uint8)
    lines = np.stack([np.zeros(200), np.arange(200), noise, noise, np.zeros(200)]).astype(np.uint8)
    filtered, noisy = _png._filtered(lines)
    assert not noisy
    assert filtered[:, 0].tolist()[:2] == [0, 1]
    assert (filtered[3, 0], filtered[4, 0]) == (2, 0)


@pytest.mark.parametrize("kind", ["grey", "colour", "sixteen", "tall"])
def test_the_lines_of_noise_take_one_filter_and_come_back(kind):
    rng = np.random.default_rng(11)
    shape = {"grey": (300, 300), "colour": (200, 210, 3), "sixteen": (257, 300), "tall": (1100, 600)}[kind]
    slow = np.add.outer(np.arange(shape[0]), np.arange(shape[1])) // 4 % 128  # so that a neighbour says something
    pixels = (slow.reshape(*shape[:2], *[1] * (len(shape) - 2)) + rng.integers(0, 60, shape)).astype(
        np.uint16 if kind == "sixteen" else np.uint8
    )
    filtered, noisy = _png._filtered(pixels)
    assert noisy
    changes = np.flatnonzero(np.diff(filtered[:, 0].astype(int)))
    assert len(changes) <= (kind == "tall")  # which is filtered in two blocks
    np.testing.assert_array_equal(imagecodecs.png_decode(_png.stream(pixels)), pixels)
    assert len(_png.stream(pixels)) <= 1.05 * pillow_size(pixels) or kind == "colour"


def test_lines_with_more_than_noise_choose_one_by_one():
    rng = np.random.default_rng(12)
    base = np.add.outer(rng.integers(0, 200, 512), np.zeros(512, int))  # smooth from left to right
    base[256:] = rng.integers(0, 200, 512)  # each line like the one above
    filtered, noisy = _png._filtered((base + rng.integers(0, 40, base.shape)).astype(np.uint8))
    assert not noisy
    assert (filtered[1:256, 0] == 1).mean() > 0.9  # but for those whose neighbour is as bright by chance
    assert (filtered[257:, 0] == 2).mean() > 0.9


def test_noise_beside_text_is_not_much_larger_than_with_pillow():
    rng = np.random.default_rng(13)
    pixels = np.full((512, 512), 230, np.uint8)
    pixels[::2] = rng.integers(0, 2, (1, 512)) * 255  # every second line the same
    pixels[256:] = rng.integers(0, 255, (256, 512))
    assert len(_png.stream(pixels)) <= 1.25 * pillow_size(pixels)
