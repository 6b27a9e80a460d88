"""The scan's job: what it sends, when, and how it ends."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core import series as library_of
from tui.core.values import Instance, Library, Ref, Skipped
from tui.service import events as ev
from tui.service import scanning


def files(count: int = 5) -> FakeInstances:
    return FakeInstances({f"/{z}": phantoms.ct(z, size=16) for z in range(count)}, (Skipped("/t", "not DICOM"),))


def run(work: scanning.Work, stop_after: int = 10**9) -> list[Any]:
    events: list[Any] = []
    work(events.append, lambda: len(events) >= stop_after)
    return events


def paths(library: Library) -> list[str]:
    return [i.ref.path for series in library_of.series_list(library) for i in series.instances]


def test_the_first_file_goes_out_at_once_and_none_is_lost() -> None:
    events = run(scanning.scan(files(), 7, ("/",)))
    first, ended = events[0], events[-1]
    assert paths(first.library) == ["/0"]
    assert first.first.ref == Ref("/0")
    assert isinstance(ended, ev.ScanEnded)
    assert (ended.scan, ended.complete) == (7, True)
    assert ended.library is not None
    assert paths(ended.library) == [f"/{z}" for z in range(5)]
    assert ended.library.skipped == (Skipped("/t", "not DICOM"),)
    assert (events[-2].dicom, events[-2].skipped) == (5, 1)


def test_a_left_scan_says_that_it_is_not_complete() -> None:
    ended = run(scanning.scan(files(), 1, ("/",)), stop_after=1)[-1]
    assert not ended.complete
    assert paths(ended.library) == ["/0"]


def test_a_scan_over_what_is_shown_sends_counts_until_it_is_complete() -> None:
    events = run(scanning.scan(files(), 1, ("/",), again=True))
    assert all(event.library is None for event in events[:-1])
    assert len(paths(events[-1].library)) == 5
    left = run(scanning.scan(files(), 1, ("/",), again=True), stop_after=1)[-1]
    assert (left.complete, left.library) == (False, None)


def test_garbage_of_before_is_not_kept_with_what_a_scan_makes() -> None:
    class Dialog:
        screen: object = None

    again = scanning.scan(files(), 2, ("/",))
    closed = Dialog()
    closed.screen = closed  # so that nobody but the collector finds it
    seen = weakref.ref(closed)
    del closed
    run(again)
    gc.collect()
    assert seen() is None
    assert gc.isenabled()


@pytest.mark.parametrize("set_aside", [True, False])
def test_much_is_not_looked_through_when_a_scan_begins(set_aside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    many = [[number] for number in range(2 * scanning.FEW)]
    if set_aside:
        gc.freeze()
    monkeypatch.setattr(scanning.gc, "collect", lambda: looked.append(gc.get_freeze_count()))
    run(scanning.scan(files(), 2, ("/",)))
    assert bool(looked) is set_aside  # at the rest
    assert all(count > len(many) for count in looked)
    gc.unfreeze()


@dataclass
class Many(FakeInstances):
    """Instances without files."""

    files: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def scan(self, paths: Any, cancelled: Any, visit: Any = None) -> Any:
        for n in range(self.count):
            yield Instance(Ref(f"/{n}"), study_uid="1", series_uid=f"1.{n % 50}", number=n, rows=1)


def test_the_library_is_made_the_less_often_the_more_it_costs(monkeypatch: Any) -> None:
    clock, made = [0.0], []

    def monotonic() -> float:
        clock[0] += 0.01
        return clock[0]

    grown = library_of.Growth.library

    def library(self: library_of.Growth, complete: bool = False) -> Library:
        clock[0] += 1.0  # as if there were very much
        made.append(complete)
        return grown(self, complete)

    monkeypatch.setattr(scanning.time, "monotonic", monotonic)
    monkeypatch.setattr(library_of.Growth, "library", library)
    events = run(scanning.scan(Many(count=2000), 1, ("/",)))
    assert made[-1] is True
    assert 2 < len(made) < 8  # of 20 seconds one in seven
    assert sum(event.library is None for event in events[:-1]) > 5 * len(made)
