"""Pictures are ordered as the room and the line are; one that came otherwise is ordered again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Protocol

from tui.service.events import PictureDrawn
from tui.service.ports import Box, Drawing, Graphics, Order
from tui.service.state import Shown
from tui.ui.panes.pace import Pace

DRAWING = 20.0  # seconds to wait for a picture that was ordered again


class Desk(Protocol):
    """Where pictures are ordered: the viewer."""

    def order(self, order: Order) -> None:
        """Have the pictures that come drawn like this from now on."""

    def encode(self, serial: int, order: Order) -> None:
        """Have a picture that has come drawn like this; :meth:`Orders.drawn` gets what comes of it."""

    def renew(self) -> None:
        """Have the picture that is looked at read again."""


class Room(Protocol):
    """Who orders: the pane."""

    def room(self) -> Box:
        """The cells that a picture may fill."""

    def desk(self) -> Desk:
        """Where pictures are ordered."""


class Orders:
    """Orders pictures.

    Parameters
    ----------
    graphics
        How pictures are drawn in this terminal.
    room
        What they must fit.
    pace
        Says how coarse they must be for the line.
    """

    def __init__(self, graphics: Graphics, room: Room, pace: Pace) -> None:
        self._graphics, self._room, self._pace = graphics, room, pace
        self._standing: Order | None = None
        self._drawing: Drawing | None = None
        self._waits_for = -1  # serial of the picture that was ordered again
        self._drawn = asyncio.Event()

    def fit(self, coarse: int) -> Order | None:
        """The order for the room as it is; None without one."""
        room = self._room.room()
        return Order(self._graphics.encoder, room, self._graphics.cell, coarse) if room.columns else None

    def settle(self) -> Order | None:
        """Order the pictures that will come as the room and the line are now; returns the order, None without room."""
        order = self.fit(self._pace.coarse())
        if order is not None and order != self._standing:
            self._standing = order
            self._room.desk().order(order)
        return order

    def drawn(self, event: PictureDrawn) -> Drawing | None:
        """A picture that was ordered again has come; None for one that nobody waits for any longer, or that is gone."""
        if event.serial != self._waits_for:
            return None
        self._waits_for, self._drawing = -1, event.drawing
        if event.drawing is None:
            self._room.desk().renew()
        self._drawn.set()
        return event.drawing

    def again(self, shown: Shown, order: Order) -> None:
        """Order a picture that came otherwise, or before the room changed."""
        self._drawn.clear()
        self._drawing, self._waits_for = None, shown.serial
        self._room.desk().encode(shown.serial, order)

    async def fitting(self, shown: Shown, coarse: int) -> Drawing | None:
        """The picture as it came, if that was for this room and no coarser than it may be; else ordered again."""
        order = self.fit(coarse)
        if order is None:
            return None
        came = shown.drawing
        if came is not None and (came.order == order or (coarse and replace(came.order, coarse=coarse) == order)):
            return came
        self.again(shown, order)
        await within(self._drawn, DRAWING)
        return self._drawing

    def close(self) -> None:
        """Nobody waits any longer."""
        self._drawn.set()


async def within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event; False when time is up."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
