"""The palette: every command of the table by name, with its keys, and why it cannot work now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.ui.commands import Command
from tui.ui.seethrough import SeeThrough

if TYPE_CHECKING:
    from tui.ui.app import SafelightApp

LEAVE_OUT = frozenset({"palette.open"})


class Palette(CommandPalette, SeeThrough[None]):
    """Commands by their names."""


class Commands(Provider):
    """What can be done in the pane with the focus."""

    @property
    def _safelight(self) -> SafelightApp:
        return cast("SafelightApp", self.app)

    def _offered(self) -> list[Command]:
        app = self._safelight
        return [
            c
            for c in app.keymap.of_pane(app.panes.current_name)
            if c.id not in LEAVE_OUT and not c.id.startswith("list.")
        ]

    def _title(self, command: Command) -> str:
        return f"{command.group}: {command.help.rstrip('.')}"

    def _remark(self, command: Command) -> str:
        app = self._safelight
        keys = app.keymap.shown(command.id)
        reason = app.reason(command)
        return "  ".join(filter(None, (keys, command.id, reason)))

    async def discover(self) -> Hits:
        """All of them, in the order of the table."""
        for command in self._offered():
            run = self._run(command)
            title = self._title(command)
            yield DiscoveryHit(Content(title), run, text=title, help=self._remark(command))

    async def search(self, query: str) -> Hits:
        """Those whose help, group or id fits."""
        matcher = self.matcher(query)
        for command in self._offered():
            title = self._title(command)
            score = max(matcher.match(title), 0.9 * matcher.match(command.id))
            if score > 0:
                yield Hit(score, matcher.highlight(title), self._run(command), text=title, help=self._remark(command))

    def _run(self, command: Command) -> Callable[[], Awaitable[None]]:
        return lambda: self._safelight.carry_out(command)
