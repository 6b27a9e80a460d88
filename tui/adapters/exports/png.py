"""PNG (ISO/IEC 15948), 8 bit grey or RGB, of the picture as it is displayed."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.values import Picture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PROBE_BYTES = 1 << 12
_PROBES = 4
_RLE_MARGIN = 1.05


class Png:
    """Writes PNG at about Pillow's size, and the noisy pictures of most modalities several times as fast."""

    suffix = ".png"

    def encode(self, picture: Picture) -> bytes:
        """The bytes of a file. Pixels that are not square on the screen are resampled so that they are."""
        pixels = _square(picture)
        rows, columns = pixels.shape[:2]
        colour_type = 2 if pixels.ndim == 3 else 0
        header = struct.pack(">IIBBBBB", columns, rows, 8, colour_type, 0, 0, 0)
        return b"".join(
            (_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", _deflate(_filtered(pixels))), _chunk(b"IEND", b""))
        )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _filtered(pixels: NDArray[np.uint8]) -> bytes:
    """The scan lines, each behind its filter type (ISO/IEC 15948 9.2): none 0, left 1 or above 2.

    Of the three a line takes the one whose bytes, read as signed, have the least sum of magnitudes (12.8).
    """
    import numpy as np

    rows = len(pixels)
    plain = np.ascontiguousarray(pixels).reshape(rows, -1)
    step = 3 if pixels.ndim == 3 else 1  # bytes of a pixel
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


def _deflate(data: bytes) -> bytes:
    """Deflated by run-length matching alone, where that is about as small as searching, which noise makes slow."""
    return _fast(data) if _is_noisy(data) else zlib.compress(data, 6)


def _fast(data: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()


def _is_noisy(data: bytes) -> bool:
    """Whether searching for longer matches would gain less than 5 %, judged by some parts."""
    parts = [data]
    if len(data) > 2 * _PROBES * _PROBE_BYTES:
        step = len(data) // (_PROBES + 1)
        parts = [data[n * step : n * step + _PROBE_BYTES] for n in range(1, _PROBES + 1)]
    return sum(len(_fast(part)) for part in parts) <= _RLE_MARGIN * sum(len(zlib.compress(part, 6)) for part in parts)


def _square(picture: Picture) -> NDArray[np.uint8]:
    """Pixels at the shape that ``width`` and ``height`` ask for, never with fewer rows or columns than there are."""
    pixels = picture.pixels
    rows, columns = pixels.shape[:2]
    if not picture.width or not picture.height:
        return pixels
    stretch = picture.width * rows / (picture.height * columns)  # width of a pixel for its height
    width, height = (round(columns * stretch), rows) if stretch >= 1 else (columns, round(rows / stretch))
    # at most half a pixel off over the whole picture is the rounding of width and height, not a shape
    if abs(width - columns) <= 1 and abs(height - rows) <= 1:
        return pixels
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))


EXPORTER = Png()
