"""PNG streams (ISO/IEC 15948): filters by whole arrays, deflated by libdeflate where it is there."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SMALL = 1 << 16  # bytes that any level deflates in no time
_LEVELS = {8: 5, 16: 4}  # by bits a sample, see tests/benchmarks/export.py: higher ones take far longer than they gain


def stream(pixels: NDArray[Any], texts: Mapping[str, str] | None = None) -> bytes:
    """A whole file.

    Parameters
    ----------
    pixels
        uint8 or uint16, shape (rows, columns) or (rows, columns, 3).
    texts
        Keyword (Latin-1, at most 79 characters) to text, as iTXt chunks before the pixels.
    """
    rows, columns = pixels.shape[:2]
    bits = 8 * pixels.itemsize
    header = struct.pack(">IIBBBBB", columns, rows, bits, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    parts = [_SIGNATURE, _chunk(b"IHDR", header)]
    for keyword, text in (texts or {}).items():  # 11.3.4.5: keyword, not compressed, no language, no translation
        parts.append(_chunk(b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")))
    parts += [_chunk(b"IDAT", _deflate(_filtered(pixels), bits)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _filtered(pixels: NDArray[Any]) -> bytes:
    """The scan lines, each behind its filter type (ISO/IEC 15948 9.2): none 0, left 1 or above 2.

    Of the three a line takes the one whose bytes, read as signed, have the least sum of magnitudes (12.8).
    """
    import numpy as np

    rows = len(pixels)
    step = pixels.itemsize * (3 if pixels.ndim == 3 else 1)  # bytes of a pixel
    plain: NDArray[np.uint8] = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
    plain = plain.reshape(rows, -1)
    left, above = plain.copy(), plain.copy()  # uint8 subtracts modulo 256, as the standard wants it
    np.subtract(plain[:, step:], plain[:, :-step], out=left[:, step:])
    np.subtract(plain[1:], plain[:-1], out=above[1:])
    kinds = (plain, left, above)
    best = np.stack([np.minimum(kind, np.negative(kind)).sum(1, dtype=np.uint64) for kind in kinds]).argmin(0)
    lines = np.empty((rows, plain.shape[1] + 1), np.uint8)
    lines[:, 0] = best
    for number, kind in enumerate(kinds):
        chosen = best == number
        lines[chosen, 1:] = kind[chosen]
    return lines.tobytes()


def _deflate(data: bytes, bits: int) -> bytes:
    """A zlib stream (RFC 1950). libdeflate looks for matches far faster than zlib does, at about the same size."""
    try:
        from imagecodecs import deflate_encode

        return bytes(deflate_encode(data, level=8 if len(data) < _SMALL else _LEVELS[bits]))
    except ImportError:  # imagecodecs may be built without it
        return zlib.compress(data, 6)
