from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.ui.panes.stage import library
from tui.service.values import Skipped
from tui.ui.panes import marks as module
from tui.ui.panes import slices
from tui.ui.panes.marks import ALL, NONE, SOME, Marking, Marks
from tui.ui.panes.slices import finished
from tui.ui.panes.treefolders import AT_ONCE, Leaf
from tui.ui.panes.treeitems import Item, arrange

PATIENT = library({"1": 3, "2": 2}).patients[0]
FIRST, SECOND = PATIENT.studies[0].series
LARGE = library({"1": 700, "2": 700}).patients[0]


def toggle(marks: Marks, item: Item, leaf: Leaf | None = None) -> None:
    finished(marks.toggle_steps(item, leaf))


def test_what_is_marked_in_part_and_as_a_whole() -> None:
    marks = Marks()
    assert marks.sign(PATIENT) == NONE
    toggle(marks, FIRST)
    assert [marks.sign(item) for item in (PATIENT, FIRST, SECOND)] == [SOME, ALL, NONE]
    assert marks.sign(FIRST, FIRST.instances[0]) == ALL
    assert marks.sign(SECOND, SECOND.instances[0]) == NONE
    assert marks.sign(SECOND, Skipped("/data/x", "text")) == NONE
    toggle(marks, SECOND, SECOND.instances[0])
    assert marks.sign(SECOND) == SOME
    assert marks.refs == tuple(i.ref for i in (*FIRST.instances, SECOND.instances[0]))


def test_marking_the_rest_first_and_then_taking_all_away() -> None:
    marks = Marks()
    toggle(marks, FIRST, FIRST.instances[1])
    toggle(marks, FIRST)
    assert marks.sign(FIRST) == ALL
    toggle(marks, FIRST)
    assert marks.refs == () and not marks
    toggle(marks, FIRST, Skipped("/data/x", "text"))
    assert marks.refs == ()


def test_an_item_that_has_grown_is_counted_again() -> None:
    marks = Marks()
    toggle(marks, FIRST)
    assert marks.sign(FIRST) == ALL
    assert marks.sign(library({"1": 4}).patients[0].studies[0].series[0]) == SOME


def test_what_is_gone_is_not_marked_any_more() -> None:
    marks = Marks()
    toggle(marks, PATIENT)
    finished(marks.keep_steps(library({"1": 2}).patients))
    assert marks.refs == tuple(one.ref for one in FIRST.instances[:2])
    assert marks.sign(PATIENT) == SOME


def test_marks_are_those_of_the_other_layout_too_and_a_folder_without_images_has_none() -> None:
    marks = Marks()
    toggle(marks, FIRST)
    skipped = (Skipped("/data/notes/a.txt", "not DICOM"),)
    (top,) = arrange(library({"1": 3, "2": 2}, skipped=skipped), ("/data",), True).roots
    assert marks.sign(top) == SOME
    signs = {item.name: marks.sign(item) for folder in top.inner for item in (folder, *folder.inner)}
    assert signs == {"P1": SOME, "s1": ALL, "s2": NONE, "notes": NONE}


def test_a_sign_that_takes_long_to_count_is_told_later() -> None:
    marks = Marks()
    toggle(marks, LARGE)
    assert marks.sign(LARGE) == NONE
    (asked,) = marks.asked()
    assert asked is LARGE and not marks.asked()
    assert finished(marks.count_steps(asked)) == ALL == marks.sign(LARGE)
    toggle(marks, LARGE.studies[0].series[0])
    assert [marks.sign(one) for one in LARGE.studies[0].series] == [NONE, ALL]
    assert finished(marks.count_steps(LARGE)) == SOME


def test_a_large_item_that_grows_keeps_its_sign_until_it_is_counted() -> None:
    marks = Marks()
    toggle(marks, LARGE)
    assert finished(marks.count_steps(LARGE)) == ALL
    more = library({"1": 700, "2": 701}).patients[0]
    assert marks.sign(more) == ALL
    assert finished(marks.count_steps(marks.asked()[0])) == SOME == marks.sign(more)


def test_a_sign_that_is_counted_while_others_are_forgotten_is_made_of_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    series = [library({str(at): 1}).patients[0].studies[0].series[0] for at in range(3)]
    patient = replace(PATIENT, studies=(replace(PATIENT.studies[0], series=tuple(series)),))
    marks = Marks()
    toggle(marks, series[0])
    assert [marks.sign(item) for item in (series[0], patient, *series[1:])] == [ALL, SOME, NONE, NONE]
    for _ in marks.toggle_steps(patient):
        marks.sign(patient)
    assert [marks.sign(item) for item in (patient, *series)] == [ALL] * 4


def test_many_signs_are_forgotten_in_steps() -> None:
    marks = Marks()
    toggle(marks, SECOND)
    few = sum(1 for _ in marks.toggle_steps(FIRST))
    for series in library({str(at): 1 for at in range(3 * AT_ONCE)}).patients[0].studies[0].series:
        marks.sign(series)
    assert sum(1 for _ in marks.toggle_steps(FIRST)) >= few + 4  # of what was found, and of what was last


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Widget()


def in_app(story: Callable[[Marking, list[str]], None]) -> tuple[Marking, list[str]]:
    """A story whose marks are made step by step."""
    said: list[str] = []

    async def play() -> Marking:
        async with Bare().run_test() as pilot:
            marking = Marking(pilot.app.query_one(Widget), lambda: [LARGE])
            marking.told = lambda: said.append("done")
            story(marking, said)
            while marking.busy:
                await asyncio.sleep(0)
            return marking

    return asyncio.run(play()), said


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)


@pytest.mark.usefixtures("slowly")
def test_who_needs_the_marks_before_all_are_made_gets_all() -> None:
    def story(marking: Marking, said: list[str]) -> None:
        marking.toggle(LARGE, None)
        marking.toggle(LARGE.studies[0].series[0], None)
        assert len(marking.refs) == 700 and said == ["done"]

    marking, said = in_app(story)
    assert marking.sign(LARGE, None) == SOME and said == ["done"]


@pytest.mark.usefixtures("slowly")
def test_marks_that_are_taken_away_while_they_are_made_do_not_come_back() -> None:
    def story(marking: Marking, said: list[str]) -> None:
        marking.toggle(LARGE, None)
        marking.clear()

    marking, _ = in_app(story)
    assert len(marking) == 0 and marking.refs == () and marking.sign(LARGE, None) == NONE
