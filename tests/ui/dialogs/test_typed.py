"""A line that is typed."""

from __future__ import annotations

import asyncio

from textual.widgets import Static

from tests.driver import drive
from tui.errors import UsageError
from tui.ui.dialogs.typed import Typed


class Number(Typed[int]):
    HEADING = "A number"

    def read(self, text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise UsageError("This is no number", "Type digits.") from error


def test_it_says_what_is_wrong_and_ends_with_what_is_right() -> None:
    async def story() -> None:
        results: list[int | None] = []
        async with drive([]) as d:
            await d.app.push_screen(Number(["any [b]whole[/] number"]), results.append)
            await d.idle()
            assert "any [b]whole[/] number" in d.text()
            await d.type("x")
            await d.press("enter")
            assert not results and "Type digits." in d.text()
            await d.press("backspace", "7", "enter")
            assert results == [7]

    asyncio.run(story())


def test_nothing_typed_is_nothing_wanted() -> None:
    async def story() -> None:
        results: list[int | None] = []
        async with drive([]) as d:
            await d.app.push_screen(Number([]), results.append)
            await d.idle()
            assert not d.app.screen.query_one("#problem", Static).display
            await d.press("enter")
            assert results == [None]

    asyncio.run(story())
