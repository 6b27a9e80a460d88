"""Focus and room of the panes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.app import App, ComposeResult
from textual.events import DescendantFocus
from textual.pilot import Pilot
from textual.widgets import Button

from tui.ui.commands import IMAGE, TAGS, TREE
from tui.ui.panes.arrangement import Panes


class Bench(App[None]):
    def compose(self) -> ComposeResult:
        yield Panes({name: Button(name, id=name) for name in (TREE, IMAGE, TAGS)})


def story(act: Callable[[Panes, Pilot[None]], Awaitable[None]]) -> None:
    async def run() -> None:
        app = Bench()
        async with app.run_test() as pilot:
            await act(app.query_one(Panes), pilot)

    asyncio.run(run())


def test_next_and_previous_go_round() -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        seen = []
        for step in (panes.action_next, panes.action_next, panes.action_next, panes.action_previous):
            await step()
            await pilot.pause()
            assert panes.current.has_focus
            seen.append(panes.current_name)
        assert seen == [IMAGE, TAGS, TREE, TAGS]

    story(act)


def test_the_right_column_keeps_what_had_the_focus_last() -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        assert panes.has_class("-front-image")
        panes.go(TAGS)
        await pilot.pause()
        assert panes.has_class("-front-tags")
        panes.go(TREE)
        await pilot.pause()
        assert panes.has_class("-front-tags")
        assert panes.has_class("-on-tree")
        assert not panes.has_class("-front-image")

    story(act)


def test_a_click_counts_as_going_there() -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        await pilot.click(f"#{TAGS}")
        await pilot.pause()
        assert panes.current_name == TAGS

    story(act)


def test_alone_is_a_switch() -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        panes.action_maximize()
        assert panes.alone
        assert panes.has_class("-alone")
        panes.action_maximize()
        assert not panes.has_class("-alone")

    story(act)


def test_a_focus_that_has_gone_on_since_leads_nowhere() -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        panes.go(IMAGE)
        before = panes.current
        panes.go(TAGS)
        panes.on_descendant_focus(DescendantFocus(before))  # its news, late
        assert panes.current_name == TAGS
        await pilot.pause()
        assert panes.current_name == TAGS and panes.current.has_focus

    story(act)
