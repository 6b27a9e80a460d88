from __future__ import annotations

from tests.ui.panes.stage import instance, library
from tui.service.values import Library, Patient, Series, SeriesKey, Study
from tui.ui.panes.treefacts import Facts, Memo
from tui.ui.panes.treeitems import arrange


def test_pictures_are_counted_once_and_again_only_where_something_changed():
    memo = Memo()
    first = library({"1": 3, "2": 4})
    assert memo.pictures(first.patients[0]) == 7
    assert memo.pictures(library({"1": 3, "2": 5}).patients[0]) == 8
    report = Series(SeriesKey("P1", "1", "9"), (instance("9", rows=0),))
    assert memo.pictures(report) == 1
    cine = Series(SeriesKey("P1", "1", "8"), (instance("8", frames=20),))
    assert memo.pictures(cine) == 20


def test_counts_and_bytes_are_the_same_in_both_layouts():
    mixed = (instance("1", 1, size=5, frames=20), instance("1", 2, size=7, rows=0), instance("1", 3, size=1))
    report = (instance("2", 1, size=100, rows=0, modality="SR"),)
    series = tuple(Series(SeriesKey("P1", "1", uid), own) for uid, own in (("1", mixed), ("2", report)))
    found = Library((Patient("P1", (Study("1", series),)),))
    by_patient, by_folder = (arrange(found, ("/data",), layout) for layout in (False, True))
    (patient,), (folder,) = by_patient.roots, by_folder.roots
    assert Memo().facts(patient) == Memo().facts(folder) == Facts(23, 113, "CT SR")
    assert series[0].entries == 22


def test_a_row_counts_nothing_while_its_item_grows():
    memo = Memo()
    before, after = (library({"1": count}).patients[0] for count in (3, 5))
    assert memo.at_hand(before).pictures == 3
    assert memo.facts(after).pictures == 5
    assert memo.at_hand(before).pictures == 5  # what is made is what comes next
