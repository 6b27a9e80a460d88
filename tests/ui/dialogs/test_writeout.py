from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Action
from tui.service.editing import SaveText
from tui.service.questions import Answered, Ask, TextOf
from tui.service.values import Ref
from tui.ui.dialogs.writeout import WriteOut, questions

REF = Ref("/a")


def test_the_question_is_about_the_table_or_the_row() -> None:
    make = questions(REF, "0010,0010", ())
    assert make("csv", False) == TextOf(REF, "csv")
    assert make("json", True) == TextOf(REF, "json", "0010,0010")


def test_a_table_goes_to_the_clipboard_or_a_file_and_a_value_at_once() -> None:
    done: list[Action] = []
    copied: list[tuple[str, str]] = []

    def sheet() -> WriteOut:
        return WriteOut(
            questions(REF, "x", ()), "the value", done.append, lambda text, what: copied.append((what, text))
        )

    first = sheet()

    async def table(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("tab", "right", "enter")
        assert done == [Ask(TextOf(REF, "csv"))]
        first.answered(Answered(TextOf(REF, "csv"), problem="There is no such file."))
        await pilot.pause()
        assert "There is no such file." in host.text()
        first.answered(Answered(TextOf(REF, "csv"), "path,tag"))

    story(first, table)
    assert copied == [("table as CSV", "path,tag")]

    async def value(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("right", "right", "tab", *"/tmp/x", "enter")

    story(sheet(), value)
    assert done[-1] == SaveText("/tmp/x", "the value")
