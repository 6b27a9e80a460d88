"""Carries pictures to the terminal: the newest, one at a time, as coarse as the line needs while they move.

Who reads also encodes, as the order says that stands there; a picture that came otherwise is ordered again. What was
not sent yet is replaced by what is newer; each picture is one write and is followed by a question, and the next one
goes out when the terminal has answered. The last one is sent again in full when the keys rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, Protocol

from tui.frozen import frozen
from tui.service.events import PictureDrawn
from tui.service.ports import Box, Drawing, Encoded, Graphics
from tui.service.state import Shown
from tui.ui.panes.orders import Orders, Room, within
from tui.ui.panes.pace import Pace
from tui.ui.panes.strips import Preview

QUESTION = "\x1b[6n"  # where is the cursor: answered when everything before it was taken
PATIENCE = 10.0  # seconds for the answer
REST = 0.15  # seconds after the last picture until it is sent in full
PAINTING = 1.0  # seconds for the screen to paint the cells


@frozen
class Exhibit:
    """A picture as it stands in the cells of the pane; ``box`` counts from the pane's first cell."""

    shown: Shown
    encoded: Encoded
    preview: Preview
    box: Box

    @property
    def over(self) -> bool:
        """Whether a terminal draws it over the cells, which are blank."""
        return self.encoded.row(0, 0, 1) is None


class Wall(Room, Protocol):
    """Where pictures hang: the pane."""

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
        self._now = now
        self._asked = now()  # when the last picture was wanted
        self.pace = Pace(now)
        self.orders = Orders(graphics, wall, self.pace)
        self.keep = False  # the pictures will come again, as those of a cine do
        self._wanted: Shown | None = None
        self._shown: Shown | None = None
        self._unsettled = False
        self._stale = False
        self._busy = self._on_duty = self._closed = self._timed = False
        self._resting = False  # nothing is on its way, nor to be sent in full
        self._way: tuple[bool, int] | None = None  # of a picture that was sent: see `_send`
        self._news = asyncio.Event()
        self._painted = asyncio.Event()
        self._answered = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether a picture is ordered, on its way or about to be sent in full."""
        return self._busy

    # ------------------------------------------------------------------------------------------ orders

    def want(self, shown: Shown) -> None:
        """Carry this picture, and no longer one that waits."""
        if shown is not (self._wanted or self._shown):
            self._wanted, self._asked = shown, self._now()
            if self._resting and not self._closed:
                self._at_hand()
            self.start()

    def _at_hand(self) -> None:
        """Send the picture now if it came as it is wanted; else it goes the way of all others."""
        order, shown = self.orders.settle(), self._wanted
        if shown is not None and shown.drawing is not None and shown.drawing.order == order and not self._stale:
            self._wanted, self._resting = None, False
            self._send(shown, shown.drawing)

    def drawn(self, event: PictureDrawn) -> None:
        """A picture that was ordered again has come."""
        drawing = self.orders.drawn(event)
        if drawing is not None and self._wall.writer() is None and self._shown is not None:
            self._hang(self._shown, drawing)

    def drop(self) -> None:
        """Carry nothing, and let the terminal forget what it holds."""
        self._wanted = self._shown = None
        self._renew()

    def again(self) -> None:
        """Carry the last picture anew, whatever the terminal still shows."""
        self._wanted = self._wanted or self._shown
        self._renew()

    def withdraw(self) -> None:
        """Something else stands in the cells until they are painted again."""
        if not self._closed:
            self._write(self._graphics.withdraw())

    def refit(self) -> None:
        """The room has changed: carry the last picture again if no other comes soon."""
        self._unsettled, self._asked = True, self._now()
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
        self.orders.close()
        self._news.set()
        write = self._wall.writer()
        text = self._graphics.forget() if write else ""
        if write and text:
            write(text)
        return text

    def acknowledge(self) -> None:
        """The terminal has answered."""
        self.pace.answered()
        if self.pace.free:
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
            if not self._on_duty:
                self._on_duty = True
                self._wall.launch(self._carry())

    def _at_once(self) -> None:
        """Without a terminal there is nothing to wait for."""
        shown = self._wanted or (self._shown if self._unsettled else None)
        self._wanted, self._unsettled, self._stale = None, False, False
        order = self.orders.fit(0)
        if shown is None or order is None:
            return
        self._shown = shown
        if shown.drawing is not None and shown.drawing.order == order:
            self._hang(shown, shown.drawing)
        else:
            self.orders.again(shown, order)

    def _hang(self, shown: Shown, drawing: Drawing) -> tuple[Encoded, bool]:
        """Place it and show it in the cells; returns whether cells will be painted for it, too."""
        encoded = self._graphics.place(drawing, self.keep)
        return encoded, self._wall.hang(Exhibit(shown, encoded, Preview(drawing.likeness), drawing.box))

    async def _carry(self) -> None:
        try:
            while not self._closed:
                self._news.clear()
                if self._stale:
                    self._stale, self._way = False, None
                    self._write(self._graphics.forget())
                self.orders.settle()
                if self._way is not None:
                    await self._arrival(*self._way)
                elif self._wanted is not None:
                    shown, self._wanted = self._wanted, None
                    await self._present(shown, self.pace.coarse())
                elif self._shown is None or not self._unsettled:
                    await self._rest()
                elif not await within(self._news, max(0.0, self._asked + REST - self._now())):
                    await self._present(self._shown, 0)
        finally:
            self._busy = self._on_duty = False

    async def _rest(self) -> None:
        """Wait to be sent off again."""
        if not self._timed:
            self._timed = True
            self._write(self._question(0))  # how long an answer takes by itself, now that nothing else is going on
        self._busy, self._resting = False, True
        while not (self._busy or self._closed):
            self._news.clear()
            await self._news.wait()
        self._resting = False

    async def _present(self, shown: Shown, coarse: int) -> None:
        self._shown, self._unsettled = shown, coarse > 0
        drawing = await self.orders.fitting(shown, coarse)
        if drawing is None or self._closed or self._stale:
            return
        await self._arrival(*self._send(shown, drawing))

    def _send(self, shown: Shown, drawing: Drawing) -> tuple[bool, int]:
        """Show it in the cells, and write it. Returns whether cells are still to be painted for it, and its bytes."""
        self._shown, self._unsettled = shown, drawing.order.coarse > 0
        self._painted.clear()
        encoded, painting = self._hang(shown, drawing)
        self.pace.drawn(drawing.order.coarse, encoded.size)
        if painting:
            self._write(encoded.send)
        else:
            stamp = self._wall.stamp()
            self._write(encoded.send + stamp + self._question(encoded.size))
            if stamp:
                self._wall.stamped()
        self._way = painting, encoded.size
        return self._way

    async def _arrival(self, painting: bool, size: int) -> None:
        """Wait until the next picture may be sent."""
        self._way = None
        if painting:
            await within(self._painted, PAINTING)
            self._write(self._question(size))
        if not self.pace.free and not await within(self._answered, PATIENCE):
            self.pace.lost()

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
