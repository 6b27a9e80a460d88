"""The line in which a filter is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button, Input

from tui.ui.panes.filter import FilterLine


class Bench(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Button("elsewhere")
        yield FilterLine()

    def on_filter_line_changed(self, message: FilterLine.Changed) -> None:
        self.heard.append((message.pane, message.words))

    def on_filter_line_ended(self, message: FilterLine.Ended) -> None:
        self.heard.append((message.pane, "END"))
        self.query_one(Button).focus()


def story(act: Callable[[Bench, FilterLine, Pilot[None]], Awaitable[None]]) -> Bench:
    app = Bench()

    async def run() -> None:
        async with app.run_test() as pilot:
            await act(app, app.query_one(FilterLine), pilot)

    asyncio.run(run())
    return app


def test_each_letter_is_sent_and_enter_keeps_the_words() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        assert not line.display
        line.open("tags")
        await pilot.press("a", "b", "enter")
        await pilot.pause()
        assert line.words("tags") == "ab"
        assert not line.display

    assert story(act).heard == [("tags", "a"), ("tags", "ab"), ("tags", "END")]


def test_escape_drops_the_words() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        line.open("tree")
        await pilot.press("a", "escape")
        await pilot.pause()
        assert line.words("tree") == ""

    assert story(act).heard == [("tree", "a"), ("tree", ""), ("tree", "END")]


def test_each_pane_has_its_own_words_and_opening_again_sends_nothing() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        line.open("tree")
        await pilot.press("a", "enter")
        await pilot.pause()
        line.open("tags")
        await pilot.press("b", "enter")
        await pilot.pause()
        line.open("tree")
        await pilot.pause()
        assert app.query_one(Input).value == "a"
        app.heard.clear()
        await pilot.press("enter")
        await pilot.pause()

    assert story(act).heard == [("tree", "END")]


def test_clear_says_whether_there_was_a_filter() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        assert not line.clear("tree")
        line.open("tree")
        await pilot.press("a", "enter")
        assert line.clear("tree")
        assert not line.clear("tree")
        await pilot.pause()

    assert story(act).heard[-1] == ("tree", "")


def test_leaving_the_line_closes_it() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        line.open("tree")
        await pilot.pause()
        app.query_one(Button).focus()
        await pilot.pause()
        assert not line.display

    story(act)


def test_a_line_that_was_opened_again_stays_when_it_hears_late_that_it_was_left() -> None:
    async def act(app: Bench, line: FilterLine, pilot: Pilot[None]) -> None:
        line.open("tree")
        await pilot.pause()
        app.screen.set_focus(None)
        line.open("tree")
        await pilot.pause()
        assert line.display and app.focused is line.query_one(Input)

    story(act)
