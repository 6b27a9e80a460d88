"""Contact sheets: every picture once, in order."""

import numpy as np

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.core.sheet import joined, sheets, tile_size


def test_all_pictures_are_there_in_reading_order():
    flat = [phantoms.grey(np.full((8, 10), 20 * n, np.uint8)) for n in range(7)]
    for ds in flat:
        ds.WindowCenter, ds.WindowWidth = 127.5, 255
    found = list(sheets(pages_of(*flat), 3, 2, 0))
    assert [still.pixels().shape for still in found] == [(16, 30), (8, 10)]
    first = found[0].pixels()
    values = [first[4 + 8 * (n // 3), 5 + 10 * (n % 3)] for n in range(6)]
    assert np.abs(np.array(values) - np.arange(6) * 20).max() <= 2
    assert found[1].pixels()[0, 0] >= 118


def test_tiles_keep_their_shape_and_the_sheet_its_limit():
    assert tile_size(6, 4, 0, (512, 512)) == (512, 512)
    assert tile_size(10, 4, 1000, (512, 256)) == (100, 50)
    assert tile_size(2, 2, 0, (40, 30)) == (40, 30)


def test_one_colour_picture_makes_the_sheet_colour():
    grey, red = np.full((4, 4), 7, np.uint8), np.zeros((2, 2, 3), np.uint8)
    assert joined([grey, red], 2, (4, 4)).shape == (4, 8, 3)
