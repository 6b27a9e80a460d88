"""The lanes' work, one job at a time."""

from __future__ import annotations

from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core.values import Ref
from tui.service import events as ev
from tui.service import jobs


def files(count: int = 5) -> FakeInstances:
    return FakeInstances({f"/{z}": phantoms.ct(z, size=16) for z in range(count)})


def run(work: jobs.Work, stop_after: int = 10**9) -> list[ev.Event]:
    events: list[ev.Event] = []
    work(events.append, lambda: len(events) >= stop_after)
    return events


def test_tags_are_read_once_for_an_instance() -> None:
    instances = files()
    tags = jobs.Tags(instances)
    first = run(tags.job(1, Ref("/0"), ""))
    assert [type(event) for event in first] == [ev.TagsReady, ev.TagsFiltered]
    again = run(tags.job(1, Ref("/0"), "patient"))
    assert [type(event) for event in again] == [ev.TagsFiltered]
    assert len(instances.opens) == 1
    run(tags.job(2, Ref("/0"), ""))  # a new scan
    assert len(instances.opens) == 2


def test_a_file_that_is_gone_is_a_sentence() -> None:
    ready = run(jobs.Tags(files()).job(1, Ref("/gone"), ""))
    assert ready == [ev.TagsReady(Ref("/gone"), (), "There is no such file.")]
