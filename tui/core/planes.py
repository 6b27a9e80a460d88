"""Overlay planes as they are encoded: bits of their own, or regions as outlines (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import value_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

ROWS, COLUMNS, TYPE, DATA = 0x0010, 0x0011, 0x0040, 0x3000
_FRAMES, _ORIGIN, _FIRST_FRAME = 0x0015, 0x0050, 0x0051
GROUPS = range(0x6000, 0x6100, 2)


def outline(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of a region that have a neighbour above, below, left or right outside of it; the edge is outside."""
    padded = np.pad(mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return mask & ~inner


def plane(dataset: Dataset, group: int, frame: int, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """The plane in the place of the image: empty where it has nothing for this frame, None if it cannot be read.

    A plane that has frames is over the image's frames from Image Frame Origin on; one without is over all of them.
    """
    rows, columns = (number_of(dataset, group, element, 0) for element in (ROWS, COLUMNS))
    data = value_of(dataset, group, DATA)
    if not isinstance(data, bytes) or not (0 < rows <= 0xFFFF and 0 < columns <= 0xFFFF):
        return None
    mask = np.zeros(shape, np.bool_)
    count = number_of(dataset, group, _FRAMES, 0)
    at = frame - (number_of(dataset, group, _FIRST_FRAME, 1) - 1) if count > 0 else 0
    if not 0 <= at < max(count, 1):
        return mask
    bits = _bits(_swapped(dataset, data), at * rows * columns, rows * columns)
    plane = bits[: len(bits) // columns * columns].reshape(-1, columns)
    top, left = _origin(dataset, group)
    inside = plane[max(-top, 0) : max(shape[0] - top, 0), max(-left, 0) : max(shape[1] - left, 0)]
    mask[max(top, 0) :, max(left, 0) :][: inside.shape[0], : inside.shape[1]] = inside
    return mask


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
    found = value_of(dataset, group, _ORIGIN)
    try:
        row, column = (int(part) for part in found)
    except (TypeError, ValueError):
        return 0, 0
    return row - 1, column - 1


def number_of(dataset: Dataset, group: int, element: int, default: int) -> int:
    """A whole number of a group, or the default where it is missing or broken."""
    try:
        return int(value_of(dataset, group, element))
    except (TypeError, ValueError, OverflowError):
        return default


def value_of(dataset: Dataset, group: int, element: int) -> Any:
    """The value of an element of a group; None where it is missing or broken."""
    try:
        return dataset[group, element].value
    except value_errors():
        return None
