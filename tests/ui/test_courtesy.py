"""What waits for another turn of the loop, and what does not."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import ComposeResult
from textual.events import Focus
from textual.message import Message
from textual.widget import Widget

from tui.ui import courtesy, guard
from tui.ui.courtesy import TURN, Restyled, Turn
from tui.ui.panes.slices import Slices, Steps


class Clock:
    """The own time of the thread, as the test has it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 5.0
        monkeypatch.setattr(courtesy.time, "thread_time", lambda: self.now)


def test_a_turn_begins_with_the_first_look_and_ends_with_the_turn_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, turn = Clock(monkeypatch), Turn()

    async def story() -> list[float]:
        found = [turn.spent()]
        clock.now += 3
        found.append(turn.spent())
        await asyncio.sleep(0)
        found.append(turn.spent())
        return found

    assert asyncio.run(story()) == [0.0, 3.0, 0.0]
    clock.now += 9
    assert asyncio.run(story()) == [0.0, 3.0, 0.0]  # another loop


def test_a_turn_of_a_program_has_in_it_what_was_done_before_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, turn = Clock(monkeypatch), Turn()
    monkeypatch.setattr(courtesy, "TURN", turn)

    def work() -> None:
        clock.now += 0.004

    async def story() -> list[float]:
        asyncio.get_running_loop().call_soon(work)
        await asyncio.sleep(0)
        found = [turn.spent()]  # after the work, in the same turn
        await asyncio.sleep(0)
        found.append(turn.spent())
        return found

    assert courtesy.run(story()) == pytest.approx([0.004, 0.0])
    work()
    assert asyncio.run(story()) == [0.0, 0.0]  # a loop that does not tell its turns


def test_the_program_of_the_screen_leaves_its_loop_and_gives_errors_on() -> None:
    async def story() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        courtesy.run(story())
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_who_asks_for_room_waits_while_others_have_used_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, turn = Clock(monkeypatch), Turn()
    done: list[str] = []

    async def work(name: str, seconds: float) -> None:
        await turn.room()
        done.append(name)
        clock.now += seconds

    async def story() -> None:
        works = [asyncio.create_task(work(name, 0.004)) for name in "ab"]
        await asyncio.sleep(0)
        assert done == ["a"]
        await asyncio.gather(*works)

    asyncio.run(story())
    assert done == ["a", "b"]


class Costly(Message):
    """Takes long."""


class Pane(Restyled, Widget, can_focus=True):
    """Does what may wait."""

    got: int | None = None

    def on_focus(self) -> None:
        assert isinstance(self.app, Screen)
        self.got = self.app.turns[0]

    def on_mount(self) -> None:
        self.slices = Slices(self)
        self.done = 0

    def steps(self) -> Steps[None]:
        for _ in range(3):
            self.done += 1
            yield


class Screen(guard.GuardedApp):
    """Messages that take long."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.turns = clock, [0]
        self.handled: list[int] = []

    def compose(self) -> ComposeResult:
        yield Pane()

    def count(self) -> None:
        """A turn of the loop."""
        self.turns[0] += 1
        asyncio.get_running_loop().call_soon(self.count)

    def on_costly(self) -> None:
        self.handled.append(self.turns[0])
        self.clock.now += 0.005


def test_messages_that_take_long_have_turns_of_their_own_and_slices_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        app = Screen(Clock(monkeypatch))
        async with app.run_test() as pilot:
            await pilot.pause()
            app.count()
            for _ in range(4):
                app.post_message(Costly())
            await pilot.pause()
            assert len(set(app.handled)) == len(app.handled) == 4
            pane = app.query_one(Pane)
            TURN.spent()
            app.clock.now += 0.005
            steps = pane.steps()
            pane.slices._steps = steps
            pane.slices._go_on(steps)
            assert pane.done == 0 and pane.slices.busy  # the turn was used already
            while pane.slices.busy:
                await pilot.pause()
            assert pane.done == 3

    asyncio.run(story())


def test_a_focus_is_styled_after_the_turn_of_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        app = Screen(Clock(monkeypatch))
        async with app.run_test() as pilot:
            await pilot.pause()
            app.count()
            pane = app.query_one(Pane)
            pane.got = None  # it had the focus from the beginning
            await pilot.pause()
            TURN.spent()
            app.clock.now += 0.005
            styling = pane._dispatch_message(Focus())
            styling.send(None)  # it gives way
            assert pane.got is None
            begun = app.turns[0]
            await asyncio.sleep(0)
            with pytest.raises(StopIteration):
                styling.send(None)
            assert pane.got == begun + 1

    asyncio.run(story())
