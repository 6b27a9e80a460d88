"""A line to a terminal, of a certain speed and delay, in a time of its own: no test waits for it.

The loop's clock jumps to the next thing that is due. What the program writes passes the line at its speed; the terminal
answers a question when all bytes before it have come, and the answer takes its time back.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tui.core.values import Picture
from tui.service.events import PictureDrawn
from tui.service.ports import Box, Graphics, Order
from tui.service.state import Shown
from tui.service.values import Ref
from tui.ui.panes.courier import QUESTION, Courier, Exhibit


class _Jumping(selectors.DefaultSelector):
    """Never waits: says by how much it would have."""

    jumped = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise AssertionError("everything waits for something that will never come")
        self.jumped += max(0.0, timeout)
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """A loop whose clock goes on only where it would wait."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since its start."""
        return self._jumping.jumped


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in its own time."""
    loop = Loop()
    try:
        loop.run_until_complete(asyncio.wait_for(story(), 3600))
    finally:
        loop.close()


class Line:
    """The pane, the process that reads and the terminal, with a line between program and terminal.

    Parameters
    ----------
    graphics
        How pictures are drawn.
    rate
        Bits a second.
    delay
        Seconds of a round trip.
    drawing
        Seconds that reading, drawing and encoding of a picture take.
    """

    def __init__(self, graphics: Graphics, rate: float, delay: float = 0.0, drawing: float = 0.01) -> None:
        self._loop = asyncio.get_running_loop()
        self._rate, self._delay, self._drawing = rate / 8, delay, drawing
        self._room = Box(0, 0, 80, 40)
        self._order: Order | None = None
        self._free = self._loop.time()
        self._exhibit: Exhibit | None = None
        self._reading = False
        self._waiting: tuple[int, Picture] | None = None
        self._pictures: dict[int, Picture] = {}
        self.sent = 0
        self.taken: list[tuple[float, int, str]] = []  # when the terminal has a picture: its serial, and what was sent
        self.courier = Courier(graphics, self, self._loop.time)  # type: ignore[arg-type]
        self._tasks: set[asyncio.Task[None]] = set()
        self.courier.orders.settle()

    # ------------------------------------------------------------------------------------------ the process that reads

    def key(self, picture: Picture) -> None:
        """A key asks for a picture; the newest one that waits is drawn next."""
        serial = len(self._pictures) + 1
        self._pictures[serial] = picture
        self._waiting = (serial, picture)
        if not self._reading:
            self._draw()

    def _draw(self) -> None:
        assert self._waiting is not None
        (serial, picture), self._waiting = self._waiting, None
        self._reading = True
        self._loop.call_later(self._drawing, self._came, serial, picture, self._order)

    def _came(self, serial: int, picture: Picture, order: Order) -> None:
        self._reading = False
        shown = Shown(serial, Ref("a.dcm"), 0, picture.caption, drawing=order.encoder.draw(picture, order))
        self.courier.want(shown)
        if self._waiting is not None:
            self._draw()

    def order(self, order: Order) -> None:
        """Keep it."""
        self._order = order

    def encode(self, serial: int, order: Order) -> None:
        """Draw it once more."""
        event = PictureDrawn(serial, order.encoder.draw(self._pictures[serial], order))
        self._loop.call_later(self._drawing, self.courier.drawn, event)

    # ------------------------------------------------------------------------------------------ the pane

    def desk(self) -> Line:
        """This."""
        return self

    def room(self) -> Box:
        """The cells."""
        return self._room

    def hang(self, exhibit: Exhibit | None) -> bool:
        """Keep it; its cells are painted with it."""
        self._exhibit = exhibit
        return False

    def stamp(self) -> str:
        """What lies over the cells, or is in them."""
        if self._exhibit is None:
            return ""
        encoded, box = self._exhibit.encoded, self._exhibit.box
        text = encoded.stamp(0, 0)
        return text or ("" if encoded.send else "".join(encoded.row(y, 0, box.columns) or "" for y in range(box.rows)))

    def stamped(self) -> None:
        """Nothing lies above."""

    def answers(self) -> bool:
        """A terminal answers."""
        return True

    def launch(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def writer(self) -> Callable[[str], None]:
        """The line."""
        return self._write

    # ------------------------------------------------------------------------------------------ the line

    def _write(self, text: str) -> None:
        size = len(text.encode())
        self.sent += size
        begin = max(self._free, self._loop.time())
        self._free = begin + size / self._rate
        if self._exhibit is not None:
            self._loop.call_at(self._free + self._delay / 2, self._take, self._exhibit.shown.serial, text)
        for _ in range(text.count(QUESTION)):
            self._loop.call_at(self._free + self._delay, self.courier.acknowledge)

    def _take(self, serial: int, text: str) -> None:
        self.taken.append((self._loop.time(), serial, text))

    async def rest(self) -> None:
        """Until nothing is on its way; whoever waits for more goes home."""
        while self.courier.busy or self._reading or self._loop.time() < self._free + self._delay:
            await asyncio.sleep(0.001)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
