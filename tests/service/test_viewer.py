"""The service by actions: what a user does, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.adapters.graphics.cells import CellsEncoder
from tui.core.series import series_list
from tui.core.values import Library, Ref, Voi, VoiKind, Window
from tui.service import actions as act
from tui.service import events as ev
from tui.service.ports import Box, Order
from tui.service.requests import DrawPicture


@pytest.fixture
def b() -> Bench:
    made = bench()
    made.viewer.do(act.ResizeViewport(64, 64))
    made.viewer.do(act.Open(("/data",)))
    return made


def shown(b: Bench) -> tuple[str, int]:
    answer = b.viewer.state.shown
    assert answer is not None and answer.problem == ""
    return answer.ref.path, answer.frame


def test_opening_shows_the_first_picture_and_counts(b: Bench) -> None:
    scan = b.viewer.state.scan
    assert (scan.dicom, scan.skipped, scan.running, scan.complete) == (7, 1, False, True)
    assert shown(b) == ("/data/ct/0", 0)
    assert b.last(ev.TagsReady).ref == Ref("/data/ct/0")


def test_the_first_picture_comes_before_files_without_one() -> None:
    files = {"/a": phantoms.report(series=1), "/b": phantoms.ct(0, size=16, series=2)}
    made = bench(files)
    made.viewer.do(act.Open(("/",)))
    assert made.viewer.state.cursor.ref == Ref("/b")
    backwards = bench({f"/{z}": phantoms.ct(z, size=16) for z in (2, 0, 1)})
    backwards.viewer.do(act.Open(("/",)))
    assert backwards.viewer.state.cursor.ref == Ref("/0")
    alone = bench({"/a": phantoms.report()})
    alone.viewer.do(act.Open(("/",)))
    assert alone.viewer.state.cursor.ref == Ref("/a")


def test_stepping_through_images_frames_and_series(b: Bench) -> None:
    b.viewer.do(act.StepImage(2))
    assert shown(b) == ("/data/ct/2", 0)
    b.viewer.do(act.StepImage(9))
    assert shown(b) == ("/data/ct/3", 0)
    assert b.viewer.disabled(act.StepImage(1)) == "This is the last image of the series."
    b.viewer.do(act.JumpImage(0))
    assert shown(b) == ("/data/ct/0", 0)
    b.viewer.do(act.StepSeries(1))
    b.viewer.do(act.StepFrame(3))
    assert shown(b) == ("/data/us/disc", 3)
    assert b.viewer.disabled(act.StepImage(1)) == "This series has one image."


def test_each_series_keeps_its_view(b: Bench) -> None:
    b.viewer.do(act.ShiftLevel(1))
    assert b.viewer.state.view.voi == Voi(VoiKind.MANUAL, window=Window(44, 80))
    b.viewer.do(act.StepSeries(1))
    assert b.viewer.state.view.voi.kind is VoiKind.DEFAULT
    b.viewer.do(act.StepSeries(-1))
    assert b.viewer.state.view.voi.window == Window(44, 80)


def test_held_window_keys_add_up_without_waiting_for_the_picture() -> None:
    made = bench()
    made.viewer.do(act.Open(("/data",)))  # no viewport: nothing is drawn
    made.viewer.do(act.ResizeViewport(64, 64))
    for _ in range(5):
        made.viewer.do(act.ShiftLevel(1))
    assert made.viewer.state.view.voi.window == Window(60, 80)


def test_stored_views_are_cycled_and_digits_take_presets(b: Bench) -> None:
    b.viewer.do(act.StepVoi())
    assert b.viewer.state.view.voi == Voi(VoiKind.STORED, index=1)
    b.viewer.do(act.StepVoi())
    assert b.viewer.state.view.voi.index == 0
    b.viewer.do(act.UseDigit(6))
    assert b.viewer.state.shown.picture.window == Window(400, 1800)
    b.viewer.do(act.ResetView())
    assert b.viewer.state.shown.picture.window == Window(40, 80)


def test_what_cannot_work_says_why(b: Bench) -> None:
    b.viewer.do(act.Select(Ref("/data/us/ramp")))
    assert b.viewer.disabled(act.ShiftLevel(1)) == "A colour picture has no window."
    assert b.viewer.disabled(act.StepFrame(1)) == "This image has one frame."
    b.viewer.do(act.Select(Ref("/data/report")))
    assert b.viewer.state.shown.problem.startswith("This object has no pixels")
    assert b.viewer.disabled(act.ToggleInvert()) == "No picture is shown."
    assert bench().viewer.disabled(act.ToggleInvert()).startswith("Nothing is open")


def test_a_late_picture_is_dropped_only_if_older_than_the_shown_one(b: Bench) -> None:
    first = b.last(ev.PictureReady)
    b.viewer.do(act.StepImage(1))
    newest = b.viewer.state.shown
    b.viewer.absorb(first)
    assert b.viewer.state.shown is newest
    late = ev.PictureFailed(newest.serial + 1, newest.ref, 0, "a reason")
    b.viewer.absorb(late)
    assert b.viewer.state.shown.problem == "a reason"


def test_pictures_come_drawn_as_ordered_and_again_for_another_room(b: Bench) -> None:
    order = Order(CellsEncoder("half", 256), Box(0, 0, 20, 10), (10, 20))
    b.viewer.order(order)
    b.viewer.do(act.StepImage(1))
    newest = b.viewer.state.shown
    assert newest.drawing.order == order and newest.drawing.box == Box(6, 3, 7, 4)
    other = replace(order, room=Box(0, 0, 4, 8))
    b.viewer.encode(newest.serial, other)
    event = b.last(ev.PictureDrawn)
    assert event.serial == newest.serial and event.drawing.box == Box(0, 3, 4, 2)
    assert b.viewer.state.shown is newest


def test_a_picture_that_is_gone_is_asked_for_anew(b: Bench) -> None:
    before = b.viewer.state.shown
    b.viewer.encode(before.serial - 5, Order(CellsEncoder("half", 256), Box(0, 0, 20, 10), (10, 20)))
    assert b.last(ev.PictureDrawn).drawing is None
    b.viewer.renew()
    after = b.viewer.state.shown
    assert (after.ref, after.picture) == (before.ref, before.picture) and after.serial > before.serial


def test_cine_goes_round_and_leaves_with_the_series(b: Bench) -> None:
    b.viewer.do(act.StepSeries(1))
    b.viewer.do(act.ToggleCine())
    for _ in range(7):
        b.viewer.do(act.AdvanceCine())
    assert shown(b) == ("/data/us/disc", 2)
    b.viewer.do(act.ScaleCine(2.0))
    assert b.viewer.state.cine.rate == 50
    b.viewer.do(act.StepSeries(1))
    assert not b.viewer.state.cine.playing


def test_a_frame_is_decoded_once(b: Bench) -> None:
    b.instances.reads.clear()
    for _ in range(3):
        b.viewer.do(act.ShiftLevel(1))
    assert b.instances.reads == []


def test_rescan_reads_again_and_keeps_the_place(b: Bench) -> None:
    b.viewer.do(act.StepImage(2))
    b.instances.files["/data/ct/9"] = phantoms.ct(9, of=12, size=32)
    reads = len(b.instances.reads)
    b.viewer.do(act.Rescan())
    assert b.viewer.state.cursor.ref == Ref("/data/ct/2")
    assert b.viewer.state.scan.dicom == 8
    assert len(b.instances.reads) > reads


def test_events_of_a_left_scan_are_not_taken(b: Bench) -> None:
    before = b.viewer.state
    b.viewer.absorb(ev.FilesFound(before.scan.number - 1, Library()))
    assert b.viewer.state is before


def test_panning_stays_on_the_picture(b: Bench) -> None:
    b.viewer.do(act.PanBy(0.5, 0.5))
    assert (b.viewer.state.view.center_x, b.viewer.state.view.center_y) == (0.5, 0.5)  # all of it is seen
    for _ in range(6):
        b.viewer.do(act.ZoomBy(1.5))
    for _ in range(50):
        b.viewer.do(act.PanBy(0.5, 0.0))
    assert 0.9 < b.viewer.state.view.center_x < 1.0
    b.viewer.do(act.RotateBy(1))
    assert b.viewer.state.view.center_y > 0.9  # the same point of the image, now at the bottom
    b.viewer.do(act.RotateBy(-1))
    b.viewer.do(act.ToggleFlip())
    assert b.viewer.state.view.center_x < 0.1


def test_one_to_one_and_back(b: Bench) -> None:
    b.viewer.do(act.ToggleFit())
    assert b.viewer.state.view.one_to_one
    assert b.viewer.state.shown.picture.scale == pytest.approx(1.0)
    b.viewer.do(act.ZoomBy(3.0))  # goes on from there: 32 columns fit twice into 64 pixels of the screen
    assert b.viewer.state.shown.picture.scale == pytest.approx(3.0)
    b.viewer.do(act.ToggleFit())
    assert (b.viewer.state.view.one_to_one, b.viewer.state.view.zoom) == (False, 1.0)


def test_tags_are_searched_and_the_query_stays(b: Bench) -> None:
    b.viewer.do(act.SearchTags("rescale !intercept"))
    rows = b.last(ev.TagsReady).rows
    found = [rows[i].keyword for i in b.last(ev.TagsFiltered).matches]
    assert found == ["RescaleSlope", "RescaleType"]
    b.viewer.do(act.StepImage(1))
    assert b.last(ev.TagsFiltered).query == "rescale !intercept"


def test_a_picture_is_asked_for_with_where_the_same_key_would_lead(b: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[DrawPicture] = []
    monkeypatch.setattr(b.viewer._ports.reader, "ask", asked.append)
    b.viewer.do(act.ShiftLevel(1))
    assert asked.pop().again is None  # nothing is drawn for a terminal yet
    b.viewer.order(Order(CellsEncoder("half", 256), Box(0, 0, 8, 4), (1, 2)))
    b.viewer.do(act.ShiftLevel(1))
    again = asked.pop().again
    b.viewer.do(act.ShiftLevel(1))
    request = asked.pop()
    assert again == (request.cursor, request.view)
    b.viewer.do(act.StepImage(1))
    assert _pictures(asked)[-1].again == (replace(b.viewer.state.cursor, ref=Ref("/data/ct/2")), request.view)
    b.viewer.do(act.JumpImage(-1))
    assert _pictures(asked)[-1].again is None  # it leads nowhere from the end
    b.viewer.do(act.StepSeries(1))
    assert _pictures(asked)[-1].again is None


def test_a_picture_that_was_made_ahead_is_there_without_an_answer(b: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[DrawPicture] = []
    monkeypatch.setattr(b.viewer._ports.reader, "ask", asked.append)
    b.viewer.order(Order(CellsEncoder("half", 256), Box(0, 0, 8, 4), (1, 2)))
    b.viewer.do(act.ShiftLevel(1))
    first = asked.pop()
    assert first.again is not None and not first.known
    likely = replace(first, cursor=first.again[0], view=first.again[1])
    before = b.viewer.state.shown
    assert before is not None and before.picture is not None
    ready = ev.PictureReady(first.serial, before.ref, 0, replace(before.picture, scale=7.0), before.facts)
    told = len(b.events)
    b.viewer.absorb(ev.PictureLikely(likely.asked, ready))
    assert b.viewer.state.shown is before and len(b.events) == told  # nobody has asked for it yet
    b.viewer.do(act.ShiftLevel(1))
    request, now = asked.pop(), b.viewer.state.shown
    assert request.known and request.asked == likely.asked
    assert now is not None and now.serial == request.serial and now.picture == ready.picture
    b.viewer.do(act.ShiftLevel(-1))
    assert not asked.pop().known


def _pictures(asked: list[DrawPicture]) -> list[DrawPicture]:
    return [request for request in asked if isinstance(request, DrawPicture)]


def test_a_picture_is_asked_for_before_the_change_is_told_and_told_after_it(b: Bench) -> None:
    heard: list[object] = []
    reader = b.viewer._ports.reader
    ask = reader.ask
    reader.ask = lambda request: (heard.append(type(request).__name__), ask(request))  # type: ignore[method-assign]
    b.viewer.subscribe(lambda event: heard.append(event) if isinstance(event, ev.StateChanged) else None)
    b.viewer.do(act.ShiftLevel(1))
    assert heard[0] == "DrawPicture"
    changes = [one for one in heard if isinstance(one, ev.StateChanged)]
    assert [one.after is two.before for one, two in pairwise(changes)] == [True]
    assert changes[-1].after is b.viewer.state


def test_the_library_is_sorted_and_the_next_series_is_that_of_the_order(b: Bench) -> None:
    before = b.viewer.state.library
    b.viewer.do(act.SortLibrary("size"))
    library = b.viewer.state.library
    sizes = [series.size for series in series_list(library)]
    assert sizes == sorted(sizes, reverse=True) and library.order == "size"
    b.viewer.do(act.Select(series_list(library)[0].first.ref))
    b.viewer.do(act.StepSeries(1))
    assert b.viewer.state.cursor.series == series_list(library)[1].key
    b.viewer.do(act.Rescan())
    assert b.viewer.state.library.order == "size"
    b.viewer.do(act.SortLibrary("patient"))
    assert b.viewer.state.library == before


def test_a_library_that_came_in_an_older_order_is_sorted_again(b: Bench) -> None:
    late = b.viewer.state
    b.viewer.do(act.SortLibrary("modality"))
    b.viewer.absorb(ev.ScanEnded(late.scan.number, True, late.library))
    assert b.viewer.state.library.order == "modality"
    b.viewer.absorb(ev.LibrarySorted(late.library, late.library))  # of a library that is no longer shown
    assert b.viewer.state.library.order == "modality"
