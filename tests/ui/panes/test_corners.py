from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.service.state import Cursor, Shown, State
from tui.service.values import (
    Caption,
    Facts,
    Instance,
    Library,
    Patient,
    Ref,
    Series,
    SeriesKey,
    Study,
    View,
    Voi,
    Window,
)
from tui.ui.panes.corners import Corners, corners, cut, line, view_text, window_text

KEY = SeriesKey("p", "s", "1")
PICTURE = Caption(2, 2, Window(40, 80), "BRAIN", "HU", 1.5625, ("R", "L", "A", "P"))


def state(count: int = 12, at: int = 3, frames: int = 1, view: View = View(), picture: Caption = PICTURE) -> State:
    instances = tuple(
        Instance(Ref(f"{n}.dcm"), modality="CT", series_number=3, series_description="Head 5 mm") for n in range(count)
    )
    library = Library((Patient("p", (Study("s", (Series(KEY, instances),)),)),))
    shown = Shown(1, Ref(f"{at}.dcm"), 2 if frames > 1 else 0, picture, Facts(frames=frames))
    return State(library=library, cursor=Cursor(KEY, Ref(f"{at}.dcm")), views={KEY: view}, shown=shown)


def test_they_say_which_picture_it_is_and_how_it_is_shown() -> None:
    assert corners(state()) == Corners(
        "CT 3 · Head 5 mm", "image 4/12", "C 40 W 80 HU · BRAIN", "fit · 156 %", ("R", "L", "A", "P")
    )
    assert corners(state(1, 0, 20)).top_right == "frame 3/20"
    assert corners(state(2, 1, 20)).top_right == "image 2/2 · frame 3/20"
    assert corners(state(1, 0)).top_right == ""


def test_a_frame_that_is_not_looked_at_in_the_order_of_the_file_has_a_place_and_its_number() -> None:
    before = state(1, 0, 3)
    assert before.shown is not None
    turned = replace(before, shown=replace(before.shown, facts=Facts(frames=3, order=(2, 0, 1))))
    assert corners(turned).top_right == "place 1/3 · frame 3"


def test_they_are_of_the_picture_that_is_shown_not_of_the_cursor() -> None:
    before = state(at=3)
    moved = replace(before, cursor=Cursor(KEY, Ref("9.dcm")))
    assert corners(moved).top_right == "image 4/12"
    elsewhere = replace(before, cursor=Cursor(SeriesKey("p", "s", "2"), Ref("x.dcm")))
    assert corners(elsewhere).top_left == "" and corners(elsewhere).bottom_left == "C 40 W 80 HU · BRAIN"


def test_nothing_shown_has_no_texts() -> None:
    assert corners(State()) == Corners()


def test_windows() -> None:
    assert window_text(Caption(2, 2, Window(0.00125, 0.004), "auto"), View()) == "C 0.00125 W 0.004 · auto"
    assert window_text(Caption(2, 2), View()) == ""
    assert window_text(PICTURE, View(voi=Voi(), invert=True)) == "C 40 W 80 HU · BRAIN · inverted"
    film = replace(PICTURE, inverse=True)
    assert window_text(film, View()).endswith("· inverted")
    assert not window_text(film, View(invert=True)).endswith("inverted")


def test_views() -> None:
    assert view_text(PICTURE, View(zoom=2.0, rotation=1, flip=True)) == "zoom 2 · 156 % · 90° · flipped"
    assert view_text(PICTURE, View(one_to_one=True, zoom=3)) == "1:1 · 156 %"


@given(st.integers(1, 120), *[st.text(st.characters(exclude_categories=["C", "M", "Z"]), max_size=30)] * 2)
def test_a_row_is_exactly_as_wide_as_the_pane(width: int, left: str, right: str) -> None:
    for middle in ("", "A", "AR"):
        strip = line(width, left, middle, right, text=Style(), letter=Style(bold=True))
        if width > 4:
            assert sum(cell_len(segment.text) for segment in strip) == width


def test_the_left_text_yields() -> None:
    text = line(30, "a very long description of a series", "A", "image 4/12", text=Style(), letter=Style()).text
    assert text.endswith("image 4/12") and text[14] == "A" and "…" in text[:13]


def test_cutting_counts_cells() -> None:
    assert cut("头部扫描", 5) == "头部…" and cell_len(cut("头部扫描", 6)) <= 6
    assert cut("abc", 3) == "abc" and cut("abcd", 1) == "" and cut("abcd", 0) == ""
