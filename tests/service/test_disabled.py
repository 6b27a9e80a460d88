"""Every key that cannot work says why, in a sentence."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest

from tests.service.fakes import bench
from tui.core.cuts import Cut
from tui.core.deidentify.options import Options
from tui.core.edits import Edit
from tui.core.quantities import Recipe
from tui.core.values import Caption, Facts, Ref, SeriesKey, View, Voi, VoiKind
from tui.service import actions as act
from tui.service.boxing import KeepBoxes, MoveBox, SizeBox
from tui.service.cutting import MoveCut, SizeSlab, StepCut, WritePlanes
from tui.service.disabled import NOTHING, reason
from tui.service.editing import ChangeTag, SaveEdits, SaveText, WriteEdits
from tui.service.gauging import MoveGauge, SizeGauge
from tui.service.measuring import MakeMask, Measure, MoveProbe, SetMask
from tui.service.overlaying import SetOpacity, ShowOverlays, UseState
from tui.service.questions import Ask, Check
from tui.service.reviewing import ReviewAnonymize
from tui.service.state import Cursor, Shown, State, Writing

SAMPLES: dict[type[object], act.Action] = {
    act.Open: act.Open(("/",)), act.Select: act.Select(Ref("/x")), act.StepImage: act.StepImage(1),
    act.JumpImage: act.JumpImage(0), act.StepFrame: act.StepFrame(1), act.StepSeries: act.StepSeries(1),
    act.SortLibrary: act.SortLibrary("size"),
    act.SetVoi: act.SetVoi(Voi(VoiKind.AUTO)), act.UseDigit: act.UseDigit(3), act.ShiftLevel: act.ShiftLevel(1),
    act.ScaleWidth: act.ScaleWidth(1), act.ZoomBy: act.ZoomBy(2), act.PanBy: act.PanBy(1, 0),
    act.RotateBy: act.RotateBy(1), act.ResizeViewport: act.ResizeViewport(1, 1), act.ScaleCine: act.ScaleCine(2),
    act.SearchTags: act.SearchTags("x"), act.Export: act.Export((), View()),
    act.PreviewAnonymize: act.PreviewAnonymize(()), act.Anonymize: act.Anonymize(()),
    ReviewAnonymize: ReviewAnonymize(Ref("/x"), Options()), MoveBox: MoveBox(1, 0), SizeBox: SizeBox(1, 0),
    KeepBoxes: KeepBoxes(Ref("/x"), ()),
    ShowOverlays: ShowOverlays(()), UseState: UseState(None), SetOpacity: SetOpacity(0.5),
    StepCut: StepCut(1), MoveCut: MoveCut(1, 0), SizeSlab: SizeSlab(1), WritePlanes: WritePlanes((), Cut()),
    Measure: Measure(Ref("/x")), MakeMask: MakeMask(()),
    MoveProbe: MoveProbe(1, 0), SetMask: SetMask(Recipe()), MoveGauge: MoveGauge(1, 0), SizeGauge: SizeGauge(1, 0),
    Ask: Ask(Check(Ref("/x"))), ChangeTag: ChangeTag(Edit("0010,0010")),
    SaveEdits: SaveEdits(Ref("/x")), WriteEdits: WriteEdits(()), SaveText: SaveText("/x", ""),
}  # fmt: skip
WORKS_ALWAYS = (
    act.Open,
    act.Select,
    act.SortLibrary,
    act.ResizeViewport,
    act.SearchTags,
    act.AdvanceCine,
    act.ToggleCorners,
    Measure,
    MakeMask,
    Ask,
    SaveText,
    ReviewAnonymize,
    KeepBoxes,
)


@pytest.mark.parametrize("kind", typing.get_args(act.Action), ids=lambda kind: kind.__name__)
def test_with_nothing_open_each_action_works_or_says_why(kind: type[act.Action]) -> None:
    action = SAMPLES.get(kind) or kind()
    said = reason(State(), action)
    assert (said == "") == (kind in WORKS_ALWAYS)
    if said:
        assert said[0].isupper() and said.endswith(".")


def test_reasons_name_what_is_missing() -> None:
    made = bench()
    made.viewer.do(act.ResizeViewport(64, 64))
    made.viewer.do(act.Open(("/data",)))
    assert made.viewer.disabled(act.StepImage(-1)) == "This is the first image of the series."
    assert made.viewer.disabled(act.StepSeries(-1)) == "This is the first series."
    assert made.viewer.disabled(act.StopScan()) == "No scan is running."
    assert made.viewer.disabled(act.StopWriting()) == "Nothing is being written."
    made.viewer.do(act.StepSeries(1))
    assert made.viewer.disabled(act.UseDigit(2)) == "The file stores no window."
    assert made.viewer.disabled(act.StepVoi()) == "The file stores no window."
    assert made.viewer.disabled(act.StepFrame(-1)) == "This is the first frame."


def test_windows_of_the_file_are_counted_in_words() -> None:
    ref = Ref("/x")
    picture = Caption(8, 8, window_label="soft")
    for count, words in enumerate(["no window", "one window"]):
        shown = Shown(1, ref, 0, picture, Facts(stored_views=("soft",) * count))
        state = State(cursor=Cursor(SeriesKey("p", "s", "s"), ref), shown=shown)
        assert reason(state, act.UseDigit(2)) == f"The file stores {words}."
        assert reason(state, act.StepVoi()) == f"The file stores {words}."
    assert state.cursor.series is not None
    other = replace(state, views={state.cursor.series: View(voi=Voi(VoiKind.AUTO))})
    assert reason(other, act.StepVoi()) == ""  # back to the only one


def test_colours_without_a_profile_have_none_to_turn_off() -> None:
    ref = Ref("/x")
    for profile, words in ((True, ""), (False, "This picture has no colours with an ICC profile.")):
        shown = Shown(1, ref, 0, Caption(8, 8), Facts(colour=True, profile=profile))
        state = State(cursor=Cursor(SeriesKey("p", "s", "s"), ref), shown=shown)
        assert reason(state, act.ToggleProfile()) == words


def test_one_writer_at_a_time() -> None:
    busy = State(writing=Writing("export", 1, 9))
    assert reason(busy, act.Anonymize((Ref("/x"),))) == "The running export ends first."
    assert reason(busy, act.StopWriting()) == ""
    assert reason(State(), act.Anonymize(())) == NOTHING
