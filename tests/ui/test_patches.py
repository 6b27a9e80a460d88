"""What is painted is what Textual would paint, and nothing but the rows that changed is made."""

import asyncio
import gc
import re
import weakref

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.patches import PatchedScreen, bands


class Rows(Widget):
    DEFAULT_CSS = "Rows { border: round red; width: 1fr; height: 1fr; } #high { height: 60; }"

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.made: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.made.append(y)
        width = self.content_size.width
        return Strip([Segment(f"{self.id} {y} ".ljust(width)[:width], Style(bold=bool(y % 2)))], width)


class Two(App[None]):
    CSS = "Screen { layout: horizontal; }"

    def get_default_screen(self) -> PatchedScreen:
        return PatchedScreen()

    def compose(self) -> ComposeResult:
        yield Rows("left")
        with VerticalScroll():
            yield Rows("high")


CODE = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\n)|(.)")


def painted(text: str) -> dict[tuple[int, int], tuple[str, str]]:
    """The sign of each cell that is written, and its style."""
    cells: dict[tuple[int, int], tuple[str, str]] = {}
    x = y = 0
    style = ""
    for row, column, codes, new, sign in CODE.findall(text):
        if row:
            x, y = int(column) - 1, int(row) - 1
        elif sign:
            cells[x, y] = sign, style
            x += 1
        elif not new:
            style = "" if codes == "0" else codes
    return cells


regions = st.lists(st.builds(Region, st.integers(0, 59), st.integers(0, 19), st.integers(1, 30), st.integers(1, 8)),
                   min_size=1, max_size=4)  # fmt: skip


@given(regions)
@settings(max_examples=25, deadline=None)
def test_changes_are_painted_as_textual_would(found: list[Region]) -> None:
    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            app.query_one(VerticalScroll).scroll_to(y=7, animate=False)
            await pilot.pause()
            painter = app.screen._compositor
            dirty = {region.intersection(painter.size.region) for region in found}
            painter._dirty_regions = set(dirty)
            ours = painter.render_partial_update()
            painter._dirty_regions = set(dirty)
            theirs = Compositor.render_partial_update(painter)
            assert ours is not None and theirs is not None
            mine = painted(ours.render_segments(app.console))
            wanted = {(x, y) for region in dirty for x in region.column_range for y in region.line_range}
            assert mine.keys() == wanted  # Textual begins each row at the border of a widget
            others = painted(theirs.render_segments(app.console))
            assert mine == {cell: others[cell] for cell in wanted}
            assert painter.render_partial_update() is None

    asyncio.run(story())


def test_rows_between_changes_are_not_made() -> None:
    async def story() -> None:
        app = Two()
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.pause()
            left = app.query_one("#left", Rows)
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


class Above(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield Rows("above")


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
