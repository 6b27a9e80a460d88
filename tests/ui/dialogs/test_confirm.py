"""A question."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.ui.dialogs.confirm import Confirm


@pytest.mark.parametrize(
    ("key", "answer"), [("y", True), ("n", False), ("enter", False), ("escape", None), ("q", None)]
)
def test_only_y_is_yes(key: str, answer: bool | None) -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "Stop [/b] it?" in host.text()
        await pilot.press(key)

    assert story(Confirm("Stop [/b] it?"), act).result is answer
