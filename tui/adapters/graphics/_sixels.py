"""Sixel data from pictures of palette indices, by whole arrays instead of loops over pixels.

DEC STD 070 chapter 9: six rows make a band; each colour of a band is a row of signs, each sign six bits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLAB = 24  # bands that are worked on at once: few calls, and bit planes that still stay in the processor's cache


def define(percent: NDArray[np.uint8]) -> bytes:
    """Definitions of the colour registers 0, 1 …; shape (n, 3), percent of red, green and blue."""
    return b"".join(b"#%d;2;%d;%d;%d" % (i, r, g, b) for i, (r, g, b) in enumerate(percent.tolist()))


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")


@lru_cache(maxsize=4)
def _runs(width: int, times: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Text of a gap of n empty signs, each so many times, as a word of eight bytes that ends in zeros; the same of a
    run of n with zeros for the sign, and what brings the sign there when it is multiplied by it."""
    gap, run, places = (np.zeros(width + 1, np.uint64) for _ in range(3))
    for n in range(1, width + 1):
        signs = n * times if n * times <= 3 else 1
        count = b"" if n * times <= 3 else b"!%d" % (n * times)
        gap[n] = _word(count + b"?" * signs)
        run[n] = _word(count)
        places[n] = _word(bytes(len(count)) + b"\1" * signs)
    return gap, run, places


@lru_cache(maxsize=8)
def _selects(colours: int) -> NDArray[np.uint64]:
    """The choice of each colour behind the sign for a new line of the band, ``$``; as a word."""
    return np.array([_word(b"$#%d" % i) for i in range(colours)], np.uint64)


NEW_BAND = np.uint64(ord("-") - ord("$"))


def _planes(indices: NDArray[np.uint8], colours: int, times: int) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Six bits for each (band, colour, column), and each band's commonest colour.

    That colour is painted first, as one run over the whole width that the others overwrite: one mark at column 0
    stands for it.
    """
    rows, width = indices.shape
    high = 6 // times  # rows of indices in a band
    bands = -(-rows // high)
    band = np.repeat(np.arange(bands), high)[:rows, None] * colours
    counts = np.bincount((band + indices).ravel(), minlength=bands * colours).reshape(bands, colours)
    common = counts.argmax(1)
    planes = np.zeros(bands * colours * width, np.uint8)
    columns = np.arange(width)
    starts = (np.arange(bands) * (colours * width))[:, None]
    for step in range(high):
        part = indices[step::high].astype(np.intp)
        place = part * width + columns + starts[: len(part)]
        # within one row of pixels no place is named twice
        bits = np.uint8(((1 << times) - 1) << step * times)
        if step:
            planes[place] |= bits
        else:
            planes[place] = bits
    full = np.full(bands, 63, np.uint8)
    full[-1] = (1 << (rows - high * (bands - 1)) * times) - 1
    lines = planes.reshape(bands * colours, width)
    ground = np.arange(bands) * colours + common
    lines[ground] = 0
    lines[ground, 0] = full
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
    length = np.empty_like(at)
    length[:-1], length[-1:] = at[1:] - at[:-1], len(filled) - at[-1:]
    band = line[at] // colours
    colour = line[at] - band * colours
    ground = colour == common[band]
    length[ground] = width
    order = np.argsort(band * 2 + ~ground, kind="stable")
    at, length, band, colour = at[order], length[order], band[order], colour[order]
    gaps, runs, places = _runs(width, times)
    words = np.zeros((len(at), 3), "<u8")
    head = fresh[at]
    words[head, 0] = _selects(colours)[colour[head]]
    first_of_band = np.flatnonzero(band[1:] != band[:-1]) + 1
    words[0, 0] += NEW_BAND
    words[first_of_band, 0] += NEW_BAND
    words[:, 1] = gaps[gap[at]]
    words[:, 2] = runs[length] + places[length] * (bits[at] + np.uint64(63))
    signs: bytes = words[words != 0].tobytes()
    return signs.translate(None, b"\0")


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
