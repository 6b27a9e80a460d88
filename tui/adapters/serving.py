"""The process that reads: does requests until the program that started it goes away.

Decoders and parsers run here, on a core of their own: they hold up no key, and what ends this process, or passes its
limits, ends one picture. Nothing but messages leaves it; what libraries print goes nowhere.
"""

from __future__ import annotations

import gc
import os
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.adapters import processes
from tui.adapters.runners import Lanes
from tui.service.questions import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.service.events import Event
    from tui.service.ports import Cancelled, Emit
    from tui.service.requests import Work


def main() -> None:
    """Serve the requests on standard input; answers go to standard output."""
    requests, answers = processes.pipes()
    gc.disable()  # nothing of what is imported is garbage, and to look for it costs a tenth
    from tui.adapters import imports, wire

    imports.load()
    limits = wire.receive(requests)

    from tui.adapters.dciodvfy import Dciodvfy
    from tui.adapters.graphics import _drawing, _scale, _wire  # noqa: F401
    from tui.adapters.instances import DicomInstances
    from tui.core import pipeline, tags  # noqa: F401  while the program is still starting
    from tui.service.requests import Desk

    imports.for_pictures()
    gc.enable()
    gc.freeze()
    processes.confine(limits)
    writing = threading.Lock()

    def send(kind: str, *content: Any) -> None:
        with writing:
            try:
                wire.send(answers, (kind, *content))
            except OSError:
                os._exit(0)  # nobody is left to hear it

    def deliver(event: Event) -> None:
        send("event", event)

    def crashed(error: BaseException) -> None:
        if isinstance(error, MemoryError):
            os._exit(processes.NO_MEMORY)
        send("crash", type(error).__name__, processes.places(error))

    lanes = BoundedLanes(processes.Meter(limits.seconds))
    lanes.attach(deliver, crashed)
    desk = Desk(DicomInstances(limits), limits, lanes.submit, Dciodvfy())
    while True:
        try:
            number, request = wire.receive(requests)
            lane, work = desk.work(request)
            begin, done = partial(send, "begin", lane, number), partial(send, "done", lane, number)
            if lane == "ask":
                lanes.cancel(lane)  # nobody waits for the answer to an older question
            lanes.submit(lane, _numbered(work, begin, done))
        except EOFError:
            os._exit(0)  # at once, whatever a decoder is busy with
        except (MemoryError, RuntimeError, ImportError):  # as Python says it of a thread, and of a module
            os._exit(processes.NO_MEMORY)


class BoundedLanes(Lanes):
    """Lanes on which a job that takes too long ends the process; one about many instances may take long for each."""

    def __init__(self, meter: processes.Meter) -> None:
        super().__init__()
        self._meter = meter

    def _run(self, work: Work, cancelled: Cancelled) -> None:
        job = object()

        def metered(emit: Emit, cancelled: Cancelled) -> None:
            def tell(event: Event) -> None:
                if isinstance(event, Progress):
                    self._meter.begin(job)  # the next instance has a time of its own
                emit(event)

            work(tell, cancelled)

        self._meter.begin(job)
        try:
            super()._run(metered, cancelled)
        finally:
            self._meter.end(job)


def _numbered(work: Work, begin: Callable[[], None], done: Callable[[], None]) -> Work:
    def numbered(emit: Emit, cancelled: Cancelled) -> None:
        begin()
        work(emit, cancelled)
        done()

    return numbered
