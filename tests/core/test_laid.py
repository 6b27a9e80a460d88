"""What is drawn over a picture, through zoom, flip and rotation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.overlays import picture
from tui.core.laid import Laid, enlarged
from tui.core.objects import Area, Drawing, Drawn, Shade, Stroke, Words
from tui.core.pipeline import Renderer
from tui.core.values import View, Viewport

RED, BLUE = (255, 0, 0), (0, 0, 255)
BLACK = picture(0)


def laid(*drawings: Drawing, opacity: float = 0.5) -> Laid:
    return Laid((Drawn(drawings, 1, ("said",)),), opacity)


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((128, 128), bool)
    mask[top:bottom, left:right] = True
    return mask


def seen(view: View, over: Laid, size: int = 128) -> np.ndarray:
    found = Renderer().draw(BLACK, view, Viewport(size, size), None, over)
    assert "said" in found.notes or not view.overlays
    return found.pixels


def is_red(pixels: np.ndarray) -> np.ndarray:
    found: np.ndarray = (pixels[..., 0].astype(int) - pixels[..., 2]) > 60
    return found


def test_an_area_is_blended_and_its_outline_is_stronger() -> None:
    pixels = seen(View(), laid(Area(box(10, 20, 40, 60), RED)))
    plain = Renderer().draw(BLACK, View(), Viewport(128, 128)).pixels
    inside = pixels[30, 25].astype(int)
    assert inside[0] == round(plain[30, 25] * 0.5 + 127.5)
    assert inside[1] == round(plain[30, 25] * 0.5)
    assert pixels[20, 25, 0] > inside[0]
    assert np.array_equal(pixels[80:, :, 0], plain[80:])


@pytest.mark.parametrize("opacity", [0.0, 1.0])
def test_opacity_goes_from_outlines_to_full(opacity: float) -> None:
    pixels = seen(View(), laid(Area(box(10, 20, 40, 60), RED), opacity=opacity))
    assert is_red(pixels[20, 10:40]).all()
    assert is_red(pixels[30:50, 15:35]).all() == (opacity == 1)


def test_fractions_cover_by_their_part() -> None:
    cover = np.zeros((128, 128), np.float32)
    cover[0, 0] = 0.5
    assert seen(View(), laid(Area(cover, RED, edge=False), opacity=1.0))[0, 0, 0] == 128


@pytest.mark.parametrize("rotation", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_areas_lines_and_words_turn_with_the_picture(rotation: int, flip: bool) -> None:
    view = View(rotation=rotation, flip=flip)
    upright = seen(View(), laid(Area(box(10, 20, 40, 30), RED)))
    turned = seen(view, laid(Area(box(10, 20, 40, 30), RED)))
    expected = upright[:, ::-1] if flip else upright
    assert np.array_equal(turned, np.rot90(expected, -rotation))
    line = Stroke(np.array([[10.0, 20.0], [40.0, 20.0]]), RED)
    upright = seen(View(), laid(line))
    expected = upright[:, ::-1] if flip else upright
    assert np.array_equal(seen(view, laid(line)), np.rot90(expected, -rotation))
    pixels = seen(view, laid(Words("XX", 64.0, 64.0, RED)))
    rows, columns = np.nonzero(is_red(pixels))
    assert columns.min() >= 60
    assert rows.min() >= 60
    assert columns.max() - columns.min() > rows.max() - rows.min()  # upright, whatever the picture is


def test_lines_follow_zoom_and_pan() -> None:
    line = Stroke(np.array([[32.0, 32.0], [96.0, 32.0]]), RED)
    pixels = seen(View(zoom=2.0, center_x=0.5, center_y=0.25), laid(line), 256)
    rows, columns = np.nonzero(is_red(pixels))
    assert (rows.min(), rows.max()) in {(127, 127), (127, 128), (128, 128)}
    assert columns.min() <= 1
    assert columns.max() >= 254


def test_zoom_shows_a_line_at_the_resolution_of_the_screen() -> None:
    pixels = seen(View(), laid(Stroke(np.array([[10.0, 10.0], [100.0, 10.0]]), RED)), 640)
    assert pixels.shape[:2] == (640, 640)
    rows, _ = np.nonzero(is_red(pixels))
    assert set(rows) <= {49, 50}


def test_a_shutter_hides_the_picture_and_nothing_that_is_drawn() -> None:
    pixels = seen(
        View(), laid(Shade(~box(0, 0, 64, 128), 200), Area(box(100, 0, 110, 10), RED, solid=True, edge=False))
    )
    assert (pixels[20, 64:] == 200).all()
    assert tuple(pixels[5, 105]) == RED


def test_a_filled_shape_a_mark_and_none() -> None:
    square = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 30.0], [10.0, 30.0]])
    pixels = seen(View(), laid(Stroke(square, RED, closed=True, filled=True), Stroke(np.array([[80.0, 80.0]]), RED)))
    assert is_red(pixels[12:28, 12:28]).all()
    assert is_red(pixels[79, 77:82]).all()
    empty = Stroke(np.empty((0, 2)), RED)
    assert not is_red(seen(View(), laid(empty, Stroke(np.array([[np.nan, 1.0]]), RED)))).any()


def test_what_is_far_away_is_not_drawn() -> None:
    over = laid(Words("X", 1e300, 5.0, RED), Stroke(np.array([[1e300, 1e300], [-1e300, 5.0]]), RED))
    assert not is_red(np.atleast_3d(seen(View(), over)).repeat(3, -1)[..., :3]).any()


def test_overlays_off_shows_the_picture_alone() -> None:
    over = laid(Area(box(10, 20, 40, 60), RED), Words("X", 5.0, 5.0, RED), Shade(box(0, 0, 9, 9), 255))
    plain = Renderer().draw(BLACK, View(), Viewport(128, 128)).pixels
    assert np.array_equal(seen(View(overlays=False), over), plain)


def test_a_frame_of_lower_resolution_is_covered_alike() -> None:
    coarse = replace(BLACK, stored=BLACK.stored[::2, ::2], whole=(128, 128))
    over = laid(Area(box(0, 0, 64, 128), RED, edge=False), opacity=1.0)
    pixels = Renderer().draw(coarse, View(), Viewport(128, 128), None, over).pixels
    assert is_red(pixels[:, : pixels.shape[1] // 2]).all()
    assert not is_red(pixels[:, pixels.shape[1] // 2 :]).any()


def test_enlarging_never_shrinks() -> None:
    from tui.core.geometry import place

    placement = place((128, 128), 1.0, View(), Viewport(64, 64))
    pixels = np.zeros((128, 128), np.uint8)
    assert enlarged(pixels, placement) is pixels
