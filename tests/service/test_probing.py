from __future__ import annotations

from dataclasses import replace

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.quantities import Recipe
from tui.core.values import View
from tui.service import actions as act
from tui.service.disabled import reason
from tui.service.measuring import MoveProbe, PinProbe, SetMask, ToggleMask, ToggleProbe


@pytest.fixture
def there() -> Bench:
    made = bench({f"/data/ct/{z}": phantoms.ct(z, of=4, size=32) for z in range(4)})
    made.viewer.do(act.ResizeViewport(320, 320))
    made.viewer.do(act.Open(("/data",)))
    return made


def view(there: Bench) -> View:
    return there.viewer.state.view


def test_the_probe_begins_in_the_middle_and_reads_the_value(there: Bench) -> None:
    there.viewer.do(ToggleProbe())
    assert view(there).probe == (16, 16)
    probe = there.viewer.state.shown.findings.probe
    assert probe.readings[0].unit == "HU" and (probe.column, probe.row) == (16, 16)
    there.viewer.do(ToggleProbe())
    assert view(there).probe is None and there.viewer.state.shown.findings.probe is None


@pytest.mark.parametrize(
    ("turns", "flip", "moved"),
    [(0, False, (17, 16)), (1, False, (16, 15)), (2, False, (15, 16)), (3, False, (16, 17)), (0, True, (15, 16)),
     (1, True, (16, 15))],
)  # fmt: skip
def test_it_moves_as_it_is_seen(there: Bench, turns: int, flip: bool, moved: tuple[int, int]) -> None:
    there.viewer.do(ToggleProbe())
    if flip:
        there.viewer.do(act.ToggleFlip())
    there.viewer.do(act.RotateBy(turns))
    there.viewer.do(MoveProbe(1, 0))
    assert view(there).probe == moved


def test_it_stays_in_the_image_and_the_view_follows_it(there: Bench) -> None:
    there.viewer.do(act.ZoomBy(4))
    there.viewer.do(ToggleProbe())
    there.viewer.do(MoveProbe(-100, -3))
    assert view(there).probe == (0, 13) and view(there).center_x == pytest.approx(0.125, abs=0.02)


def test_pins_stay_while_images_go_by_and_go_with_the_probe(there: Bench) -> None:
    there.viewer.do(ToggleProbe())
    there.viewer.do(PinProbe())
    there.viewer.do(MoveProbe(3, 0))
    there.viewer.do(PinProbe())
    there.viewer.do(act.StepImage(1))
    assert [pin.column for pin in there.viewer.state.shown.findings.pins] == [16, 19]
    there.viewer.do(PinProbe())
    assert view(there).pins == ((16, 16),)
    there.viewer.do(ToggleProbe())
    assert view(there).pins == ()


def test_the_mask_has_its_area_and_remembers_its_recipe(there: Bench) -> None:
    there.viewer.do(SetMask(Recipe(0, 60, opening=0)))
    size = there.viewer.state.shown.findings.mask
    assert size.area_mm2 == pytest.approx(size.pixels * 7.5**2) and size.pixels > 0
    there.viewer.do(ToggleMask())
    assert view(there).mask is None
    there.viewer.do(ToggleMask())
    assert view(there).mask == Recipe(0, 60, opening=0)


def test_what_cannot_work_says_why(there: Bench) -> None:
    state = there.viewer.state
    assert "p turns it on" in reason(state, MoveProbe(1, 0)) and "p turns it on" in reason(state, PinProbe())
    colour = replace(state, shown=replace(state.shown, facts=replace(state.shown.facts, colour=True)))
    assert "colour" in reason(colour, ToggleMask()) and not reason(colour, ToggleProbe())
