"""The two halves of a picture at once, where there are two processors for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

Half = TypeVar("Half")


def both(first: Callable[[], Half], second: Callable[[], Half]) -> tuple[Half, Half]:
    """What the two calls return; the second is made on another thread meanwhile. What either raises is raised here."""
    if not _two_processors():
        return first(), second()
    answer: SimpleQueue[Half | BaseException] = SimpleQueue()
    _aside().put(lambda: answer.put(_outcome(second)))
    try:
        one = first()
    finally:
        other = answer.get()
    if isinstance(other, BaseException):
        raise other
    return one, other


def _outcome(call: Callable[[], Half]) -> Half | BaseException:
    try:
        return call()
    except BaseException as error:  # noqa: BLE001  it is raised where the answer is waited for
        return error


@cache
def _two_processors() -> bool:
    usable = getattr(os, "sched_getaffinity", None)  # Linux has it
    return (len(usable(0)) if usable else os.cpu_count() or 1) > 1


@cache
def _aside() -> SimpleQueue[Callable[[], None]]:
    """What the other thread is to do; it waits for it, which is ready in a quarter of the time of starting one."""
    asked: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def serve() -> None:
        while True:
            asked.get()()

    threading.Thread(target=serve, name="other half", daemon=True).start()
    return asked
