"""Which pictures come next, from what the user did."""

from __future__ import annotations

import pytest

from tests.service.test_reduce import SETTINGS, files, shown, started
from tui.core.values import Facts
from tui.service import actions as act
from tui.service import reduce
from tui.service.disabled import reason
from tui.service.travel import REACH, ahead


def next_after(frames: int, *steps: act.Action, count: int = 30) -> list[tuple[str, int]]:
    state = started(*files(count=count, frames=frames))
    for step in steps:
        state = reduce.apply(state, step, SETTINGS)
    return [(ref.path, frame) for ref, frame in ahead(state)]


def images(*numbers: int) -> list[tuple[str, int]]:
    return [(f"/1/{n}", 0) for n in numbers]


def test_forward_at_first() -> None:
    assert next_after(1) == images(*range(1, REACH + 1))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([act.StepImage(1)], [2, 3, 4, 5, 6, 7, 0]),
        ([act.JumpImage(-1)], [28, 27, 26, 25, 24, 23]),
        ([act.JumpImage(20), act.StepImage(-1)], [18, 17, 16, 15, 14, 13, 20]),
        ([act.StepImage(10)], [20, 9]),
        ([act.StepImage(10), act.ShiftLevel(1)], [20, 9]),  # a window does not change the direction
        ([act.JumpImage(0)], [1, 2, 3, 4, 5, 6]),
    ],
)
def test_in_steps_of_the_last_one(steps: list[act.Action], expected: list[int]) -> None:
    assert next_after(1, *steps) == images(*expected)


def test_frames_of_a_cine_go_round() -> None:
    playing = [act.ToggleCine(), act.AdvanceCine(3)]
    assert next_after(8, *playing) == [("/1/0", n) for n in (6, 1, 4, 7, 2, 5)]
    assert next_after(8, act.StepFrame(7), act.StepFrame(-1)) == [("/1/0", n) for n in (5, 4, 3, 2, 1, 0, 7)]


def test_images_of_several_frames_are_stepped_as_images() -> None:
    assert next_after(8, act.StepImage(1))[:2] == images(2, 3)


def test_frames_are_stepped_in_the_order_that_the_file_asks_for_and_keep_their_numbers() -> None:
    order = (2, 0, 3, 1)
    state = shown(started(*files(frames=4)), facts=Facts(frames=4, order=order))
    walked = []
    for by in (-1, -1, 1, 1, 1, 1, -2):
        state = reduce.apply(state, act.StepFrame(by), SETTINGS)
        state = shown(state, facts=Facts(frames=4, order=order))
        walked.append(state.cursor.frame)
    assert walked == [2, 2, 0, 3, 1, 1, 0]
    assert [frame for _, frame in ahead(state)] == [3]  # the next one back would be before the first
    state = reduce.apply(state, act.StepFrame(-1), SETTINGS)
    assert [frame for _, frame in ahead(state)] == [0]
    assert "first" in reason(state, act.StepFrame(-1)) and not reason(state, act.StepFrame(1))
    state = reduce.apply(reduce.apply(state, act.ToggleCine(), SETTINGS), act.AdvanceCine(5), SETTINGS)
    assert state.cursor.frame == 0  # round and one further


def test_a_file_that_says_it_has_thousands_of_millions_of_frames_costs_nothing() -> None:
    assert next_after(2**31 - 1, act.StepFrame(1))[:2] == [("/1/0", 2), ("/1/0", 3)]


def test_an_order_is_that_of_the_instance_that_was_shown() -> None:
    state = shown(started(*files(frames=3)), facts=Facts(frames=3, order=(2, 1, 0)))
    state = reduce.apply(state, act.StepImage(1), SETTINGS)
    assert reduce.apply(state, act.StepFrame(1), SETTINGS).cursor.frame == 1
