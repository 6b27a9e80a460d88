"""Orders, without a screen: what is asked of the desk, and what comes back."""

from __future__ import annotations

import asyncio

from tests.ui.panes.paper import RULER, picture
from tui.adapters.graphics.kitty import Kitty
from tui.service.events import PictureDrawn
from tui.service.ports import Box, Drawing, Order
from tui.service.state import Shown
from tui.service.values import Ref
from tui.ui.panes.orders import Orders
from tui.ui.panes.pace import Pace


class Pane:
    """A room, and a desk that notes down what is asked of it."""

    def __init__(self) -> None:
        self.box = Box(0, 0, 20, 10)
        self.standing: list[Order] = []
        self.encoded: list[tuple[int, Order]] = []
        self.renewed = 0

    def room(self) -> Box:
        return self.box

    def desk(self) -> Pane:
        return self

    def order(self, order: Order) -> None:
        self.standing.append(order)

    def encode(self, serial: int, order: Order) -> None:
        self.encoded.append((serial, order))

    def renew(self) -> None:
        self.renewed += 1


def orders(pane: Pane) -> Orders:
    return Orders(Kitty(RULER), pane, Pace(lambda: 0.0))


def drawn(order: Order) -> Drawing:
    return order.encoder.draw(picture(), order)


def shown(serial: int, drawing: Drawing | None = None) -> Shown:
    return Shown(serial, Ref("/a"), 0, picture=None, drawing=drawing)


def test_an_order_stands_until_the_room_is_another() -> None:
    pane = Pane()
    made = orders(pane)
    assert made.settle() == made.settle() == pane.standing[0]
    pane.box = Box(0, 0, 30, 10)
    assert made.settle() == pane.standing[1] != pane.standing[0]
    pane.box = Box(0, 0, 0, 0)
    assert made.settle() is None
    assert len(pane.standing) == 2


def test_a_picture_that_came_as_ordered_is_taken_and_another_is_ordered_again() -> None:
    async def story() -> None:
        pane = Pane()
        made = orders(pane)
        order = made.settle()
        assert order is not None
        came = drawn(order)
        assert await made.fitting(shown(1, came), 0) is came
        assert await made.fitting(shown(1, came), 1) is came  # finer than it must be
        assert not pane.encoded
        pane.box = Box(0, 0, 30, 10)
        waiting = asyncio.ensure_future(made.fitting(shown(2, came), 0))
        await asyncio.sleep(0)
        (serial, again), fitting = pane.encoded[0], drawn(pane.encoded[0][1])
        assert serial == 2 and again.room == pane.box
        assert made.drawn(PictureDrawn(1, came)) is None  # of one that nobody waits for
        assert made.drawn(PictureDrawn(2, fitting)) is fitting
        assert await waiting is fitting

    asyncio.run(story())


def test_one_that_is_gone_is_read_anew_and_no_room_asks_for_nothing() -> None:
    async def story() -> None:
        pane = Pane()
        made = orders(pane)
        waiting = asyncio.ensure_future(made.fitting(shown(3), 0))
        await asyncio.sleep(0)
        assert made.drawn(PictureDrawn(3, None)) is None
        assert await waiting is None and pane.renewed == 1
        pane.box = Box(0, 0, 0, 0)
        assert await made.fitting(shown(4), 0) is None
        assert len(pane.encoded) == 1

    asyncio.run(story())
