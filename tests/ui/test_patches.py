"""What is painted is what Textual would paint, nothing but the rows that changed is made, and little in one turn."""

import asyncio
import gc
import io
import itertools
import re
import threading
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.drivers._writer_thread import WriterThread
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from tui.ui import patches
from tui.ui.panes.slices import Labour
from tui.ui.patches import LARGE, PIECE_ROWS, PatchedScreen, Patches, bands, cut, without, write_now


class Rows(Widget):
    DEFAULT_CSS = "Rows { border: round red; width: 1fr; height: 1fr; } #high { height: 60; }"

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.made: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.made.append(y)
        width = self.content_size.width
        return Strip([Segment(f"{self.id} {y} ".ljust(width)[:width], Style(bold=bool(y % 2)))], width)


class Whole(Rows):
    UNDIVIDED = True


Cells = dict[tuple[int, int], tuple[str, str]]
PARTS = re.compile(r"\x1b\[(\d+);(\d+)H|(\x1b\[[\d;]*m)|\n|([^\x1b\n]+)")


def cells(written: str) -> Cells:
    """What a terminal has in its cells then, with the last style."""
    found: Cells = {}
    x = y = 0
    style = ""
    for match in PARTS.finditer(written):
        row, column, sgr, text = match.groups()
        if row is not None:
            y, x = int(row) - 1, int(column) - 1
        elif sgr is not None:
            style = "" if sgr in ("\x1b[0m", "\x1b[m") else sgr
        else:
            for letter in text or "":
                found[y, x] = (letter, style)
                x += 1
    return found


class Two(App[None]):
    CSS = "Screen { layout: horizontal; }"

    def get_default_screen(self) -> PatchedScreen:
        return PatchedScreen()

    def compose(self) -> ComposeResult:
        yield Rows("left")
        with VerticalScroll():
            yield Rows("high")


regions = st.lists(st.builds(Region, st.integers(0, 59), st.integers(0, 19), st.integers(1, 30), st.integers(1, 8)),
                   min_size=1, max_size=4)  # fmt: skip


@given(regions, st.sampled_from([-1.0, 60.0]))
@settings(max_examples=25, deadline=None)
def test_changes_are_painted_as_textual_would(found: list[Region], seconds: float) -> None:
    async def story(monkey: pytest.MonkeyPatch) -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            app.query_one(VerticalScroll).scroll_to(y=7, animate=False)
            await pilot.pause()
            painter = app.screen._compositor
            assert isinstance(painter, Patches)
            dirty = {region.intersection(painter.size.region) for region in found}
            painter._dirty_regions = set(dirty)
            monkey.setattr(patches, "PAINT_SECONDS", seconds)
            ours: Cells = {}
            while (update := painter.render_partial_update()) is not None:
                ours |= cells(update.render_segments(app.console))
                assert painter.waits or not painter._dirty_regions
            painter._dirty_regions = set(dirty)
            theirs = Compositor.render_partial_update(painter)
            assert theirs is not None
            wanted = {(y, x) for region in dirty for y in region.line_range for x in region.column_range}
            shown = cells(theirs.render_segments(app.console))
            assert {place: ours[place] for place in wanted} == {place: shown[place] for place in wanted}
            assert painter.render_partial_update() is None

    with pytest.MonkeyPatch.context() as monkey:
        asyncio.run(story(monkey))


async def all_painted(app: App[None], pilot: Pilot[None]) -> None:
    screen = app.screen
    assert isinstance(screen, PatchedScreen)
    quiet = 0
    while quiet < 3:
        await pilot.pause()
        quiet = 0 if screen._patches.waits else quiet + 1


def test_rows_between_changes_are_not_made() -> None:
    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            await all_painted(app, pilot)
            left = app.query_one("#left", Rows)
            left.refresh()
            await all_painted(app, pilot)
            left.made.clear()
            left._styles_cache.clear()  # else what was made before would serve
            left.refresh(Region(0, 1, 5, 1), Region(0, 15, 5, 1))
            await pilot.pause()
            assert left.made == [1, 15]

    asyncio.run(story())


def test_bands_are_regions_with_rows_in_common_or_one_below_the_other() -> None:
    parts = [Region(0, 9, 2, 1), Region(5, 0, 3, 2), Region(1, 1, 1, 1), Region(7, 2, 1, 1)]
    assert bands(parts) == [Region(1, 0, 7, 3), Region(0, 9, 2, 1)]
    assert bands([]) == []


def test_pieces_have_few_rows_and_each_cell_once() -> None:
    parts = [Region(0, 3, 20, 3 * PIECE_ROWS), Region(0, 3 + 3 * PIECE_ROWS, 20, 1), Region(2, 5, 4, 1)]
    parts.append(Region(30, 3, 10, 2))
    made = cut(parts)
    assert all(one.height <= PIECE_ROWS for one in made)
    assert made == [
        *(Region(0, 3 + number * PIECE_ROWS, 20, PIECE_ROWS) for number in range(3)),
        Region(0, 3 + 3 * PIECE_ROWS, 20, 1),
        Region(30, 3, 10, 2),
    ]


@given(*[st.builds(Region, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))] * 2)
def test_a_region_without_another_has_each_other_cell_once(region: Region, hole: Region) -> None:
    def places(one: Region) -> list[tuple[int, int]]:
        return [(y, x) for y in one.line_range for x in one.column_range]

    parts = [place for part in without(region, hole) for place in places(part)]
    assert len(parts) == len(set(parts))
    assert set(parts) == set(places(region)) - set(places(hole))


def test_much_is_painted_in_more_than_one_turn_and_a_picture_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pair(App[None]):
        CSS = "Screen { layout: horizontal; }"

        def get_default_screen(self) -> PatchedScreen:
            return PatchedScreen()

        def compose(self) -> ComposeResult:
            yield Rows("left")
            yield Whole("picture")

    async def story() -> None:
        app = Pair()
        async with app.run_test(size=(60, 30)) as pilot:
            await all_painted(app, pilot)
            monkeypatch.setattr(patches, "PAINT_SECONDS", -1.0)
            left, picture = app.query_one("#left", Rows), app.query_one("#picture", Whole)
            screen = app.screen
            assert isinstance(screen, PatchedScreen)
            turns: list[tuple[int, int]] = []
            screen.painted = lambda: turns.append((len(left.made), len(picture.made)))
            for rows in (left, picture):
                rows.made.clear()
                rows.refresh()
            await pilot.pause()
            await all_painted(app, pilot)
            assert len(turns) == 1 + -(-30 // PIECE_ROWS)
            assert turns[0] == (0, 28)  # the whole picture, and first
            assert turns[-1] == (28, 28)
            assert all(after[0] - before[0] <= PIECE_ROWS for before, after in itertools.pairwise(turns))

    asyncio.run(story())


def test_what_changes_while_something_is_left_is_painted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual forgets which widgets changed whenever it paints; what is left is painted at other times than its own."""

    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            await all_painted(app, pilot)
            monkeypatch.setattr(patches, "PAINT_SECONDS", -1.0)
            left, high, screen = app.query_one("#left", Rows), app.query_one("#high", Rows), app.screen
            assert isinstance(screen, PatchedScreen)
            high.made.clear()

            def late() -> None:
                screen.painted = lambda: None
                high.refresh(Region(0, 3, 9, 1))
                screen._dirty_widgets.add(high)  # as its idle moment does
                screen._rests = False
                screen._paint_rest()  # before the screen's own timer

            screen.painted = late
            left.refresh()
            await pilot.pause()
            await all_painted(app, pilot)
            assert 3 in high.made

    asyncio.run(story())


class Above(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield Rows("above")


def test_what_is_left_is_painted_by_the_screen_that_came_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            await all_painted(app, pilot)
            monkeypatch.setattr(patches, "PAINT_SECONDS", -1.0)
            screen = app.screen
            assert isinstance(screen, PatchedScreen)
            left = screen.query_one("#left", Rows)
            screen.painted = lambda: screen is app.screen and screen._patches.waits and app.push_screen(Above())
            left.refresh()
            while screen is app.screen:
                await asyncio.sleep(0)
            turns = []
            screen.painted = lambda: turns.append(screen._patches.waits)
            left.refresh()
            for _ in range(20):
                await pilot.pause()
            assert not screen._patches.waits
            assert len(turns) < 10

    asyncio.run(story())


def test_what_a_closed_dialog_painted_is_forgotten() -> None:
    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            await app.push_screen(Above())
            await pilot.pause()
            painted = weakref.ref(app.screen.query_one(Rows)._styles_cache)
            assert painted() is not None
            app.pop_screen()
            await pilot.pause()
            gc.collect()
            assert painted() is None

    asyncio.run(story())


class Gate(io.StringIO):
    """A terminal that takes nothing until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened, self.begun = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.begun.set()
        assert self.opened.wait(60)
        return super().write(text)


class Writing:
    """A driver, as far as it writes."""

    def __init__(self, file: io.StringIO) -> None:
        self._writer_thread = WriterThread(file)
        self._writer_thread.start()
        self.write = self._writer_thread.write


def test_a_picture_is_on_its_way_before_anything_else_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "BEGIN_SECONDS", 60.0)
    gate = Gate()
    driver = Writing(gate)
    write_now(driver, "p" * LARGE)  # type: ignore[arg-type]
    assert driver._writer_thread._queue.empty()
    gate.opened.set()
    driver._writer_thread.stop()
    assert gate.getvalue() == "p" * LARGE


def test_nothing_waits_for_a_terminal_that_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "_LOOK_SECONDS", "never")  # a wait would raise
    gate = Gate()
    driver = Writing(gate)
    driver.write("1")
    assert gate.begun.wait(60)
    for text in ("2", "p" * LARGE, "3"):
        write_now(driver, text)  # type: ignore[arg-type]
    gate.opened.set()
    driver._writer_thread.stop()
    assert gate.getvalue() == "12" + "p" * LARGE + "3"


def test_a_pane_that_works_for_long_is_told_of() -> None:
    told: list[str] = []

    async def play() -> None:
        async with Two().run_test(size=(20, 20)) as pilot:
            assert isinstance(pilot.app.screen, PatchedScreen)
            pilot.app.screen.laboured = lambda: told.append("long")
            pilot.app.query_one("#left", Rows).post_message(Labour())
            await pilot.pause()

    asyncio.run(play())
    assert told == ["long"]
