"""Charts of characters: bars of eighths, curves of braille dots."""

from __future__ import annotations

import math
from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille cell, by row and column
_BRAILLE = 0x2800


def heights(counts: Sequence[int], columns: int) -> list[float]:
    """How high a histogram stands in each column, 0 to 1, by the logarithm of what falls into it.

    Bins that lie in two columns are shared by them, so that no comb appears where bins and columns do not match.
    """
    if not counts or columns < 1:
        return [0.0] * max(columns, 0)
    share = len(counts) / columns
    found = [_between(counts, n * share, (n + 1) * share) for n in range(columns)]
    most = math.log1p(max(found))
    return [math.log1p(one) / most if most else 0.0 for one in found]


def _between(counts: Sequence[int], start: float, end: float) -> float:
    first, last = int(start), min(math.ceil(end), len(counts))
    return sum(counts[n] * (min(n + 1, end) - max(n, start)) for n in range(first, last))


def bars(levels: Sequence[float], rows: int) -> list[str]:
    """Bars of these heights, 0 to 1, as rows of text from the top; what is more than nothing is seen."""
    eighths = [max(round(level * rows * 8), 1) if level > 0 else 0 for level in levels]
    return ["".join(_EIGHTHS[min(max(n - 8 * below, 0), 8)] for n in eighths) for below in range(rows - 1, -1, -1)]


def curve(values: Sequence[float | None], columns: int, rows: int) -> list[str]:
    """Values as a curve of dots, two across and four down in a cell, from the least at the bottom to the greatest at
    the top; nothing where there is no value."""
    known = [value for value in values if value is not None]
    if not known or columns < 1 or rows < 1:
        return [" " * max(columns, 0)] * max(rows, 0)
    low, high = min(known), max(known)
    across, down = 2 * columns, 4 * rows
    cells = [[0] * columns for _ in range(rows)]
    before: int | None = None
    for x in range(across):
        value = _sample(values, x / max(across - 1, 1))
        if value is None:
            before = None
            continue
        y = round((high - value) / (high - low) * (down - 1)) if high > low else down // 2
        for dot in _way(before, y):
            cells[dot // 4][x // 2] |= _DOTS[dot % 4][x % 2]
        before = y
    return ["".join(chr(_BRAILLE + cell) if cell else " " for cell in row) for row in cells]


def _way(before: int | None, now: int) -> range:
    """The dots of a column that join the last one to this one."""
    if before is None or abs(now - before) <= 1:
        return range(now, now + 1)
    return range(before + 1, now + 1) if now > before else range(now, before)


def _sample(values: Sequence[float | None], share: float) -> float | None:
    """The value at a share of the way, linear between neighbours."""
    at = share * (len(values) - 1)
    left = values[int(at)]
    right = values[min(int(at) + 1, len(values) - 1)]
    if left is None or right is None:
        return left if at == int(at) else None
    return left + (right - left) * (at - int(at))


def grey(value: float, window: tuple[float, float], inverted: bool) -> int:
    """The level, 0 to 255, at which a window from its lower to its upper edge shows a value."""
    low, high = window
    share = (value - low) / (high - low) if high > low else float(value >= low)
    level = round(255 * min(max(share, 0.0), 1.0))
    return 255 - level if inverted else level
