import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.graphics.readers import blocks, drawn, filled, likeness, palette
from tests.phantoms import head
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._octants import OCTANTS, QUADRANTS
from tui.adapters.graphics.cells import GRAPHICS, TRUECOLOUR, Cells, numbered
from tui.adapters.terminal import Terminal
from tui.service.ports import Box

RULER = Ruler((10, 20))


def seen(graphics: Cells, picture: np.ndarray, columns: int, rows: int, coarse: int = 0) -> np.ndarray:
    encoded = drawn(graphics, picture, Box(0, 0, columns, rows), coarse)
    return np.concatenate([blocks(encoded.row(y, 0, columns) or "") for y in range(rows)])


def picture(size: int) -> np.ndarray:
    return np.clip((head(size) + 40) * 1.6, 0, 255).astype(np.uint8)


def test_signs_are_those_that_unicode_names() -> None:
    for pattern, sign in enumerate(QUADRANTS):
        assert filled(sign).ravel().tolist() == [bool(pattern >> bit & 1) for bit in range(4)]


def test_octants_are_256_signs_of_which_230_are_new() -> None:
    assert len(set(OCTANTS)) == 256
    new = sorted(sign for sign in OCTANTS if "\U0001cd00" <= sign <= "\U0001cde5")
    assert len(new) == 230 and new[0] == "\U0001cd00" and new[-1] == "\U0001cde5"
    assert OCTANTS[0b100] == "\U0001cd00"  # BLOCK OCTANT-3
    assert OCTANTS[0b1011] == "\U0001cd05"  # BLOCK OCTANT-124
    assert OCTANTS[0b11111110] == "\U0001cde5"  # BLOCK OCTANT-2345678
    assert OCTANTS[0b00001111] == "▀" and OCTANTS[0b01010101] == "▌" and OCTANTS[255] == "█"


def test_half_blocks_show_two_pixels_a_cell_exactly() -> None:
    for shape in ((6, 5), (6, 5, 3)):
        wanted = np.random.default_rng(3).integers(0, 256, shape, np.uint8)
        found = seen(Cells(RULER, "half"), wanted, 5, 3)[:, ::2]
        assert np.array_equal(found, wanted if wanted.ndim == 3 else np.repeat(wanted[..., None], 3, 2))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_quadrants_of_two_colours_are_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dark, light = rng.integers(0, 120, (3, 4, 1, 1)), rng.integers(130, 256, (3, 4, 1, 1))
    pattern = rng.integers(0, 2, (3, 4, 2, 2))
    wanted = np.where(pattern, light, dark).transpose(0, 2, 1, 3).reshape(6, 8).astype(np.uint8)
    assert np.array_equal(seen(Cells(RULER), wanted, 4, 3)[..., 0], wanted)


def test_a_phantom_is_recognised() -> None:
    wanted = picture(80)
    coarse = wanted.reshape(40, 2, 80).mean(1)
    quadrants, halves = (likeness(seen(Cells(RULER, v), wanted, 40, 20)[..., 0], coarse) for v in ("quadrant", "half"))
    assert quadrants > halves > 0.94


@pytest.mark.parametrize("colours", [16, 256])
def test_fewer_colours_are_the_nearest_of_the_palette(colours: int) -> None:
    greys = np.arange(256, dtype=np.uint8)[None]
    kept = [palette(n) for n in (range(16) if colours == 16 else range(16, 256))]
    neutral = np.array(sorted({c[0] for c in kept if max(c) - min(c) < 3}))
    for grey, number in zip(range(256), numbered(greys, colours)[0].tolist(), strict=True):
        assert abs(palette(number)[0] - grey) == abs(neutral - grey).min()
    for red, green, blue in ((255, 0, 0), (0, 255, 0), (10, 20, 250), (250, 250, 5)):
        number = int(numbered(np.array([[[red, green, blue]]], np.uint8), colours)[0, 0])
        best = min(sum((a - b) ** 2 for a, b in zip((red, green, blue), c, strict=True)) for c in kept)
        got = sum((a - b) ** 2 for a, b in zip((red, green, blue), palette(number), strict=True))
        assert got <= best + 16**2 * 3


@pytest.mark.parametrize("colours", [16, 256, TRUECOLOUR])
def test_codes_are_those_of_the_terminal(colours: int) -> None:
    encoded = drawn(Cells(RULER, "quadrant", colours), picture(40), Box(0, 0, 20, 10), 0)
    text = "".join(encoded.row(y, 0, 20) or "" for y in range(10))
    assert ("38;2;" in text or "48;2;" in text) == (colours == TRUECOLOUR)
    assert ("38;5;" in text or "48;5;" in text) == (colours == 256)
    assert len(set(re.findall(r"[34]8;[25];[\d;]*", text))) > 20 or colours == 16


def octants(line: str) -> Iterator[tuple[int, int, int]]:
    """Pattern, grey of the sign and grey behind it, for each cell."""
    fore = back = 0
    for ink, paper, sign in re.findall(r"38;2;(\d+);\d+;\d+|48;2;(\d+);\d+;\d+|\x1b\[0?m?|[;m]|(.)", line):
        fore, back = int(ink or fore), int(paper or back)
        if sign:
            yield OCTANTS.index(sign), fore, back


def test_octants_show_eight_pixels_a_cell() -> None:
    wanted = picture(160)
    encoded = drawn(Cells(RULER, "octant"), wanted, Box(0, 0, 80, 40), 0)
    cells = np.array([list(octants(encoded.row(y, 0, 80) or "")) for y in range(40)])
    on = (cells[..., :1] >> np.arange(8) & 1).reshape(40, 80, 4, 2)
    found = np.where(on, cells[..., 1, None, None], cells[..., 2, None, None]).transpose(0, 2, 1, 3).reshape(160, 160)
    assert likeness(found, wanted) > 0.99


def test_codes_stand_only_where_a_colour_changes() -> None:
    encoded = drawn(Cells(RULER), np.full((20, 20), 77, np.uint8), Box(0, 0, 10, 5), 0)
    assert encoded.row(0, 0, 10) == "\x1b[0m\x1b[48;2;77;77;77m" + " " * 10 + "\x1b[0m"


def test_a_moving_picture_costs_less_than_half() -> None:
    rng = np.random.default_rng(0)
    noisy = np.clip(picture(160) + rng.normal(0, 4, (160, 160)), 0, 255).astype(np.uint8)
    graphics = Cells(RULER)
    exact, coarse = (drawn(graphics, noisy, Box(0, 0, 80, 40), c) for c in (0, 1))
    assert coarse.size < exact.size / 2
    assert likeness(seen(graphics, noisy, 80, 40, 1)[..., 0], noisy.reshape(80, 2, 160).mean(1)) > 0.9


@given(st.integers(0, 11), st.integers(0, 14))
@settings(max_examples=30, deadline=None)
def test_any_part_of_a_row_is_that_part(start: int, end: int) -> None:
    wanted = np.random.default_rng(5).integers(0, 256, (2, 24), np.uint8)
    encoded = drawn(Cells(RULER), wanted, Box(0, 0, 12, 1), 0)
    whole, part = blocks(encoded.row(0, 0, 12) or ""), encoded.row(0, start, end) or ""
    if start >= min(end, 12):
        assert part == ""
    else:
        assert np.array_equal(blocks(part), whole[:, 2 * start : 2 * min(end, 12)])


def test_the_size_is_about_the_bytes() -> None:
    encoded = drawn(Cells(RULER), picture(80), Box(0, 0, 40, 20), 0)
    sent = sum(len((encoded.row(y, 0, 40) or "").encode()) for y in range(20))
    assert encoded.size == sent


def test_what_is_made_for_a_terminal() -> None:
    assert GRAPHICS.make(Terminal(term="xterm-256color", colours=256)).name == "quadrant"
    console = GRAPHICS.make(Terminal(term="linux", colours=16))
    assert console.name == "half" and "16 colours" in console.note
    assert GRAPHICS.make(Terminal(), "octant").name == "octant"
    assert GRAPHICS.suits(Terminal()).score > 0


def test_signs_have_one_cell_each() -> None:
    from rich.cells import cell_len

    assert all(cell_len(sign) == 1 for sign in QUADRANTS)
    assert re.fullmatch(r"[ ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█]{16}", QUADRANTS)
