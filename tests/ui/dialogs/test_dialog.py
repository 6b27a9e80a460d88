"""What all dialogs share."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.ui.dialogs.dialog import Dialog, LongText, Run

COUNT = 100_000


class Long(Dialog[None]):
    HEADING = "Long [/b] [x]"

    def body(self) -> ComposeResult:
        self.asked: list[int] = []

        def line(index: int) -> list[Run]:
            self.asked.append(index)
            return [(f"line {index} [/b] 中文", "accent")]

        yield LongText(COUNT, line, 40)


@pytest.mark.parametrize("key", ["escape", "q"])
def test_escape_and_q_close(key: str) -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press(key)

    assert story(Long(), act).result is None


def test_only_the_lines_on_the_screen_are_made() -> None:
    dialog = Long()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "line 0 [/b] 中文" in host.text()
        assert "Long [/b] [x]" in host.text()
        await pilot.press("G")
        await pilot.pause()
        assert f"line {COUNT - 1} [/b] 中文" in host.text()
        await pilot.press("g", "j")
        await pilot.pause()
        assert "line 1 " in host.text()
        assert "line 0 " not in host.text()

    story(dialog, act)
    assert len(set(dialog.asked)) < 200


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5)])
def test_the_sheet_stays_on_the_screen(size: tuple[int, int]) -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet = host.screen.query_one("#sheet").region
        assert sheet.width <= size[0]
        assert sheet.height <= size[1]
        assert sheet.x >= 0
        assert sheet.y >= 0

    story(Long(), act, size)
