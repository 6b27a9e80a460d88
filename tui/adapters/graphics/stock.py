"""The encoders of textual-image behind our port: a peer for comparison, never chosen by itself.

Its package of renderables asks the terminal when it is imported, if the original standard output is a
terminal; it would read our keys or wait. So it is imported while there is none, and is told the size of the
cell instead of asking for it. Its widgets are not used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from random import randint
from typing import TYPE_CHECKING, Any, cast

from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._drawing import Drawer, Screen
from tui.adapters.graphics._drop import Drop, Fit
from tui.adapters.graphics._placeholder import MARKS
from tui.adapters.graphics._wire import Stamped
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.segment import Segment

    from tui.adapters.terminal import Terminal
    from tui.service.ports import Box, Drawing, Encoded

ENGINES = ("tgp", "sixel", "halfcell")
CHUNK = 4096


def _quietly(module: str) -> Any:
    """Import a part of textual-image while there is no standard output that it could write a question to."""
    from importlib import import_module

    output = sys.__stdout__
    setattr(sys, "__stdout__", None)  # noqa: B010  (declared final)
    try:
        return import_module(f"textual_image.{module}")
    finally:
        setattr(sys, "__stdout__", output)  # noqa: B010


@frozen
class Segments:
    """A picture as textual-image's segments, each cell with its codes, with what must be sent before them."""

    send: str
    rows: list[list[str]]
    number: int = 0

    @property
    def size(self) -> int:
        """Characters that are sent, and about 32 bytes a cell."""
        return len(self.send) + 32 * sum(map(len, self.rows))

    def row(self, y: int, start: int, end: int) -> str | None:
        """The cells in their styles."""
        return "".join(self.rows[y][start:end])

    def stamp(self, x: int, y: int) -> str:
        """Nothing: the cells are the picture."""
        return ""

    @property
    def here(self) -> str:
        """Nothing, too."""
        return ""


def _coloured(segments: Iterable[Segment]) -> list[str]:
    """Text with codes, for each segment."""
    from rich.color import ColorSystem

    system = ColorSystem.TRUECOLOR
    return [s.style.render(s.text, color_system=system) if s.style else s.text for s in segments]


@frozen
class StockEncoder(Drawer):
    """As textual-image does; it knows no coarser pictures."""

    engine: str

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Encoded:
        """By the engine's own functions."""
        import numpy as np
        from PIL import Image

        terminal: Any = _quietly("_terminal")
        terminal.get_cell_size._result = terminal.CellSize(*cell)
        image = Image.fromarray(np.ascontiguousarray(pixels))
        if self.engine == "halfcell":
            return Segments("", self._halves(image, box))
        scaled = _quietly("_pixeldata").PixelData(image).scaled(box.columns * cell[0], box.rows * cell[1])
        if self.engine == "sixel":
            return Stamped(_quietly("_sixel").image_to_sixels(scaled.pil_image))
        return self._placeholders(scaled.to_base64(), image, box)

    @staticmethod
    def _halves(image: Any, box: Box) -> list[list[str]]:
        from rich.console import Console

        console = Console(width=box.columns, file=None, force_terminal=True)
        drawn = _quietly("renderable.halfcell").Image(image, width=box.columns, height=box.rows)
        rows: list[list[Segment]] = [[]]
        for segment in drawn.__rich_console__(console, console.options):
            if segment.text == "\n":
                rows.append([])
            else:
                rows[-1].append(segment)
        return [_coloured(row) for row in rows[: box.rows]]

    @staticmethod
    def _placeholders(data: str, image: Any, box: Box) -> Segments:
        from rich.segment import Segment

        number = randint(1, 1 << 24)
        parts = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
        sent = [f"\x1b_Gi={number},m={int(i + 1 < len(parts))},f=100,q=2;{part}\x1b\\" for i, part in enumerate(parts)]
        sent.append(f"\x1b_Ga=p,i={number},c={box.columns},r={box.rows},U=1,q=2\x1b\\")
        drawn = _quietly("renderable.tgp").Image(image)
        drawn.terminal_image_id = number
        rows = []
        for line in drawn._render_diacritics(box.columns, box.rows):
            text, style = line.text.rstrip("\n"), line.style
            rows.append(_coloured(Segment(text[i : i + 4], style) for i in range(0, len(text), 4)))
        return Segments("".join(sent), rows, number)


class Stock(Screen):
    """Pictures by one of textual-image's engines: ``tgp``, ``sixel`` or ``halfcell``."""

    name = "stock"

    def __init__(self, ruler: Ruler, engine: str) -> None:
        super().__init__(ruler, StockEncoder(engine))
        self._engine = engine
        self._held: tuple[int, ...] = ()

    @property
    def note(self) -> str:
        """Which engine."""
        return f"textual-image {self._engine}"

    def place(self, drawing: Drawing, keep: bool = False) -> Encoded:
        """Delete what was before the picture that is shown; textual-image itself leaves it."""
        payload = drawing.payload
        if not isinstance(payload, Segments) or not payload.number:
            return cast("Encoded", payload)
        gone, self._held = self._held[:-1], (*self._held[-1:], payload.number)
        return Segments("".join(map(self._delete, gone)) + payload.send, payload.rows, payload.number)

    @property
    def limit(self) -> tuple[int, int]:
        """Largest picture in pixels: textual-image's placeholders end with the marks."""
        width, height = self.cell
        return (width * len(MARKS), height * len(MARKS)) if self._engine == "tgp" else (0, 0)

    @staticmethod
    def _delete(number: int) -> str:
        return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"

    def forget(self) -> str:
        """Delete the pictures that the terminal still holds; textual-image itself leaves them."""
        text = "".join(map(self._delete, self._held))
        self._held = ()
        return text


def _suits(terminal: Terminal) -> Fit:
    return Fit(0, "textual-image's encoders, for comparison only: --graphics stock.")


def _make(terminal: Terminal, variant: str = "") -> Stock:
    engine = variant.removeprefix("stock-")
    if not engine:
        placeholders = terminal.placeholders and not terminal.inside
        engine = "tgp" if placeholders else "sixel" if terminal.sixel and not terminal.inside else "halfcell"
    return Stock(Ruler.of(terminal), engine)


GRAPHICS = Drop("stock", _make, _suits, tuple(f"stock-{engine}" for engine in ENGINES))
