import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome
from textual.geometry import Region
from textual.strip import Strip

from tui.adapters.graphics._drawing import likeness
from tui.ui.panes.strips import PictureStrip, Preview, hung, written

CONSOLE = Console(color_system="standard", force_terminal=True)
WIDTH = 20


def strip(first: int = 4, last: int = 14, painted: list[int] | None = None) -> PictureStrip:
    ground = Strip([Segment("abcdefghijklmnopqrst")], WIDTH)
    return PictureStrip(
        ground,
        first,
        last,
        text=lambda a, b: "".join(chr(0x30 + i) for i in range(a, b)),
        plain=lambda a, b: [Segment("#" * (b - a))],
        painted=lambda: painted.append(1) if painted is not None else None,
    )


WHOLE = "abcd0123456789opqrst"


def test_the_picture_stands_in_its_place() -> None:
    assert strip().render(CONSOLE) == WHOLE
    assert strip().text == "abcd##########opqrst" and strip().cell_length == WIDTH


@given(st.integers(0, WIDTH), st.integers(0, WIDTH), st.integers(0, WIDTH))
def test_any_cut_of_a_cut_is_those_cells(start: int, end: int, then: int) -> None:
    part = strip().crop(start, end)
    assert part.render(CONSOLE) == WHOLE[start:end]
    assert part.crop(then).render(CONSOLE) == WHOLE[start:end][then:]
    assert part.cell_length == max(0, end - start)


@given(st.sets(st.integers(1, WIDTH - 1), max_size=6))
def test_divided_it_is_whole(cuts: set[int]) -> None:
    parts = strip().divide([*sorted(cuts), WIDTH])
    assert "".join(part.render(CONSOLE) for part in parts) == WHOLE
    assert sum(part.cell_length for part in parts) == WIDTH


def test_no_style_or_filter_changes_the_text() -> None:
    one = strip()
    assert one.apply_style(Style(color="red")).render(CONSOLE) == WHOLE
    assert one.apply_filter(Monochrome(), Color(0, 0, 0)).render(CONSOLE) == WHOLE


def test_painting_is_told_and_cutting_is_not() -> None:
    painted: list[int] = []
    one = strip(painted=painted)
    parts = one.divide([5, 10, WIDTH])
    assert one.text and list(one) and Strip.join(parts).text == "abcd##########opqrst"
    assert painted == []
    one.crop(0, 4).render(CONSOLE)
    assert painted == []  # no cell of the picture
    one.crop(0, 5).render(CONSOLE)
    assert painted == [1]


def test_without_text_the_ground_stays_and_painting_is_told() -> None:
    painted: list[int] = []
    ground = Strip([Segment("x" * 6)], 6)
    one = PictureStrip(ground, 1, 5, text=lambda a, b: None, plain=lambda a, b: [], painted=lambda: painted.append(1))
    assert one.render(CONSOLE) == "xxxxxx" and painted == [1]


def test_the_preview_has_the_colours_of_the_picture_in_a_few_steps() -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:4], pixels[4:, 4:] = 255, 100
    preview = Preview(likeness(pixels, 4, 2))
    above = preview.row(0, 0, 4)
    assert [s.text for s in above] == ["▀▀▀▀"]
    assert above[0].style is not None and above[0].style.color is not None
    assert above[0].style.color.triplet == (255, 255, 255)
    below = preview.row(1, 0, 4)
    assert [s.text for s in below] == ["▀▀", "▀▀"]
    assert below[1].style is not None and below[1].style.color is not None and below[1].style.color.triplet is not None
    assert abs(below[1].style.color.triplet.red - 100) <= Preview.STEP // 2
    assert [s.text for s in preview.row(1, 1, 3)] == ["▀", "▀"]
    assert preview.row(0, 3, 9)[0].text == "▀" and preview.row(0, 2, 2) == []


def test_the_preview_takes_colour() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[..., 0] = 240
    (segment,) = Preview(likeness(pixels, 1, 1)).row(0, 0, 1)
    assert segment.style is not None and segment.style.bgcolor is not None
    assert segment.style.bgcolor.triplet == (240, 0, 0)


def test_a_picture_hangs_in_the_lines_that_are_painted() -> None:
    lines = [Strip([Segment("." * 10)], 10) for _ in range(4)]
    region = Region(0, 2, 10, 4)  # of a widget
    found = hung(
        lines,
        region,
        Region(3, 4, 9, 5),
        Region(1, 1, 8, 9),
        text=lambda y, a, b: str(y) * (b - a),
        plain=lambda y, a, b: [],
        painted=lambda: None,
    )
    assert [line.render(CONSOLE) for line in found] == [".........."] * 2 + ["...000000.", "...111111."]
    nothing = {"text": lambda *_: "", "plain": lambda *_: [], "painted": lambda: None}
    assert hung([lines[0]], Region(0, 0, 3, 1), Region(3, 0, 2, 1), Region(0, 0, 9, 1), **nothing) == [lines[0]]


def test_rows_are_written_in_one_step_and_the_cursor_stays() -> None:
    assert written([(4, 0, "ab"), (4, 2, "cd")]) == "\x1b[?2026h\x1b7\x1b[1;5Hab\x1b[3;5Hcd\x1b8\x1b[?2026l"
