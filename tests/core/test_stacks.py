from __future__ import annotations

import math
import random
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.instance import LONG, Head, Instance, Members, Ref
from tui.core.stacks import arrange as stacked
from tui.core.stacks import normal

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def slice_at(height: float, number: int | None, plane: tuple[float, ...] = AXIAL, name: str = "") -> Instance:
    a, b, c, d, e, f = plane
    axis = (b * f - c * e, c * d - a * f, a * e - b * d)
    position = tuple(height * x + 7 * r - 3 * q for x, r, q in zip(axis, plane[:3], plane[3:], strict=True))
    return Instance(Ref(name or f"/d/{number}"), number=number, position=position, orientation=plane, rows=1)  # type: ignore[arg-type]


def arrange(instances: Iterable[Instance]) -> tuple[Instance, ...]:
    return stacked(instances)[0]


def numbers(instances: tuple[Instance, ...]) -> list[int | None]:
    return [instance.number for instance in instances]


def test_the_normal_is_row_cross_column() -> None:
    assert normal(AXIAL) == (0, 0, 1)
    assert normal(CORONAL) == (0, 1, 0)
    assert normal((0.0,) * 6) is None
    assert normal((1.0, 0.0, 0.0, 1.0, 0.0, 0.0)) is None


def test_height_decides_and_instance_numbers_say_which_end_comes_first() -> None:
    up = [slice_at(2.5 * n, n) for n in range(20)]
    down = [slice_at(-2.5 * n, n) for n in range(20)]
    for stack in (up, down):
        mixed = stack[:]
        random.Random(3).shuffle(mixed)
        assert numbers(arrange(mixed)) == list(range(20))


def test_an_oblique_stack_is_ordered_along_its_own_normal() -> None:
    c, s = math.cos(0.6), math.sin(0.6)
    stack = [slice_at(3.0 * n, n, (1.0, 0.0, 0.0, 0.0, c, s)) for n in range(12)]
    assert numbers(arrange(reversed(stack))) == list(range(12))


def test_interleaved_acquisition_is_shown_in_space() -> None:
    stack = [slice_at(height, number) for height, number in ((0, 1), (1, 4), (2, 2), (3, 5), (4, 3), (5, 6))]
    assert [i.position[2] for i in arrange(reversed(stack)) if i.position] == [0, 1, 2, 3, 4, 5]


def test_one_repeated_slice_at_an_end_does_not_turn_the_series() -> None:
    stack = [slice_at(float(n), n) for n in range(1, 101)] + [slice_at(-5.0, 101)]
    assert numbers(arrange(stack))[:3] == [101, 1, 2]


def test_one_height_many_times_goes_by_instance_number() -> None:
    stack = [slice_at(5.0 * (n % 4), n) for n in range(16)]
    assert numbers(arrange(reversed(stack))) == [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]


def test_noise_in_the_cosines_does_not_split_a_stack() -> None:
    noise = random.Random(5)
    stack = []
    for n in range(30):
        plane = (1.0, noise.uniform(-1e-4, 1e-4), 0.0, 0.0, 1.0, noise.uniform(-1e-4, 1e-4))
        stack.append(Instance(Ref(f"/{n}"), number=n % 7, position=(-200.0, -200.0, 2.0 * n), orientation=plane))
    heights = [i.position[2] for i in arrange(stack) if i.position]
    assert heights in (sorted(heights), sorted(heights, reverse=True))


def test_planes_of_a_localizer_stay_together_in_order_of_their_numbers() -> None:
    planes = (SAGITTAL, CORONAL, AXIAL)
    stack = [slice_at(10.0 * (n % 3), n, planes[n // 3]) for n in range(9)]
    assert numbers(arrange(reversed(stack))) == list(range(9))


def test_without_geometry_the_instance_number_orders_and_none_is_last() -> None:
    found = [Instance(Ref(f"/{n}"), number=n) for n in (9, 10, 2)] + [Instance(Ref("/b")), Instance(Ref("/a"))]
    assert [i.ref.path for i in arrange(found)] == ["/2", "/9", "/10", "/a", "/b"]


def test_numbers_that_are_no_positions_do_no_harm() -> None:
    wild = [
        Instance(Ref(f"/{n}"), number=n, position=(x, x, x), orientation=AXIAL)
        for n, x in enumerate((1e308, -1e308, 1e200, 0.0))
    ]
    assert sorted(numbers(arrange(wild))) == [0, 1, 2, 3]  # type: ignore[type-var]


def test_every_slice_with_its_own_angle_is_no_stack() -> None:
    order = random.Random(2).sample(range(25), 25)
    turned = [slice_at(0.0, n, (math.cos(n / 9), math.sin(n / 9), 0.0, 0.0, 0.0, -1.0)) for n in order]
    assert numbers(arrange(turned)) == list(range(25))


INSTANCES = st.lists(
    st.builds(
        lambda number, height, plane, uid: (number, height, plane, uid),
        st.none() | st.integers(0, 6),
        st.none() | st.integers(-3, 3),
        st.sampled_from((AXIAL, CORONAL, (1.0, 0.001, 0.0, 0.0, 1.0, 0.0), (0.0,) * 6, None)),
        st.sampled_from(("1", "2")),
    ),
    min_size=1,
    max_size=24,
)


@settings(max_examples=150, deadline=None)
@given(INSTANCES, st.randoms(use_true_random=False))
def test_the_order_depends_on_the_set_alone(made: list[tuple], chance: random.Random) -> None:  # type: ignore[type-arg]
    instances = [
        Instance(
            Ref(f"/{at}"), number=number, sop_instance_uid=uid, orientation=plane,
            position=None if height is None else (1.0, 2.0 * height, 1.5 * height),
        )
        for at, (number, height, plane, uid) in enumerate(made)
    ]  # fmt: skip
    once = arrange(instances)
    assert sorted(i.ref for i in once) == sorted(i.ref for i in instances)
    chance.shuffle(instances)
    assert arrange(instances) == once


def volume(slices: int = 6, plane: tuple[float, ...] = AXIAL, start: int = 0, **more: object) -> list[Instance]:
    a, b, c, d, e, f = plane
    axis = (b * f - c * e, c * d - a * f, a * e - b * d)
    own = {name: more.pop(name) for name in ("temporal", "trigger", "acquisition") if name in more}
    usual: dict[str, Any] = {"rows": 64, "columns": 64, "orientation": plane, "sop_class_uid": "1.2"}
    head = Head(**usual | more)
    numbered = [(start + n, tuple(3.0 * n * x for x in axis)) for n in range(slices)]
    return [Instance(Ref(f"/{at}"), 0, f"1.{at}", at, place, head=head, **own) for at, place in numbered]  # type: ignore[arg-type]


def labels(instances: Iterable[Instance]) -> list[str]:
    return [stack.label for stack in stacked(instances)[1]]


def test_one_volume_is_one_stack_whatever_its_acquisition_numbers() -> None:
    assert labels(volume(20)) == []
    each = [one for n in range(20) for one in volume(20, acquisition=n)[n : n + 1]]
    assert labels(each) == []  # a number of its own for each slice tells nothing apart


def test_orientation_size_and_localizers_part_a_series() -> None:
    assert labels(volume() + volume(plane=CORONAL, start=6)) == ["axial", "coronal"]
    assert labels(volume() + volume(start=6, rows=32, columns=48)) == ["64x64", "48x32"]
    scout = volume(2, SAGITTAL, image_type="ORIGINAL\\PRIMARY\\LOCALIZER", start=1)
    assert labels(scout + volume(start=3)) == ["LOCALIZER, sagittal".lower(), "axial"]
    oblique = (1.0, 0.0, 0.0, 0.0, 0.8, 0.6)
    assert labels(volume() + volume(plane=oblique, start=6)) == ["axial", "oblique axial"]


def test_what_was_taken_twice_at_the_same_places_is_parted_by_what_tells_it_apart() -> None:
    assert labels(volume(echo_time=4.6) + volume(start=6, echo_time=2.3)) == ["TE 4.6 ms", "TE 2.3 ms"]
    assert labels(volume(b_value=0.0) + volume(start=6, b_value=800.0)) == ["b 0", "b 800"]
    times = [one for n in range(5) for one in volume(start=6 * n, temporal=n + 1)]
    assert labels(times) == [f"time {n}" for n in range(1, 6)]
    phases = [one for n in range(4) for one in volume(start=6 * n, trigger=40.0 * n)]
    assert labels(phases) == ["trigger 0 ms", "trigger 40 ms", "trigger 80 ms", "trigger 120 ms"]
    runs = [one for n in range(3) for one in volume(start=6 * n, acquisition=n + 1)]
    assert labels(runs) == ["acquisition 1", "acquisition 2", "acquisition 3"]
    both = [
        one
        for n, (echo, b) in enumerate([(1.0, 0.0), (1.0, 500.0), (2.0, 0.0), (2.0, 500.0)])
        for one in volume(start=6 * n, echo_time=echo, b_value=b)
    ]
    assert labels(both) == ["TE 1 ms, b 0", "TE 1 ms, b 500", "TE 2 ms, b 0", "TE 2 ms, b 500"]


def test_one_place_at_many_times_is_one_stack() -> None:
    assert labels([one for n in range(9) for one in volume(1, start=n, acquisition=n, temporal=n)]) == []


def test_trigger_times_that_waver_from_slice_to_slice_part_nothing() -> None:
    wavering = [
        one for phase in range(5) for one in
        (volume(8, trigger=40.0 * phase + 0.7 * n, start=8 * phase)[n] for n in range(8))
    ]  # fmt: skip
    assert labels(wavering) == []
    heights = [round(i.position[2]) for i in arrange(wavering) if i.position]
    assert heights == sorted(heights)  # the phases of a slice follow each other


def test_stacks_cover_the_series_in_its_order() -> None:
    instances = volume() + volume(plane=CORONAL, start=6) + [Instance(Ref("/report"), number=99)]
    random.Random(1).shuffle(instances)
    ordered, stacks = stacked(instances)
    assert [(stack.start, stack.stop) for stack in stacks] == [(0, 6), (6, 12), (12, 13)]
    assert [stack.label for stack in stacks] == ["axial, 64x64", "coronal, 64x64", "without position"]
    assert numbers(ordered) == [*range(12), 99]


def test_pictures_without_a_place_are_one_stack_whatever_their_sizes() -> None:
    found = [Instance(Ref(f"/{n}"), number=n, rows=100 + n, columns=80, modality="DX") for n in range(4)]
    assert labels(found) == []


def test_a_long_series_is_quick_to_find_places_in() -> None:
    flat = stacked(slice_at(n, n) for n in range(LONG + 1))[0]
    assert isinstance(flat, Members) and flat.learnt
    short = stacked(slice_at(n, n) for n in range(9))[0]
    assert isinstance(short, Members) and not short.learnt
