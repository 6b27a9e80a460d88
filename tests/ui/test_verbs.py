"""The verbs of the table exist where it says, and say what they cannot do."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest

from tests.driver import drive
from tui.ui import fileverbs, tagverbs, verbs
from tui.ui.commands import COMMANDS, IMAGE, TAGS, TREE, Command
from tui.ui.panes.arrangement import Panes
from tui.ui.panes.image import ImagePane
from tui.ui.panes.tags import TagsPane
from tui.ui.panes.tree import TreePane

WIDGETS = {TREE: TreePane, IMAGE: ImagePane, TAGS: TagsPane}
MODULES = {"app": verbs, "tags": tagverbs, "files": fileverbs}
VERBS = [command for command in COMMANDS if isinstance(command.act, str)]


@pytest.mark.parametrize("command", VERBS, ids=lambda command: command.id)
def test_every_verb_exists(command: Command) -> None:
    where, _, verb = str(command.act).partition(".")
    if where in MODULES:
        parameters = list(inspect.signature(getattr(MODULES[where], verb)).parameters.values())
        assert parameters[0].name == "app"
        assert all(p.default is not p.empty for p in parameters[1:])
    elif where == "panes":
        assert callable(getattr(Panes, f"action_{verb}"))
    else:
        assert where == "pane"
        assert command.panes
        assert all(callable(getattr(WIDGETS[pane], f"action_{verb}")) for pane in command.panes)


def test_every_function_is_named_in_the_table() -> None:
    named = {str(command.act) for command in VERBS}
    for where, module in MODULES.items():
        own = [n for n, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
        assert [name for name in own if not name.startswith("_") and f"{where}.{name}" not in named] == []


def test_copying_nothing_and_searching_without_a_filter_say_so(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([tmp_path]) as d:
            await d.press("y")
            assert d.message == "There is nothing to copy."
            assert d.app.clipboard == ""
            await d.press("n")
            assert d.message == "There is no filter: / types one."

    asyncio.run(story())


def test_ctrl_c_says_how_to_quit(tmp_path: Path) -> None:
    async def story() -> None:
        async with drive([tmp_path]) as d:
            await d.press("ctrl+c")
            assert d.message == "q quits."
            assert not d.app._exit

    asyncio.run(story())
