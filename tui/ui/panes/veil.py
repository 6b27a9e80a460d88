"""What comes to stand over a picture that floats above the cells, and would be hidden by it.

A message over it turns the picture into one of half blocks, on which it is read; a dialog does so by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from tui.ui.patches import PatchedScreen


def messages(pane: Widget) -> list[Widget]:
    """The messages that stand over a pane."""
    found = pane.screen.query("Toast, Tooltip")
    return [widget for widget in found if widget.display and widget.region.overlaps(pane.region)]


class Veil:
    """Over the picture of a pane.

    Parameters
    ----------
    pane
        Is painted again when a message comes or goes.
    withdraw
        Takes the picture away; painting its cells brings it back. None for one that does not float.
    """

    def __init__(self, pane: Widget, withdraw: Callable[[], None] | None) -> None:
        self._pane = pane
        self._withdraw = withdraw
        self.drawn = False  # a message stands over the picture

    def watch(self) -> None:
        """From now on see what comes and goes; once the pane is mounted."""
        screen, withdraw = self._pane.screen, self._withdraw
        if withdraw is not None and isinstance(screen, PatchedScreen):
            screen.covered.subscribe(self._pane, lambda _: withdraw(), immediate=True)
            screen.screen_layout_refresh_signal.subscribe(self._pane, lambda _: self._look(withdraw), immediate=True)

    def _look(self, withdraw: Callable[[], None]) -> None:
        drawn = bool(messages(self._pane))
        if drawn != self.drawn:
            self.drawn = drawn
            if drawn:
                withdraw()
            self._pane.refresh()
