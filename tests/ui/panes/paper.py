"""A terminal of paper: keeps what an app writes, and answers when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.widget import Widget

from tui.adapters.graphics._cell import Ruler
from tui.core.values import Picture
from tui.service.actions import ResizeViewport
from tui.service.events import PictureDrawn
from tui.service.ports import Graphics, Order
from tui.service.state import Shown
from tui.service.values import Ref
from tui.ui.panes.corners import Corners
from tui.ui.panes.image import ImagePane
from tui.ui.patches import Patched
from tui.ui.seethrough import LayeredApp

QUESTION = "\x1b[6n"
SIZE = (60, 24)
RULER = Ruler((10, 20))


def picture(value: int = 128, size: int = 200, *, noisy: bool = False, **facts: Any) -> Picture:
    """A square picture, flat or of noise, to appear at that size."""
    pixels = np.full((size, size), value, np.uint8)
    if noisy:
        pixels = np.random.default_rng(value).integers(0, 256, (size, size), np.uint8)
    return Picture(pixels, size, size, **facts)


class PaperDriver(HeadlessDriver):
    """Keeps what is written."""

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.written: list[str] = []

    @property
    def is_headless(self) -> bool:
        """There is a terminal, though of paper."""
        return False

    def write(self, data: str) -> None:
        """Keep it; answer the question if the app wants that."""
        self.written.append(data)
        if QUESTION in data and self._app.answering:  # type: ignore[attr-defined]
            asyncio.get_running_loop().call_soon(self._app.answer)  # type: ignore[attr-defined]


class Reader:
    """Encodes in a thread, as the process that reads does; ``ahead`` does so before a picture is shown."""

    def __init__(self, app: Paper) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(1, "encode")
        self.pictures: dict[int, Picture] = {}
        self.standing: Order | None = None
        self.ahead = False
        self.encoded: list[int] = []
        self.renewed = 0

    def shown(self, picture: Picture) -> Shown:
        """The state's value for a picture."""
        serial = len(self.pictures) + 1
        self.pictures[serial] = picture
        drawing = self.standing.encoder.draw(picture, self.standing) if self.ahead and self.standing else None
        return Shown(serial, Ref("a.dcm"), 0, picture.caption, drawing=drawing)

    def order(self, order: Order) -> None:
        """Keep the standing order."""
        self.standing = order

    def encode(self, serial: int, order: Order) -> None:
        """Encode, and bring it."""
        self.encoded.append(serial)
        if self._app.pane.writer() is None:
            self._bring(PictureDrawn(serial, order.encoder.draw(self.pictures[serial], order)))
            return
        loop = asyncio.get_running_loop()
        self._pool.submit(lambda: self._work(loop, serial, order))

    def _work(self, loop: asyncio.AbstractEventLoop, serial: int, order: Order) -> None:
        picture = self.pictures.get(serial)
        event = PictureDrawn(serial, order.encoder.draw(picture, order) if picture else None)
        loop.call_soon_threadsafe(self._bring, event)

    def _bring(self, event: PictureDrawn) -> None:
        self._app.pane.courier.drawn(event)

    def renew(self) -> None:
        """Count it."""
        self.renewed += 1


class Paper(LayeredApp):
    """An app with the image pane alone."""

    CSS = "ImagePane { border: round $primary; }"

    def __init__(self, graphics: Graphics) -> None:
        super().__init__(driver_class=PaperDriver)
        self.animation_level = "none"
        self.pane = ImagePane(graphics)
        self.did: list[ResizeViewport] = []
        self.answering = True
        self.viewer = Reader(self)

    def show(self, picture: Picture, texts: Corners = Corners()) -> None:
        """A new picture comes."""
        self.pane.show_picture(self.viewer.shown(picture), texts)

    def compose(self) -> ComposeResult:
        """The pane."""
        yield self.pane

    def do(self, action: ResizeViewport) -> None:
        """The door for actions."""
        self.did.append(action)

    def answer(self) -> None:
        """Answer one question, as the terminal would."""
        self.post_message(events.CursorPosition(0, 0))

    def on_cursor_position(self) -> None:
        """Pass it on."""
        self.pane.acknowledge()

    @property
    def paper(self) -> list[str]:
        """What was written, in order."""
        assert isinstance(self._driver, PaperDriver)
        return self._driver.written

    def text(self) -> str:
        """What was written."""
        return "".join(self.paper)

    @property
    def questions(self) -> int:
        """How often it was asked: after each picture, and once at the first rest, to measure the line."""
        return self.text().count(QUESTION)

    async def until(self, reached: Callable[[], object]) -> None:
        """Let the loop turn until this is so; fails after 30 s."""
        async with asyncio.timeout(30):
            while not reached():
                await asyncio.sleep(0.001)

    async def rest(self) -> None:
        """Until the pane has nothing to do, no message waits and the screen is painted."""
        quiet = 0
        while quiet < 3:
            await self.until(self._at_rest)
            for _ in range(5):
                await asyncio.sleep(0)
            quiet = quiet + 1 if self._at_rest() else 0

    def _at_rest(self) -> bool:
        return painted(self) and not self.pane.busy


def painted(app: LayeredApp) -> bool:
    """Whether no message waits, and all screens are painted."""
    screens = app.screen_stack
    nodes = [app, *screens, *(node for screen in screens for node in screen.walk_children(Widget))]
    busy = [one._dirty_widgets or one._layout_required or one._repaint_required for one in screens]
    busy += [one._patches.waits for one in screens if isinstance(one, Patched)]
    return not any(busy) and all(node._message_queue.empty() for node in nodes)


@asynccontextmanager
async def on_paper(graphics: Graphics, size: tuple[int, int] = SIZE, answering: bool = True) -> AsyncIterator[Paper]:
    """The app, running and painted."""
    app = Paper(graphics)
    app.answering = answering
    task = asyncio.create_task(app.run_async(size=size, mouse=False))
    await app.until(lambda: app.is_running and app.pane.is_mounted and app.pane.region.area and app.did)
    await app.rest()
    try:
        with app._context():
            yield app
    finally:
        app.exit()
        await asyncio.wait_for(task, 30)


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story to its end."""
    asyncio.run(asyncio.wait_for(story(), 120))
