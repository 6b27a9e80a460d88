from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Action
from tui.service.questions import Answer, Answered, Ask, Question, SurveyOf
from tui.service.values import Ref
from tui.ui.dialogs.rows import Asking, RowList


class Sheet(Asking[int]):
    """Lists the letters of an answer."""

    def __init__(self) -> None:
        self.asked: list[Action] = []
        super().__init__(self.asked.append)

    def question(self) -> Question:
        return SurveyOf((Ref("/a"),))

    def take(self, answer: Answer) -> None:
        self.say("there")
        self.query_one(RowList).replace(len(str(answer)), lambda index, width: [(str(answer)[index], "")], "none")

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        self.dismiss(message.index)


def test_a_sheet_asks_shows_and_gives_the_chosen_row() -> None:
    sheet = Sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert sheet.asked == [Ask(sheet.question())]
        assert "reading..." in host.text()
        sheet.answered(Answered(SurveyOf(()), "older"))
        assert "reading..." in host.text()
        sheet.answered(Answered(sheet.question(), "abc"))
        await pilot.pause()
        assert "there" in host.text()
        await pilot.press("j", "down", "k", "enter")

    assert story(sheet, act).result == 1


def test_why_there_is_no_answer_is_said() -> None:
    sheet = Sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.answered(Answered(sheet.question(), problem="There is no such file."))
        await pilot.pause()
        assert "There is no such file." in host.text()
        await pilot.press("enter", "escape")

    assert story(sheet, act).result is None
