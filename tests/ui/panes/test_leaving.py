from __future__ import annotations

import itertools
import sys
import threading
import weakref
from collections.abc import Iterator

from tests.ui.panes.stage import library
from tui.ui.panes import leaving
from tui.ui.panes.leaving import Leaving, drop, let_go, let_items_go, let_library_go


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


class Thing:
    """What says in which thread it went."""

    def __init__(self, said: list[tuple[str, str]], name: str) -> None:
        weakref.finalize(self, lambda: said.append((name, threading.current_thread().name)))


def all_gone(leave: Leaving) -> None:
    """Wait until what was added before is gone."""
    done = threading.Event()

    def steps() -> Iterator[None]:
        done.set()
        yield

    leave.add(steps())
    assert done.wait(60)


def test_one_thing_goes_after_the_other_beside_the_screen() -> None:
    said: list[tuple[str, str]] = []
    leave = Leaving()
    for _ in range(2):
        leave.add(let_go([Thing(said, "one")]), 0.001)
        leave.add(let_go([Thing(said, "two")]))
        drop(None, 10**6)
        all_gone(leave)
    assert said == [("one", "forgets"), ("two", "forgets")] * 2


def test_items_go_before_what_is_in_them() -> None:
    said: list[tuple[str, str]] = []
    inner = [Thing(said, f"{number}") for number in range(leaving.LET_GO + 1)]
    outer = Thing(said, "outer")
    outer.inner = inner  # type: ignore[attr-defined]
    kept = inner[5]
    steps = let_items_go(iter([outer, *inner]))
    del outer, inner
    for _ in steps:
        pass
    assert [name for name, _ in said] == ["outer", *(f"{n}" for n in range(leaving.LET_GO + 1) if n != 5)]
    del kept


def test_much_is_dropped_beside_the_screen_and_little_where_it_is() -> None:
    said: list[tuple[str, str]] = []
    drop(Thing(said, "little"), leaving.LET_GO)
    drop(Thing(said, "much"), leaving.LET_GO + 1)
    all_gone(leaving.LEAVING)
    assert said == [("little", threading.current_thread().name), ("much", "forgets")]


def test_a_fault_is_told_and_what_waits_goes_all_the_same() -> None:
    def broken() -> Iterator[None]:
        yield
        raise ValueError("a fault")

    told: list[str] = []
    leave = Leaving()
    leave.crashed = lambda error: told.append(f"{error} in {threading.current_thread().name}")
    leave.add(broken())
    all_gone(leave)
    assert told == ["a fault in forgets"]
