"""Stacks: which instances of a series lie one behind another, and their order.

PS3.3 C.7.6.2.1.1: the first three cosines of Image Orientation (Patient) are the direction of a row, the last three
that of a column; their cross product is normal to the slice. The projection of Image Position (Patient) on it is the
height of the slice in mm. Instance Number says nothing of the place, but which end comes first.

A series is more than one stack where its images differ in orientation, size, kind, or where the same places were taken
several times: with another echo, b-value, time, phase or acquisition. An attribute of the last sort parts a series
only if it tells apart images of one place; many series have an Acquisition Number of its own for each slice.

The order depends on the set of instances alone, not on the order in which they were found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

from tui.core.instance import LONG, Head, Instance, Members
from tui.core.sorting import in_order
from tui.core.values import Stack

Vector = tuple[float, float, float]
Plane = tuple[float, float, float, float, float, float]

SAME_PLANE = 0.005  # largest difference of a cosine within one orientation, about 0.3 degrees
SAME_HEIGHT = 3  # decimals of a mm: nearer slices are at one height
FARTHEST = 1e9  # mm; what is farther away is no position
NEIGHBOURS = 30  # orientations of a series that a further one is compared with
SAMPLES = 9  # slices that vote on the direction
MOST_STACKS = 400

Form = tuple[str, int, int, bool]


def normal(plane: Plane) -> Vector | None:
    """Row x column, not normalised (PS3.3 C.7.6.2.1.1); None if the two are parallel or not cosines at all."""
    a, b, c, d, e, f = plane
    x, y, z = b * f - c * e, c * d - a * f, a * e - b * d
    return (x, y, z) if 0.1 < x * x + y * y + z * z < 10 else None


def ordered_number(instance: Instance) -> tuple[bool, int, str, str, str]:
    """Sort key without geometry: Instance Number (none last), then UID, then place."""
    number, ref = instance.number, instance.ref
    return (number is None, number or 0, instance.sop_instance_uid, ref.path, ref.member)


def heights(instances: Iterable[Instance], axis: Vector) -> list[float]:
    """Where slices stand along an axis, in mm."""
    a, b, c = axis
    found = []
    for instance in instances:
        x, y, z = instance.position or (0.0, 0.0, 0.0)
        h = x * a + y * b + z * c
        found.append(round(h, SAME_HEIGHT) if -FARTHEST < h < FARTHEST else 0.0)
    return found


def axis_of(instance: Instance) -> Vector | None:
    """The normal of a slice that has a position."""
    plane = instance.head.orientation
    return normal(plane) if plane and instance.position else None


def arrange(instances: Iterable[Instance]) -> tuple[tuple[Instance, ...], tuple[Stack, ...]]:
    """All instances in order of viewing, and the stacks that they are; a single stack is not named.

    Slices of one stack stand together in order of height, in the direction in which most Instance Numbers rise; at one
    height, in order of Instance Number. Stacks follow each other in order of the smallest Instance Number of each.
    """
    groups: list[tuple[list[Instance], Vector | None, dict[str, object]]] = []
    for instances_of_form, axis, facts in _by_form(instances):
        parts = _parted(instances_of_form, axis, _ATTRIBUTES) if axis else [(instances_of_form, {})]
        groups += [(part, axis, facts | told) for part, told in parts]
    ordered = [(_in_order(part, axis), facts) for part, axis, facts in groups]
    if len(ordered) > 1:
        ordered.sort(key=lambda stack: min(map(ordered_number, stack[0])))
    flat = Members(instance for stack, _ in ordered for instance in stack)
    if len(flat) > LONG:
        flat.learn()
    if len(ordered) < 2 or len(ordered) > MOST_STACKS:
        return flat, ()
    labels = _labels([facts for _, facts in ordered])
    stacks, start = [], 0
    for (stack, _), label in zip(ordered, labels, strict=True):
        stacks.append(Stack(label, start, start + len(stack)))
        start += len(stack)
    return flat, tuple(stacks)


# ------------------------------------------------------------------------------------------------ by form


def _by_form(instances: Iterable[Instance]) -> list[tuple[list[Instance], Vector | None, dict[str, object]]]:
    """Groups of one orientation, size and kind; what has no place, and lone slices, are a group each."""
    by_head: dict[int, tuple[Head, list[Instance]]] = {}
    flat: list[Instance] = []
    for instance in instances:
        if instance.position is None or instance.head.orientation is None:
            flat.append(instance)
            continue
        head = instance.head
        known = by_head.get(id(head))
        if known is None:
            known = by_head[id(head)] = (head, [])
        known[1].append(instance)
    by_form: dict[tuple[Form, Plane], list[Instance]] = {}
    for head, of_head in by_head.values():
        plane = head.orientation
        if plane is None or normal(plane) is None:
            flat += of_head
            continue
        form = (head.sop_class_uid, head.columns, head.rows, _is_localizer(head))
        by_form.setdefault((form, plane), []).extend(of_head)
    planes: dict[Form, list[Plane]] = {}
    for form, plane in by_form:
        planes.setdefault(form, []).append(plane)
    groups: list[tuple[list[Instance], Vector | None, dict[str, object]]] = []
    lone: list[Instance] = []
    for form, own in planes.items():
        for alike in _alike(own):
            members = [instance for plane in alike for instance in by_form[form, plane]]
            if len(members) == 1:
                lone += members
                continue
            facts: dict[str, object] = {"kind": "localizer" if form[3] else "", "plane": _plane_name(alike[0]),
                     "size": f"{form[1]}x{form[2]}", "class": form[0]}  # fmt: skip
            groups.append((members, normal(alike[0]), facts))
    if lone:
        groups.append((lone, axis_of(lone[0]) if len(lone) == 1 else None, {"plane": "single images"}))
    if flat:
        groups.append((flat, None, {"plane": "without position"}))
    return groups


def _is_localizer(head: Head) -> bool:
    kind = head.image_type.split("\\")
    return len(kind) > 2 and kind[2] == "LOCALIZER"


def _alike(planes: Iterable[Plane]) -> list[list[Plane]]:
    """Groups of planes that are the same but for noise."""
    groups: list[list[Plane]] = []
    for plane in sorted(planes):
        for group in groups[: -1 - NEIGHBOURS : -1]:
            if all(abs(x - y) <= SAME_PLANE for x, y in zip(group[0], plane, strict=True)):
                group.append(plane)
                break
        else:
            groups.append([plane])
    return groups


def _plane_name(plane: Plane) -> str:
    """The plane of the body that a slice is nearest to; oblique where it is 20 degrees from all."""
    axis = normal(plane)
    if axis is None:
        return ""
    length = sum(x * x for x in axis) ** 0.5
    share, name = max(zip((abs(x) / length for x in axis), ("sagittal", "coronal", "axial"), strict=True))
    return name if share > 0.94 else f"oblique {name}"


# ------------------------------------------------------------------------------------------------ by time and echo


def _kind(instance: Instance) -> object:
    return "\\".join(instance.image_type.split("\\")[2:]) or None


_ATTRIBUTES: tuple[tuple[str, Callable[[Instance], Any]], ...] = (
    ("type", _kind),
    ("TE", lambda instance: instance.head.echo_time),
    ("echo", lambda instance: instance.head.echo_number),
    ("b", lambda instance: instance.head.b_value),
    ("time", lambda instance: instance.temporal),
    ("trigger", lambda instance: instance.trigger),
    ("acquisition", lambda instance: instance.acquisition),
)


def _parted(
    members: list[Instance], axis: Vector, attributes: tuple[tuple[str, Callable[[Instance], Any]], ...]
) -> list[tuple[list[Instance], dict[str, object]]]:
    """Parts in which no place is taken twice, as far as an attribute tells them apart."""
    most = _repeats(members, axis)
    if most < 2:
        return [(members, {})]
    for index, (name, value) in enumerate(attributes):
        parts: dict[object, list[Instance]] = {}
        for instance in members:
            parts.setdefault(value(instance), []).append(instance)
        few = 1 < len(parts) <= 2 * most and 2 * len(parts) <= len(members)  # one place alone is no stack
        if few and max(_repeats(part, axis) for part in parts.values()) < most:
            result: list[tuple[list[Instance], dict[str, object]]] = []
            for found, part in parts.items():
                told = {name: found} if found is not None else {}
                result += [(inner, told | more) for inner, more in _parted(part, axis, attributes[index + 1 :])]
            return result
    return [(members, {})]


def _repeats(members: Sequence[Instance], axis: Vector) -> int:
    """How many images the most crowded place has."""
    return max(Counter(heights(members, axis)).values())


def _labels(facts: Sequence[dict[str, object]]) -> list[str]:
    """What tells the stacks apart, a text for each."""
    names = list(dict.fromkeys(name for one in facts for name in one if name != "class"))
    telling = [name for name in names if len({one.get(name) for one in facts}) > 1]
    return [", ".join(filter(None, (_told(name, one.get(name)) for name in telling))) or "images" for one in facts]


def _told(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    number = f"{value:.6g}" if isinstance(value, float) else str(value)
    if name in {"kind", "plane", "size", "type"}:
        return number.replace("\\", " ")
    return f"{name} {number}{' ms' if name in {'TE', 'trigger'} else ''}"


# ------------------------------------------------------------------------------------------------ order


def _in_order(instances: list[Instance], axis: Vector | None) -> list[Instance]:
    """Instances of one stack in order."""
    if axis is None:
        return in_order(instances, ordered_number)
    keys = [(level, ordered_number(one), one) for level, one in zip(heights(instances, axis), instances, strict=True)]
    keys = in_order(keys, _level_and_number)
    if _falls(keys):
        keys = in_order(keys, _level_down)
    return [key[2] for key in keys]


_Key = tuple[float, tuple[bool, int, str, str, str], Instance]


def _level_and_number(key: _Key) -> tuple[float, tuple[bool, int, str, str, str]]:
    return key[0], key[1]


def _level_down(key: _Key) -> tuple[float, tuple[bool, int, str, str, str]]:
    return -key[0], key[1]


def _falls(stack: Sequence[_Key]) -> bool:
    """Whether Instance Numbers fall with the height.

    A few heights vote, pair by pair, so that one repeated slice at an end does not turn the series.
    """
    last = len(stack) - 1
    votes: list[int] = []
    for sample in range(SAMPLES if last else 0):
        at = sample * last // (SAMPLES - 1)
        first = bisect_left(stack, stack[at][0], hi=at, key=lambda key: key[0])
        number = stack[first][2].number
        if number is not None:
            votes.append(number)
    return sum((a > b) - (a < b) for a, b in combinations(votes, 2)) > 0
