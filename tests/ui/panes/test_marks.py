from tests.ui.panes.stage import library
from tui.service.values import Skipped
from tui.ui.panes.marks import ALL, NONE, SOME, Marks

PATIENT = library({"1": 3, "2": 2}).patients[0]
FIRST, SECOND = PATIENT.studies[0].series


def test_what_is_marked_in_part_and_as_a_whole() -> None:
    marks = Marks()
    assert marks.sign(PATIENT) == NONE
    assert marks.toggle(FIRST.instances)
    assert [marks.sign(item) for item in (PATIENT, FIRST, SECOND)] == [SOME, ALL, NONE]
    assert marks.sign(FIRST, FIRST.instances[0]) == ALL
    assert marks.sign(SECOND, SECOND.instances[0]) == NONE
    assert marks.sign(SECOND, Skipped("/data/x", "text")) == NONE
    assert marks.toggle(SECOND.instances[:1])
    assert marks.sign(SECOND) == SOME
    assert marks.refs == tuple(i.ref for i in (*FIRST.instances, SECOND.instances[0]))


def test_marking_the_rest_first_and_then_taking_all_away() -> None:
    marks = Marks()
    marks.toggle(FIRST.instances[1:2])
    marks.toggle(FIRST.instances)
    assert marks.sign(FIRST) == ALL
    marks.toggle(FIRST.instances)
    assert marks.refs == ()
    assert not marks.toggle(())


def test_an_item_that_has_grown_is_counted_again() -> None:
    marks = Marks()
    marks.toggle(FIRST.instances)
    assert marks.sign(FIRST) == ALL
    assert marks.sign(library({"1": 4}).patients[0].studies[0].series[0]) == SOME
