"""Steps of the gauge, and the command that measures the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.quantities import Handle, Tool
from tui.core.values import View
from tui.service import actions as act
from tui.service.disabled import reason
from tui.service.gauging import MoveGauge, NextHandle, NextTool, SizeGauge, ToggleGauge, command, edges, found
from tui.service.measuring import ToggleProbe


@pytest.fixture
def there() -> Bench:
    made = bench({f"/data/ct/{z}": phantoms.ct(z, of=4, size=64) for z in range(4)})
    made.viewer.do(act.ResizeViewport(320, 320))
    made.viewer.do(act.Open(("/data",)))
    return made


def view(there: Bench) -> View:
    return there.viewer.state.view


def test_statistics_begin_with_the_whole_picture_and_follow_the_images(there: Bench) -> None:
    there.viewer.do(ToggleGauge())
    first = found(there.viewer.state)
    assert first.statistics.count == 64 * 64 and first.statistics.unit == "HU"
    there.viewer.do(act.StepImage(1))
    assert found(there.viewer.state).statistics != first.statistics
    there.viewer.do(ToggleGauge())
    assert view(there).gauge is None and found(there.viewer.state) is None


def test_probe_and_gauge_take_each_others_place(there: Bench) -> None:
    there.viewer.do(ToggleProbe())
    there.viewer.do(ToggleGauge(Tool.LINE))
    assert view(there).probe is None and view(there).gauge.tool is Tool.LINE
    there.viewer.do(ToggleProbe())
    assert view(there).gauge is None and view(there).probe is not None


def test_the_tools_go_round_and_the_masks_brings_a_mask(there: Bench) -> None:
    there.viewer.do(ToggleGauge())
    seen = []
    for _ in range(len(Tool)):
        seen.append(view(there).gauge.tool)
        there.viewer.do(NextTool())
    assert seen == list(Tool) and view(there).gauge.tool is Tool.WHOLE and view(there).mask is not None
    there.viewer.do(NextTool(-1))
    assert view(there).gauge.tool is Tool.ANGLE


@pytest.mark.parametrize(("turns", "flip", "moved"), [(0, False, (33, 32)), (1, False, (32, 31)), (0, True, (31, 32))])
def test_it_moves_as_it_is_seen(there: Bench, turns: int, flip: bool, moved: tuple[int, int]) -> None:
    if flip:
        there.viewer.do(act.ToggleFlip())
    there.viewer.do(act.RotateBy(turns))
    there.viewer.do(ToggleGauge(Tool.CIRCLE))
    there.viewer.do(MoveGauge(1, 0, fine=True))
    assert view(there).gauge.points == (moved,)


def test_regions_stay_in_the_image_and_keep_their_size(there: Bench) -> None:
    there.viewer.do(ToggleGauge(Tool.RECTANGLE))
    (left, top), (right, bottom) = view(there).gauge.points
    for _ in range(99):
        there.viewer.do(MoveGauge(1, 1))
    assert view(there).gauge.points == ((63 - right + left, 63 - bottom + top), (63, 63))


def test_sizes_change_whatever_is_held(there: Bench) -> None:
    there.viewer.do(ToggleGauge(Tool.CIRCLE))
    radius = view(there).gauge.radius
    there.viewer.do(SizeGauge(1, 0))
    assert view(there).gauge.radius > radius
    for _ in range(99):
        there.viewer.do(SizeGauge(-1, 0))
    assert view(there).gauge.radius == 0 and found(there.viewer.state).statistics.count == 1
    there.viewer.do(ToggleGauge(Tool.RECTANGLE))
    first, second = view(there).gauge.points
    there.viewer.do(SizeGauge(0, 1))
    assert view(there).gauge.points[0] == first and view(there).gauge.points[1][1] > second[1]


def test_each_point_of_an_angle_can_be_held(there: Bench) -> None:
    there.viewer.do(ToggleGauge(Tool.ANGLE))
    before = view(there).gauge.points
    there.viewer.do(MoveGauge(1, 0))
    there.viewer.do(NextHandle())
    there.viewer.do(SizeGauge(0, 1))
    assert view(there).gauge.held is Handle.SECOND
    assert view(there).gauge.points == (before[0], (before[1][0], before[1][1] + 5), (before[2][0] + 1, before[2][1]))


def test_an_edge_of_the_window_is_dragged_and_the_other_stays(there: Bench) -> None:
    there.viewer.do(ToggleGauge())
    low, high = edges(there.viewer.state.shown.picture.window)
    there.viewer.do(MoveGauge(2, 0))
    there.viewer.do(NextHandle())
    dragged = edges(there.viewer.state.shown.picture.window)
    assert dragged[0] > low and dragged[1] == pytest.approx(high, abs=1)
    there.viewer.do(MoveGauge(-1, 0, fine=True))
    assert edges(there.viewer.state.shown.picture.window) == pytest.approx((dragged[0], dragged[1] - 1), abs=0.51)
    for _ in range(99):
        there.viewer.do(SizeGauge(-1, 0))
    assert there.viewer.state.shown.picture.window.width >= 1


def test_keys_of_the_gauge_say_why_they_cannot(there: Bench) -> None:
    assert "S begins" in reason(there.viewer.state, MoveGauge(1, 0))
    there.viewer.do(ToggleGauge())
    assert not reason(there.viewer.state, MoveGauge(1, 0))


def test_a_colour_picture_has_no_mask_to_measure() -> None:
    made = bench({"/data/c": phantoms.colour()})
    made.viewer.do(act.ResizeViewport(320, 320))
    made.viewer.do(act.Open(("/data",)))
    made.viewer.do(ToggleGauge(Tool.RECTANGLE))
    made.viewer.do(NextTool())
    assert made.viewer.state.view.gauge.tool is Tool.LINE and found(made.viewer.state).line.unit == "luminance"


def test_the_command_measures_the_same(there: Bench) -> None:
    assert command(there.viewer.state) == ""
    told = {}
    there.viewer.do(ToggleGauge())
    for _ in range(len(Tool)):
        told[view(there).gauge.tool] = command(there.viewer.state).split(" ", 3)[3]
        there.viewer.do(NextTool())
    assert told == {
        Tool.WHOLE: "--roi=whole", Tool.CIRCLE: "--roi=circle:32,32,6", Tool.RECTANGLE: "--roi=rectangle:26,26,38,38",
        Tool.MASK: "--roi=mask:bone", Tool.LINE: "--line=26,32,38,32", Tool.ANGLE: "--angle=26,32,32,32,32,26",
    }  # fmt: skip
    there.viewer.do(ToggleProbe())
    assert command(there.viewer.state).endswith("--at=32,32")


def test_the_command_names_the_frame() -> None:
    made = bench({"/data/c": phantoms.cine(frames=3)})
    made.viewer.do(act.ResizeViewport(320, 320))
    made.viewer.do(act.Open(("/data",)))
    made.viewer.do(act.StepFrame(1))
    made.viewer.do(ToggleGauge())
    state = made.viewer.state
    assert command(state).endswith("--frame 2 --roi=whole")
    assert command(replace(state, cursor=replace(state.cursor, ref=None))) == ""
