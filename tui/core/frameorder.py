"""In which order the frames of an instance are looked at (PS3.3 7.5.2, C.7.6.17); their numbers are those of the file.

PS3.3 7.5.2 asks whoever presents frames to be guided by the order of the dimensions, the first item of the Dimension
Index Sequence being the slowest; the frames themselves may be stored in any order. DCMTK, and all that take a frame
number, mean the place in the file, and so does every number that is shown or typed here. Without dimensions, parallel
frames at heights of their own follow each other by height, as the instances of a stack do (:mod:`tui.core.stacks`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tui.core.attributes import has, items, numbers
from tui.core.stacks import SAME_PLANE, normal

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MOST_FRAMES = 4096  # of more, the items would take longer to read than the picture


def order(dataset: Dataset, frames: int) -> tuple[int, ...]:
    """Indices of all frames in the order of viewing, from 0; empty where that is the order of the file.

    Parameters
    ----------
    frames
        How many there are; where the groups are for another number of them, they say nothing of the order.
    """
    if not has(dataset, "PerFrameFunctionalGroupsSequence"):
        return ()
    groups = items(dataset, "PerFrameFunctionalGroupsSequence")
    if len(groups) != frames or not 1 < frames <= MOST_FRAMES:
        return ()
    keys = _dimensions(dataset, groups) or _heights(dataset, groups)
    found = tuple(sorted(range(len(keys)), key=keys.__getitem__))
    return () if found == tuple(range(len(found))) else found


def _dimensions(dataset: Dataset, groups: list[Dataset]) -> list[tuple[float, ...]]:
    """The Dimension Index Values of each frame; nothing where they are not whole."""
    count = len(items(dataset, "DimensionIndexSequence"))
    found: list[tuple[float, ...]] = []
    for group in groups:
        content = items(group, "FrameContentSequence")[:1]
        values = tuple(numbers(content[0], "DimensionIndexValues")) if content else ()
        if not values or len(values) != count:
            return []
        found.append(values)
    return found


def _heights(dataset: Dataset, groups: list[Dataset]) -> list[tuple[float, ...]]:
    """How far each frame lies along the normal, in mm; rising in the direction in which most neighbours do."""
    first = numbers(dataset, "ImageOrientationPatient", 0)
    a, b, c, d, e, f = first if len(first) == 6 else (0.0,) * 6
    axis = normal((a, b, c, d, e, f))
    if axis is None:
        return []
    found: list[float] = []
    for index in range(len(groups)):
        position = numbers(dataset, "ImagePositionPatient", index)
        plane = numbers(dataset, "ImageOrientationPatient", index)
        if len(position) != 3 or len(plane) != 6:
            return []
        if any(abs(x - y) > SAME_PLANE for x, y in zip(first, plane, strict=True)):
            return []
        found.append(round(sum(x * y for x, y in zip(axis, position, strict=True)), 3))
    if len(set(found)) < len(found):
        return []
    rises = sum((after > before) - (after < before) for before, after in pairwise(found))
    return [(height if rises >= 0 else -height,) for height in found]
