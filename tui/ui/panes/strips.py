"""Strips that hold text for the terminal as it is: no style, theme filter or colour system may change it.

The colour of a placeholder carries the number of a picture; one that was rounded to 256 colours shows nothing.
So a line of the picture is text made for exactly the cells that are asked for, and survives cutting. Beside
that text it has ordinary segments, which are what a dialog dims and a screenshot shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.color import Color as RichColor
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Text = Callable[[int, int], str | None]
Plain = Callable[[int, int], list[Segment]]


class PictureStrip(Strip):
    """A line of a widget with cells of a picture in it.

    Parameters
    ----------
    ground
        The whole line as the widget has it without a picture.
    first, last
        The cells of the line ``first <= x < last`` that belong to the picture.
    text
        Text for some of the picture's cells, counted from its first; None leaves the ground.
    plain
        The same cells as segments.
    painted
        Called when a part of the picture is written to the terminal.
    """

    __slots__ = ("_first", "_ground", "_last", "_painted", "_plain", "_start", "_text")

    def __init__(
        self,
        ground: Strip,
        first: int,
        last: int,
        *,
        text: Text,
        plain: Plain,
        painted: Callable[[], None],
        start: int = 0,
    ) -> None:
        self._ground, self._first, self._last, self._start = ground, first, last, start
        self._text, self._plain, self._painted = text, plain, painted
        super().__init__([], ground.cell_length)

    @property
    def _segments(self) -> list[Segment]:
        left, right = self._sides()
        return [*left, *self._plain(self._start, self._start + self._last - self._first), *right]

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        """Made on demand; what the constructor of the class above sets is not kept."""

    def _sides(self) -> tuple[Strip, Strip]:
        return self._ground.crop(0, self._first), self._ground.crop(self._last, self.cell_length)

    def render(self, console: Console) -> str:
        """Text for the terminal."""
        self._painted()
        text = self._text(self._start, self._start + self._last - self._first)
        if text is None:
            return self._ground.render(console)
        left, right = self._sides()
        return left.render(console) + text + right.render(console)

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Some cells of the line."""
        start = max(0, start)
        end = self.cell_length if end is None else min(end, self.cell_length)
        if (start, end) == (0, self.cell_length):
            return self
        first, last = max(start, self._first), min(end, self._last)
        ground = self._ground.crop(start, end)
        if first >= last:
            return ground
        begin = self._start + first - self._first
        return PictureStrip(
            ground, first - start, last - start, text=self._text, plain=self._plain, painted=self._painted, start=begin
        )

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The line in parts that end at the cuts."""
        parts, start = [], 0
        for cut in cuts:
            if cut <= self.cell_length:
                parts.append(self.crop(start, cut))
                start = cut
        return parts

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:
        """The same: filters are for text."""
        return self

    def apply_style(self, style: Style) -> Strip:
        """The same: styles are for text."""
        return self


def _colour(values: list[int]) -> RichColor:
    red, green, blue = values
    return RichColor.from_rgb(red, green, blue)


class Preview:
    """A picture as half blocks, made when it is first asked for: for dialogs over it and for screenshots.

    Parameters
    ----------
    pixels
        uint8, shape (rows, columns) or (rows, columns, 3).
    columns, rows
        Cells that it fills.
    """

    STEP = 16  # grey steps; equal neighbours join in one segment

    def __init__(self, pixels: NDArray[np.uint8], columns: int, rows: int) -> None:
        self._pixels, self._columns, self._rows = pixels, columns, rows
        self._colours: list[list[list[int]]] | None = None

    def _made(self) -> list[list[list[int]]]:
        if self._colours is None:
            import numpy as np
            from PIL import Image

            size = (self._columns, 2 * self._rows)
            image = Image.fromarray(np.ascontiguousarray(self._pixels)).resize(size, Image.Resampling.BOX)
            small = np.asarray(image.convert("RGB")).astype(np.int32)
            self._colours = np.minimum((small + self.STEP // 2) // self.STEP * self.STEP, 255).tolist()
        return self._colours

    def row(self, y: int, start: int, end: int) -> list[Segment]:
        """Segments for the cells ``start <= x < end`` of a row."""
        colours = self._made()
        above, below = colours[2 * y], colours[2 * y + 1]
        segments: list[Segment] = []
        x, end = start, min(end, self._columns)
        while x < end:
            run = x + 1
            while run < end and above[run] == above[x] and below[run] == below[x]:
                run += 1
            style = Style(color=_colour(above[x]), bgcolor=_colour(below[x]))
            segments.append(Segment("▀" * (run - x), style))
            x = run
        return segments
