from __future__ import annotations

import asyncio
import threading

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tui.ui.panes import slices
from tui.ui.panes.leaving import LEAVING
from tui.ui.panes.slices import Slices, Steps, finished


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Widget()


def steps(count: int, done: list[str], name: str = "done") -> Steps[None]:
    for _ in range(count):
        yield
    done.append(name)


def test_short_work_is_done_at_once() -> None:
    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            work.start(steps(3, done))
            assert done == ["done"] and not work.busy

    asyncio.run(play())


def test_long_work_lets_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)  # every step is a slice
            work.start(steps(20, done))
            turns = 0
            while work.busy:
                await asyncio.sleep(0)
                turns += 1
            assert done == ["done"] and turns > 20

    asyncio.run(play())


def test_newer_work_takes_the_place_of_what_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            work.start(steps(5, done, "old"))
            work.start(steps(5, done, "new"))
            while work.busy:
                await asyncio.sleep(0)
            assert done == ["new"]
            work.start(steps(5, done, "left"))
            work.stop()
            assert not work.busy
            await pilot.pause()
            assert done == ["new"]

    asyncio.run(play())


def test_the_end_of_work_may_start_other_work(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))

            def first() -> Steps[None]:
                yield
                work.start(steps(5, done, "second"))

            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            work.start(first())
            while work.busy:
                await asyncio.sleep(0)
            assert done == ["second"]

    asyncio.run(play())


def test_work_of_a_widget_that_is_not_there_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
    done: list[str] = []
    Slices(Widget()).start(steps(5, done))
    assert done == ["done"]


def test_work_goes_on_however_late_the_clock_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer of Textual for one millisecond never comes when that has passed before it looks at the clock."""
    seconds = [0.0]

    def late() -> float:
        seconds[0] += 0.005
        return seconds[0]

    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            monkeypatch.setattr("textual._time.get_time", late)
            work.start(steps(5, done))
            for _ in range(1000):
                await asyncio.sleep(0.001)
                if not work.busy:
                    break
            assert done == ["done"]

    asyncio.run(play())


def test_who_needs_what_is_not_done_yet_has_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        done: list[str] = []
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            work.start(steps(5, done))
            assert work.busy and not done
            work.finish()
            assert done == ["done"] and not work.busy
            await pilot.pause()
            assert done == ["done"]

    asyncio.run(play())


def test_what_steps_make() -> None:
    def made() -> Steps[int]:
        yield
        return 7

    assert finished(made()) == 7


def test_who_works_for_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[slices.Labour] = []

    class Heard(Bare):
        def on_labour(self, message: slices.Labour) -> None:
            told.append(message)

    async def play() -> None:
        async with Heard().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            work.start(steps(3, []))
            assert not work.busy
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            work.start(steps(3, []))
            while work.busy:
                await asyncio.sleep(0)
            await pilot.pause()
        assert len(told) == 3

    asyncio.run(play())


def test_work_that_is_left_is_forgotten_beside_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[str] = []

    class Much:
        def __del__(self) -> None:
            where.append(threading.current_thread().name)

    def making() -> Steps[None]:
        much = Much()
        while True:
            yield
        del much

    async def play() -> None:
        async with Bare().run_test() as pilot:
            work = Slices(pilot.app.query_one(Widget))
            monkeypatch.setattr(slices, "SLICE_SECONDS", -1.0)
            work.start(making())
            work.start(steps(1, []))
            while LEAVING.busy:
                await pilot.pause()
            assert where == ["forgets"]

    asyncio.run(play())
