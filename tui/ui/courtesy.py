"""Short turns of the loop of the screen: work that can wait leaves a turn to what the user does, as it hears no key.

Textual handles all messages that wait for a widget in one turn, and those of other widgets in the same one. A key that
restyles the panes, a library that arrives, rows that are made and cells that are painted take some milliseconds each,
and held the screen up together.
"""

from __future__ import annotations

import asyncio
import time

from textual.events import Blur, Focus
from textual.message import Message
from textual.message_pump import MessagePump

TURN_SECONDS = 0.001  # after which work that can wait does


class Turn:
    """What the thread of the screen has done since the first look in this turn of its loop."""

    def __init__(self) -> None:
        self._began = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def spent(self) -> float:
        """Seconds of the thread's own time."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._began = loop, time.thread_time()
            loop.call_soon(self._over)
            return 0.0
        return time.thread_time() - self._began

    def _over(self) -> None:
        self._loop = None

    async def room(self) -> None:
        """Wait for a turn in which little was done yet."""
        while self.spent() > TURN_SECONDS:
            await asyncio.sleep(0)


TURN = Turn()


class Restyled(MessagePump):
    """A pane: what the focus changes of it is styled in another turn than the key that brought the focus."""

    async def _dispatch_message(self, message: Message) -> None:
        if TURN.spent() > TURN_SECONDS and isinstance(message, Focus | Blur):
            await TURN.room()
        await super()._dispatch_message(message)
