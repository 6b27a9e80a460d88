"""Styles are made once, and anew when Textual has others."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.strip import Strip

from tui.ui.panes.painted import Painted


class Line(Painted):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--loud"}
    DEFAULT_CSS = """
    Line { height: 1; background: black; color: white; }
    Line.-late { background: green; }
    Line .line--loud { color: red; text-style: bold; }
    Line.-late .line--loud { color: blue; }
    """

    def render_line(self, y: int) -> Strip:
        return Strip([Segment("x", self.style("line--loud")), Segment(" " * 9, self.style())], 10)


class One(App[None]):
    def compose(self) -> ComposeResult:
        yield Line()


def test_a_component_stands_on_the_pane_and_follows_what_changes() -> None:
    async def story() -> None:
        app = One()
        async with app.run_test(size=(10, 1)) as pilot:
            line = app.query_one(Line)
            loud = line.style("line--loud")
            assert loud.bold and loud.bgcolor == line.style().bgcolor and loud.color != line.style().color
            assert line.style("line--loud") is loud
            line.add_class("-late")
            await pilot.pause()
            late = line.style("line--loud")
            assert late.bold and late.color != loud.color
            assert late.bgcolor == line.style().bgcolor != loud.bgcolor

    asyncio.run(story())
