"""PNG of grey pictures (ISO/IEC 15948), in a fraction of the time that it takes to try every filter on each row.

A sample of rows says whether Paeth's choice leaves least, which is made here without leaving bytes; else each row has
the better of the neighbours to the left and above. Run-length deflate beats level 9 on what they leave, at a tenth of
the time, and does the two halves of a picture side by side.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from tui.adapters.graphics._halves import both

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUB, UP, PAETH = 1, 2, 4  # ISO/IEC 15948 9.2
SAMPLE = 16  # of so many rows one is tried
MEMORY = 9  # of deflate
HEAD = b"\x78\x01"  # CMF and FLG: a window of 32 KB, the fastest level
LEAST_HALF = 50_000  # bytes; for fewer it does not pay to tell another thread


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


def _distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.maximum(one, other) - np.minimum(one, other)


def _either(which: NDArray[np.bool_], one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One where it is true, else the other; by masks of bits, which takes a third of the time of ``np.where``."""
    chosen: NDArray[np.uint8] = other ^ ((one ^ other) & np.negative(which.view(np.uint8)))
    return chosen


def _amounts(rest: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """How much is left in each row, if its bytes are taken for -128 to 127."""
    amounts: NDArray[np.uint32] = np.minimum(rest, np.negative(rest)).sum(1, dtype=np.uint32)
    return amounts


def _simple(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What is left after the neighbour to the left, and after the one above."""
    left, above = picture.copy(), picture.copy()
    left[:, 1:] -= picture[:, :-1]
    above[1:] -= picture[:-1]
    return left, above


def _suits_paeth(picture: NDArray[np.uint8]) -> bool:
    """Whether Paeth's choice leaves less of rows from all over the picture than the better of the simple neighbours."""
    below = np.arange(1, len(picture), SAMPLE)
    pairs = picture[np.stack([below - 1, below], 1).ravel()]
    simple = np.minimum(*(_amounts(rest[1::2]) for rest in _simple(pairs)))
    return bool(_amounts(paeth(pairs)[1::2]).sum() < simple.sum())


def _filtered(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows as they stand in the file: the number of the filter, then what it leaves."""
    rows, columns = picture.shape
    lines = np.empty((rows, columns + 1), np.uint8)
    if _suits_paeth(picture):
        lines[:, 0], lines[:, 1:] = PAETH, paeth(picture)
        return lines
    left, above = _simple(picture)
    lines[:, 0], lines[:, 1:] = UP, above
    better = np.flatnonzero(_amounts(left) < _amounts(above))
    lines[better, 0], lines[better, 1:] = SUB, left[better]
    return lines


def _deflated(rest: NDArray[np.uint8]) -> bytes:
    """A zlib stream (RFC 1950) of rows."""
    middle = len(rest) // 2 if rest.nbytes >= 2 * LEAST_HALF else 0
    if middle:
        blocks = both(lambda: _blocks(rest[:middle], False), lambda: _blocks(rest[middle:], True))
    else:
        blocks = (b"", _blocks(rest, True))
    return b"".join((HEAD, *blocks, struct.pack(">I", zlib.adler32(rest.data))))


def _blocks(rest: NDArray[np.uint8], last: bool) -> bytes:
    """Deflate blocks (RFC 1951) that end on a byte, so that others can follow."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return deflate.compress(rest.data) + deflate.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


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
