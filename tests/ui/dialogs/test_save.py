from __future__ import annotations

from tests.ui.dialogs.hosts import Host, story
from tui.service.editing import SaveEdits
from tui.service.values import Ref
from tui.ui.dialogs.save import SaveSheet

REF = Ref("/data/a.dcm")


def play(*keys: str) -> Host:
    async def act(host: Host, pilot: object) -> None:
        await pilot.press(*keys)  # type: ignore[attr-defined]

    return story(SaveSheet(REF, 2), act)


def test_a_new_file_is_proposed() -> None:
    assert play("enter").result == SaveEdits(REF, "/data/a-edited.dcm")
    assert play(*["backspace"] * 4, "2", "enter").result == SaveEdits(REF, "/data/a-edited2")
    assert play("escape").result is None


def test_the_same_file_has_to_be_chosen() -> None:
    assert play("shift+tab", "right", "enter").result == SaveEdits(REF, "", True)
