"""Overlay planes of groups 6000 to 60FE: bitmaps in the file, or in bits that the pixels do not use (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import own_integer, value_errors
from tui.core.overlays import Layer, Layers, Overlay

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame

_ROWS, _COLUMNS, _FRAMES, _TYPE, _ORIGIN, _FIRST_FRAME = 0x0010, 0x0011, 0x0015, 0x0040, 0x0050, 0x0051
_BITS_ALLOCATED, _BIT_POSITION, _DATA = 0x0100, 0x0102, 0x3000
_GROUPS = range(0x6000, 0x6100, 2)


class Bitmap:
    """Graphics are drawn whole, regions of interest (type R) as their outline."""

    def read(self, frame: Frame) -> Layers:
        """The planes of a frame; what cannot be drawn is named in the notes."""
        layers: list[Layer] = []
        notes: list[str] = []
        shape = frame.sides
        present = {tag >> 16 for tag in frame.dataset.keys()}  # noqa: SIM118  the keys are numbers, and cost nothing
        for group in _GROUPS:
            if group not in present or (
                (group, _ROWS) not in frame.dataset and (group, _BIT_POSITION) not in frame.dataset
            ):
                continue
            if _value(frame.dataset, group, _DATA):
                mask = _plane(frame.dataset, group, frame.index, shape)
            elif _number(frame.dataset, group, _BITS_ALLOCATED, 1) > 1:
                mask, reason = _among_pixels(frame, group)
                if reason:
                    notes.append(f"Overlay {group:04X} is not drawn: {reason}.")
                    continue
            else:
                continue
            if mask is None:
                notes.append(f"Overlay {group:04X} cannot be read.")
            elif mask.any():
                region = str(_value(frame.dataset, group, _TYPE)).strip().upper() == "R"
                layers.append(Layer(outline(mask) if region else mask))
        return Layers(tuple(layers), tuple(notes))


def outline(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of a region that have a neighbour above, below, left or right outside of it; the edge is outside."""
    padded = np.pad(mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return mask & ~inner


def _plane(dataset: Dataset, group: int, frame: int, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """The plane in the place of the image: empty where it has nothing for this frame, None if it cannot be read.

    A plane that has frames is over the image's frames from Image Frame Origin on; one without is over all of them.
    """
    rows, columns = (_number(dataset, group, element, 0) for element in (_ROWS, _COLUMNS))
    data = _value(dataset, group, _DATA)
    if not isinstance(data, bytes) or not (0 < rows <= 0xFFFF and 0 < columns <= 0xFFFF):
        return None
    mask = np.zeros(shape, np.bool_)
    count = _number(dataset, group, _FRAMES, 0)
    at = frame - (_number(dataset, group, _FIRST_FRAME, 1) - 1) if count > 0 else 0
    if not 0 <= at < max(count, 1):
        return mask
    bits = _bits(_swapped(dataset, data), at * rows * columns, rows * columns)
    plane = bits[: len(bits) // columns * columns].reshape(-1, columns)
    top, left = _origin(dataset, group)
    inside = plane[max(-top, 0) : max(shape[0] - top, 0), max(-left, 0) : max(shape[1] - left, 0)]
    mask[max(top, 0) :, max(left, 0) :][: inside.shape[0], : inside.shape[1]] = inside
    return mask


def _among_pixels(frame: Frame, group: int) -> tuple[NDArray[np.bool_] | None, str]:
    """The plane that lies in one bit of every sample of this frame, or why there is none.

    It is as large as the image and begins at its first pixel, whatever its other attributes say.
    """
    position = _number(frame.dataset, group, _BIT_POSITION, -1)
    stored = own_integer(frame.dataset, "BitsStored") or 0
    high = own_integer(frame.dataset, "HighBit")
    high = stored - 1 if high is None or high < stored - 1 else high
    if high - stored < position <= high:
        return None, f"its bit {position} is one of the picture's"
    if frame.raw is None:
        return None, "the bits beside the picture's are not in the pixel data"
    if not 0 <= position < 8 * frame.raw.dtype.itemsize:
        return None, f"the pixels have no bit {position}"
    bit = frame.raw.dtype.type(1 << position)
    return np.asarray(np.bitwise_and(frame.raw, bit) != 0), ""


def _bits(data: bytes, start: int, count: int) -> NDArray[np.bool_]:
    """``count`` bits from bit ``start`` on, the lowest of a byte first, or as many as there are."""
    part = np.frombuffer(data[start // 8 : (start + count + 7) // 8], np.uint8)
    return np.unpackbits(part, bitorder="little")[start % 8 : start % 8 + count].astype(np.bool_)


def _swapped(dataset: Dataset, data: bytes) -> bytes:
    """Words of a big endian file as bytes in reading order."""
    if getattr(dataset, "original_encoding", (None, None))[1] is not False or len(data) % 2:
        return data
    return np.frombuffer(data, ">u2").astype("<u2").tobytes()


def _origin(dataset: Dataset, group: int) -> tuple[int, int]:
    """Row and column of the image, from 0, on which the plane's first pixel lies; may be negative."""
    found = _value(dataset, group, _ORIGIN)
    try:
        row, column = (int(part) for part in found)
    except (TypeError, ValueError):
        return 0, 0
    return row - 1, column - 1


def _number(dataset: Dataset, group: int, element: int, default: int) -> int:
    try:
        return int(_value(dataset, group, element))
    except (TypeError, ValueError, OverflowError):
        return default


def _value(dataset: Dataset, group: int, element: int) -> Any:
    try:
        return dataset[group, element].value
    except value_errors():
        return None


OVERLAY: Overlay = Bitmap()
