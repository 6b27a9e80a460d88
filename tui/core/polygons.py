"""Polygons to pixels: whose centers lie inside, by the even-odd rule, so that a contour in another one is a hole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_CROSSINGS = 1 << 24  # edges times the rows that they cross


def filled(polygons: Iterable[NDArray[np.float64]], rows: int, columns: int) -> NDArray[np.bool_]:
    """Pixels whose centers lie inside of an odd number of closed polygons, shape (rows, columns).

    A keyhole, an outer contour and a hole joined by a slit without width, comes out right: what is crossed twice does
    not count.

    Parameters
    ----------
    polygons
        Each (n, 2): x and y in pixels from the upper left corner of the first pixel.
    """
    turns = np.zeros((rows, columns + 1), np.int32)
    for points in polygons:
        if len(points) < 3 or not np.isfinite(points).all():
            continue
        _crossings(points - 0.5, turns)
    return np.asarray(np.cumsum(turns, axis=1)[:, :-1] % 2 == 1)


def _crossings(points: NDArray[np.float64], turns: NDArray[np.int32]) -> None:
    """Count, for each row of pixel centers, where the edges cross it: from that pixel on it is the other side."""
    rows, columns = turns.shape[0], turns.shape[1] - 1
    ends = np.roll(points, -1, axis=0)
    upper = np.where((points[:, 1] <= ends[:, 1])[:, None], points, ends)
    lower = np.where((points[:, 1] <= ends[:, 1])[:, None], ends, points)
    first = np.clip(np.ceil(upper[:, 1]), 0, rows).astype(np.intp)
    count = np.clip(np.ceil(lower[:, 1]), 0, rows).astype(np.intp) - first  # the lower end belongs to the next edge
    if not 0 < count.sum() <= _MOST_CROSSINGS:
        return
    edge = np.repeat(np.arange(len(points)), count)
    y = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    slope = (lower[edge, 0] - upper[edge, 0]) / (lower[edge, 1] - upper[edge, 1])
    x = upper[edge, 0] + (y - upper[edge, 1]) * slope
    at = np.clip(np.ceil(x), 0, columns).astype(np.intp)
    np.add.at(turns, (y, at), 1)
