"""Contact sheets: many small pictures on one, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from tui.core.pages import Page, Still, fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 4096  # side of a sheet, unless the wish has a limit of its own
_LARGEST, _SMALLEST = 512, 16  # side of a tile


def tile_size(columns: int, rows: int, longest: int, shape: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of a tile, in the shape of the first picture and not larger than it."""
    longest = longest or _LONGEST
    side = max(_SMALLEST, min(_LARGEST, longest // columns, longest // rows))
    scale = min(side / shape[0], side / shape[1], 1.0)
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def sheets(pages: Iterable[Page], columns: int, rows: int, longest: int) -> Iterator[Still]:
    """As many sheets as the pictures fill; all tiles have the shape of the very first picture.

    Parameters
    ----------
    longest
        Longest side of a sheet in pixels; 0 for the usual 4096.
    """
    source = iter(pages)
    tile: tuple[int, int] | None = None
    while chunk := list(islice(_drawn(source), columns * rows)):
        first = chunk[0][0]
        tile = tile or tile_size(columns, rows, longest, chunk[0][1].shape[:2])
        yield Still(joined([pixels for _, pixels in chunk], columns, tile), first)


def _drawn(pages: Iterator[Page]) -> Iterator[tuple[Page, NDArray[np.uint8]]]:
    for page in pages:
        yield page, page.pixels()


def joined(pictures: list[NDArray[np.uint8]], columns: int, tile: tuple[int, int]) -> NDArray[np.uint8]:
    """The pictures as tiles, row by row; in colour if any of them is."""
    colour = any(picture.ndim == 3 for picture in pictures)
    rows = -(-len(pictures) // columns)
    out = np.zeros((rows * tile[0], min(columns, len(pictures)) * tile[1], *((3,) if colour else ())), np.uint8)
    for number, picture in enumerate(pictures):
        small = fitted(picture, *tile)
        if colour and small.ndim == 2:
            small = np.repeat(small[..., None], 3, -1)
        y, x = number // columns * tile[0], number % columns * tile[1]
        out[y : y + tile[0], x : x + tile[1]] = small
    return out
