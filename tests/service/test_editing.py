"""Editing: back and forth, saved, and what stands against it."""

from __future__ import annotations

import io

from pydicom import dcmread

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.edits import Edit
from tui.core.values import Ref
from tui.service import actions as act
from tui.service import editing
from tui.service import events as ev
from tui.service.editing import ChangeTag, RedoEdit, SaveEdits, UndoEdit, WriteEdits

A = Ref("/data/ct/0")
NAME, AGE = Edit("0010,0010", "Other^Name"), Edit("0010,1010", "034Y")


def opened() -> Bench:
    files = {f"/data/ct/{z}": phantoms.reread(phantoms.ct(z, of=4, size=16)) for z in range(4)}
    b = bench(files)
    b.viewer.do(act.Open(("/data",)))
    b.viewer.do(act.Select(A))
    return b


def value(b: Bench, path: str) -> str | None:
    rows = {row.path: row.value for row in b.last(ev.TagsReady).rows}
    return rows.get(path)


def test_edits_show_at_once_and_go_back_and_forth() -> None:
    b = opened()
    b.viewer.do(ChangeTag(NAME))
    b.viewer.do(ChangeTag(AGE))
    assert (value(b, "0010,0010"), value(b, "0010,1010")) == ("Other^Name", "034Y")
    b.viewer.do(UndoEdit())
    assert (value(b, "0010,0010"), value(b, "0010,1010")) == ("Other^Name", None)
    b.viewer.do(UndoEdit())
    assert value(b, "0010,0010") == "Phantom^Formula"
    assert b.viewer.disabled(UndoEdit()) == "There is no edit to take back."
    b.viewer.do(RedoEdit())
    b.viewer.do(RedoEdit())
    assert value(b, "0010,1010") == "034Y"
    assert b.viewer.disabled(RedoEdit()) == "No edit was taken back."
    b.viewer.do(UndoEdit())
    b.viewer.do(ChangeTag(NAME))
    assert b.viewer.disabled(RedoEdit())  # a new edit ends what was taken back


def test_edits_stay_with_their_image() -> None:
    b = opened()
    b.viewer.do(ChangeTag(NAME))
    b.viewer.do(act.StepImage(1))
    assert value(b, "0010,0010") == "Phantom^Formula"
    assert editing.unsaved(b.viewer.state) == (A,)
    b.viewer.do(act.StepImage(-1))
    assert value(b, "0010,0010") == "Other^Name"


def test_saving_writes_a_new_file_and_the_edits_are_over() -> None:
    b = opened()
    b.viewer.do(ChangeTag(NAME))
    assert b.viewer.disabled(SaveEdits(Ref("/data/ct/1"))) == "There is no edit to save."
    b.viewer.do(SaveEdits(A, "/out/new.dcm"))
    assert str(dcmread(io.BytesIO(b.output.disk["/out/new.dcm"])).PatientName) == "Other^Name"
    assert b.last(ev.WritingEnded).outcomes[0].output == "/out/new.dcm"
    assert editing.unsaved(b.viewer.state) == ()
    assert value(b, "0010,0010") == "Phantom^Formula"  # of the file that is looked at, which is as it was


def test_a_failed_save_keeps_the_edits() -> None:
    b = opened()
    b.viewer.do(ChangeTag(NAME))
    b.output.disk["/out/new.dcm"] = b"taken"
    b.viewer.do(SaveEdits(A, "/out/new.dcm"))
    assert b.last(ev.WritingEnded).outcomes[0].error
    assert editing.unsaved(b.viewer.state) == (A,)
    assert b.output.disk["/out/new.dcm"] == b"taken"


def test_in_place_says_where_the_old_file_is() -> None:
    b = opened()
    b.viewer.do(ChangeTag(NAME))
    b.viewer.do(SaveEdits(A, in_place=True))
    (outcome,) = b.last(ev.WritingEnded).outcomes
    assert outcome.notes == ("The file as it was is kept: /data/ct/0.bak",)


def test_the_proposed_name_stands_beside_the_file() -> None:
    assert editing.proposed(Ref("/a/b.dcm")) == "/a/b-edited.dcm"
    assert editing.proposed(Ref("/a/1.2.840.113619")) == "/a/1.2.840.113619-edited"


def test_many_files_go_below_a_folder_as_they_lie() -> None:
    b = opened()
    files = tuple((Ref(f"/data/ct/{z}"), (NAME,)) for z in range(4))
    b.viewer.do(WriteEdits(files, "/out", "/data"))
    assert sorted(b.output.disk) == [f"/out/ct/{z}" for z in range(4)]
    assert len(b.all(ev.Written)) == 4
    for z in range(4):
        after = dcmread(io.BytesIO(b.output.disk[f"/out/ct/{z}"]))
        assert str(after.PatientName) == "Other^Name"
        assert after.PixelData == phantoms.ct(z, of=4, size=16).PixelData
    assert b.viewer.disabled(WriteEdits(())) == "There is nothing to write."


def test_what_may_not_be_edited_says_why() -> None:
    b = opened()
    assert b.viewer.disabled(ChangeTag(Edit("7FE0,0010", "00"))).startswith("Pixels are no text")
    assert b.viewer.disabled(ChangeTag(Edit("0002,0010", "1.2"))).startswith("The transfer syntax")
    assert bench().viewer.disabled(ChangeTag(NAME)).startswith("Nothing is open")


def test_the_folder_that_holds_all() -> None:
    assert editing.common_root(["/a/b/c", "/a/d"]) == "/a"
    assert editing.common_root([]) == ""
