"""What every format in ``adapters/exports`` promises."""

import numpy as np
import pytest

from tests.phantoms import head
from tui import compose
from tui.core.values import Picture, Window

EXPORTERS = compose.exporters()


@pytest.fixture(params=EXPORTERS.items(), ids=lambda item: item[0])
def named(request):
    return request.param


@pytest.fixture
def pictures():
    grey = np.clip(head(96) / 2, 0, 255).astype(np.uint8)
    return {
        "grey": Picture(grey, 96, 96, window=Window(40, 80), unit="HU"),
        "colour": Picture(np.stack([grey, grey.T, 255 - grey], -1), 96, 96),
        "one pixel": Picture(np.zeros((1, 1), np.uint8), 1, 1),
        "thin": Picture(np.zeros((1, 3000), np.uint8), 3000, 1),
        "oblong pixels": Picture(grey[:, ::2], 96, 96),
        "turned": Picture(grey[::-1].T, 96, 96),
    }


def test_there_are_exporters():
    assert "png" in EXPORTERS


def test_the_suffix_has_its_dot_and_is_lower_case(named):
    _name, exporter = named
    assert exporter.suffix.startswith(".") and exporter.suffix == exporter.suffix.lower() and len(exporter.suffix) > 1


def test_every_picture_becomes_a_file(named, pictures):
    _, exporter = named
    for picture in pictures.values():
        data = exporter.encode(picture)
        assert isinstance(data, bytes) and data


def test_the_same_picture_is_the_same_file(named, pictures):
    """No clock, no host, no name gets into a file."""
    _, exporter = named
    assert exporter.encode(pictures["grey"]) == exporter.encode(pictures["grey"])


def test_the_picture_is_not_changed(named, pictures):
    _, exporter = named
    for picture in pictures.values():
        before = picture.pixels.copy()
        exporter.encode(picture)
        np.testing.assert_array_equal(picture.pixels, before)
