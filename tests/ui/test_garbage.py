"""Garbage is looked for when nothing is painted, and what is there to stay is looked at once."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tui.ui import garbage
from tui.ui.garbage import Collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold(), gc.isenabled()
    gc.enable()
    yield
    gc.unfreeze()
    gc.set_threshold(*before[0])
    (gc.enable if before[1] else gc.disable)()


class Ring:
    """Holds itself."""

    alive = 0

    def __init__(self) -> None:
        self.own = self
        Ring.alive += 1

    def __del__(self) -> None:
        Ring.alive -= 1


def test_garbage_goes_once_nothing_was_painted_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])
    waits: list[float] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda seconds, *call: waits.append(seconds))
        collector = Collector(lambda: True)
        collector.collect()  # the first time, all is there to stay
        Ring()
        collector.stir()
        now[0] += 0.2
        collector.stir()  # one wait is enough
        assert waits == [garbage.QUIET_SECONDS]
        now[0] += 0.3
        collector._look()  # too early after the second
        assert waits[1:] == [pytest.approx(0.2)] and Ring.alive == 1
        now[0] += 0.4
        collector._look()
        assert Ring.alive == 0 and waits[2:] == [garbage.REST_SECONDS]

    asyncio.run(story())


def test_what_is_young_is_looked_at_where_it_is_never_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])

    async def story() -> None:
        collector = Collector(lambda: True)
        collector.collect()  # the first time, all is there to stay
        Ring()
        collector.stir()
        assert Ring.alive == 1
        now[0] += 2 * garbage.BUSY_SECONDS
        collector.stir()
        await asyncio.sleep(0)  # in another turn than the one that painted
        assert Ring.alive == 0

    asyncio.run(story())


def test_garbage_waits_for_a_turn_in_which_little_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])
    spent = [1.0, 1.0, 0.0]
    monkeypatch.setattr(garbage.TURN, "spent", lambda: spent.pop(0))

    async def story() -> None:
        collector = Collector(lambda: True)
        collector.collect()
        Ring()
        now[0] += 2 * garbage.BUSY_SECONDS
        collector.stir()
        for alive in (1, 1, 1, 0):
            assert Ring.alive == alive
            await asyncio.sleep(0)

    asyncio.run(story())


def test_nothing_is_looked_at_while_a_scan_runs() -> None:
    async def story() -> None:
        collector = Collector(lambda: True)
        collector.collect()  # the first time, all is there to stay
        gc.disable()
        Ring()
        collector._look()
        assert Ring.alive == 1
        gc.enable()
        collector._look()
        assert Ring.alive == 0

    asyncio.run(story())


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_there_in_great_number_stays_unless_a_dialog_is_open(settled: bool) -> None:
    collector = Collector(lambda: settled)
    collector.collect()
    before = gc.get_freeze_count()
    many = [[number] for number in range(2 * garbage.FEW)]
    collector.collect()
    assert (gc.get_freeze_count() - before >= len(many)) is settled


def test_what_long_work_makes_is_not_looked_at_though_as_much_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])

    async def story() -> None:
        collector = Collector(lambda: True)
        collector.collect()
        before = gc.get_freeze_count()
        made = [[number] for number in range(100)]
        collector.labour()
        now[0] += 2 * garbage.BUSY_SECONDS
        collector.stir()
        await asyncio.sleep(0)  # in another turn than the one that painted
        assert gc.get_freeze_count() - before >= len(made)
        Ring()
        now[0] += 2 * garbage.BUSY_SECONDS
        collector.stir()
        await asyncio.sleep(0)  # in another turn than the one that painted
        assert Ring.alive == 0  # the work is over

    asyncio.run(story())


def test_what_a_closed_dialog_was_made_of_is_not_set_aside() -> None:
    collector = Collector(lambda: True)
    collector.collect()
    rings = [Ring() for _ in range(2 * garbage.FEW)]
    collector.closed()
    rings.clear()
    collector.collect()
    assert Ring.alive == 0
    many = [[number] for number in range(2 * garbage.FEW)]
    before = gc.get_freeze_count()
    collector.collect()  # nothing was closed since
    assert gc.get_freeze_count() - before >= len(many)


@pytest.mark.parametrize("most", [10**9, 0])
def test_what_was_set_aside_is_looked_through_once_nobody_is_there(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MOST", most)
    monkeypatch.setattr(garbage, "PACE", 10**9)
    now = [10.0]
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now[0])

    async def story() -> None:
        loop = asyncio.get_running_loop()
        calls: list[tuple[object, ...]] = []
        monkeypatch.setattr(loop, "call_later", lambda seconds, call, *words: calls.append((call, *words)))
        collector = Collector(lambda: True)
        ring = [Ring()]
        for _ in range(2):
            collector.stir()
            now[0] += 1.0
            collector._look()
        ring.clear()
        gc.collect()
        assert Ring.alive == 1  # it was set aside
        rests = [words for call, *words in calls if call == collector._rest]
        assert len(rests) == 2
        collector._rest(*rests[0])
        assert Ring.alive == 1  # something was painted since
        collector._rest(*rests[1])
        assert Ring.alive == (0 if most else 1)

    asyncio.run(story())
    gc.unfreeze()
    gc.collect()


def test_the_more_was_set_aside_the_longer_nobody_is_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "PACE", 1000)
    monkeypatch.setattr(garbage, "MOST", 10**9)

    async def story() -> None:
        waits: list[tuple[float, tuple[object, ...]]] = []
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda seconds, call, *words: waits.append((seconds, words)))
        collector = Collector(lambda: True)
        many = [Ring() for _ in range(40_000)]
        collector.labour()
        collector.collect()
        many.clear()
        collector._rest(0.0, garbage.REST_SECONDS)
        assert Ring.alive == 40_000
        ((seconds, (last, rested)),) = waits
        assert rested == garbage.REST_SECONDS + seconds == pytest.approx(gc.get_freeze_count() / 1000, rel=0.01)
        collector._rest(last, rested)  # type: ignore[arg-type]
        assert Ring.alive == 0

    asyncio.run(story())


def test_what_a_scan_set_aside_is_looked_through_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MOST", 10**9)

    async def story() -> None:
        collector = Collector(lambda: True)
        ring = Ring()
        gc.disable()
        collector.stir()
        gc.freeze()
        gc.enable()
        del ring
        collector.thaw()
        assert Ring.alive == 0

    asyncio.run(story())
