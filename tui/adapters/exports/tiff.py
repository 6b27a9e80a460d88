"""TIFF 6.0 of the values: 8, 16 or 32 bits a sample, signed and floating ones too, deflated."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from tui.service.formats import Makes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.pages import Page, Pages, Values
    from tui.core.values import Wish

_SHORT, _LONG, _ASCII, _RATIONAL = 3, 4, 2, 5
_FORMATS = {"u": 1, "b": 1, "i": 2, "f": 3}  # SampleFormat (section 19)
_DEFLATE = 8  # Compression, TIFF Technical Note 3
_NO_UNIT, _CENTIMETRE = 1, 3


class Tiff:
    """Stored values as they are; with the modality's values in float. The window is in the description."""

    suffix = ".tif"
    about = "the values: 16 bits stored, or float in the modality's units"
    makes = Makes.FRAME
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        import numpy as np

        page = pages.first()
        kind = wish.values or "stored"
        values = page.values(kind)
        array = values.array
        if kind == "modality" and array.ndim == 2:
            array = array.astype(np.float32)
        if array.dtype.kind == "b":
            array = array.astype(np.uint8)
        return stream(page.turned(array), description(page, values, kind), _spacing(page))


def description(page: Page, values: Values, kind: str) -> str:
    """What the samples mean, as JSON."""
    window = page.picture.window if values.array.ndim == 2 else None
    found: dict[str, Any] = {"values": kind, "slope": values.slope, "intercept": values.intercept, "unit": values.unit}
    if window is not None:
        found |= {"window_center": window.center, "window_width": window.width}
    return json.dumps({name: value for name, value in found.items() if value not in (None, "")})


def _spacing(page: Page) -> tuple[float, float] | None:
    """(vertical, horizontal) in mm, after the rotation of the view."""
    spacing = page.facts.pixel_spacing
    return (spacing[1], spacing[0]) if spacing and page.view.rotation % 2 else spacing


def stream(array: NDArray[Any], words: str, spacing: tuple[float, float] | None = None) -> bytes:
    """A whole file in one strip, little endian.

    Parameters
    ----------
    array
        uint8, uint16, int16, int32, uint32, float32, float64; shape (rows, columns) or (rows, columns, 3).
    spacing
        Distance of pixels in mm, (vertical, horizontal).
    """
    import numpy as np

    rows, columns = array.shape[:2]
    samples = 3 if array.ndim == 3 else 1
    data = zlib.compress(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes(), 6)
    text = words.encode("ascii", "backslashreplace") + b"\0"
    unit = _CENTIMETRE if spacing else _NO_UNIT
    dots = [_ratio(10 / mm) for mm in reversed(spacing)] if spacing else [(1, 1), (1, 1)]  # horizontal first
    entries: list[tuple[int, int, list[int] | bytes]] = [
        (256, _LONG, [columns]),
        (257, _LONG, [rows]),
        (258, _SHORT, [8 * array.itemsize] * samples),
        (259, _SHORT, [_DEFLATE]),
        (262, _SHORT, [2 if samples == 3 else 1]),
        (270, _ASCII, text),
        (273, _LONG, [8]),
        (277, _SHORT, [samples]),
        (278, _LONG, [rows]),
        (279, _LONG, [len(data)]),
        (282, _RATIONAL, struct.pack("<2L", *dots[0])),
        (283, _RATIONAL, struct.pack("<2L", *dots[1])),
        (284, _SHORT, [1]),
        (296, _SHORT, [unit]),
        (339, _SHORT, [_FORMATS[array.dtype.kind]] * samples),
    ]
    data += b"\0" * (len(data) % 2)
    return b"".join((struct.pack("<2sHL", b"II", 42, 8 + len(data)), data, _directory(entries, 8 + len(data))))


def _ratio(value: float) -> tuple[int, int]:
    scale = 1_000_000 if value < 4000 else 1
    return min(max(1, round(value * scale)), 0xFFFFFFFF), scale


def _directory(entries: list[tuple[int, int, list[int] | bytes]], at: int) -> bytes:
    """The image file directory, and behind it the values that do not fit into its entries (section 2)."""
    head, tail = struct.pack("<H", len(entries)), b""
    after = at + 2 + 12 * len(entries) + 4
    for tag, kind, content in entries:
        if isinstance(content, bytes):
            count, value = (1 if kind == _RATIONAL else len(content)), content
        else:
            count, value = len(content), struct.pack(f"<{len(content)}{'H' if kind == _SHORT else 'L'}", *content)
        if len(value) > 4:
            place = struct.pack("<L", after + len(tail))
            tail += value + b"\0" * (len(value) % 2)
            value = place
        head += struct.pack("<HHL", tag, kind, count) + value.ljust(4, b"\0")
    return head + b"\0\0\0\0" + tail


EXPORTER = Tiff()
