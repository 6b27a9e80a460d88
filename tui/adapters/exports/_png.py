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
_STRIDE = 7  # one line of so many tells of the others; odd, for pictures that repeat themselves every few lines
_LOUD, _EQUAL = 6, 1.05  # in noise, with magnitudes above the first in the mean, a sum so much larger costs 2 % at most
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
    parts += [_chunk(b"IDAT", _deflate(*_filtered(pixels), bits)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _filtered(pixels: NDArray[Any]) -> tuple[NDArray[np.uint8], bool]:
    """Scan lines, each behind its filter type (ISO/IEC 15948 9.2): none 0, left 1, above 2; and whether all are noise.

    Of the three a line takes the one whose bytes, read as signed, have the least sum of magnitudes (12.8). In noise the
    choice matters little: where some lines show that, all of them take one type.
    """
    import numpy as np

    rows = len(pixels)
    step = pixels.itemsize * (3 if pixels.ndim == 3 else 1)  # bytes of a pixel
    plain: NDArray[np.uint8] = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
    plain = plain.reshape(rows, -1)
    width = plain.shape[1]
    lines = np.empty((rows, width + 1), np.uint8)
    count = max(1, _BLOCK // width)
    noisy = plain.nbytes >= _SMALL
    for first in range(0, rows, count):
        part = slice(first, min(first + count, rows), 1)
        one = _one_for_all(plain, slice(first, part.stop, _STRIDE), step) if noisy else None
        if one is not None:
            _filter(one, plain, part, step, lines[part, 1:])
            lines[part, 0] = one
            continue
        noisy = False
        kinds = _kinds(plain, part, step)
        best = _sums(kinds).argmin(0)
        lines[part, 1:] = kinds[best, np.arange(len(best))]
        lines[part, 0] = best
    return lines, noisy


def _one_for_all(plain: NDArray[np.uint8], chosen: slice, step: int) -> int | None:
    """The type for noise, by some of its lines; None where each line needs its own."""
    sums = _sums(_kinds(plain, chosen, step))
    each, best = sums.sum(1), sums.min(0).sum()
    one = int(each.argmin())
    noisy = best > _LOUD * sums.shape[1] * plain.shape[1]
    return one if noisy and each[one] <= _EQUAL * best else None


def _kinds(plain: NDArray[np.uint8], chosen: slice, step: int) -> NDArray[np.uint8]:
    """Some lines in each of the three types, shape (3, lines, bytes)."""
    import numpy as np

    found = np.empty((3, *plain[chosen].shape), np.uint8)
    for kind in range(3):
        _filter(kind, plain, chosen, step, found[kind])
    return found


def _sums(kinds: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Of each type and line the sum of magnitudes."""
    import numpy as np

    found: NDArray[np.uint32] = np.add.reduce(np.abs(kinds.view(np.int8)).view(np.uint8), 2, dtype=np.uint32)
    return found


def _filter(kind: int, plain: NDArray[np.uint8], chosen: slice, step: int, out: NDArray[np.uint8]) -> None:
    """Filter some lines; uint8 subtracts modulo 256, as the standard wants it."""
    import numpy as np

    block = plain[chosen]
    if kind == 0:
        out[...] = block
    elif kind == 1:
        out[:, :step] = block[:, :step]
        np.subtract(block[:, step:], block[:, :-step], out=out[:, step:])
    else:
        above = plain[chosen.start + chosen.step - 1 : chosen.stop - 1 : chosen.step]
        out[0] = block[0] - plain[chosen.start - 1] if chosen.start else block[0]
        np.subtract(block[1:], above, out=out[1:])


def _deflate(lines: NDArray[np.uint8], noisy: bool, bits: int) -> bytes:
    """A zlib stream (RFC 1950).

    Filtered lines of a noisy picture hold no repetitions but runs: they become smaller, and sooner, where nothing else
    is looked for. Where lines shrink much, and were not ``noisy`` when they were filtered, a part of them tells whether
    they are better done as drawings and text are.
    """
    runs = _runs(lines.data) if lines.nbytes >= _SMALL else b""
    if len(runs) > (_DRAWN if noisy else _NOISY[bits]) * lines.nbytes:
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
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 8, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()
