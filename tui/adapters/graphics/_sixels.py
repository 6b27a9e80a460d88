"""Sixel data from pictures of palette indices, by whole arrays instead of loops over pixels.

DEC STD 070 chapter 9: six rows make a band; each colour of a band is a row of signs, each sign six bits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLAB = 16  # bands that are worked on at once: their bit planes stay in the processor's cache


def define(percent: NDArray[np.uint8]) -> bytes:
    """Definitions of the colour registers 0, 1 …; shape (n, 3), percent of red, green and blue."""
    return b"".join(b"#%d;2;%d;%d;%d" % (i, r, g, b) for i, (r, g, b) in enumerate(percent.tolist()))


@lru_cache(maxsize=4)
def _runs(width: int, times: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Text of a gap of n empty signs, each so many times, and of a run of n (255 stands for it), padded with 0."""
    gap = np.zeros((width + 1, 6), np.uint8)
    run = np.zeros((width + 1, 6), np.uint8)
    for n in range(1, width + 1):
        for table, sign in ((gap, b"?"), (run, b"\xff")):
            text = sign * (n * times) if n * times <= 3 else b"!%d" % (n * times) + sign
            table[n, : len(text)] = list(text)
    return gap, run


@lru_cache(maxsize=8)
def _selects(colours: int) -> NDArray[np.uint8]:
    table = np.zeros((colours, 4), np.uint8)
    for i in range(colours):
        text = b"#%d" % i
        table[i, : len(text)] = list(text)
    return table


def _planes(indices: NDArray[np.uint8], colours: int, times: int) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Six bits for each (band, colour, column), and each band's commonest colour.

    That colour is painted first, as one run over the whole width that the others overwrite: one mark at column 0
    stands for it.
    """
    rows, width = indices.shape
    high = 6 // times  # rows of indices in a band
    bands = -(-rows // high)
    band = np.repeat(np.arange(bands, dtype=np.int32), high)[:rows, None] * colours
    counts = np.bincount((band + indices).ravel(), minlength=bands * colours).reshape(bands, colours)
    common = counts.argmax(1)
    planes = np.zeros(bands * colours * width, np.uint8)
    columns = np.arange(width, dtype=np.int32)
    starts = (np.arange(bands, dtype=np.int32) * (colours * width))[:, None]
    for step in range(high):
        part = indices[step::high]
        place = part.astype(np.int32) * width + columns + starts[: len(part)]
        # within one row of pixels no place is named twice
        planes[place[part != common[: len(part), None]]] |= np.uint8(((1 << times) - 1) << step * times)
    full = np.full(bands, 63, np.uint8)
    full[-1] = (1 << (rows - high * (bands - 1)) * times) - 1
    planes[starts[:, 0] + common * width] = full
    return planes, common


def _slab(indices: NDArray[np.uint8], colours: int, times: int) -> bytes:
    width = indices.shape[1]
    planes, common = _planes(indices, colours, times)
    filled = np.flatnonzero(planes != 0).astype(np.int32)
    bits = planes[filled]
    line = filled // width
    fresh = np.ones(len(filled), bool)
    np.not_equal(line[1:], line[:-1], out=fresh[1:])
    gap = np.empty_like(filled)
    np.subtract(filled[1:], filled[:-1] + 1, out=gap[1:])
    heads = np.flatnonzero(fresh)
    gap[heads] = filled[heads] - line[heads] * width
    start = fresh | (gap > 0)
    start[1:] |= bits[1:] != bits[:-1]
    at = np.flatnonzero(start)
    length = np.diff(at, append=len(filled))
    band = line[at] // colours
    colour = line[at] - band * colours
    ground = colour == common[band]
    length[ground] = width
    order = np.argsort(band * 2 + ~ground, kind="stable")
    at, length, band, colour = at[order], length[order], band[order], colour[order]
    gaps, runs = _runs(width, times)
    text = np.zeros((len(at), 17), np.uint8)
    head = fresh[at]
    first_of_band = np.ones(len(at), bool)
    np.not_equal(band[1:], band[:-1], out=first_of_band[1:])
    text[:, 0] = np.where(head, np.where(first_of_band, ord("-"), ord("$")), 0)
    text[head, 1:5] = _selects(colours)[colour[head]]
    text[:, 5:11] = gaps[gap[at]]
    run = runs[length]
    text[:, 11:17] = np.where(run == 255, (bits[at] + 63)[:, None], run)
    signs: NDArray[np.uint8] = text[text != 0]
    return signs.tobytes()


def encode(indices: NDArray[np.uint8], percent: NDArray[np.uint8], times: int = 1) -> bytes:
    """A sixel picture.

    Parameters
    ----------
    indices
        uint8, shape (rows, columns): a register for each pixel.
    percent
        uint8, shape (registers, 3): red, green and blue in percent; at most 256 registers.
    times
        1, 2 or 3: pixels of the screen in each direction for one index.
    """
    rows, columns = indices.shape[0] * times, indices.shape[1] * times
    colours = len(percent)
    high = 6 // times * SLAB
    body = b"".join(_slab(indices[i : i + high], colours, times) for i in range(0, len(indices), high))
    # the first band needs no new line before it, and one after the last could scroll the screen
    return b'\x1bP0;0;0q"1;1;%d;%d' % (columns, rows) + define(percent) + body[1:] + b"\x1b\\"
