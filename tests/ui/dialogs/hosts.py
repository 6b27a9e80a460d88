"""A bare app to show one dialog in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from tui.ui import theme


class Host(App[None]):
    """Pushes the dialog; keeps its result, ``"open"`` until then."""

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.result: Any = "open"
        self.register_theme(theme.SAFELIGHT)
        self.theme = theme.SAFELIGHT.name
        self.animation_level = "none"

    def on_mount(self) -> None:
        def done(result: Any) -> None:
            self.result = result

        self.push_screen(self.dialog, done)

    def text(self) -> str:
        return "\n".join("".join(s.text for s in strip) for strip in self.screen._compositor.render_strips())


def story(
    dialog: ModalScreen[Any],
    act: Callable[[Host, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = (120, 40),
) -> Host:
    """Show the dialog, then act on it."""
    host = Host(dialog)

    async def run() -> None:
        async with host.run_test(size=size) as pilot:
            await pilot.pause()
            await act(host, pilot)
            await pilot.pause()

    asyncio.run(run())
    return host
