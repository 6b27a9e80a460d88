"""Every element before and after."""

from __future__ import annotations

from tests import phantoms
from tests.service.fakes import bench
from tui.core.deidentify.options import Dates, Options
from tui.core.values import Ref
from tui.service.reviewing import AnonymizeReviewed, ReviewAnonymize, Reviewed


def reviewed(options: Options = Options()) -> dict[str, Reviewed]:
    ds = phantoms.ct(1, of=4, size=16)
    item = phantoms.base()
    nested = type(item)("", {}, file_meta=item.file_meta)
    nested.PatientName, nested.CodeMeaning = "Inner^Name", "Kept"
    ds.AnatomicRegionSequence = [nested]
    ds.PatientAddress, ds.AccessionNumber = "Some Street 5", "ACC77"
    made = bench({"/a": ds})
    made.viewer.do(ReviewAnonymize(Ref("/a"), options))
    event = made.last(AnonymizeReviewed)
    assert event.ref == Ref("/a") and not event.problem
    return {row.path: row for row in event.rows}


def test_each_element_with_what_is_done_and_both_values() -> None:
    rows = reviewed()
    address, name, uid = rows["0010,1040"], rows["0010,0010"], rows["0008,0018"]
    assert (address.action, address.before, address.after) == ("removed", "Some Street 5", "")
    assert "E.1-1" in address.rule
    assert name.action == "replaced" and name.before.startswith("Phantom") and name.after.startswith("P-")
    assert uid.action == "new UID" and uid.after.startswith("2.25.")
    assert rows["0008,0050"].action in ("emptied", "replaced")
    assert rows["0028,0010"].action == "kept" and rows["0028,0010"].before == "16"
    assert rows["0012,0062"].action == "added" and rows["0012,0062"].after == "YES"
    inner = rows["0008,2218[0].0010,0010"]
    assert inner.before == "Inner^Name" and inner.after != inner.before
    assert rows["0008,2218[0].0008,0104"].action == "kept"


def test_rows_stand_in_the_order_of_the_tags() -> None:
    tops = [path for path in reviewed() if "." not in path and "[" not in path]
    assert tops == sorted(tops)


def test_options_show_in_it() -> None:
    assert reviewed()["0008,0020"].after == ""
    kept = reviewed(Options(Dates.FULL))["0008,0020"]
    assert kept.action == "kept" and kept.before == kept.after != ""


def test_what_cannot_be_copied_says_why() -> None:
    ds = phantoms.ct(size=16)
    ds.BurnedInAnnotation = "YES"
    made = bench({"/a": ds})
    made.viewer.do(ReviewAnonymize(Ref("/a"), Options()))
    event = made.last(AnonymizeReviewed)
    assert event.rows == () and event.problem.startswith("R01")
