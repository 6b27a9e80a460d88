"""PNG streams (ISO/IEC 15948): filters by whole arrays, deflated in the way that suits the picture."""

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
_LEVEL = 5  # see tests/benchmarks/export.py: higher ones take far longer than they gain
_BLOCK = 1 << 19  # bytes that are filtered at once, so that they stay in the processor's cache
_NOISY = {8: 0.3, 16: 0.5}  # by bits a sample: lines that shrink to no less than this part are noise
_DRAWN = 0.1  # lines that shrink to less than this part are of drawn areas, where a sample says little of the rest
_BANDS, _SHARE = 8, 16  # the sample is this part of the lines, in so many bands


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


def _filtered(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """The scan lines, each behind its filter type (ISO/IEC 15948 9.2): none 0, left 1 or above 2.

    Of the three a line takes the one whose bytes, read as signed, have the least sum of magnitudes (12.8).
    """
    import numpy as np

    rows = len(pixels)
    step = pixels.itemsize * (3 if pixels.ndim == 3 else 1)  # bytes of a pixel
    plain: NDArray[np.uint8] = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
    plain = plain.reshape(rows, -1)
    width = plain.shape[1]
    lines = np.empty((rows, width + 1), np.uint8)
    count = max(1, _BLOCK // width)
    for first in range(0, rows, count):
        block = plain[first : first + count]
        kinds = np.empty((3, len(block), width + 1), np.uint8)
        none, left, above = kinds[:, :, 1:]
        none[...] = block
        left[:, :step] = block[:, :step]  # uint8 subtracts modulo 256, as the standard wants it
        np.subtract(block[:, step:], block[:, :-step], out=left[:, step:])
        above[0] = block[0] - plain[first - 1] if first else block[0]
        np.subtract(block[1:], block[:-1], out=above[1:])
        sums = np.add.reduce(np.abs(kinds[:, :, 1:].view(np.int8)).view(np.uint8), 2, dtype=np.uint32)
        best = sums.argmin(0)
        chosen = kinds[best, np.arange(len(block))]
        chosen[:, 0] = best
        lines[first : first + count] = chosen
    return lines


def _deflate(lines: NDArray[np.uint8], bits: int) -> bytes:
    """A zlib stream (RFC 1950).

    Filtered lines of a noisy picture hold no repetitions but runs: they become smaller, and sooner, where nothing else
    is looked for. Where lines shrink much, a part of them tells whether they are better done as drawings and text are.
    """
    runs = _runs(lines.data) if lines.nbytes >= _SMALL else b""
    if len(runs) > _NOISY[bits] * lines.nbytes:
        return runs
    try:
        from imagecodecs import deflate_encode  # libdeflate: finds matches far faster than zlib, at about the same size
    except ImportError:  # imagecodecs may be built without it
        found = zlib.compress(lines.data, 6)
    else:
        if len(runs) > _DRAWN * lines.nbytes:
            sample = _sample(lines)
            if len(_runs(memoryview(sample))) <= len(deflate_encode(sample, level=1)):
                return runs
        found = bytes(deflate_encode(lines.tobytes(), level=_LEVEL if runs else 8))
    return runs if runs and len(runs) < len(found) else found


def _sample(lines: NDArray[np.uint8]) -> bytes:
    """Some lines from all over the picture, in bands."""
    count, band = len(lines), max(1, len(lines) // _SHARE // _BANDS)
    starts = [(2 * n + 1) * count // (2 * _BANDS) for n in range(_BANDS)]
    return b"".join(lines[start : start + band].tobytes() for start in starts)


def _runs(data: memoryview) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()
