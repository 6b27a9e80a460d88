from __future__ import annotations

import asyncio
import itertools
import sys

from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.ui.panes.stage import library
from tui.ui.panes import leaving
from tui.ui.panes.leaving import Leaving, let_go, let_library_go
from tui.ui.panes.slices import Steps


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Widget()


def test_much_is_let_go_some_at_a_time() -> None:
    held: list[object] = [object() for _ in range(2 * leaving.LET_GO + 1)]
    left = [len(held) for _ in let_go(held)]
    assert left == [leaving.LET_GO + 1, 1, 0] and not held
    known, keys = dict.fromkeys(range(3)), set(range(leaving.LET_GO + 1))
    assert len(list(let_go(known, keys))) == 3
    assert not known and not keys


def test_a_library_goes_from_the_outside_in_and_never_much_at_once() -> None:
    found = library({"1": 600, "2": 1}, patients=("A", "B"))
    images = [image for patient in found.patients for image in patient.studies[0].series[0].instances]
    count = range(len(images))
    before = [sys.getrefcount(images[n]) for n in count]
    steps = let_library_go(found)
    del found
    gone = [sum(sys.getrefcount(images[n]) < before[n] for n in count) for _ in steps]
    assert gone[-1] == len(images)
    assert all(after - was <= leaving.LET_GO for was, after in itertools.pairwise(gone))


def test_one_thing_goes_after_the_other_each_held_for_a_while() -> None:
    said: list[str] = []

    def steps(name: str) -> Steps[None]:
        said.append(name)
        yield

    async def play() -> None:
        async with Bare().run_test() as pilot:
            leave = Leaving(pilot.app.query_one(Widget), 0.001)
            leave.add(steps("one"))
            leave.add(steps("two"))
            assert leave.busy
            while leave.busy:
                await asyncio.sleep(0)
            assert said == ["one", "two"]
            later = Leaving(pilot.app.query_one(Widget), after=leave)
            leave.add(steps("three"))
            later.add(steps("four"))
            while later.busy:
                await asyncio.sleep(0)
            assert said[2:] == ["three", "four"]

    asyncio.run(play())
