"""Sixel graphics: xterm, foot, mlterm, Windows Terminal and many more.

Colours are given in percent, so a sixel picture has at most 101 greys: the note says so.
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

GREYS = 101
COARSE_GREYS = (GREYS, 32, 16)
UNKNOWN_REGISTERS = 256
SAMPLE = 1 << 16  # pixels from which a palette is made


def grey_ramp(picture: NDArray[np.uint8], levels: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Indices and palette in percent for a grey picture, in equal steps from black to white."""
    import numpy as np

    table = ((np.arange(256) * (levels - 1) + 127) // 255).astype(np.uint8)
    percent = ((np.arange(levels) * 100 + (levels - 1) // 2) // (levels - 1)).astype(np.uint8)
    return np.take(table, picture), np.repeat(percent[:, None], 3, 1)


def cube(picture: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Indices and palette in percent for a colour picture, in equal steps of red, green and blue."""
    import numpy as np

    table = ((np.arange(256) * (side - 1) + 127) // 255).astype(np.uint8)
    steps = table[picture]
    indices = (steps[..., 0] * side + steps[..., 1]) * side + steps[..., 2]
    percent = (np.arange(side) * 100 + (side - 1) // 2) // (side - 1)
    grid = np.stack(np.meshgrid(percent, percent, percent, indexing="ij"), -1)
    return indices, grid.reshape(-1, 3).astype(np.uint8)


def fitted(picture: NDArray[np.uint8], colours: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Indices and palette in percent for a colour picture, by median cut of a sample of its own colours."""
    import numpy as np
    from PIL import Image

    step = max(1, int((picture.shape[0] * picture.shape[1] / SAMPLE) ** 0.5))
    sample = Image.fromarray(np.ascontiguousarray(picture[::step, ::step]))
    chosen = sample.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    whole = Image.fromarray(picture)
    indices = chosen if step == 1 else whole.quantize(palette=chosen, dither=Image.Dither.NONE)
    # the palette of Pillow may hold fewer colours than were asked for, or more than are used
    used = np.array(chosen.getpalette() or [0, 0, 0], np.uint16).reshape(-1, 3)[:colours]
    return np.minimum(np.asarray(indices), len(used) - 1), ((used * 100 + 127) // 255).astype(np.uint8)


@frozen
class SixelEncoder(Drawer):
    """Moving pictures have 32 greys, then 16 in half the resolution; in colour a cube of 6, then 4 steps."""

    registers: int
    limit: tuple[int, int]

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Stamped:
        """Exactly the pixels of the box, or the largest picture of that shape that the terminal draws."""
        from tui.adapters.graphics import _sixels
        from tui.adapters.graphics._scale import resized

        width, height = self._size(box, cell)
        times = 2 if coarse == 2 else 1
        pixels = resized(pixels, max(1, width // times), max(1, height // times))
        if pixels.ndim == 2:
            indices, percent = grey_ramp(pixels, min(COARSE_GREYS[coarse], self.registers))
        elif coarse and self.registers >= 216:
            indices, percent = cube(pixels, 6 if coarse == 1 else 4)
        else:
            indices, percent = fitted(pixels, self.registers)
        return Stamped(_sixels.encode(indices, percent, times).decode("ascii"))

    def _size(self, box: Box, cell: tuple[int, int]) -> tuple[int, int]:
        width, height = box.columns * cell[0], box.rows * cell[1]
        part = min([1.0, *(most / size for most, size in zip(self.limit, (width, height), strict=True) if most)])
        return max(1, int(width * part)), max(1, int(height * part))


class Sixel(Screen):
    """Pictures by sixels.

    Parameters
    ----------
    ruler
        Measures the cell.
    registers
        Colour registers of the terminal.
    limit
        Largest picture in pixels that the terminal draws; 0 for none known.
    """

    name = "sixel"

    def __init__(self, ruler: Ruler, registers: int = UNKNOWN_REGISTERS, limit: tuple[int, int] = (0, 0)) -> None:
        self._registers = max(2, min(registers or UNKNOWN_REGISTERS, 256))
        self._limit = limit
        super().__init__(ruler, SixelEncoder(self._registers, limit))

    @property
    def limit(self) -> tuple[int, int]:
        """As the terminal said."""
        return self._limit

    @property
    def note(self) -> str:
        """How many greys the picture has."""
        return f"{min(GREYS, self._registers)} greys"


def _suits(terminal: Terminal) -> Fit:
    if not terminal.sixel:
        return Fit(0, "The terminal does not announce sixels.")
    if terminal.name == "konsole":
        return Fit(0, "Konsole scrolls the screen under sixels.")
    if terminal.inside and not terminal.outer_sixel:
        return Fit(0, f"{terminal.inside} announces sixels, and the terminal around it is not known to draw them.")
    return Fit(70, "The terminal announces sixels.")


def _make(terminal: Terminal, variant: str = "") -> Sixel:
    return Sixel(Ruler.of(terminal), terminal.registers, terminal.sixel_limit)


GRAPHICS = Drop("sixel", _make, _suits)
