"""Times each turn of the loop of the screen, and names what made the longest ones long.

A turn is what the loop does between two waits for something to happen: no key is heard meanwhile. Of each turn are
taken the CPU time of its thread, which is its own work, and the wall clock, which has the other threads and programs
in it, too. ``SAFELIGHT_TURNS_PROFILE`` in the environment prints where the turns above a limit spend their time;
``SAFELIGHT_TURNS_HELD`` names a file for what all threads do while a turn is held up by another one.
"""

from __future__ import annotations

import asyncio
import cProfile
import faulthandler
import gc
import io
import os
import pstats
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump

from tui.ui.panes import slices

LIMIT_MS = 10.0
PROFILE, HELD = "SAFELIGHT_TURNS_PROFILE", "SAFELIGHT_TURNS_HELD"
HELD_SECONDS = 0.03
PIECE_SECONDS = 0.002


@dataclass
class Phase:
    """The turns while one thing is done, in ms."""

    turns: int = 0
    over: int = 0  # turns above the limit, by their CPU time
    cpu: float = 0.0
    cause: str = ""
    wall: float = 0.0
    beside: tuple[float, str] = 0.0, ""  # the longest look for garbage in another thread

    def line(self, name: str) -> str:
        """For people."""
        beside = f"; in another thread {self.beside[1]} {self.beside[0]:.1f}" if self.beside[0] else ""
        return (
            f"{name:<45} cpu {self.cpu:5.1f} ms, wall {self.wall:5.1f} ms, {self.over:3} of {self.turns:5} turns"
            f" over {LIMIT_MS:.0f} ms; {self.cause}{beside}"
        )


@dataclass
class Turns:
    """Listens to the loop that runs, from :meth:`listen` on."""

    phase: Phase = field(default_factory=Phase)
    _began: tuple[float, float] | None = None
    _parts: list[tuple[float, str]] = field(default_factory=list)
    _collecting: float = 0.0
    _profile: cProfile.Profile | None = None
    _told: list[str] = field(default_factory=list)
    _under_way: dict[Any, str] = field(default_factory=dict)  # by task
    _screen: int = 0
    _faults: int = 0

    def listen(self) -> None:
        """Begin. Not to be called twice: nothing is taken back, as the process ends with what is measured."""
        loop: Any = asyncio.get_running_loop()
        select = loop._selector.select

        held = open(os.environ[HELD], "a") if os.environ.get(HELD) else None  # noqa: SIM115, to the end of the process

        def waited(timeout: float | None = None) -> Any:
            if held is not None:
                faulthandler.cancel_dump_traceback_later()
            self._end()
            found = select(timeout)
            self._parts.clear()
            self._faults = _faults()
            self._began = time.thread_time(), time.perf_counter()
            if held is not None:
                faulthandler.dump_traceback_later(HELD_SECONDS, file=held)
            if self._profile is not None:
                self._profile.enable()
            return found

        loop._selector.select = waited
        self._profile = cProfile.Profile() if os.environ.get(PROFILE) else None
        self._name_messages()
        self._name_handles()
        self._name_slices()
        self._screen = threading.get_ident()
        gc.callbacks.append(self._collected)

    def start(self) -> None:
        """A new phase."""
        self.phase = Phase()
        self._told = []

    def profiles(self) -> list[str]:
        """Of the longest turns of the phase."""
        return self._told

    def _end(self) -> None:
        if self._began is None:
            return
        cpu, wall = (time.thread_time() - self._began[0]) * 1e3, (time.perf_counter() - self._began[1]) * 1e3
        cpu = min(cpu, wall)  # where the machine is a guest of another, the thread's clock may jump
        phase = self.phase
        phase.turns += 1
        phase.over += cpu > LIMIT_MS
        phase.wall = max(phase.wall, wall)
        if self._profile is not None:
            self._profile.disable()
            if cpu > max(phase.cpu, LIMIT_MS):
                text = io.StringIO()
                pstats.Stats(self._profile, stream=text).sort_stats("cumulative").print_stats(45)
                self._told.append(f"{cpu:.1f} ms {text.getvalue()}")
            self._profile = cProfile.Profile()
        if cpu > phase.cpu:
            longest = sorted(self._parts, reverse=True)[:3]
            causes = [f"{name} {spent:.1f}" for spent, name in longest]
            faults = _faults() - self._faults
            phase.cpu, phase.cause = cpu, ", ".join(causes + [f"{faults} pages read from the disk"] * bool(faults))

    def _name_messages(self) -> None:
        parts, dispatch, under_way = self._parts, MessagePump._dispatch_message, self._under_way

        async def timed(pump: MessagePump, message: Message) -> None:
            task, turn, start = asyncio.current_task(), self.phase.turns, time.thread_time()
            name = under_way[task] = f"{type(pump).__name__} {_told(message)}"
            try:
                await dispatch(pump, message)
            finally:
                del under_way[task]
                if turn == self.phase.turns:  # else it waited for others meanwhile
                    parts.append(((time.thread_time() - start) * 1e3, name))

        MessagePump._dispatch_message = timed  # type: ignore[assignment,method-assign]

    def _name_handles(self) -> None:
        """What runs in a turn besides messages: a task that is idle, or paints, by its name."""
        parts, run = self._parts, asyncio.Handle._run

        def timed(handle: Any) -> None:
            start, before = time.thread_time(), len(parts)
            run(handle)
            rest = (time.thread_time() - start) * 1e3 - sum(spent for spent, _ in parts[before:])
            if rest > 0.5:
                owner = getattr(handle._callback, "__self__", None)
                name = owner.get_name() if isinstance(owner, asyncio.Task) else str(handle._callback)
                name = self._under_way.get(owner, name)
                parts.append((rest, f"({name[:60]})"))

        asyncio.Handle._run = timed  # type: ignore[assignment,method-assign]

    def _name_slices(self) -> None:
        """The longest piece of work in a turn that gives no chance for a key, by the line that it ends at."""
        parts = self._parts

        def timed(steps: slices.Steps[None], seconds: float) -> bool:
            start = before = time.thread_time()
            longest, where = 0.0, ""
            done = True
            for _ in steps:
                now = time.thread_time()
                if now - before > longest:
                    longest, where = now - before, _place(steps)
                before = now
                if now > start + seconds:
                    done = False
                    break
            else:
                if time.thread_time() - before > longest:
                    longest, where = time.thread_time() - before, "the end"
            if longest > PIECE_SECONDS:
                parts.append((longest * 1e3, f"[{where}]"))
            return done

        slices._slice = timed

    def _collected(self, when: str, info: dict[str, int]) -> None:
        """The collector holds the interpreter to its end, in whichever thread it is called."""
        if when == "start":
            self._collecting = time.thread_time()
            return
        spent = (time.thread_time() - self._collecting) * 1e3
        name = f"garbage of generation {info['generation']}"
        if threading.get_ident() == self._screen:
            self._parts.append((spent, name))
        elif spent > LIMIT_MS:
            self.phase.beside = max(self.phase.beside, (spent, name))


def _faults() -> int:
    """Pages that this thread waited for: a system short of memory, or frugal, takes those away that are not used."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_majflt


def _told(message: Message) -> str:
    """A message, with what it carries or calls."""
    inner: object = getattr(message, "event", None)
    callback: Callable[..., object] | None = getattr(message, "callback", None)
    if isinstance(message, events.Key):
        return f"Key {message.key}"
    if callback is not None:
        plain = getattr(callback, "func", callback)
        return f"{type(message).__name__}({getattr(plain, '__qualname__', plain)})"
    return f"{type(message).__name__}({type(inner).__name__})" if inner is not None else type(message).__name__


def _place(steps: Any) -> str:
    while getattr(steps, "gi_yieldfrom", None) is not None:
        steps = steps.gi_yieldfrom
    frame = getattr(steps, "gi_frame", None)
    return f"{frame.f_code.co_name}:{frame.f_lineno}" if frame is not None else "?"
