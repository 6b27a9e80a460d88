"""What the stories about tags share: a browser on some files, with the keys in the tag pane."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.driver import Driver, drive
from tui.service.settings import Settings
from tui.ui.commands import TAGS


def play(data: Path, story: Callable[[Driver], Awaitable[None]], size: tuple[int, int] = (120, 40)) -> None:
    """Open the files, go to the tags, then go through the story."""

    async def run() -> None:
        async with drive([data], size, Settings()) as d:
            d.app.panes.go(TAGS)
            await d.idle()
            await story(d)

    asyncio.run(run())


async def jump(d: Driver, keyword: str) -> None:
    """Go to a tag, as its user would."""
    await d.press("t")
    await d.paste(keyword)
    await d.press("enter")
    assert d.app.tags_pane.row is not None
    assert d.app.tags_pane.row.keyword == keyword
