"""Carries pictures to the terminal: the newest, one at a time, as coarse as the line needs while they move.

Who reads also encodes, as the order says that stands there; a picture that came otherwise is ordered again. What was
not sent yet is replaced by what is newer; each picture is one write and is followed by a question, and the next one
goes out when the terminal has answered. The last one is sent again in full when the keys rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from time import monotonic
from typing import Any, Protocol

from tui.frozen import frozen
from tui.service.events import PictureDrawn
from tui.service.ports import Box, Drawing, Encoded, Graphics, Order
from tui.service.state import Shown
from tui.ui.panes.pace import Pace
from tui.ui.panes.strips import Preview

QUESTION = "\x1b[6n"  # where is the cursor: answered when everything before it was taken
PATIENCE = 10.0  # seconds for the answer
REST = 0.15  # seconds after the last picture until it is sent in full
PAINTING = 1.0  # seconds for the screen to paint the cells
DRAWING = 20.0  # seconds to wait for a picture that was ordered again


@frozen
class Exhibit:
    """A picture as it stands in the cells of the pane; ``box`` counts from the pane's first cell."""

    shown: Shown
    encoded: Encoded
    preview: Preview
    box: Box


class Desk(Protocol):
    """Where pictures are ordered: the viewer."""

    def order(self, order: Order) -> None:
        """Have the pictures that come drawn like this from now on."""

    def encode(self, serial: int, order: Order) -> None:
        """Have a picture that has come drawn like this; :meth:`Courier.drawn` gets what comes of it."""

    def renew(self) -> None:
        """Have the picture that is looked at read again."""


class Wall(Protocol):
    """Where pictures hang: the pane."""

    def room(self) -> Box:
        """The cells that a picture may fill."""

    def desk(self) -> Desk:
        """Where pictures are ordered."""

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
        self.keep = False  # the pictures will come again, as those of a cine do
        self._wanted: Shown | None = None
        self._shown: Shown | None = None
        self._order: Order | None = None
        self._unsettled = False
        self._stale = False
        self._busy = self._on_duty = self._closed = self._timed = False
        self._drawing: Drawing | None = None
        self._waits_for = -1  # serial of the picture that was ordered again
        self._drawn = asyncio.Event()
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
            self.start()

    def settle(self) -> None:
        """Order the pictures that will come as the room and the line are now."""
        order = self._ordered(self.pace.coarse())
        if order is not None and order != self._order:
            self._order = order
            self._wall.desk().order(order)

    def _ordered(self, coarse: int) -> Order | None:
        """The order for the room as it is; None without one."""
        room = self._wall.room()
        return Order(self._graphics.encoder, room, self._graphics.cell, coarse) if room.columns else None

    def drawn(self, event: PictureDrawn) -> None:
        """A picture that was ordered again has come; those that nobody waits for any longer are passed over."""
        if event.serial != self._waits_for:
            return
        self._waits_for, self._drawing = -1, event.drawing
        if event.drawing is None:
            self._wall.desk().renew()
        elif self._wall.writer() is None and self._shown is not None:
            self._hang(self._shown, event.drawing)
        self._drawn.set()

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
        self._drawn.set()
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
        order = self._ordered(0)
        if shown is None or order is None:
            return
        self._shown = shown
        if shown.drawing is not None and shown.drawing.order == order:
            self._hang(shown, shown.drawing)
        else:
            self._again(shown, order)

    def _again(self, shown: Shown, order: Order) -> None:
        """Order a picture that came otherwise, or before the room changed."""
        self._drawn.clear()
        self._drawing, self._waits_for = None, shown.serial
        self._wall.desk().encode(shown.serial, order)

    def _hang(self, shown: Shown, drawing: Drawing) -> tuple[Encoded, bool]:
        """Place it and show it in the cells; returns whether cells will be painted for it, too."""
        encoded = self._graphics.place(drawing, self.keep)
        return encoded, self._wall.hang(Exhibit(shown, encoded, Preview(drawing.likeness), drawing.box))

    async def _carry(self) -> None:
        try:
            while not self._closed:
                self._news.clear()
                if self._stale:
                    self._stale = False
                    self._write(self._graphics.forget())
                self.settle()
                if self._wanted is not None:
                    shown, self._wanted = self._wanted, None
                    await self._present(shown, self.pace.coarse())
                elif self._shown is None or not self._unsettled:
                    await self._rest()
                elif not await _within(self._news, max(0.0, self._asked + REST - self._now())):
                    await self._present(self._shown, 0)
        finally:
            self._busy = self._on_duty = False

    async def _rest(self) -> None:
        """Wait to be sent off again."""
        if not self._timed:
            self._timed = True
            self._write(self._question(0))  # how long an answer takes by itself, now that nothing else is going on
        self._busy = False
        while not (self._busy or self._closed):
            self._news.clear()
            await self._news.wait()

    async def _present(self, shown: Shown, coarse: int) -> None:
        self._shown, self._unsettled = shown, coarse > 0
        drawing = await self._fitting(shown, coarse)
        if drawing is None or self._closed or self._stale:
            return
        coarse = drawing.order.coarse
        self._unsettled = coarse > 0
        self._painted.clear()
        encoded, painting = self._hang(shown, drawing)
        size = encoded.size
        self.pace.drawn(coarse, size)
        if painting:
            self._write(encoded.send)
            await _within(self._painted, PAINTING)
            self._write(self._question(size))
        else:
            stamp = self._wall.stamp()
            self._write(encoded.send + stamp + self._question(size))
            if stamp:
                self._wall.stamped()
        if not self.pace.free and not await _within(self._answered, PATIENCE):
            self.pace.lost()

    async def _fitting(self, shown: Shown, coarse: int) -> Drawing | None:
        """The picture as it came, if that was for this room and no coarser than it may be; else ordered again."""
        order = self._ordered(coarse)
        if order is None:
            return None
        came = shown.drawing
        if came is not None and (came.order == order or (coarse and replace(came.order, coarse=coarse) == order)):
            return came
        self._again(shown, order)
        await _within(self._drawn, DRAWING)
        return self._drawing

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
