"""What comes to stand over a picture that a terminal draws over the cells, and would be hidden by it.

It turns the picture into one of half blocks, on which a message is read, or around which a dialog stands. A picture
whose cells are text stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from tui.ui.panes.courier import Exhibit
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
    hung
        The picture that the cells show, if any.
    """

    def __init__(self, pane: Widget, withdraw: Callable[[], None] | None, hung: Callable[[], Exhibit | None]) -> None:
        self._pane = pane
        self._withdraw, self._hung = withdraw, hung
        self.drawn = False  # a message stands over the picture

    def watch(self) -> None:
        """From now on see what comes and goes; once the pane is mounted."""
        screen, withdraw = self._pane.screen, self._withdraw
        if not isinstance(screen, PatchedScreen):
            return
        screen.covered.subscribe(self._pane, self._cover, immediate=True)
        if withdraw is not None:
            screen.screen_layout_refresh_signal.subscribe(self._pane, lambda _: self._look(withdraw), immediate=True)

    def _cover(self, covered: bool) -> None:
        if covered and self._withdraw is not None:
            self._withdraw()
        exhibit = self._hung()
        if exhibit is not None and exhibit.over:
            self._pane.refresh()

    def _look(self, withdraw: Callable[[], None]) -> None:
        drawn = bool(messages(self._pane))
        if drawn != self.drawn:
            self.drawn = drawn
            if drawn:
                withdraw()
            self._pane.refresh()
