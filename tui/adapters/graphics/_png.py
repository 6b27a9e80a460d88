"""PNG of grey pictures (ISO/IEC 15948), in a fraction of the time that it takes to try every filter on each row.

Each row has the one that leaves the least of three: the neighbour to the left, the one above, and Paeth's choice, which
is made here without leaving bytes. Run-length deflate beats level 9 on what they leave, at a tenth of the time.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUB, UP, PAETH = 1, 2, 4  # ISO/IEC 15948 9.2
MEMORY = 9  # of deflate


def paeth(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is left after that neighbour which is nearest to left + above - corner (9.4); 0 stands outside.

    The distance from left is that of above to corner, and the other way round. Where both differ from corner in the
    same direction, the distance from corner is their sum, else their difference: so no number passes a byte.
    """
    left, above, corner = (np.zeros_like(picture) for _ in range(3))
    left[:, 1:], above[1:], corner[1:, 1:] = picture[:, :-1], picture[:-1], picture[:-1, :-1]
    to_left, to_above = _distance(above, corner), _distance(left, corner)
    least = np.minimum(to_left, to_above)
    to_corner = np.maximum(to_left, to_above) - least
    is_corner = (to_corner < least) & ((left >= corner) != (above >= corner))
    nearest = _either(to_left > to_above, above, left)
    return picture - _either(is_corner, corner, nearest)


def _amounts(rest: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """How much is left in each row, if its bytes are taken for -128 to 127."""
    amounts: NDArray[np.uint32] = np.minimum(rest, np.negative(rest)).sum(1, dtype=np.uint32)
    return amounts


def _filtered(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows as they stand in the file: the number of the filter, then what it leaves."""
    rows, columns = picture.shape
    lines = np.empty((rows, columns + 1), np.uint8)
    lines[:, 0], lines[:, 1:] = PAETH, paeth(picture)
    least = _amounts(lines[:, 1:])
    left, above = picture.copy(), picture.copy()
    left[:, 1:] -= picture[:, :-1]
    above[1:] -= picture[:-1]
    for number, rest in ((SUB, left), (UP, above)):
        amounts = _amounts(rest)
        better = np.flatnonzero(amounts < least)
        lines[better, 0], lines[better, 1:] = number, rest[better]
        least = np.minimum(least, amounts)
    return lines


def _distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.maximum(one, other) - np.minimum(one, other)


def _either(which: NDArray[np.bool_], one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One where it is true, else the other; by masks of bits, which takes a third of the time of ``np.where``."""
    chosen: NDArray[np.uint8] = other ^ ((one ^ other) & np.negative(which.view(np.uint8)))
    return chosen


def _deflated(rest: NDArray[np.uint8]) -> bytes:
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return deflate.compress(rest.data) + deflate.flush()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encode(picture: NDArray[np.uint8]) -> bytes:
    """A PNG of 8-bit grey.

    Parameters
    ----------
    picture
        Shape (rows, columns).
    """
    rows, columns = picture.shape
    data = _deflated(_filtered(picture))
    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
