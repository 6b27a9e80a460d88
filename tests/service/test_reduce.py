"""Pure steps of the state, and their laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core import series as library_of
from tui.core.values import Facts, Instance, Library, Picture, Ref, Skipped, View, Viewport, Voi, VoiKind, Window
from tui.service import actions as act
from tui.service import events as ev
from tui.service import reduce
from tui.service.settings import Settings
from tui.service.state import Scan, Shown, State, Writing

SETTINGS = Settings()


def files(series: int = 1, count: int = 3, frames: int = 1) -> tuple[Instance, ...]:
    return tuple(
        Instance(
            Ref(f"/{series}/{n}"), patient_id="p", study_uid="1", series_uid=f"1.{series}", series_number=series,
            number=n, rows=64, columns=64, frames=frames,
        )
        for n in range(count)
    )  # fmt: skip


def started(*instances: Instance) -> State:
    state = reduce.apply(State(viewport=Viewport(128, 128)), act.Open(("/",)), SETTINGS)
    library = library_of.extend(Library(), instances)
    first = next((instance for instance in instances if instance.rows), None)
    state = reduce.absorb(state, ev.FilesFound(state.scan.number, library, len(instances), first=first))
    return reduce.absorb(state, ev.ScanEnded(state.scan.number))


def shown(state: State, scale: float = 2.0, facts: Facts = Facts(rows=64, columns=64)) -> State:
    assert state.cursor.ref is not None
    picture = Picture(np.zeros((64, 64), np.uint8), 128, 128, Window(40, 80), scale=scale)
    serial = state.shown.serial + 1 if state.shown else 1
    return reduce.absorb(state, ev.PictureReady(serial, state.cursor.ref, state.cursor.frame, picture, facts))


@given(st.lists(st.integers(-5, 5), max_size=20))
def test_stepping_never_leaves_the_series(steps: list[int]) -> None:
    state, place = started(*files(count=4)), 0
    for by in steps:
        state = reduce.apply(state, act.StepImage(by), SETTINGS)
        place = min(max(place + by, 0), 3)
        assert state.cursor.ref == Ref(f"/1/{place}")


@given(st.lists(st.sampled_from([act.RotateBy(1), act.RotateBy(-1), act.ToggleFlip(), act.PanBy(0.3, -0.2)])))
def test_the_center_stays_on_the_image(steps: list[act.Action]) -> None:
    state = shown(started(*files()), scale=8.0)
    for action in steps:
        state = reduce.apply(state, action, SETTINGS)
        assert 0 <= state.view.center_x <= 1 and 0 <= state.view.center_y <= 1


def test_turning_four_times_and_mirroring_twice_is_nothing() -> None:
    state = shown(started(*files()), scale=8.0)
    state = reduce.apply(state, act.PanBy(0.9, 0.4), SETTINGS)
    turned = state
    for _ in range(4):
        turned = reduce.apply(turned, act.RotateBy(1), SETTINGS)
    assert turned.view.center_x == pytest.approx(state.view.center_x)
    assert turned.view.center_y == pytest.approx(state.view.center_y)
    twice = reduce.apply(reduce.apply(state, act.ToggleFlip(), SETTINGS), act.ToggleFlip(), SETTINGS)
    assert twice.view.center_x == pytest.approx(state.view.center_x)
    assert not twice.view.flip


def test_a_new_folder_forgets_the_old_one_but_not_the_screen() -> None:
    state = replace(started(*files()), corners=False)
    again = reduce.apply(state, act.Open(("/other",)), SETTINGS)
    assert (again.library.patients, again.cursor.ref, again.corners) == ((), None, False)
    assert again.viewport == state.viewport
    assert again.scan == Scan(number=state.scan.number + 1, paths=("/other",), running=True)


def test_skipped_files_are_counted_and_kept() -> None:
    state = reduce.apply(State(), act.Open(("/",)), SETTINGS)
    state = reduce.absorb(state, ev.FilesFound(1, Library(skipped=(Skipped("/x", "not DICOM"),)), skipped=1))
    assert state.scan.skipped == 1 and state.library.skipped == (Skipped("/x", "not DICOM"),)


def test_the_rate_is_the_chosen_the_stored_or_the_set_one() -> None:
    state = started(*files(frames=5))
    assert reduce.cine_rate(state, SETTINGS) == 15
    state = shown(state, facts=Facts(rate=25.0))
    assert reduce.cine_rate(state, SETTINGS) == 25
    assert reduce.apply(state, act.ScaleCine(1000), SETTINGS).cine.rate == reduce.RATE_MAX


def test_zoom_is_bounded_and_starts_from_what_is_seen() -> None:
    state = shown(started(*files()))
    for _ in range(60):
        state = reduce.apply(state, act.ZoomBy(1.5), SETTINGS)
    assert state.view.zoom == reduce.ZOOM_MAX
    state = shown(started(*files()), scale=1.0)
    state = reduce.apply(state, act.ToggleFit(), SETTINGS)
    assert state.view == View(one_to_one=True)
    assert reduce.apply(state, act.ZoomBy(2.0), SETTINGS).view == View(zoom=1.0)  # 1:1 is half of what fits
    hidden = replace(state, viewport=Viewport(0, 0))
    assert reduce.apply(hidden, act.ZoomBy(2.0), SETTINGS).view == View(zoom=2.0)  # no room: nothing to measure by


def test_writing_is_counted_and_ends() -> None:
    state = reduce.apply(started(*files()), act.Anonymize((Ref("/1/0"), Ref("/1/1")), "/out"), SETTINGS)
    assert state.writing == Writing("anonymize", 0, 2)
    from tui.core.values import Outcome

    state = reduce.absorb(state, ev.Written("anonymize", Outcome("/1/0", error="no"), 1, 2))
    assert state.writing == Writing("anonymize", 1, 2, failed=1)
    assert reduce.absorb(state, ev.WritingEnded("anonymize", (), 2, "", "")).writing == Writing()


def test_without_a_series_a_view_cannot_change() -> None:
    assert reduce.apply(State(), act.ToggleInvert(), SETTINGS) == State()


def test_stored_views_go_round_and_manual_windows_start_them_at_the_first() -> None:
    facts = Facts(stored_views=("A", "B", "C"))
    state = shown(started(*files()), facts=facts)
    state = reduce.apply(state, act.SetVoi(Voi(VoiKind.MANUAL, window=Window(1, 2))), SETTINGS)
    indices = []
    for _ in range(4):
        state = reduce.apply(state, act.StepVoi(), SETTINGS)
        indices.append(state.view.voi.index)
    assert indices == [0, 1, 2, 0]


def test_after_the_default_comes_the_next_stored_view_whichever_it_was() -> None:
    state = started(*files())
    assert state.cursor.ref is not None
    picture = Picture(np.zeros((4, 4), np.uint8), 8, 8, Window(40, 80), window_label="LUT")
    state = reduce.absorb(
        state, ev.PictureReady(1, state.cursor.ref, 0, picture.caption, Facts(stored_views=("A", "LUT", "C")))
    )
    assert reduce.apply(state, act.StepVoi(), SETTINGS).view.voi.index == 2
    assert reduce.apply(state, act.StepVoi(-1), SETTINGS).view.voi.index == 0


def test_the_view_of_the_settings_is_the_first_and_comes_back() -> None:
    state = replace(shown(started(*files())), base=View(icc=False))
    assert not state.view.icc
    turned = reduce.apply(state, act.ToggleProfile(), SETTINGS)
    assert turned.view.icc
    assert not reduce.apply(turned, act.ResetView(), SETTINGS).view.icc
    assert not reduce.apply(state, act.Open(("/other",)), SETTINGS).view.icc


def test_an_older_answer_is_dropped() -> None:
    state = shown(shown(started(*files())))
    assert state.shown is not None
    old = ev.PictureFailed(1, state.shown.ref, 0, "late")
    assert reduce.absorb(state, old) is state
    assert isinstance(reduce.absorb(state, replace(old, serial=3)).shown, Shown)
