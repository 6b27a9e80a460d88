"""Dialogs leave what is below them as it is, and the terminal shows what Textual would paint."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual._compositor import Compositor, LayoutUpdate
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from tests.ui.panes.paper import PaperDriver, painted
from tests.ui.test_patches import Cells, cells
from tui.ui.seethrough import LayeredApp, SeeThrough

SIZE = (60, 20)


class Told(Widget):
    """Rows that say what they were told to."""

    DEFAULT_CSS = "Told { border: round red; width: 1fr; height: 1fr; } #high { height: 40; }"
    word = "first"

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        return Strip([Segment(f"{self.id} {y} {self.word}".ljust(width)[:width], self.rich_style)], width)

    def tell(self, word: str) -> None:
        self.word = word
        self.refresh()


class Sheet(ModalScreen[None], SeeThrough[None]):
    def compose(self) -> ComposeResult:
        yield Told(id="sheet")


class Low(Sheet):
    """At the bottom."""


class Tinted(Sheet):
    """What is below it has other colours."""


class Layers(LayeredApp):
    CSS = """
    Screen { layout: horizontal; }
    Sheet { align: center middle; background: transparent; }
    Sheet Told { width: 30; height: 7; background: blue; }
    Low { align: center bottom; }
    Low Told { width: 44; }
    Tinted { background: red 50%; }
    """
    answering = False

    def __init__(self) -> None:
        super().__init__(driver_class=PaperDriver)
        self.animation_level = "none"
        self.read = 0

    def compose(self) -> ComposeResult:
        yield Told(id="left")
        with VerticalScroll():
            yield Told(id="high")

    def written(self) -> str:
        """What was written since the last time."""
        assert isinstance(self._driver, PaperDriver)
        start, self.read = self.read, len(self._driver.written)
        return re.sub(r"\x1b(\[[?<>=][0-9;]*[a-zA-Z]|\].*?(\x1b\\|\x07))", "", "".join(self._driver.written[start:]))

    async def rest(self) -> None:
        quiet = 0
        async with asyncio.timeout(30):
            while quiet < 3:
                await asyncio.sleep(0.001)
                quiet = quiet + 1 if painted(self) else 0

    def by_textual(self) -> Cells:
        """The screen as Textual paints it, of which nothing is known yet."""
        for screen in self.screen_stack:
            screen._set_dirty()
        stack = list(self._background_screens)
        update = Compositor.render_update(self.screen._compositor, full=True, screen_stack=stack)
        assert isinstance(update, LayoutUpdate)
        return cells(update.render_segments(self.console))


@asynccontextmanager
async def running() -> AsyncIterator[Layers]:
    app = Layers()
    task = asyncio.create_task(app.run_async(size=SIZE, mouse=False))
    while not app.is_running or not app.screen_stack or not app.screen.query("#high"):
        await asyncio.sleep(0.001)
    await app.rest()
    try:
        with app._context():
            yield app
    finally:
        app.exit()
        await asyncio.wait_for(task, 60)


def do(app: Layers, what: str) -> None:
    """One thing that may happen."""
    if what in ("close", "sheet"):
        if len(app.screen_stack) > 1 and what == "close":
            app.pop_screen()
        elif len(app.screen_stack) > 1 and app.screen.query("#sheet"):
            sheet = app.screen.query_one("#sheet")
            sheet.styles.height = 5 if sheet.size.height == 7 else 7
    elif what in ("Sheet", "Low"):
        if not isinstance(app.screen, Tinted):
            app.push_screen({"Sheet": Sheet, "Low": Low}[what]())
    elif what == "Tinted":  # alone: Textual itself tints twice what is below two of them, or once
        if len(app.screen_stack) == 1:
            app.push_screen(Tinted())
    elif what == "scroll":
        app.screen_stack[0].query_one(VerticalScroll).scroll_to(y=app.read % 9, animate=False)
    elif what == "all":
        app.paint_all()
    else:
        told = app.screen_stack[0].query_one(f"#{what}", Told)
        told.tell("second" if told.word == "first" else "third" if told.word == "second" else "first")


HAPPENS = ["Sheet", "Low", "Tinted", "close", "close", "sheet", "left", "high", "scroll", "all", "rest", "turn"]


@given(st.lists(st.sampled_from(HAPPENS), min_size=4, max_size=16))
@settings(max_examples=40, deadline=None)
def test_whatever_happens_the_terminal_shows_what_textual_would_paint(happens: list[str]) -> None:
    async def story() -> None:
        async with running() as app:
            shown = cells(app.written())
            for what in happens:
                if what == "rest":
                    await app.rest()
                elif what == "turn":
                    await asyncio.sleep(0)
                else:
                    do(app, what)
            await app.rest()
            shown |= cells(app.written())
            wanted = app.by_textual()
            assert {place: shown[place] for place in wanted} == wanted

    asyncio.run(story())


@pytest.mark.parametrize("depth", [1, 2])
def test_a_dialog_paints_no_cells_but_its_own_when_it_comes_and_when_it_goes(depth: int) -> None:
    async def story() -> None:
        async with running() as app:
            if depth == 2:
                app.push_screen(Low())
                await app.rest()
            app.written()
            for _ in range(2):
                app.push_screen(Sheet())
                await app.rest()
                sheet = app.screen.query_one("#sheet", Told)
                own = set(sheet.region.intersection(Region(0, 0, *SIZE)).line_range)
                written = app.written()
                assert {y for y, _ in cells(written)} == own, written
                app.pop_screen()
                await app.rest()
                assert {y for y, _ in cells(app.written())} == own

    asyncio.run(story())


def test_below_a_dialog_what_changes_is_painted_and_nothing_else() -> None:
    async def story() -> None:
        async with running() as app:
            app.push_screen(Sheet())
            await app.rest()
            app.written()
            left = app.screen_stack[0].query_one("#left", Told)
            left.refresh(Region(0, 1, 9, 1))
            await app.rest()
            assert set(cells(app.written())) == {(2, x) for x in range(1, 10)}

    asyncio.run(story())


def test_all_is_painted_on_request_and_through_a_dialog_too() -> None:
    async def story() -> None:
        async with running() as app:
            whole = {(y, x) for y in range(SIZE[1]) for x in range(SIZE[0])}
            for screen in (None, Sheet(), Tinted()):
                if screen is not None:
                    app.push_screen(screen)
                await app.rest()
                app.written()
                app.paint_all()
                await app.rest()
                assert set(cells(app.written())) == whole

    asyncio.run(story())
