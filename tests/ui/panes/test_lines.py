from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import MouseScrollDown
from textual.widgets import Button

from tests.ui.panes.stage import Stage
from tui.ui.panes.lines import Lines, Run, cut, fit, wrapped

TEXTS = st.text(alphabet="ab 王小東é◌́…[]/\\", max_size=40)


@given(TEXTS, st.integers(0, 30))
def test_cut_never_passes_the_width_and_keeps_what_fits(text, width):
    found = cut(text, width)
    assert cell_len(found) <= width
    if width > 0 and cell_len(text) <= width:
        assert found == text
    elif width > 0:
        assert found.endswith("…")


@given(TEXTS, st.integers(0, 30), st.booleans())
def test_fit_has_exactly_the_width(text, width, right):
    assert cell_len(fit(text, width, right=right)) == width


def test_a_wide_letter_is_never_halved():
    assert cut("王小東", 4) == "王 …"
    assert cut("王小東", 5) == "王小…"


class Numbers(Lines):
    """Rows that say their number; counts how often they are asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self.asked: list[int] = []
        self.moves: list[int] = []
        self.activated = 0

    @property
    def count(self) -> int:
        return self._count

    def runs(self, index: int, width: int) -> list[Run]:
        self.asked.append(index)
        return [("row ", "dim"), (f"{index} 王小東王小東王小東", "")]

    def moved(self) -> None:
        self.moves.append(self.cursor)

    def action_activate(self) -> None:
        self.activated += 1

    @property
    def empty_text(self) -> str:
        return "There is nothing here at all."


def run(story, count: int, size: tuple[int, int] = (30, 11)) -> None:
    """Play a story on a list of numbers, ten rows high."""

    async def play() -> None:
        pane = Numbers(count)
        app = Stage(pane)
        async with app.run_test(size=size) as pilot:
            pane.rows_changed(0)
            await pilot.pause()
            await story(app, pane, pilot)

    asyncio.run(play())


def test_only_the_lines_of_the_screen_are_made():
    async def story(app, pane, pilot):
        assert pane.page == 10
        pane.asked.clear()
        await pilot.press("end")
        await pilot.pause()
        assert pane.cursor == 99_999
        assert set(pane.asked) <= set(range(99_990, 100_000))

    run(story, 100_000)


def test_a_cursor_move_paints_two_lines():
    async def story(app, pane, pilot):
        pane.asked.clear()
        await pilot.press("j")
        await pilot.pause()
        assert set(pane.asked) == {0, 1}
        assert pane.top == 0

    run(story, 100)


@pytest.mark.parametrize(
    ("keys", "cursor", "top"),
    [
        (["down", "j", "up"], 1, 0),
        (["pagedown"], 10, 1),
        (["pagedown", "pagedown", "pageup"], 10, 10),
        (["ctrl+d"], 5, 0),
        (["ctrl+d", "ctrl+d", "ctrl+u"], 5, 1),
        (["G"], 49, 40),
        (["end", "g"], 0, 0),
        (["end", "down"], 49, 40),
        (["k"], 0, 0),
    ],
)
def test_keys_move_the_cursor_and_keep_it_in_view(keys, cursor, top):
    async def story(app, pane, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        assert (pane.cursor, pane.top) == (cursor, top)

    run(story, 50)


def test_moves_are_told_once_and_only_if_there_was_one():
    async def story(app, pane, pilot):
        await pilot.press("up", "down", "down", "home", "home")
        assert pane.moves == [1, 2, 0]
        pane.place_cursor(5)
        assert pane.moves == [1, 2, 0]

    run(story, 50)


def test_the_cursor_stays_in_view_when_the_screen_shrinks():
    async def story(app, pane, pilot):
        await pilot.press("pagedown")
        await pilot.resize_terminal(30, 5)
        await pilot.pause()
        assert pane.top <= pane.cursor < pane.top + pane.page

    run(story, 50)


def test_the_wheel_scrolls_without_moving_the_cursor_or_animating():
    async def story(app, pane, pilot):
        await pilot._post_mouse_events([MouseScrollDown], pane, offset=(2, 2))
        assert (pane.top, pane.cursor) == (3, 0)

    run(story, 50)


def test_a_click_moves_and_a_click_on_the_cursor_activates():
    async def story(app, pane, pilot):
        await pilot.click(pane, offset=(4, 3))
        assert (pane.cursor, pane.activated) == (3, 0)
        await pilot.click(pane, offset=(4, 3))
        assert pane.activated == 1

    run(story, 50)


def test_a_click_below_the_last_row_does_nothing():
    async def story(app, pane, pilot):
        await pilot.click(pane, offset=(4, 7))
        assert (pane.cursor, pane.activated) == (0, 0)

    run(story, 3)


def test_every_line_has_the_width_of_the_pane_whatever_is_in_it():
    async def story(app, pane, pilot):
        for y in range(10):
            strip = pane.render_line(y)
            assert sum(cell_len(segment.text) for segment in strip) == strip.cell_length == 29

    run(story, 7)


def test_the_columns_do_not_move_when_a_scroll_bar_comes():
    widths = []
    for count in (5, 50):

        async def story(app, pane, pilot):
            widths.append(pane.render_line(0).cell_length)

        run(story, count)
    assert widths[0] == widths[1]


def test_the_cursor_is_seen_with_and_without_focus_and_not_by_colour_alone():
    async def story(app, pane, pilot):
        focused, plain = pane.render_line(0), pane.render_line(1)
        app.query_one(Button).focus()
        await pilot.pause()
        blurred = pane.render_line(0)
        backgrounds = {next(iter(line)).style.bgcolor for line in (focused, blurred, plain)}
        assert len(backgrounds) == 3
        assert focused.text[0] == blurred.text[0] == "›"
        assert plain.text[0] == " "

    run(story, 5)


def test_one_segment_for_each_stretch_of_one_style():
    async def story(app, pane, pilot):
        assert len(list(pane.render_line(0))) == 1  # the cursor's row has one style
        assert len(list(pane.render_line(1))) <= 3

    run(story, 5)


def test_an_empty_list_says_why():
    async def story(app, pane, pilot):
        assert " ".join(line.strip() for line in app.text()).strip() == "There is nothing here at all."
        await pilot.press("down", "end", "enter", "pageup")
        assert pane.moves == []

    run(story, 0, (20, 11))


@given(st.text(), st.integers(2, 40))
def test_wrapped_text_fits_and_loses_nothing_but_spaces(text, width):
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
