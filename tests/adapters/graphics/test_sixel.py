import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.graphics.readers import drawn, likeness
from tests.adapters.graphics.readers import sixel as read
from tests.phantoms import head
from tui.adapters.graphics import _sixels
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics.sixel import GRAPHICS, Sixel, cube, fitted, grey_ramp
from tui.adapters.terminal import Terminal
from tui.service.ports import Box

RULER = Ruler((10, 20))


def picture(size: int = 200) -> np.ndarray:
    return np.clip((head(size) + 40) * 1.6, 0, 255).astype(np.uint8)


@given(
    st.integers(1, 40), st.integers(1, 25), st.integers(1, 12), st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 10])
)
@settings(max_examples=60, deadline=None)
def test_any_indices_are_painted_pixel_for_pixel(rows: int, columns: int, colours: int, seed: int, run: int) -> None:
    rng = np.random.default_rng(seed)
    indices = np.repeat(rng.integers(0, colours, (rows, columns), np.uint8), run, 1)
    percent = rng.integers(0, 101, (colours, 3)).astype(np.uint8)
    wanted = np.round(percent.astype(float) * 255 / 100).astype(np.uint8)[indices]
    assert np.array_equal(read(_sixels.encode(indices, percent).decode()), wanted)


@pytest.mark.parametrize("rows", [1, 5, 6, 7, 6 * _sixels.SLAB, 6 * _sixels.SLAB + 1, 13 * _sixels.SLAB])
def test_the_seams_of_the_slabs_do_not_show(rows: int) -> None:
    indices = np.random.default_rng(rows).integers(0, 7, (rows, 31), np.uint8)
    percent = (np.arange(21).reshape(7, 3) * 4).astype(np.uint8)
    wanted = np.round(percent.astype(float) * 255 / 100).astype(np.uint8)[indices]
    assert np.array_equal(read(_sixels.encode(indices, percent).decode()), wanted)


def test_it_ends_without_a_line_feed_that_could_scroll_the_screen() -> None:
    data = _sixels.encode(np.zeros((12, 4), np.uint8), np.zeros((1, 3), np.uint8))
    assert data.count(b"-") == 1
    assert not data.removesuffix(b"\x1b\\").endswith(b"-")


@pytest.mark.parametrize(("coarse", "levels"), [(0, 101), (1, 32), (2, 16)])
def test_grey_pictures_have_their_levels_and_are_no_further_off_than_half_a_step(coarse: int, levels: int) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (40, 1))
    seen = read(drawn(Sixel(Ruler((16, 20))), ramp, Box(0, 0, 16, 2), coarse).data)
    assert len(np.unique(seen)) == levels
    assert np.ptp(seen.astype(int), axis=2).max() == 0
    # half a step of the ramp, and half a percent for the terminal's units
    assert abs(seen[..., 0].astype(int) - ramp).max() <= 127.5 / (levels - 1) + 255 / 200 + 1
    assert seen.min() == 0 and seen.max() == 255


def test_the_picture_fills_the_box() -> None:
    wanted = picture(200)
    seen = read(drawn(Sixel(RULER), wanted, Box(0, 0, 20, 10), 0).data)
    assert seen.shape == (200, 200, 3)
    assert likeness(seen[..., 0], wanted) > 0.999


def test_colour_is_close_and_black_stays_black() -> None:
    grey = picture(160)
    wanted = np.stack([grey, np.roll(grey, 9, 0), np.roll(grey, 9, 1)], -1)
    graphics = Sixel(RULER)
    errors = []
    for coarse in (0, 1, 2):
        seen = read(drawn(graphics, wanted, Box(0, 0, 16, 8), coarse).data)
        errors.append(float(abs(seen.astype(int) - wanted).mean()))
        assert (seen[0, 0] == 0).all()
    assert errors[0] < 3 and errors[1] < 16 and errors[2] < 30


def test_no_more_registers_than_the_terminal_has() -> None:
    wanted = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    for registers in (2, 4, 16):
        graphics = Sixel(RULER, registers)
        for source in (wanted, wanted[..., 0]):
            for coarse in (0, 1, 2):
                data = drawn(graphics, source, Box(0, 0, 4, 2), coarse).data
                assert data.count(";2;") <= registers
                read(data)
        assert graphics.note == f"{registers} greys"
    assert Sixel(RULER, 1024).note == "101 greys"


def test_it_is_shrunk_in_shape_to_the_limit_of_the_terminal() -> None:
    seen = read(drawn(Sixel(RULER, limit=(100, 1000)), picture(200), Box(0, 0, 20, 10), 0).data)
    assert seen.shape == (100, 100, 3)


@pytest.mark.parametrize("make", [lambda p: cube(p, 6), lambda p: cube(p, 4), lambda p: fitted(p, 64)])
def test_palettes_hold_every_index(make: object) -> None:
    wanted = np.random.default_rng(2).integers(0, 256, (700, 700, 3), np.uint8)
    indices, percent = make(wanted)  # type: ignore[operator]
    assert indices.shape == (700, 700) and indices.max() < len(percent) <= 256
    assert percent.max() <= 100


def test_one_colour_is_enough() -> None:
    flat = np.full((30, 30, 3), 200, np.uint8)
    assert abs(read(drawn(Sixel(RULER), flat, Box(0, 0, 3, 2), 0).data).astype(int) - 200).max() <= 2
    assert grey_ramp(flat[..., 0], 2)[1].tolist() == [[0, 0, 0], [100, 100, 100]]


def test_the_stamp_brings_the_cursor_back_and_clears_nothing() -> None:
    stamp = drawn(Sixel(RULER), picture(40), Box(0, 0, 4, 2), 0).stamp(7, 3)
    assert stamp.startswith("\x1b[?2026h\x1b7\x1b[4;8H\x1bP")
    assert stamp.endswith("\x1b\\\x1b8\x1b[?2026l")


def test_which_terminals_it_suits() -> None:
    def score(**facts: object) -> int:
        return GRAPHICS.suits(Terminal(**facts)).score  # type: ignore[arg-type]

    assert score(name="xterm", sixel=True) == 70
    assert score(name="xterm") == 0
    assert score(name="konsole", sixel=True) == 0
    assert score(name="tmux", inside="tmux", sixel=True) == 0
    assert score(name="tmux", inside="tmux", sixel=True, outer_sixel=True) == 70


@given(st.integers(1, 9), st.integers(1, 14), st.sampled_from([1, 2, 3]), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_pixels_may_stand_for_several_of_the_screen(rows: int, columns: int, times: int, seed: int) -> None:
    indices = np.random.default_rng(seed).integers(0, 5, (rows, columns), np.uint8)
    percent = np.array([[0, 0, 0], [100, 0, 0], [0, 100, 0], [0, 0, 100], [100, 100, 100]], np.uint8)
    wanted = (percent.astype(int) * 255 // 100)[np.repeat(np.repeat(indices, times, 0), times, 1)]
    assert np.array_equal(read(_sixels.encode(indices, percent, times).decode()), wanted)
