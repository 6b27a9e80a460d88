"""What is wrong with a series as a whole: doubled or missing slices, uneven spacing, the same object twice.

Each is a sentence with its reason, and none holds a value of the patient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tui.core.instance import Instance
from tui.core.stacks import axis_of, heights
from tui.core.values import Stack

LEAST = 3  # slices from which on a spacing can be judged
UNEVEN = 0.1  # of the usual spacing
NOISE_MM = 0.02
MIXED = "its study UID is that of another patient's study, too"


def notes(instances: Sequence[Instance], stacks: Sequence[Stack]) -> tuple[str, ...]:
    """The sentences on a series, given in order with its stacks."""
    found = []
    counts = Counter([instance.sop_instance_uid for instance in instances if instance.sop_instance_uid])
    more = len(instances) - len(counts) if len(counts) < len(instances) else 0
    twice = sum(1 for count in counts.values() if count > 1)
    if more and twice:
        copies = sum(count - 1 for count in counts.values() if count > 1)
        found.append(f"{_files(copies)} more with the same SOP Instance UID as another: copies")
    for stack in stacks or (Stack("", 0, len(instances)),):
        found += [f"{stack.label}: {note}" if stack.label else note for note in _of_stack(instances, stack, counts)]
    return tuple(found)


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"


def _of_stack(instances: Sequence[Instance], stack: Stack, uids: Counter[str]) -> Iterable[str]:
    members = instances[stack.start : stack.stop]
    axis = axis_of(members[0])
    if axis is None or len(members) < LEAST or any(one.head.frames > 1 for one in members[:1]):
        return
    length = sum(x * x for x in axis) ** 0.5
    places: dict[tuple[object, ...], set[str]] = {}
    for one in members:
        told = (one.position, one.temporal, one.trigger, one.acquisition, id(one.head))
        places.setdefault(told, set()).add(one.sop_instance_uid or one.ref.path)
    doubled = sum(1 for images in places.values() if len(images) > 1)
    if doubled:
        yield f"{doubled:,} place{'s' * (doubled != 1)} with more than one image"
    yield from _spacing(sorted({level / length for level in heights(members, axis)}))


def _spacing(levels: list[float]) -> Iterable[str]:
    gaps = sorted(b - a for a, b in pairwise(levels))
    if len(gaps) < LEAST - 1:
        return
    usual = gaps[len(gaps) // 2] if len(gaps) > 2 else gaps[0]
    if usual <= 0:
        return
    slack = max(UNEVEN * usual, NOISE_MM)
    odd = [gap for gap in gaps if abs(gap - usual) > slack]
    missing = 0
    uneven = []
    for gap in odd:
        steps = round(gap / usual)
        if steps >= 2 and abs(gap - steps * usual) <= slack:
            missing += steps - 1
        else:
            uneven.append(gap)
    if missing:
        slices = f"{missing:,} slice{'s' * (missing != 1)} missing"
        yield f"{slices}: {_mm(usual)} from one to the next, but up to {_mm(gaps[-1])}"
    if uneven:
        yield f"uneven spacing: {_mm(gaps[0])} to {_mm(gaps[-1])} from one slice to the next"


def _mm(value: float) -> str:
    return f"{value:.4g} mm"
