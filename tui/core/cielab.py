"""Recommended display colours: CIELab as DICOM encodes it to sRGB (PS3.3 C.10.7.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.attributes import numbers
from tui.core.overlaid import COLOURS, RGB

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# The profile connection space of the standard has the white D50; those who write such colours (dcmqi, highdicom) take
# that of sRGB, D65, without a word, and their blue would turn violet.
_WHITE = (0.9505, 1.0, 1.0889)
_TO_LINEAR = (  # XYZ to linear sRGB (IEC 61966-2-1)
    (3.2406, -1.5372, -0.4986),
    (-0.9689, 1.8758, 0.0415),
    (0.0557, -0.2040, 1.0570),
)
_EDGE = 6 / 29


def rgb(encoded: tuple[float, float, float]) -> RGB:
    """sRGB of a colour in three numbers of 16 bits: L* from 0 to 100, a* and b* from -128 to 127, over 0 to 65535."""
    light, a, b = encoded[0] * 100 / 65535, encoded[1] * 255 / 65535 - 128, encoded[2] * 255 / 65535 - 128
    middle = (light + 16) / 116
    x, y, z = (
        white * _cube(part) for white, part in zip(_WHITE, (middle + a / 500, middle, middle - b / 200), strict=True)
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
