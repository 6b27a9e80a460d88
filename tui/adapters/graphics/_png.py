"""PNG of grey pictures (ISO/IEC 15948), in a fraction of the time that it takes to try every filter on each row.

One filter for the whole picture: the mean of the neighbours suits noise, Paeth's choice among them edges and flat
parts. Run-length deflate beats level 9 in bytes on what they leave, at a tenth of its time.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AVERAGE, PAETH = 3, 4  # ISO/IEC 15948 9.2
SAMPLED = 16  # twice this part of the rows is tried to choose the filter
WORTH = 1.05  # bytes that half the time is worth: the mean takes that
MEMORY = 9  # of deflate


def _neighbours(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """The pixels to the left, above, and above to the left; 0 outside."""
    left, above, corner = (np.zeros_like(picture) for _ in range(3))
    left[:, 1:], above[1:], corner[1:, 1:] = picture[:, :-1], picture[:-1], picture[:-1, :-1]
    return left, above, corner


def average(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is left after the mean of left and above, rounded down (9.4)."""
    left, above, _ = _neighbours(picture)
    return picture - ((left & above) + ((left ^ above) >> 1))


def paeth(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is left after that neighbour which is nearest to left + above - corner (9.4)."""
    left, above, corner = _neighbours(picture)
    a, b, c = (one.astype(np.int16) for one in (left, above, corner))
    to_left, to_above, to_corner = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    nearest = np.where(
        (to_left <= to_above) & (to_left <= to_corner), left, np.where(to_above <= to_corner, above, corner)
    )
    return picture - nearest


def _deflated(rest: NDArray[np.uint8]) -> bytes:
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return deflate.compress(rest.tobytes()) + deflate.flush()


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
    high = max(2, rows // SAMPLED)
    sample = np.concatenate([picture[start : start + high] for start in (rows // 4, rows // 2)])
    code, rest = PAETH, paeth
    if len(_deflated(average(sample))) < WORTH * len(_deflated(paeth(sample))):
        code, rest = AVERAGE, average
    lines = np.empty((rows, columns + 1), np.uint8)
    lines[:, 0], lines[:, 1:] = code, rest(picture)
    data = _deflated(lines)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
