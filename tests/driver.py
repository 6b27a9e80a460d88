"""Drives the whole app in a test: press keys, wait until nothing is left to do, look at the state and the screen.

::

    async with drive([folder], size=(120, 40)) as d:
        await d.press("j", "enter")
        assert d.state.cursor.frame == 0

Work is done inline, so that a story goes the same way each time; ``lanes=True`` takes the real threads. The terminal
draws with the real ``cells`` graphics. The cine goes by the driver's own clock: :meth:`Driver.advance`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual._wait import wait_for_idle
from textual.events import Key
from textual.pilot import Pilot
from textual.widget import Widget

from tui import compose
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics.cells import Cells
from tui.adapters.runners import Inline, Lanes
from tui.service.ports import Graphics
from tui.service.settings import Settings
from tui.service.state import State
from tui.ui.app import SafelightApp
from tui.ui.dialogs.confirm import Confirm
from tui.ui.keymap import character, key_name

PATIENCE_SECONDS = 60.0


@dataclass
class Driver:
    """A running app."""

    app: SafelightApp
    pilot: Pilot[None]
    runner: Inline | Lanes
    seconds: float = 0.0
    patience: float = PATIENCE_SECONDS

    @property
    def state(self) -> State:
        """The viewer's state."""
        return self.app.viewer.state

    @property
    def message(self) -> str:
        """The sentence in the status line."""
        return self.app.status.message

    @property
    def toasts(self) -> list[str]:
        """The texts of the notifications."""
        return [notification.message for notification in self.app._notifications]

    async def press(self, *keys: str) -> None:
        """Press keys one after another, and wait for what follows each."""
        for key in keys:
            self._send(key)
            await self.idle()

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, as they come over a slow line, and wait for what follows."""
        for key in keys:
            self._send(key)
        await self.idle()

    def _send(self, key: str) -> None:
        name = key_name(key)
        event = Key(name, character(name))
        event.set_sender(self.app)
        if self.app._driver is not None:
            self.app._driver.send_message(event)

    async def type(self, text: str) -> None:
        """Press the keys of a text, and wait for what follows each."""
        await self.press(*("space" if c == " " else c for c in text))

    async def paste(self, text: str) -> None:
        """The keys of a text all at once, for where nobody looks at what stands there in between."""
        await self.burst(*("space" if c == " " else c for c in text))

    async def quit_asks(self, said: str, stay: str) -> None:
        """``q`` asks, and says this; one key stays, and yes ends the program."""
        await self.press("q")
        assert isinstance(self.app.screen, Confirm)
        assert said in self.text()
        await self.press(stay)
        assert not self.app._exit
        await self.press("q", "y")
        assert self.app._exit

    async def idle(self) -> None:
        """Return when the lanes have nothing to do, no message waits anywhere and the screen is painted."""
        deadline = time.monotonic() + self.patience
        quiet = 0
        while quiet < 3 and not self.app._exit and self.app._exception is None:
            before = self.state
            await self.pilot._wait_for_screen(self.patience)
            if isinstance(self.runner, Lanes) or len(self.app.screen_stack) > 1:
                await wait_for_idle(0)  # what threads and the palette's own timers do
            self.app.screen._on_timer_update()
            quiet = quiet + 1 if self._nothing_waits() and self.state is before else 0
            assert time.monotonic() < deadline, "the app did not become idle"

    def _nothing_waits(self) -> bool:
        if self.app.tree_pane.busy or self.app.tree_pane.marking:
            return False
        nodes = [self.app, *self.app.screen_stack, *(n for s in self.app.screen_stack for n in s.walk_children(Widget))]
        return not self.runner.busy() and all(node._message_queue.empty() for node in nodes)

    async def advance(self, seconds: float) -> None:
        """Let the clock of the cine go on."""
        self.seconds += seconds
        self.app.clock.tick()
        await self.idle()

    async def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(columns, rows)
        await self.idle()

    def lines(self) -> list[str]:
        """What stands on the screen, row by row."""
        screen = self.app.screen
        strips = screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.lines())

    def focus(self) -> str:
        """Name of the pane with the focus."""
        return self.app.panes.current_name


@asynccontextmanager
async def drive(
    paths: Iterable[str | Path],
    size: tuple[int, int] = (120, 40),
    settings: Settings | None = None,
    *,
    lanes: bool = False,
    graphics: Graphics | None = None,
    **options: Any,
) -> AsyncIterator[Driver]:
    """A running app that has opened these paths and become idle.

    Parameters
    ----------
    size
        Columns and rows of the terminal.
    lanes
        Work on the real threads.
    graphics
        How to draw; block characters if None.
    """
    chosen = settings or Settings()
    runner: Inline | Lanes = Lanes() if lanes else Inline()
    viewer = compose.wire(chosen, runner)
    app = SafelightApp(viewer, graphics or Cells(Ruler((10, 20))), tuple(str(path) for path in paths), chosen)
    if isinstance(runner, Lanes):
        runner.attach(app.deliver, app.crashed)
    else:
        runner.attach(app.deliver)
    async with app.run_test(size=size, **options) as pilot:
        if chosen.theme in app.available_themes:
            app.theme = chosen.theme  # whatever colours the terminal has that runs the tests
        driver = Driver(app, pilot, runner)
        app.clock.now = lambda: driver.seconds
        await driver.idle()
        yield driver
