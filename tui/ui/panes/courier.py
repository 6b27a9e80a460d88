"""Carries pictures to the terminal: the newest, one at a time, as coarse as the line needs while they move.

What was not encoded yet is replaced by what is newer; one thread encodes; each picture is one write and is followed by
a question, and the next one goes out when the terminal has answered. The last one is sent again in full when
the keys rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, Protocol

from tui.frozen import frozen
from tui.service.ports import Box, Encoded, Graphics
from tui.service.values import Picture
from tui.ui.panes import fit
from tui.ui.panes.pace import Pace
from tui.ui.panes.strips import Preview

QUESTION = "\x1b[6n"  # where is the cursor: answered when everything before it was taken
PATIENCE = 10.0  # seconds for the answer
REST = 0.15  # seconds after the last picture until it is sent in full
PAINTING = 1.0  # seconds for the screen to paint the cells


@frozen
class Exhibit:
    """A picture as it stands in the cells of the pane; ``box`` counts from the pane's first cell."""

    picture: Picture
    encoded: Encoded
    preview: Preview
    box: Box


class Wall(Protocol):
    """Where pictures hang: the pane."""

    def room(self) -> Box:
        """The cells that a picture may fill."""

    def hang(self, exhibit: Exhibit | None) -> bool:
        """Make it what the cells show. Returns whether cells will be painted on the screen for it."""

    def stamp(self) -> str:
        """What must be written over the cells now, or empty."""

    def stamped(self) -> None:
        """The cells were written over."""

    def writer(self) -> Callable[[str], None] | None:
        """Writes to the terminal; None without one."""

    def answers(self) -> bool:
        """Whether there is a terminal to answer questions."""

    def launch(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it on the loop, and let its exceptions end the program."""


class Courier:
    """Carries pictures to the terminal.

    Parameters
    ----------
    graphics
        How pictures are drawn in this terminal.
    wall
        The pane.
    """

    def __init__(self, graphics: Graphics, wall: Wall, now: Callable[[], float] = monotonic) -> None:
        self._graphics = graphics
        self._wall = wall
        self.pace = Pace(now)
        self._wanted: Picture | None = None
        self._shown: Picture | None = None
        self._unsettled = False
        self._stale = False
        self._busy = False
        self._closed = False
        self._pool: ThreadPoolExecutor | None = None
        self._news = asyncio.Event()
        self._painted = asyncio.Event()
        self._answered = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether a picture is being encoded, on its way or about to be sent in full."""
        return self._busy

    # ------------------------------------------------------------------------------------------ orders

    def want(self, picture: Picture) -> None:
        """Carry this picture, and no longer one that waits."""
        if picture is not (self._wanted or self._shown):
            self._wanted = picture
            self.start()

    def drop(self) -> None:
        """Carry nothing, and let the terminal forget what it holds."""
        self._wanted = self._shown = None
        self._renew()

    def again(self) -> None:
        """Carry the last picture anew, whatever the terminal still shows."""
        self._wanted = self._wanted or self._shown
        self._renew()

    def refit(self) -> None:
        """The room has changed: carry the last picture again if no other comes soon."""
        self._unsettled = True
        self.start()

    def _renew(self) -> None:
        self._wall.hang(None)
        self._stale = True
        self.start()

    def close(self) -> str:
        """Let the terminal forget what it holds; returns what was written for that.

        Without a terminal, or when it has left the program's screen already, the graphics still knows what it holds.
        """
        if self._closed:
            return ""
        self._closed = True
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        write = self._wall.writer()
        text = self._graphics.forget() if write else ""
        if write and text:
            write(text)
        return text

    def acknowledge(self) -> None:
        """The terminal has answered."""
        self.pace.answered()
        if not self.pace.waiting:
            self._answered.set()

    def painted(self) -> None:
        """The cells of the picture were painted."""
        if not self._closed:
            stamp = self._wall.stamp()
            if stamp:
                self._write(stamp)
                self._wall.stamped()
            self._painted.set()

    # ------------------------------------------------------------------------------------------ the way

    def start(self) -> None:
        """Set off, if not on the way already and there is a room."""
        self._news.set()
        if self._busy or self._closed or not (self._wanted or self._shown or self._stale):
            return
        if not (self._wall.room().columns or self._stale):
            return
        if self._wall.writer() is None:
            self._at_once()
        else:
            self._busy = True
            self._wall.launch(self._carry())

    def _at_once(self) -> None:
        """Without a terminal there is nothing to wait for."""
        picture = self._wanted or (self._shown if self._unsettled else None)
        self._wanted, self._unsettled, self._stale = None, False, False
        room = self._wall.room()
        if picture is not None and room.columns:
            self._shown = picture
            self._wall.hang(self._encode(picture, room, 0))

    async def _carry(self) -> None:
        try:
            while not self._closed:
                self._news.clear()
                if self._stale:
                    self._stale = False
                    self._write(self._graphics.forget())
                if self._wanted is not None:
                    picture, self._wanted = self._wanted, None
                    await self._present(picture, self.pace.coarse())
                elif self._shown is None or not self._unsettled:
                    break
                elif not await _within(self._news, REST):
                    await self._present(self._shown, 0)
        finally:
            self._busy = False

    async def _present(self, picture: Picture, coarse: int) -> None:
        self._shown, self._unsettled = picture, coarse > 0
        room = self._wall.room()
        if not room.columns:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "encode")
        loop = asyncio.get_running_loop()
        exhibit = await loop.run_in_executor(self._pool, self._encode, picture, room, coarse)
        if self._closed or self._stale:
            return  # what it says of the terminal's memory holds no longer
        size = exhibit.encoded.size
        self.pace.drawn(coarse, size)
        self._painted.clear()
        if self._wall.hang(exhibit):
            self._write(exhibit.encoded.send)
            await _within(self._painted, PAINTING)
            self._write(self._question(size))
        else:
            stamp = self._wall.stamp()
            self._write(exhibit.encoded.send + stamp + self._question(size))
            if stamp:
                self._wall.stamped()
        if self.pace.waiting and not await _within(self._answered, PATIENCE):
            self.pace.lost()

    def _encode(self, picture: Picture, room: Box, coarse: int) -> Exhibit:
        """In the thread that encodes."""
        box, across, down = fit.place(picture.width, picture.height, room, self._graphics.cell)
        pixels = fit.framed(picture.pixels, across, down)
        encoded = self._graphics.encode(pixels, box, coarse)
        return Exhibit(picture, encoded, Preview(pixels, box.columns, box.rows), box)

    def _question(self, size: int) -> str:
        """The question after a picture; none where nobody answers."""
        if not self._wall.answers() or (self.pace.unanswered and not self.pace.answers):
            return ""
        self._answered.clear()
        self.pace.sent(size)
        return QUESTION

    def _write(self, text: str) -> None:
        write = self._wall.writer()
        if write and text:
            write(text)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event; False when time is up."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
