"""Recommended display colours: CIELab as DICOM encodes it to sRGB (PS3.3 C.10.7.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.attributes import numbers
from tui.core.overlaid import COLOURS, RGB

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_D50 = (0.96422, 1.0, 0.82521)  # the white of the profile connection space
_TO_LINEAR = (  # XYZ under D50 to linear sRGB, adapted to D65 after Bradford
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
_EDGE = 6 / 29


def rgb(encoded: tuple[float, float, float]) -> RGB:
    """sRGB of a colour in three numbers of 16 bits: L* from 0 to 100, a* and b* from -128 to 127, over 0 to 65535."""
    light, a, b = encoded[0] * 100 / 65535, encoded[1] * 255 / 65535 - 128, encoded[2] * 255 / 65535 - 128
    middle = (light + 16) / 116
    x, y, z = (
        white * _cube(part) for white, part in zip(_D50, (middle + a / 500, middle, middle - b / 200), strict=True)
    )
    red, green, blue = (_gamma(row[0] * x + row[1] * y + row[2] * z) for row in _TO_LINEAR)
    return red, green, blue


def colour_of(dataset: Dataset, keyword: str, number: int) -> RGB:
    """The recommended colour of an item, or one of ours by its number."""
    found = numbers(dataset, keyword)
    if len(found) == 3 and all(0 <= part <= 65535 for part in found):
        return rgb((found[0], found[1], found[2]))
    return COLOURS[(number - 1) % len(COLOURS)]


def _cube(part: float) -> float:
    return part**3 if part > _EDGE else 3 * _EDGE**2 * (part - 4 / 29)


def _gamma(linear: float) -> int:
    linear = min(max(linear, 0.0), 1.0)
    shown = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * shown)
