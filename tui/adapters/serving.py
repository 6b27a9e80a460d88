"""The process that reads: does requests until the program that started it goes away.

Decoders and parsers run here, on a core of their own: they hold up no key, and what ends this process ends
one picture. Nothing but messages leaves it; what libraries print goes nowhere.
"""

from __future__ import annotations

import gc
import os
import resource
import threading
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.service.events import Event, TagsReady
    from tui.service.ports import Cancelled, Emit
    from tui.service.requests import Work

ROWS_A_MESSAGE = 2000  # so that the program is never busy for long with unpacking one


def main() -> None:
    """Serve the requests on standard input; answers go to standard output."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the patient

    gc.disable()  # nothing of what is imported is garbage, and to look for it costs a tenth
    from tui.adapters import imports, wire

    imports.load()
    limits = wire.receive(requests)

    from tui.adapters.instances import DicomInstances
    from tui.adapters.runners import Lanes
    from tui.core import pipeline, tags  # noqa: F401  while the program is still starting
    from tui.service.requests import Desk

    gc.enable()
    gc.freeze()
    writing = threading.Lock()

    def send(kind: str, *content: Any) -> None:
        with writing:
            try:
                wire.send(answers, (kind, *content))
            except OSError:
                os._exit(0)  # nobody is left to hear it

    def deliver(event: Event) -> None:
        for part in _parts(event):
            send("event", part)

    lanes = Lanes()
    lanes.attach(deliver, lambda error: send("crash", type(error).__name__, _places(error)))
    desk = Desk(DicomInstances(limits), limits)
    while True:
        try:
            number, request = wire.receive(requests)
        except EOFError:
            os._exit(0)  # at once, whatever a decoder is busy with
        lane, work = desk.work(request)
        lanes.submit(lane, _numbered(work, partial(send, "done", lane, number)))


def _numbered(work: Work, done: Callable[[], None]) -> Work:
    def numbered(emit: Emit, cancelled: Cancelled) -> None:
        work(emit, cancelled)
        done()

    return numbered


def _parts(event: Event) -> list[Any]:
    """An event, or several that together bring the same."""
    from tui.service.events import TagsReady

    if not isinstance(event, TagsReady) or len(event.rows) <= ROWS_A_MESSAGE:
        return [event]
    cuts = range(0, len(event.rows), ROWS_A_MESSAGE)
    return [*(event.rows[start : start + ROWS_A_MESSAGE] for start in cuts), _empty(event)]


def _empty(event: TagsReady) -> TagsReady:
    from dataclasses import replace

    return replace(event, rows=())


def _places(error: BaseException) -> tuple[str, ...]:
    return tuple(f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__))
