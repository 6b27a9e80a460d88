"""GIF89a of a cine or a series, at its rate: grey without loss, colour in 256 colours a picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from tui.service.formats import Makes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.pages import Pages
    from tui.core.values import Wish

_FOREVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
_GREYS = bytes(grey for grey in range(256) for _ in range(3))


class Gif:
    """Moving; one file a cine or a series."""

    suffix = ".gif"
    about = "moving, at the stored rate"
    makes = Makes.SERIES
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file. Every picture is a frame of its own, also one that equals the last."""
        from tui.core.pages import fitted

        delays = _delays(wish.rate)
        out: list[bytes] = []
        shape = (0, 0)
        for page in pages:
            pixels = page.pixels()
            if not out:
                shape = (pixels.shape[0], pixels.shape[1])
                out += [b"GIF89a", struct.pack("<HHBBB", shape[1], shape[0], 0xF7, 0, 0), _GREYS, _FOREVER]
            delay = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 4, next(delays), 0, 0)  # left in place until the next
            out += [delay, _image(fitted(pixels, *shape))]
        return b"".join((*out, b"\x3b"))


def _delays(rate: float) -> Iterator[int]:
    """Hundredths of a second from picture to picture, whose sum keeps the rate: 30 a second are 3, 4, 3, 3, 4 …"""
    done, number = 0, 0
    while True:
        number += 1
        due = round(100 * number / rate)
        yield min(max(1, due - done), 0xFFFF)
        done = max(done + 1, due)


def _image(pixels: NDArray[np.uint8]) -> bytes:
    """Image descriptor, palette if it is not the greys, and data of one picture (GIF89a 20 to 22)."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if image.mode == "RGB":
        image = image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    buffer = BytesIO()
    image.save(buffer, "GIF", optimize=False)
    data = buffer.getvalue()
    bits = data[10] & 7
    table = data[13 : 13 + 3 * (2 << bits)]
    at = 13 + len(table)
    while data[at] == 0x21:  # extensions, in blocks
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    descriptor, rest = bytearray(data[at : at + 10]), data[at + 10 :].removesuffix(b"\x3b")
    if table == _GREYS:
        return bytes(descriptor) + rest
    descriptor[9] |= 0x80 | bits
    return bytes(descriptor) + table + rest


EXPORTER = Gif()
