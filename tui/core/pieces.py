"""Pieces of a mask that hang together, found by its runs: stretches of pixels along a row.

A mask has far fewer runs than pixels, so this takes a fraction of the time and room of a label for each pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of a mask of shape (slices, rows, columns), in the order in which it lies in memory.

    They are counted along a line on which rows have two free places, and slices a free row, between them: so what
    touches on the line touches in the mask.

    Attributes
    ----------
    starts, stops
        The first pixel of each run, and the place behind its last one.
    """

    starts: Indices
    stops: Indices
    shape: tuple[int, int, int]

    @property
    def row(self) -> int:
        """Places from row to row."""
        return self.shape[2] + 2

    @property
    def slice(self) -> int:
        """Places from slice to slice."""
        return (self.shape[1] + 1) * self.row


def runs(mask: Mask) -> Runs:
    """The runs of a mask of shape (slices, rows, columns)."""
    slices, rows, columns = mask.shape
    starts, stops = [], []
    framed = np.zeros((rows, columns + 2), np.bool_)
    for number, layer in enumerate(mask):
        framed[:, 1:-1] = layer
        line = framed.ravel()
        ends = np.flatnonzero(line[1:] != line[:-1]) + number * (rows + 1) * (columns + 2)
        starts.append(ends[::2])
        stops.append(ends[1::2])
    shape = slices, rows, columns
    return Runs(np.concatenate(starts or [_NONE]), np.concatenate(stops or [_NONE]), shape)


_NONE: NDArray[np.int64] = np.zeros(0, np.int64)


def pieces(there: Runs, *, corners: bool = True) -> Indices:
    """Which piece each run belongs to, counted from 0.

    Parameters
    ----------
    corners
        Whether pieces hang together by corners and edges, too; else by sides alone.
    """
    pairs = [_neighbours(there, there.row, corners)]
    if there.shape[0] > 1:
        asides = (-there.row, 0, there.row) if corners else (0,)
        pairs += [_neighbours(there, there.slice + aside, corners) for aside in asides]
    first, second = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    root = np.arange(len(there.starts))
    while len(first):
        low, high = np.minimum(root[first], root[second]), np.maximum(root[first], root[second])
        apart = low != high
        first, second = first[apart], second[apart]
        np.minimum.at(root, high[apart], low[apart])
        while True:
            further = root[root]
            if (further == root).all():
                break
            root = further
    return np.asarray(np.unique(root, return_inverse=True)[1], np.int64)


def _neighbours(there: Runs, back: int, corners: bool) -> tuple[Indices, Indices]:
    """Pairs of runs of which the second touches the first one so many places before it."""
    first = np.searchsorted(there.stops, there.starts - back, "left" if corners else "right")
    last = np.searchsorted(there.starts, there.stops - back, "right" if corners else "left")
    counts = np.maximum(last - first, 0)
    begun = np.cumsum(counts) - counts
    one = np.repeat(np.arange(len(counts)), counts)
    return one, np.repeat(first - begun, counts) + np.arange(len(one))


def painted(there: Runs, kept: Mask, out: Mask) -> None:
    """Put the runs that are kept into a mask of the same shape, and nothing else."""
    slices, rows, columns = there.shape
    starts, stops = there.starts[kept], there.stops[kept]
    borders = np.arange(slices + 1) * there.slice
    begin = np.searchsorted(starts, borders)
    change = np.zeros(rows * there.row, np.int8)
    for number in range(slices):
        change[:] = 0
        part = slice(begin[number], begin[number + 1])
        change[starts[part] - borders[number]] = 1
        change[stops[part] - borders[number]] = -1
        out[number] = np.cumsum(change, dtype=np.int8).reshape(rows, -1)[:, :columns]
