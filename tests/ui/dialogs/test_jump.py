"""Going to a tag."""

from __future__ import annotations

from tests import phantoms
from tests.ui.dialogs.hosts import Host, story
from tui.core import tags
from tui.service.values import TagRow
from tui.ui.dialogs.jump import JumpToTag
from tui.ui.panes.tagrows import jump

TABLE = tags.table(phantoms.report())


def find(text: str, most: int) -> list[tuple[int, TagRow]]:
    return [(index, TABLE[index]) for index in jump(TABLE, text)[:most]]


def play(*keys: str) -> Host:
    async def act(host: Host, pilot: object) -> None:
        await pilot.press(*keys)  # type: ignore[attr-defined]

    return story(JumpToTag(find), act)


def test_the_first_row_is_chosen_until_another_is() -> None:
    assert play(*"patient", "enter").result == find("patient", 1)[0][0]
    assert play(*"patient", "down", "enter").result == find("patient", 2)[1][0]
    assert play(*"patient", "up", "enter").result == find("patient", 10)[-1][0]


def test_nothing_found_and_escape_go_nowhere() -> None:
    assert play(*"zzz", "enter").result is None
    assert play("escape").result is None
