"""OSC 1337 of iTerm2: whole image files over the cells. iTerm2, WezTerm, Konsole, mlterm.

A moving picture is a JPEG, a resting one a PNG: a medical picture ends without loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._drawing import Drawer, Screen
from tui.adapters.graphics._drop import Drop, Fit
from tui.adapters.graphics._wire import Stamped
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.adapters.terminal import Terminal
    from tui.service.ports import Box

SPEAKERS = {"iterm2": "iTerm2", "wezterm": "WezTerm", "konsole": "Konsole", "mlterm": "mlterm"}


@frozen
class ItermEncoder(Drawer):
    """PNG when exact, JPEG of quality 75 or of half the size and quality 70 while moving."""

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Stamped:
        """Never enlarged: the terminal scales."""
        from base64 import standard_b64encode

        from tui.adapters.graphics._scale import at_most, shrunk
        from tui.adapters.graphics._wire import jpeg, png

        pixels = at_most(pixels, box.columns * cell[0], box.rows * cell[1])
        if coarse == 0:
            data = png(pixels)
        elif coarse == 1:
            data = jpeg(pixels, 75)
        else:
            data = jpeg(shrunk(pixels, 2), 70)
        keys = (
            f"inline=1;width={box.columns};height={box.rows};preserveAspectRatio=0;doNotMoveCursor=1;size={len(data)}"
        )
        return Stamped(f"\x1b]1337;File={keys}:{standard_b64encode(data).decode('ascii')}\x07")


class Iterm(Screen):
    """Pictures by OSC 1337."""

    name = "iterm"

    def __init__(self, ruler: Ruler) -> None:
        super().__init__(ruler, ItermEncoder())


def _suits(terminal: Terminal) -> Fit:
    if terminal.inside:
        return Fit(0, f"{terminal.inside} does not pass OSC 1337 on.")
    known = SPEAKERS.get(terminal.name)
    if known:
        return Fit(80, f"{known} draws image files (OSC 1337) in full depth.")
    return Fit(0, "The terminal is none that is known to draw image files (OSC 1337).")


def _make(terminal: Terminal, variant: str = "") -> Iterm:
    return Iterm(Ruler.of(terminal))


GRAPHICS = Drop("iterm", _make, _suits)
