"""What a process may use, tried out in children of the test."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable

import pytest

from tui.adapters import processes
from tui.service.settings import Limits


def in_a_child(work: Callable[[], None]) -> int:
    """Its exit code, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except MemoryError:
            os._exit(processes.NO_MEMORY)
        except BaseException:  # noqa: BLE001  a fork must never return into the test
            os._exit(99)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def spin(seconds: float) -> None:
    import time

    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_memory_is_bounded_and_no_core_is_left() -> None:
    def work() -> None:
        processes.confine(Limits(memory_bytes=300 * 2**20))
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
        bytearray(50 * 2**20)
        bytearray(400 * 2**20)

    assert in_a_child(work) == processes.NO_MEMORY


def test_a_limit_that_was_there_before_is_never_raised() -> None:
    def work() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
        processes.confine(Limits(memory_bytes=2**40))
        assert resource.getrlimit(resource.RLIMIT_DATA) == (2**30, 2**30)

    assert in_a_child(work) == 0


def test_each_work_has_its_own_time() -> None:
    def work() -> None:
        meter = processes.Meter(1)
        for name in "ab":
            meter.begin(name)
            spin(0.6)
            meter.end(name)
        spin(0.6)  # nobody's

    assert in_a_child(work) == 0


@pytest.mark.parametrize("beside", [False, True])
def test_a_work_that_takes_too_long_ends_the_process(beside: bool) -> None:
    def work() -> None:
        meter = processes.Meter(1)
        meter.begin("long")
        if beside:  # what comes and goes meanwhile gives it no more time
            meter.begin("short")
            spin(0.5)
            meter.end("short")
        spin(5)

    assert in_a_child(work) == -signal.SIGXCPU


def test_a_process_is_spawned_with_our_paths_and_ends_when_it_is_killed() -> None:
    child = processes.spawn("serving")
    child.kill()
    assert child.wait() == -signal.SIGKILL
    child.answers.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-signal.SIGXCPU, "the limit seconds (20 s"),
        (processes.NO_MEMORY, "the limit memory_bytes (2048 MiB). If you trust the file, raise memory_bytes"),
        (-signal.SIGSEGV, "A decoder does not survive"),
    ],
)
def test_what_it_died_of_is_a_sentence(code: int, words: str) -> None:
    assert words in processes.cause(code, Limits()).sentence()


def test_places_are_files_and_lines() -> None:
    try:
        raise ValueError("a value of the patient")
    except ValueError as error:
        (place,) = processes.places(error)
    assert place.startswith(__file__) and "patient" not in place
