"""Marks in a picture: where they stand after crop, zoom, flip and turn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import phantoms
from tui.core import marks, pipeline
from tui.core.frames import Frame
from tui.core.geometry import place
from tui.core.quantities import TINTS, Gauge, Tint
from tui.core.values import View, Viewport


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(0, 3), st.booleans(), st.floats(0.5, 8), st.data()
)  # fmt: skip
@settings(max_examples=60)
def test_a_place_is_in_the_picture_exactly_where_its_pixel_is(  # noqa: PLR0917
    rows: int, columns: int, rotation: int, flip: bool, zoom: float, data: st.DataObject
) -> None:
    pixel = data.draw(st.tuples(st.integers(0, columns - 1), st.integers(0, rows - 1)))
    placement = place((rows, columns), 1.0, View(rotation=rotation, flip=flip, zoom=zoom), Viewport(300, 200))
    image = np.zeros((rows, columns), np.uint8)
    image[pixel[1], pixel[0]] = 255
    shown = marks.enlarged(placement.crop(image), placement)
    found = marks.at(placement, pixel, (shown.shape[0], shown.shape[1]))
    if found is None:
        assert not shown.any()
    else:
        assert shown[found[1], found[0]] == 255


def frame() -> Frame:
    ds = phantoms.ct(size=64)
    return Frame(ds.pixel_array, "MONOCHROME2", ds)


def test_the_crosshair_leaves_its_middle_free_and_is_seen_on_black_and_white() -> None:
    for level in (0, 255):
        pixels = np.full((41, 41), level, np.uint8)
        marks.crosshair(pixels, (20, 20))
        assert (pixels[20, :10] != level).all() and (pixels[30:, 20] != level).all()
        assert (pixels[16:25, 16:25] == level).all()


def test_a_pin_is_a_cross_of_one_colour() -> None:
    pixels = np.zeros((9, 9), np.uint8)
    marks.pin(pixels, (4, 4))
    assert pixels.sum() // 255 == 13
    marks.pin(pixels, (0, 0))  # at the border nothing fails


def test_marks_stand_in_the_picture_and_leave_the_frame_alone() -> None:
    there = frame()
    before = there.stored.copy()
    plain = pipeline.draw(there, View(), Viewport(320, 320))
    probed = pipeline.draw(there, View(probe=(10, 20), pins=((40, 40),)), Viewport(320, 320))
    assert probed.pixels.shape == (320, 320) and plain.pixels.shape == (64, 64)
    assert probed.pixels[int(20.5 * 5), 0] in (0, 255) and (there.stored == before).all()


@pytest.mark.parametrize("rotation", range(4))
def test_the_mask_is_coloured_where_it_is(rotation: int) -> None:
    there = frame()
    mask = np.zeros((64, 64), bool)
    mask[:8] = True
    picture = pipeline.Renderer().draw(there, View(rotation=rotation), Viewport(64, 64), marks.Over(mask))
    coloured = picture.pixels[..., 0] != picture.pixels[..., 2]
    assert (np.rot90(coloured, rotation) == mask).all()


def test_half_covered_pixels_are_inside() -> None:
    tinted = marks.tinted(np.zeros((4, 4), np.uint8), np.array([[True, False], [False, False]]))
    assert (tinted[:2, :2] > 0).any(-1).all() and not tinted[2:].any()


def test_an_outline_leaves_the_inside_of_a_mask_as_it_is() -> None:
    mask = np.ones((5, 5), bool)
    tinted = marks.tinted(np.full((5, 5), 9, np.uint8), mask, Tint("green", 0.0))
    assert (tinted[1:4, 1:4] == 9).all() and (tinted[0] == TINTS["green"]).all()


def test_a_colour_that_is_unknown_is_the_first_one() -> None:
    tinted = marks.tinted(np.zeros((1, 1), np.uint8), np.ones((1, 1), bool), Tint("mauve", 1.0))
    assert tuple(tinted[0, 0]) == TINTS["amber"]


@given(st.integers(0, 3), st.booleans(), st.integers(0, 39), st.integers(0, 29))
@settings(max_examples=40)
def test_a_line_ends_in_the_middle_of_its_pixels(rotation: int, flip: bool, x: int, y: int) -> None:
    placement = place((30, 40), 1.0, View(rotation=rotation, flip=flip), Viewport(400, 300))
    pixels = marks.enlarged(np.zeros((30, 40), np.uint8), placement).copy()
    shape = pixels.shape[0], pixels.shape[1]
    marks.stroke(pixels, [marks.inside(placement, point, shape) for point in ((x, y), (20, 15))])
    assert pixels[marks.at(placement, (x, y), shape)[::-1]] == pixels.max() > 0


def test_lines_and_handles_beyond_the_picture_do_no_harm() -> None:
    pixels = np.zeros((8, 8), np.uint8)
    marks.stroke(pixels, [(-50.0, -3.0), (90.0, -3.0)])
    marks.grip(pixels, (-40.0, 90.0))
    assert not pixels.any()
    marks.stroke(pixels, [(-50.0, 4.0), (90.0, 4.0)])
    assert pixels[4].all() and not pixels[:4].any()


@pytest.mark.parametrize("rotation", range(4))
def test_where_dots_are_coarse_a_line_is_a_dot_wide(rotation: int) -> None:
    view = View(rotation=rotation, gauge=Gauge())
    over = marks.Over(paths=(((10.0, 32.0), (50.0, 32.0)),), dot=(5, 10))
    dark = Frame(np.zeros((64, 64), np.uint16), "MONOCHROME2", phantoms.ct(size=64))
    picture = pipeline.Renderer().draw(dark, view, Viewport(320, 320), over)
    assert picture.pixels.shape == (32, 64) and (picture.width, picture.height) == (320, 320)
    line = picture.pixels > 0
    assert line.sum() == pytest.approx(40 if rotation % 2 == 0 else 20, abs=2)
