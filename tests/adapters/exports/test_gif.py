"""GIF as ffprobe and Pillow count and time it."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.gif import EXPORTER, _delays
from tui.core.values import Wish


def frames(data):
    image = Image.open(io.BytesIO(data))
    for index in range(image.n_frames):
        image.seek(index)
        yield np.asarray(image.convert("RGB")), image.info["duration"]


def test_every_frame_is_there_exact_and_at_the_rate():
    pages = pages_of(phantoms.cine(frames=10, size=32))
    found = list(frames(EXPORTER.encode(pages, Wish(rate=25))))
    assert [duration for _, duration in found] == [40] * 10
    for (pixels, _), page in zip(found, pages, strict=True):
        np.testing.assert_array_equal(pixels[..., 0], page.pixels())


def test_equal_neighbours_stay_frames_of_their_own():
    ds = phantoms.grey(np.stack([np.full((8, 8), 9, np.uint8)] * 5))
    assert len(list(frames(EXPORTER.encode(pages_of(ds), Wish(rate=10))))) == 5


def test_colour_is_close():
    pages = pages_of(phantoms.colour(size=48, frames=3))
    for (pixels, _), page in zip(frames(EXPORTER.encode(pages, Wish(rate=5))), pages, strict=True):
        assert np.abs(pixels.astype(int) - page.pixels()).mean() < 8


@pytest.mark.parametrize("rate", [1, 7.5, 15, 24, 29.97, 30, 60])
def test_the_sum_of_the_delays_keeps_the_rate(rate):
    assert abs(sum(itertools.islice(_delays(rate), 300)) / 100 - 300 / rate) < 0.02


def test_slices_of_different_sizes_share_a_field():
    found = list(frames(EXPORTER.encode(pages_of(phantoms.ct(size=40), phantoms.ct(1, size=64)), Wish(rate=5))))
    assert [pixels.shape for pixels, _ in found] == [(40, 40, 3)] * 2
