from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tests.ui.panes.stage import library
from tui.service.questions import Answered, Compare, Compared
from tui.service.state import Cursor, State
from tui.service.tagvalues import Place
from tui.service.values import Ref
from tui.ui.dialogs.compare import CompareSheet, partners
from tui.ui.dialogs.scope import Scope

LIBRARY = library({"1": 3})
REFS = [instance.ref for instance in LIBRARY.patients[0].studies[0].series[0].instances]
KEY = LIBRARY.patients[0].studies[0].series[0].key


def state(at: int) -> State:
    return replace(State(), library=LIBRARY, cursor=Cursor(KEY, REFS[at]))


def names(at: int, marked: tuple[Ref, ...] = ()) -> list[str]:
    return [scope.name for scope in partners(state(at), REFS[at], marked)]


def test_neighbours_and_the_first_image() -> None:
    assert names(0) == ["the next image"]
    assert names(1) == ["the next image", "the image before"]
    assert names(2) == ["the image before", "the first image"]
    assert partners(state(1), REFS[1], ())[0].refs == (REFS[1], REFS[2])


def test_marks_come_first() -> None:
    assert names(0, (REFS[1],)) == ["the marked image"]
    assert partners(state(0), REFS[0], tuple(REFS))[0].refs == tuple(REFS)
    assert names(0, (REFS[0],)) == ["the next image"]


def test_alone_there_is_none() -> None:
    assert partners(State(), Ref("/x"), ()) == ()


def test_uids_that_end_differently_look_different_and_stand_in_full_below() -> None:
    one, other = (f"1.2.826.0.1.3680043.8.498.17256975{end}.{'9' * 20}" for end in "12")
    sheet = CompareSheet((Scope("the next image", (Ref("/a"), Ref("/b"))),), Ref("/a"), lambda action: None)
    place = Place("0008,0018", "(0008,0018)", 0, "UI", "SOPInstanceUID", (one, other))

    async def act(host: Host, pilot: Pilot[None]) -> None:
        sheet.answered(Answered(Compare((Ref("/a"), Ref("/b"))), Compared((place,))))
        await pilot.pause()
        text = host.text()
        assert "751." in text.split("SOPInstanceUID")[1].split("\n")[0]
        assert "752." in text.split("SOPInstanceUID")[1].split("\n")[0]
        assert one in text and other in text

    story(sheet, act, (80, 24))
