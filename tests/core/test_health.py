from __future__ import annotations

from tui.core.health import notes
from tui.core.instance import Head, Instance, Ref
from tui.core.values import Stack

HEAD = Head(rows=8, columns=8, orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def at(*heights: float) -> list[Instance]:
    return [Instance(Ref(f"/{n}"), 0, f"1.{n}", n, (0.0, 0.0, z), head=HEAD) for n, z in enumerate(heights)]


def test_an_even_stack_is_sound() -> None:
    assert notes(at(*(2.5 * n for n in range(20))), ()) == ()
    assert notes(at(*(2.5 * n + 0.01 * (n % 2) for n in range(20))), ()) == ()
    assert notes(at(0.0, 7.0), ()) == ()  # two slices have one distance, whatever it is


def test_missing_slices_are_counted() -> None:
    assert notes(at(0, 2, 4, 8, 10, 12), ()) == ("1 slice missing: 2 mm from one to the next, but up to 4 mm",)
    assert notes(at(0, 2, 4, 10, 12, 16), ()) == ("3 slices missing: 2 mm from one to the next, but up to 6 mm",)


def test_uneven_spacing_is_told_from_missing_slices() -> None:
    assert notes(at(0, 2, 4, 6, 9, 12), ()) == ("uneven spacing: 2 mm to 3 mm from one slice to the next",)


def test_a_place_with_two_images_is_told_and_with_two_times_is_not() -> None:
    assert notes(at(0, 2, 2, 4), ()) == ("1 place with more than one image",)
    times = [
        Instance(Ref(f"/{t}{z}"), 0, f"1.{t}{z}", z, (0.0, 0.0, 2.0 * z), temporal=t, head=HEAD)
        for t in range(2)
        for z in range(4)
    ]
    assert notes(times, ()) == ()


def test_the_same_object_twice_is_told_once() -> None:
    copies = [Instance(Ref(f"/{n}"), 0, f"1.{n % 3}", n % 3, (0.0, 0.0, 2.0 * (n % 3)), head=HEAD) for n in range(6)]
    assert notes(copies, ()) == ("3 files more with the same SOP Instance UID as another: copies",)
    assert notes([Instance(Ref("/a")), Instance(Ref("/b"))], ()) == ()  # none has a UID


def test_each_stack_is_looked_at_by_itself() -> None:
    both = at(0, 2, 4, 6) + at(0, 5, 10, 20)[:4]
    both = [Instance(i.ref, 0, f"1.{n}", n, i.position, head=i.head) for n, i in enumerate(both)]
    found = notes(both, (Stack("b 0", 0, 4), Stack("b 800", 4, 8)))
    assert found == ("b 800: 1 slice missing: 5 mm from one to the next, but up to 10 mm",)


def test_what_lies_in_no_space_has_no_spacing() -> None:
    assert notes([Instance(Ref(f"/{n}"), number=n * n, rows=8) for n in range(9)], ()) == ()
