"""The clock of the cine."""

from __future__ import annotations

import asyncio

from textual.app import App

from tui.service.actions import AdvanceCine
from tui.ui.clock import CineClock


class Bench:
    def __init__(self) -> None:
        self.now = 100.0
        self.steps: list[int] = []
        self.clock = CineClock(App(), self.take, lambda: self.now)

    def take(self, action: AdvanceCine) -> None:
        self.steps.append(action.by)

    def at(self, seconds: float) -> list[int]:
        self.steps.clear()
        self.now = 100.0 + seconds
        self.clock.tick()
        return list(self.steps)


def story(rate: float, rhythm: tuple[float, ...] = (), at: int = 0) -> Bench:
    bench = Bench()

    async def start() -> None:
        async with bench.clock._app.run_test():
            bench.clock.run(rate, rhythm, at)
            bench.clock._timer.pause()  # type: ignore[union-attr]

    asyncio.run(start())
    bench.steps.clear()
    return bench


def test_a_picture_is_due_after_its_time_and_not_before() -> None:
    bench = story(10.0)
    assert bench.at(0.05) == []
    assert bench.at(0.1) == [1]
    assert bench.at(0.15) == []
    assert bench.at(0.2) == [1]


def test_pictures_that_came_too_late_are_skipped() -> None:
    bench = story(25.0)
    assert bench.at(1.0) == [25]
    assert bench.at(1.0) == []
    assert bench.at(1.04) == [1]


def test_no_step_is_lost_over_many_ticks() -> None:
    bench = story(30.0)
    assert sum(sum(bench.at(n / 60)) for n in range(1, 601)) == 300


def test_standing_still() -> None:
    bench = story(10.0)
    bench.clock.run(0.0)
    assert bench.clock.rate == 0.0
    assert bench.at(5.0) == []


def test_another_rate_starts_anew() -> None:
    bench = story(10.0)
    assert bench.at(1.0) == [10]

    async def faster() -> None:
        async with bench.clock._app.run_test():
            bench.clock.run(20.0)
            bench.clock._timer.pause()  # type: ignore[union-attr]

    asyncio.run(faster())
    assert bench.at(1.05) == [1]


def test_what_was_due_and_not_shown_is_missed_for_good() -> None:
    bench = story(10.0)
    bench.at(1.0)
    assert bench.clock.missed(10) == bench.clock.missed(7) == 0
    bench.at(2.0)
    assert bench.clock.missed(12) == 5
    assert bench.clock.missed(20) == 5  # those that came after them do not bring them back


def test_frames_stand_as_long_as_their_rhythm_says() -> None:
    bench = story(10.0, (0.5, 1.5, 1.0))  # 50, 150 and 100 ms
    assert [sum(bench.at(n / 100)) for n in (4, 5, 19, 20, 30, 34, 35)] == [0, 1, 0, 1, 1, 0, 1]
    later = story(10.0, (0.5, 1.5, 1.0), at=1)
    assert [sum(later.at(n / 100)) for n in (14, 15, 25, 30, 45)] == [0, 1, 1, 1, 1]
    assert sum(later.at(3.0)) == 30 - 4
