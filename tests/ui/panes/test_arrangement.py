"""Focus and room of the panes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import DescendantFocus
from textual.pilot import Pilot
from textual.widgets import Button

from tui.ui.commands import IMAGE, TAGS, TREE
from tui.ui.panes import arrangement
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


def test_nothing_is_styled_where_all_panes_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(panes: Panes, pilot: Pilot[None]) -> None:
        styled: list[object] = []
        update = pilot.app.stylesheet.update_nodes
        monkeypatch.setattr(
            pilot.app.stylesheet, "update_nodes", lambda nodes, **how: update(styled.extend([1]) or nodes, **how)
        )
        panes.bring(TAGS)
        assert not styled and panes.has_class("-front-tags")
        pilot.app.screen.add_class("-narrow")
        await pilot.pause()
        styled.clear()
        panes.bring(IMAGE)
        assert styled

    story(act)


def test_the_style_sheet_asks_for_the_panes_only_where_they_are_not_all_seen() -> None:
    sheet = (Path(arrangement.__file__).parents[1] / "app.tcss").read_text()
    asking = [
        one for rule in sheet.split("}") for one in rule.partition("{")[0].split(",") if re.search("-on-|-front-", one)
    ]
    assert asking
    assert all(any(f".{name}" in one for name in (*arrangement.CLOSE, "-alone")) for one in asking)
