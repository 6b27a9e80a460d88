"""Cells of block characters as text with codes, by whole arrays instead of loops over cells.

Each piece of a code is a word of eight bytes that ends in zeros; what is left without the zeros is the text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TRUECOLOUR = 1 << 24


def _word(text: str) -> int:
    return int.from_bytes(text.encode(), "little")


def code(number: int, colours: int, back: bool) -> str:
    """The SGR parameters that choose one of 16 or 256 colours."""
    if colours == 256:
        return f"{48 if back else 38};5;{number}"
    return str((40 if back else 30) + number if number < 8 else (100 if back else 90) + number - 8)


@lru_cache(maxsize=4)
def _palette(colours: int, back: bool) -> NDArray[np.uint64]:
    """The parameters of each colour; shape (colours, 1)."""
    return np.array([[_word(code(number, colours, back))] for number in range(colours)], np.uint64)


@lru_cache(maxsize=2)
def _levels(end: str) -> NDArray[np.uint64]:
    return np.array([_word(f"{level}{end}") for level in range(256)], np.uint64)


def _codes(numbers: NDArray[np.int32], colours: int, back: bool) -> NDArray[np.uint64]:
    """The parameters that choose colours: shape (n, 4) in 24 bits, else (n, 1)."""
    if colours < TRUECOLOUR:
        return _palette(colours, back)[numbers]
    words = np.empty((len(numbers), 4), np.uint64)
    words[:, 0] = _word("48;2;" if back else "38;2;")
    words[:, 1] = _levels(";")[numbers >> 16]
    words[:, 2] = _levels(";")[numbers >> 8 & 255]
    words[:, 3] = _levels("")[numbers & 255]
    return words


@lru_cache(maxsize=3)
def _signs(table: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    return np.array([_word(sign) for sign in table], np.uint64), np.array([sign == " " for sign in table])


def rows(
    pattern: NDArray[np.intp], fore: NDArray[np.int32], back: NDArray[np.int32], table: Sequence[str], colours: int
) -> tuple[str, ...]:
    """Each row as text. A colour that is set already is not set again, nor one that no pixel shows.

    Parameters
    ----------
    pattern
        Which sign of the table stands in each cell, shape (rows, columns).
    fore, back
        The colours of a cell as ``0xRRGGBB``, or as numbers of 16 or 256 colours; the same shape.
    """
    high, wide = pattern.shape
    words, blank = _signs(table)
    empty = blank[pattern]
    paper = np.ones((high, wide), bool)
    paper[:, 1:] = back[:, 1:] != back[:, :-1]
    drawn = np.flatnonzero(~empty)
    fresh = np.ones(len(drawn), bool)
    before = drawn[:-1]
    fresh[1:] = (fore.ravel()[drawn[1:]] != fore.ravel()[before]) | (drawn[1:] // wide != before // wide)
    ink = np.zeros((high, wide), bool)
    ink.ravel()[drawn] = fresh
    codes = ink | paper

    size = 4 if colours >= TRUECOLOUR else 1
    cells = np.zeros((high, wide, 3 + 2 * size), "<u8")
    cells[..., 0] = codes * np.uint64(_word("\x1b["))
    cells[ink, 1 : 1 + size] = _codes(fore[ink], colours, False)
    cells[..., 1 + size] = (ink & paper) * np.uint64(ord(";"))
    cells[paper, 2 + size : 2 + 2 * size] = _codes(back[paper], colours, True)
    signs = words[pattern]
    cells[..., -1] = np.where(codes, signs << np.uint64(8) | np.uint64(ord("m")), signs)
    lines = np.zeros((high, cells.shape[2] * wide + 2), "<u8")
    lines[:, 0], lines[:, -1] = _word("\x1b[0m"), _word("\x1b[0m\n")
    lines[:, 1:-1] = cells.reshape(high, -1)
    return tuple(lines.tobytes().translate(None, b"\0").decode().splitlines())
