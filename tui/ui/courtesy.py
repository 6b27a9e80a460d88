"""Short turns of the loop of the screen: work that can wait leaves a turn to what the user does, as it hears no key.

Textual handles all messages that wait for a widget in one turn, and those of other widgets in the same one. A key that
restyles the panes, a library that arrives, rows that are made and cells that are painted take some milliseconds each,
and held the screen up together.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import TypeVar

from textual.events import Blur, Focus
from textual.message import Message
from textual.message_pump import MessagePump

TURN_SECONDS = 0.001  # after which work that can wait does

Value = TypeVar("Value")


class Turn:
    """What the thread of the screen has done in this turn of its loop.

    A turn begins when the loop has waited for something to happen, if the loop tells so (see :func:`run`); in another
    one, as tests have it, with the first look.
    """

    def __init__(self) -> None:
        self._began = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = False

    def spent(self) -> float:
        """Seconds of the thread's own time."""
        if not self._told:
            self._look(asyncio.get_running_loop())
        return time.thread_time() - self._began

    def begin(self) -> None:
        """A turn begins; the next will be told, too."""
        self._told, self._began = True, time.thread_time()

    def forget(self) -> None:
        """No more turns are told."""
        self._told = False

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            self._loop, self._began = loop, time.thread_time()
            loop.call_soon(self._over)

    def _over(self) -> None:
        self._loop = None

    async def room(self) -> None:
        """Wait for a turn in which little was done yet."""
        while self.spent() > TURN_SECONDS:
            await asyncio.sleep(0)


TURN = Turn()


class _Selector(selectors.DefaultSelector):
    """Tells when a turn begins."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout)
        TURN.begin()
        return found

    def close(self) -> None:
        super().close()
        TURN.forget()


def run(main: Coroutine[object, object, Value]) -> Value:
    """Run the program of the screen to its end, in a loop of its own that tells when its turns begin."""
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Selector())) as runner:
        return runner.run(main)


class Restyled(MessagePump):
    """A pane: what the focus changes of it is styled in another turn than the key that brought the focus."""

    async def _dispatch_message(self, message: Message) -> None:
        if TURN.spent() > TURN_SECONDS and isinstance(message, Focus | Blur):
            await TURN.room()
        await super()._dispatch_message(message)
