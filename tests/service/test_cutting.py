"""Steps through the planes of a volume."""

from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.cuts import Cut, Plane, Rendering
from tui.core.values import View
from tui.service import actions as act
from tui.service import cutting
from tui.service.cutting import (
    MoveCut,
    NextPlane,
    NextRendering,
    SizeSlab,
    StepCut,
    ToggleAlone,
    ToggleCut,
    cut_text,
    slices,
    volumed,
)
from tui.service.disabled import reason
from tui.service.measuring import ToggleProbe

SIZE, COUNT = 64, 6


@pytest.fixture
def there() -> Bench:
    made = bench({f"/data/ct/{z}": phantoms.ct(z, of=COUNT, size=SIZE) for z in range(COUNT)})
    made.viewer.do(act.ResizeViewport(900, 600))
    made.viewer.do(act.Open(("/data",)))
    return made


def view(there: Bench) -> View:
    return there.viewer.state.view


def cut(there: Bench) -> Cut:
    assert view(there).cut is not None
    return view(there).cut


def test_the_planes_meet_in_the_image_that_was_looked_at_and_go_away_again(there: Bench) -> None:
    there.viewer.do(act.StepImage(2))
    before = there.viewer.state.shown
    there.viewer.do(ToggleCut())
    found = volumed(there.viewer.state)
    assert found.shape == (SIZE, SIZE, COUNT)
    assert found.at == (SIZE // 2, SIZE // 2, 2)
    assert found.value.unit == "HU"
    picture = there.viewer.state.shown.picture
    assert picture.letters == ("", "", "", "") and picture.window == before.picture.window
    there.viewer.do(ToggleCut())
    assert view(there).cut is None
    assert there.viewer.state.shown.picture == before.picture


def test_steps_go_along_the_normal_and_stop_at_the_ends(there: Bench) -> None:
    there.viewer.do(ToggleCut())
    there.viewer.do(StepCut(-2))
    assert cut(there).at[2] == 2  # towards the head
    there.viewer.do(StepCut(1))
    assert cut(there).at[2] == 1
    there.viewer.do(StepCut(99))
    assert cut(there).at[2] == 0
    there.viewer.do(NextPlane())
    there.viewer.do(StepCut(3))
    assert (cut(there).plane, cut(there).at[1]) == (Plane.CORONAL, SIZE // 2 + 3)  # to the back
    there.viewer.do(NextPlane())
    there.viewer.do(StepCut(-99))
    assert (cut(there).plane, cut(there).at[0]) == (Plane.SAGITTAL, 0)
    there.viewer.do(NextPlane(-2))
    assert cut(there).plane is Plane.AXIAL


def test_the_crosshair_moves_as_the_plane_is_seen(there: Bench) -> None:
    there.viewer.do(ToggleCut())
    there.viewer.do(MoveCut(3, 4))
    assert cut(there).at == (SIZE // 2 + 3, SIZE // 2 + 4, 0)
    there.viewer.do(NextPlane())
    there.viewer.do(MoveCut(-1, -2))  # up on a coronal plane is to the head
    assert cut(there).at == (SIZE // 2 + 2, SIZE // 2 + 4, 2)


def test_slabs(there: Bench) -> None:
    there.viewer.do(ToggleCut())
    there.viewer.do(SizeSlab(2))
    assert cut(there).slab == 3
    found = volumed(there.viewer.state)
    assert cut_text(cut(there), found) == f"axial {COUNT}/{COUNT} · MIP {found.slab_mm:.1f} mm"
    assert found.slab_mm == pytest.approx(3 * found.voxel_mm[2])
    there.viewer.do(SizeSlab(99))
    assert cut(there).slab == COUNT
    there.viewer.do(SizeSlab(-99))
    assert cut(there).slab == 1
    assert cut_text(cut(there), volumed(there.viewer.state)) == f"axial {COUNT}/{COUNT}"
    there.viewer.do(NextRendering())
    assert (cut(there).rendering, cut(there).slab) == (Rendering.MINIMUM, 2)


def test_one_plane_alone_can_be_zoomed_and_three_say_why_not(there: Bench) -> None:
    there.viewer.do(ToggleCut())
    assert "enter shows one alone" in reason(there.viewer.state, act.ZoomBy(2))
    assert "O shows the image again" in reason(there.viewer.state, ToggleProbe())
    there.viewer.do(ToggleAlone())
    assert reason(there.viewer.state, act.ZoomBy(2)) == ""
    there.viewer.do(act.ZoomBy(2))
    assert view(there).zoom == 2
    assert there.viewer.state.shown.picture.letters == ("R", "L", "A", "P")
    there.viewer.do(ToggleAlone())
    assert view(there).zoom == 1


def test_a_window_holds_for_the_planes_too(there: Bench) -> None:
    there.viewer.do(ToggleCut())
    there.viewer.do(act.ScaleWidth(1))
    assert there.viewer.state.shown.picture.window == view(there).voi.window


def test_what_is_no_volume_says_why_and_can_be_left() -> None:
    tilted = {}
    for z in range(3):
        ds = phantoms.ct(z, of=3, size=SIZE)
        x, y, height = ds.ImagePositionPatient
        ds.ImagePositionPatient = [x, float(y) + 3 * z, height]
        tilted[f"/data/{z}"] = ds
    there = bench(tilted)
    there.viewer.do(act.ResizeViewport(640, 480))
    there.viewer.do(act.Open(("/data",)))
    there.viewer.do(ToggleCut())
    assert "tilted" in there.viewer.state.shown.problem
    there.viewer.do(ToggleCut())
    assert there.viewer.state.shown.problem == ""


def test_more_slices_than_can_be_listed_at_each_key_are_refused(monkeypatch: pytest.MonkeyPatch, there: Bench) -> None:
    monkeypatch.setattr(cutting, "MOST_SLICES", COUNT)
    assert reason(there.viewer.state, ToggleCut()) == ""
    monkeypatch.setattr(cutting, "MOST_SLICES", COUNT - 1)
    assert reason(there.viewer.state, ToggleCut()) == "6 pictures are too many for planes, which take 5 at most."


def test_one_picture_and_colours_are_no_volume() -> None:
    there = bench({"/data/a": phantoms.ct(0, size=SIZE)})
    there.viewer.do(act.ResizeViewport(640, 480))
    there.viewer.do(act.Open(("/data",)))
    assert "One picture is no volume" in reason(there.viewer.state, ToggleCut())
    there = bench({"/data/a": phantoms.colour(SIZE, frames=3)})
    there.viewer.do(act.ResizeViewport(640, 480))
    there.viewer.do(act.Open(("/data",)))
    assert "colours" in reason(there.viewer.state, ToggleCut())
    assert len(slices(there.viewer.state)) == 3


def test_nothing_is_moved_where_no_planes_are(there: Bench) -> None:
    assert "O shows them" in reason(there.viewer.state, StepCut(1))
