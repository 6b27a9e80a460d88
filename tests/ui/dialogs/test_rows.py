from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Action
from tui.service.questions import Answer, Answered, Ask, Nothing, Progress, Question, SurveyOf
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


def test_how_far_it_is_is_said_and_closing_stops_it() -> None:
    sheet = Sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.progressed(Progress(1200, 3500, Ref("/data/IM1200"), "read"))
        await pilot.pause()
        assert "1,200 of 3,500 images read. Esc stops." in host.text()
        await pilot.press("escape")

    story(sheet, act)
    assert sheet.asked == [Ask(sheet.question()), Ask(Nothing())]


def test_the_file_at_which_it_failed_is_named() -> None:
    sheet = Sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.progressed(Progress(1, 2, Ref("/data/IM1"), "read"))
        sheet.answered(Answered(sheet.question(), problem="Reading this file passes the limit."))
        await pilot.pause()
        assert "passes the limit. It was looking at /data/IM1." in host.text()
        await pilot.press("escape")

    story(sheet, act)
    assert len(sheet.asked) == 1
