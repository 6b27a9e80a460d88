"""The sheet of keys."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.ui.commands import COMMANDS, IMAGE, PANES
from tui.ui.dialogs.help import HelpKeys
from tui.ui.keymap import Keymap


@pytest.mark.parametrize("pane", PANES)
def test_every_command_of_the_pane_stands_there_with_its_keys(pane: str) -> None:
    keymap = Keymap()
    rows = HelpKeys(keymap, pane).rows()
    wanted = {c.id for c in COMMANDS if not c.panes or pane in c.panes}
    assert {id for _, _, id in rows if id} == wanted
    assert all(keys == keymap.shown(id) for keys, _, id in rows if id)


def test_the_pane_comes_first_and_a_rebound_key_is_shown() -> None:
    rows = HelpKeys(Keymap({"image.next": "W"}), IMAGE).rows()
    assert rows[0] == ("Image", "", "")
    assert rows[1] == ("W", "Next image of the series.", "image.next")


def test_a_command_without_a_key_is_left_out() -> None:
    rows = HelpKeys(Keymap({"image.next": ""}), IMAGE).rows()
    assert "image.next" not in {id for _, _, id in rows}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_it_is_readable_and_its_own_key_closes_it(size: tuple[int, int]) -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "Next image of the series." in host.text()
        assert "Keys: image" in host.text()
        await pilot.press("question_mark")

    assert story(HelpKeys(Keymap(), IMAGE), act, size).result is None
