"""The order of a series' instances: along the slice normal where there is one, else by Instance Number.

PS3.3 C.7.6.2.1.1: the first three cosines of Image Orientation (Patient) are the direction of a row, the last three
that of a column; their cross product is normal to the slice. The projection of Image Position (Patient) on it is the
height of the slice in mm. Instance Number says nothing of the place, but which end comes first.

The order depends on the set of instances alone, not on the order in which they were found.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any, TypeVar

from tui.core.values import Instance

T = TypeVar("T")
Vector = tuple[float, float, float]
Plane = tuple[float, float, float, float, float, float]
Key = Callable[[Instance], Any]

SAME_PLANE = 0.005  # largest difference of a cosine within one orientation, about 0.3 degrees
SAME_HEIGHT = 3  # decimals of a mm: nearer slices are at one height
FARTHEST = 1e9  # mm; what is farther away is no position
NEIGHBOURS = 30  # orientations of a series that a further one is compared with
SAMPLES = 9  # slices that vote on the direction


def normal(plane: Plane) -> Vector | None:
    """Row x column, not normalised (PS3.3 C.7.6.2.1.1); None if the two are parallel or not cosines at all."""
    a, b, c, d, e, f = plane
    x, y, z = b * f - c * e, c * d - a * f, a * e - b * d
    return (x, y, z) if 0.1 < x * x + y * y + z * z < 10 else None


def ordered_number(instance: Instance) -> tuple[bool, int, str, str, str]:
    """Sort key without geometry: Instance Number (none last), then UID, then place."""
    number, ref = instance.number, instance.ref
    return (number is None, number or 0, instance.sop_instance_uid, ref.path, ref.member)


def arrange(instances: Iterable[Instance]) -> tuple[Instance, ...]:
    """All instances in order of viewing.

    Slices of one orientation stand together in order of height, in the direction in which most Instance
    Numbers rise; at one height, in order of Instance Number. Several orientations, and instances without
    geometry, follow each other in order of the smallest Instance Number of each.
    """
    by_plane: dict[Plane | None, list[Instance]] = {}
    for instance in instances:
        by_plane.setdefault(_plane(instance), []).append(instance)
    stacks = [
        _stack([instance for plane in planes for instance in by_plane[plane]], planes[0]) for planes in _alike(by_plane)
    ]
    stacks.sort(key=lambda stack: min(map(ordered_number, stack)))
    return tuple(instance for stack in stacks for instance in stack)


def insert(arranged: tuple[Instance, ...], new: Sequence[Instance]) -> tuple[Instance, ...]:
    """As ``arrange`` of both, at the cost of the new ones where all lie in one plane."""
    planes = {_plane(i) for i in new}
    if len(planes) == 1:
        planes |= {i.orientation if i.position else None for i in arranged}
    if len(planes) != 1 or len(new) > len(arranged):
        return arrange((*arranged, *new))
    (plane,) = planes
    axis = _axis(plane)
    down = axis is not None and _height(arranged[0], axis) > _height(arranged[-1], axis)
    both = merged(arranged, sorted(new, key=_key(axis, down)), _key(axis, down))
    return tuple(both) if _falls(both, axis, down) == down else _stack(list(both), plane)


def merged(old: Sequence[T], new: Iterable[T], key: Callable[[T], Any]) -> list[T]:
    """Two sorted sequences as one; the key is asked of few of the old ones."""
    result: list[T] = []
    at = 0
    for item in new:
        wanted = key(item)
        if at < len(old) and not wanted < key(old[at]):
            to = bisect_right(old, wanted, lo=at, key=key)
            result += old[at:to]
            at = to
        result.append(item)
    result += old[at:]
    return result


def _plane(instance: Instance) -> Plane | None:
    return instance.orientation if instance.position else None


def _axis(plane: Plane | None) -> Vector | None:
    return normal(plane) if plane else None


def _alike(planes: Iterable[Plane | None]) -> list[list[Plane | None]]:
    """Groups of planes that are the same but for noise; those without a normal are one group."""
    planes = list(planes)
    groups: list[list[Plane | None]] = []
    for plane in sorted(plane for plane in planes if plane and normal(plane)):
        for group in groups[: -1 - NEIGHBOURS : -1]:
            first = group[0] or plane
            if all(abs(x - y) <= SAME_PLANE for x, y in zip(first, plane, strict=True)):
                group.append(plane)
                break
        else:
            groups.append([plane])
    flat = [plane for plane in planes if _axis(plane) is None]
    return [flat, *groups] if flat else groups


def _stack(instances: list[Instance], plane: Plane | None) -> tuple[Instance, ...]:
    """Instances of one orientation in order."""
    axis = _axis(plane)
    up = sorted(instances, key=_key(axis, down=False))
    return tuple(sorted(up, key=_key(axis, down=True)) if _falls(up, axis, down=False) else up)


def _height(instance: Instance, axis: Vector) -> float:
    x, y, z = instance.position or (0.0, 0.0, 0.0)
    height = x * axis[0] + y * axis[1] + z * axis[2]
    return round(height, SAME_HEIGHT) if -FARTHEST < height < FARTHEST else 0.0


def _key(axis: Vector | None, down: bool) -> Key:
    if axis is None:
        return ordered_number
    return lambda instance: (_level(instance, axis, down), ordered_number(instance))


def _level(instance: Instance, axis: Vector, down: bool) -> float:
    height = _height(instance, axis)
    return -height if down else height


def _falls(stack: Sequence[Instance], axis: Vector | None, down: bool) -> bool:
    """Whether Instance Numbers fall with the height.

    A few heights vote, pair by pair, so that one repeated slice at an end does not turn the series. ``down`` says
    that the stack is sorted from the top; the same slices are asked either way.
    """
    if axis is None or len(stack) < 2:
        return False
    last = len(stack) - 1
    votes: list[int] = []
    for sample in range(SAMPLES):
        at = sample * last // (SAMPLES - 1)
        at = last - at if down else at
        level = _height(stack[at], axis)
        first = bisect_left(stack, -level if down else level, hi=at, key=lambda i: _level(i, axis, down))
        number = stack[first].number
        if number is not None:
            votes.append(number)
    return sum((a > b) - (a < b) for a, b in combinations(votes, 2)) > 0
