"""Pictures of block characters in two colours a cell: for every terminal, and through every multiplexer.

``quadrant`` has 2 x 2 pixels a cell, ``half`` 1 x 2, ``octant`` 2 x 4 where the font has the signs of Unicode 16.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._drawing import Drawer, Screen
from tui.adapters.graphics._drop import Drop, Fit
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.adapters.terminal import Terminal
    from tui.service.ports import Box

TRUECOLOUR = 1 << 24
BASIC = (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)
BRIGHT = (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255)


class Grid(NamedTuple):
    """Pixels of a cell, across and down."""

    across: int
    down: int


GRIDS = {"quadrant": Grid(2, 2), "half": Grid(1, 2), "octant": Grid(2, 4)}
NOTES = {16: "16 colours", 256: "256 colours"}


@lru_cache(maxsize=2)
def _palette(colours: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Numbers of 16 or 256 colours, and the colours, shape (n, 3)."""
    import numpy as np

    basic = np.array([*BASIC, *BRIGHT, (255, 255, 255)], np.float32).reshape(-1, 3)
    if colours < 256:
        return np.arange(16), basic
    steps = np.array([0, 95, 135, 175, 215, 255], np.float32)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1)
    ramp = np.repeat((8 + 10 * np.arange(24, dtype=np.float32))[:, None], 3, 1)
    return np.arange(16, 256), np.concatenate([grid.reshape(-1, 3), ramp])


@lru_cache(maxsize=2)
def _greys(colours: int) -> NDArray[np.uint8]:
    """The number of the nearest of 16 or 256 colours to each grey."""
    import numpy as np

    numbers, palette = _palette(colours)
    grey = np.flatnonzero(np.ptp(palette, axis=1) < 3)
    distance = np.abs(np.arange(256)[:, None] - palette[grey, 0])
    nearest: NDArray[np.uint8] = numbers[grey[distance.argmin(1)]].astype(np.uint8)
    return nearest


@lru_cache(maxsize=2)
def _colours(colours: int) -> NDArray[np.uint8]:
    """The number of the nearest of 16 or 256 colours to each of 32 x 32 x 32 colours."""
    import numpy as np

    numbers, palette = _palette(colours)
    levels = (np.arange(32) * 255 // 31).astype(np.float32)
    every = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 3)
    distance = (palette**2).sum(1) - 2 * (every @ palette.T)  # the square of `every` is the same for all
    nearest: NDArray[np.uint8] = numbers[distance.argmin(1)].astype(np.uint8)
    return nearest


def numbered(values: NDArray[np.uint8], colours: int) -> NDArray[np.int32]:
    """Colours as one number each: ``0xRRGGBB``, or that of the terminal's palette.

    Parameters
    ----------
    values
        Shape (rows, columns) or (rows, columns, 3).
    """
    import numpy as np

    wide = values.astype(np.int32)
    if colours >= TRUECOLOUR:
        if values.ndim == 2:
            wide = wide[..., None].repeat(3, -1)
        packed: NDArray[np.int32] = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
        return packed
    if values.ndim == 2:
        return _greys(colours)[values].astype(np.int32)
    numbers: NDArray[np.int32] = _colours(colours)[(wide >> 3) @ np.array([1024, 32, 1], np.int32)].astype(np.int32)
    return numbers


def fit(
    picture: NDArray[np.uint8], columns: int, rows: int, grid: Grid
) -> tuple[NDArray[np.intp], NDArray[np.uint8], NDArray[np.uint8]]:
    """Pattern, fore- and background of each cell: its pixels parted at their mean, each part in its mean colour.

    Parameters
    ----------
    picture
        Exactly ``rows * grid.down`` rows and ``columns * grid.across`` columns, grey or RGB.
    """
    import numpy as np

    depth = 1 if picture.ndim == 2 else 3
    parts = picture.reshape(rows, grid.down, columns, grid.across, depth).transpose(0, 2, 1, 3, 4)
    parts = parts.reshape(rows, columns, -1, depth).astype(np.int32)
    light = parts[..., 0] * 1000 if depth == 1 else parts @ np.array([299, 587, 114], np.int32)
    over = light * light.shape[2] > light.sum(2, keepdims=True)
    count = over.sum(2)[..., None]
    total = parts.shape[2]
    bright = (parts * over[..., None]).sum(2)
    dark = parts.sum(2) - bright
    fore = (bright + count // 2) // np.maximum(count, 1)
    back = (dark + (total - count) // 2) // np.maximum(total - count, 1)
    pattern = over @ (1 << np.arange(total))
    shape = (rows, columns) if depth == 1 else (rows, columns, 3)
    return pattern, fore.astype(np.uint8).reshape(shape), back.astype(np.uint8).reshape(shape)


_CODE = re.compile(r"\x1b\[([\d;]*)m|(.)")


def part(line: str, start: int, end: int) -> str:
    """The cells ``start <= x < end`` of a line of text with its codes, in their colours."""
    fore = back = ""
    out: list[str] = []
    x = 0
    for match in _CODE.finditer(line):
        codes, sign = match.groups()
        if sign:
            if start <= x < end:
                out.append(sign)
            x += 1
        elif start < x < end:
            out.append(match.group())
        elif x <= start:
            if not (found := _split(codes))[0] + found[1]:
                fore = back = ""
            fore, back = found[0] or fore, found[1] or back
            out = [f"\x1b[{';'.join(filter(None, ('0', fore, back)))}m"]
    return "".join((*out, "\x1b[0m")) if start < end else ""


def _split(codes: str) -> tuple[str, str]:
    """The codes for the colour of the sign and for that behind it; both empty for a reset."""
    fore: list[str] = []
    back: list[str] = []
    numbers = codes.split(";")
    while numbers and numbers != ["0"]:
        taken = 1 if numbers[0] not in ("38", "48") else 5 if numbers[1] == "2" else 3
        behind = numbers[0] == "48" or (len(numbers[0]) > 1 and numbers[0][:-1] in ("4", "10"))
        (back if behind else fore).extend(numbers[:taken])
        numbers = numbers[taken:]
    return ";".join(fore), ";".join(back)


@frozen
class Blocks:
    """A picture of block characters: its rows as text with codes."""

    rows: tuple[str, ...]
    columns: int
    size: int

    @property
    def send(self) -> str:
        """Nothing ahead of the cells."""
        return ""

    def row(self, y: int, start: int, end: int) -> str | None:
        """Block characters."""
        end = min(end, self.columns)
        return self.rows[y] if (start, end) == (0, self.columns) else part(self.rows[y], start, end)

    def stamp(self, x: int, y: int) -> str:
        """Nothing: the cells are the picture."""
        return ""

    @property
    def here(self) -> str:
        """Nothing, too."""
        return ""


@frozen
class CellsEncoder(Drawer):
    """Moving pictures have no more than the terminal's 256 colours, which take half the bytes."""

    variant: str
    colours: int

    @property
    def dots(self) -> tuple[int, int]:
        """Those of the block characters."""
        return GRIDS[self.variant]

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Blocks:
        """Two colours a cell."""
        from tui.adapters.graphics import _celltext
        from tui.adapters.graphics._octants import SIGNS
        from tui.adapters.graphics._scale import resized

        grid, table = GRIDS[self.variant], SIGNS[self.variant]
        colours = min(256, self.colours) if coarse else self.colours
        pixels = resized(pixels, box.columns * grid.across, box.rows * grid.down)
        pattern, fore, back = fit(pixels, box.columns, box.rows, grid)
        rows = _celltext.rows(pattern, numbered(fore, colours), numbered(back, colours), table, colours)
        return Blocks(rows, box.columns, sum(len(row.encode()) for row in rows))


class Cells(Screen):
    """Pictures of block characters.

    Parameters
    ----------
    ruler
        Measures the cell.
    variant
        ``quadrant``, ``half`` or ``octant``.
    colours
        16, 256 or 2**24.
    """

    def __init__(self, ruler: Ruler, variant: str = "quadrant", colours: int = TRUECOLOUR) -> None:
        super().__init__(ruler, CellsEncoder(variant, colours))
        self._colours = colours
        self.name = variant

    @property
    def note(self) -> str:
        """That the picture is coarse, and of how many colours."""
        grid = GRIDS[self.name]
        size = f"{grid.across}×{grid.down} pixels a cell"
        return f"{size}, {NOTES[self._colours]}" if self._colours in NOTES else size


def _suits(terminal: Terminal) -> Fit:
    if terminal.term.startswith("linux"):
        return Fit(10, "The console of Linux has half blocks.")
    return Fit(10, f"{terminal.silent} Every terminal can show block characters.".strip())


def _make(terminal: Terminal, variant: str = "") -> Cells:
    own = "half" if terminal.term.startswith("linux") else "quadrant"
    return Cells(Ruler.of(terminal), variant or own, terminal.colours)


GRAPHICS = Drop("cells", _make, _suits, tuple(GRIDS))
