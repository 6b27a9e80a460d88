"""Slices in space: by formula, and what is said of those that make up no volume."""

from __future__ import annotations

import math
import random

import pytest

from tests import phantoms
from tui.core.grid import Grid, Place, grid, place_of
from tui.core.measure import position
from tui.errors import GeometryError


def slices(count: int = 5, apart: float = 2.0, **values: object) -> list[Place]:
    places = [
        Place((-10.0, -20.0, 100.0 + apart * n), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5, 0.25, 8, 6)
        for n in range(count)
    ]
    return [Place(**{**vars(place), **values}) for place in places]  # type: ignore[arg-type]


def test_slices_in_any_order_are_one_volume() -> None:
    places = slices()
    shuffled = random.Random(1).sample(range(5), 5)
    found = grid([places[n] for n in shuffled])
    assert [shuffled[n] for n in found.order] == [0, 1, 2, 3, 4]
    assert found.shape == (5, 8, 6) and found.apart == 2.0 and found.even and not found.notes
    assert [found.thickness(n) for n in range(5)] == [2.0] * 5
    assert found.patient(1, 2, 4) == (-9.0, -19.0, 102.0)


def test_the_normal_is_row_times_column() -> None:
    coronal = grid(slices(2, along_row=(1.0, 0.0, 0.0), along_column=(0.0, 0.0, -1.0), position=(0.0, 0.0, 0.0))[:1])
    assert coronal.normal == (0.0, 1.0, 0.0)


def test_a_missing_slice_makes_it_uneven_and_the_neighbours_thicker() -> None:
    places = slices()
    found = grid(places[:2] + places[3:])
    assert not found.even and "from 2.00 to 4.00 mm" in found.notes[0]
    assert [found.thickness(n) for n in range(4)] == [2.0, 3.0, 3.0, 2.0]
    assert math.fsum(found.thickness(n) for n in range(4)) == 10.0


def test_a_doubled_slice_is_left_out_and_said() -> None:
    places = slices()
    found = grid([*places, places[2]])
    assert found.shape[0] == 5 and found.even and "left out: 1." in found.notes[0]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"along_row": (0.0, 1.0, 0.0), "along_column": (-1.0, 0.0, 0.0)}, "orientations"),
        ({"rows": 9}, "rows or columns"),
        ({"vertical": 0.6}, "spacings"),
        ({"position": (-10.0, 20.0, 110.0)}, "tilted by"),
    ],
)
def test_what_is_no_volume_says_why(odd: dict[str, object], said: str) -> None:
    with pytest.raises(GeometryError, match=said):
        grid([*slices(), slices(1, **{"position": (-10.0, -20.0, 110.0), **odd})[0]])


def test_images_without_a_place_are_no_volume() -> None:
    with pytest.raises(GeometryError, match="where they lie"):
        grid([None])
    with pytest.raises(GeometryError):
        grid([])


def test_a_tilted_gantry_says_its_angle() -> None:
    places = [
        Place(**{**vars(place), "position": (0.0, math.tan(math.radians(15)) * 2 * n, 2.0 * n)})
        for n, place in enumerate(slices())
    ]
    with pytest.raises(GeometryError, match=r"tilted by 15\.0 degrees"):
        grid(places)


def test_places_are_read_from_the_header() -> None:
    found = [place_of(phantoms.ct(z, of=4, size=32), 0, 32, 32) for z in range(4)]
    made = grid(found)
    assert made.apart == 5.0 and made.first.horizontal == 7.5
    assert made.patient(2, 3, 4) == position(phantoms.ct(2, of=4, size=32), 0, (4, 3))
    assert place_of(phantoms.report(), 0, 1, 1) is None
    bad = phantoms.ct()
    bad.ImageOrientationPatient = [1, 0, 0, 1, 0, 0]
    assert place_of(bad, 0, 1, 1) is None


def test_one_slice_has_no_thickness() -> None:
    one = grid(slices(1))
    assert isinstance(one, Grid) and one.thickness(0) == 0.0 and one.apart == 0.0
