"""What bounds the work in the process that reads; the process itself is in test_readers.py."""

from __future__ import annotations

import threading

from tui.adapters import processes, serving
from tui.core.values import Ref
from tui.service.events import Event
from tui.service.ports import Emit
from tui.service.questions import Progress

LONG = 60.0  # seconds that only a broken program takes


class Meter(processes.Meter):
    """Bounds nothing, and remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(1)
        self.told: list[str] = []

    def begin(self, work: object) -> None:
        self.told.append("begin")

    def end(self, work: object) -> None:
        self.told.append("end")


def test_the_time_of_every_job_counts_whatever_becomes_of_it() -> None:
    meter, done = Meter(), threading.Event()
    crashes: list[BaseException] = []
    lanes = serving.BoundedLanes(meter)
    lanes.attach(lambda event: None, crashes.append)

    def fail(emit: object, cancelled: object) -> None:
        meter.told.append("work")
        raise KeyError

    lanes.submit("write", fail)
    lanes.submit("write", lambda emit, cancelled: done.set())
    assert done.wait(LONG)
    lanes.close()
    assert meter.told == ["begin", "work", "end", "begin", "end"]
    assert [type(error) for error in crashes] == [KeyError]


def test_each_of_many_instances_has_the_time_of_one() -> None:
    meter, done = Meter(), threading.Event()
    heard: list[Event] = []
    lanes = serving.BoundedLanes(meter)
    lanes.attach(heard.append)
    steps = [Progress(number, 2, Ref("/a"), "read") for number in range(2)]

    def work(emit: Emit, cancelled: object) -> None:
        for step in steps:
            emit(step)
        done.set()

    lanes.submit("ask", work)
    assert done.wait(LONG)
    lanes.close()
    assert meter.told == ["begin", "begin", "begin", "end"]
    assert heard == steps
