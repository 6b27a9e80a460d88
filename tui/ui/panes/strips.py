"""Strips that hold text for the terminal as it is: no style, theme filter or colour system may change it.

The colour of a placeholder carries the number of a picture; one that was rounded to 256 colours shows nothing.
So a line of the picture is text made for exactly the cells that are asked for, and survives cutting. Beside
that text it has ordinary segments, which are what a dialog dims and a screenshot shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby

from rich.color import Color as RichColor
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

from tui.service.ports import Likeness

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


def hung(
    strips: list[Strip],
    crop: Region,
    cells: Region,
    inside: Region,
    *,
    text: Callable[[int, int, int], str | None],
    plain: Callable[[int, int, int], list[Segment]],
    painted: Callable[[], None],
) -> list[Strip]:
    """Lines of a widget with a picture in some of their cells.

    Parameters
    ----------
    strips
        The lines of ``crop`` as they are without it.
    cells
        Where the picture stands, counted as ``crop`` is; no cell outside ``inside`` belongs to it.
    text, plain
        A row of the picture, and the cells of it ``start <= x < end``, see :class:`PictureStrip`.
    """
    first, last = max(cells.x, crop.x), min(cells.right, inside.right, crop.right)
    if first >= last:
        return strips
    for y in range(max(cells.y, crop.y), min(cells.bottom, inside.bottom, crop.bottom)):
        strips[y - crop.y] = PictureStrip(
            strips[y - crop.y],
            first - crop.x,
            last - crop.x,
            text=partial(text, y - cells.y),
            plain=partial(plain, y - cells.y),
            painted=painted,
            start=first - cells.x,
        )
    return strips


def written(rows: Iterable[tuple[int, int, str]]) -> str:
    """Text for the terminal, each row from its cell (x, y) on, in one step; the cursor stays."""
    text = "".join(f"\x1b[{y + 1};{x + 1}H{row}" for x, y, row in rows)
    return f"\x1b[?2026h\x1b7{text}\x1b8\x1b[?2026l"


def _colour(levels: tuple[int, ...]) -> RichColor:
    """Of a grey level, or of red, green and blue."""
    return RichColor.from_rgb(*(levels if len(levels) > 1 else levels * 3))


class Preview:
    """A picture as half blocks: for dialogs over it and for screenshots.

    Parameters
    ----------
    likeness
        Its pixels, two a cell.
    """

    STEP = 16  # grey steps; equal neighbours join in one segment

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness

    def _line(self, y: int, start: int, end: int) -> list[tuple[int, ...]]:
        """Levels of some pixels of a row, in steps."""
        columns, depth = self._likeness.columns, self._likeness.depth
        levels = self._likeness.levels[(y * columns + start) * depth : (y * columns + end) * depth].translate(_STEPS)
        return [tuple(levels[at : at + depth]) for at in range(0, len(levels), depth)]

    def row(self, y: int, start: int, end: int) -> list[Segment]:
        """Segments for the cells ``start <= x < end`` of a row."""
        end = min(end, self._likeness.columns)
        cells = list(zip(self._line(2 * y, start, end), self._line(2 * y + 1, start, end), strict=True))
        segments: list[Segment] = []
        for (above, below), run in groupby(cells):
            style = Style(color=_colour(above), bgcolor=_colour(below))
            segments.append(Segment("▀" * sum(1 for _ in run), style))
        return segments


_STEPS = bytes(min(255, (n + Preview.STEP // 2) // Preview.STEP * Preview.STEP) for n in range(256))
