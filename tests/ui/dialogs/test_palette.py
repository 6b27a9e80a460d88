"""The palette comes from the table."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.command import DiscoveryHit, Hit

from tests import phantoms
from tests.driver import Driver, drive
from tui.ui.commands import COMMANDS, TREE
from tui.ui.dialogs.palette import Commands


async def hits(d: Driver, query: str = "") -> list[Hit | DiscoveryHit]:
    provider = Commands(d.app.screen)
    return [hit async for hit in (provider.search(query) if query else provider.discover())]


def test_it_offers_the_commands_of_the_pane_with_keys_and_reasons(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([tmp_path]) as d:
            found = await hits(d)
            wanted = [c for c in COMMANDS if (not c.panes or TREE in c.panes) and not c.id.startswith("list.")]
            assert len(found) == len(wanted) - 1  # without itself
            export = next(hit for hit in found if "picture.export" in (hit.help or ""))
            assert (export.help or "").startswith("e  picture.export  Nothing is open")

    asyncio.run(story())


def test_it_finds_by_help_group_and_id(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([tmp_path]) as d:
            for query in ("black", "window: exch", "window.invert"):
                best = max(await hits(d, query))
                assert "window.invert" in (best.help or ""), query
            assert await hits(d, "qqqq") == []

    asyncio.run(story())


def test_a_chosen_command_is_carried_out(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")]) as d:
            hit = max(await hits(d, "window.invert"))
            await hit.command()
            await d.idle()
            assert d.state.view.invert

    asyncio.run(story())
