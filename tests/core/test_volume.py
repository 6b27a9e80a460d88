"""Slices in space: by formula, and what is said of those that make up no volume."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from tests import phantoms
from tui.core.measure import position
from tui.core.volume import Place, Volume, place_of, volume
from tui.errors import GeometryError


def slices(count: int = 5, apart: float = 2.0, lean: float = 0.0, **values: object) -> list[Place]:
    places = [
        Place((-10.0, -20.0 + lean * n, 100.0 + apart * n), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5, 0.25, 8, 6)
        for n in range(count)
    ]
    return [Place(**{**vars(place), **values}) for place in places]  # type: ignore[arg-type]


def test_slices_in_any_order_are_one_volume() -> None:
    places = slices()
    shuffled = random.Random(1).sample(range(5), 5)
    found = volume([places[n] for n in shuffled])
    assert [shuffled[n] for n in found.order] == [0, 1, 2, 3, 4]
    assert found.shape == (5, 8, 6) and found.apart == 2.0 and found.tilt == 0.0 and not found.notes
    assert [found.thickness(n) for n in range(5)] == [2.0] * 5
    assert found.patient(1, 2, 4) == (-9.0, -19.0, 102.0)
    np.testing.assert_allclose(found.affine() @ (4, 2, 1, 1), (-9.0, -19.0, 102.0, 1))


def test_the_normal_is_row_times_column() -> None:
    coronal = volume(slices(1, along_row=(1.0, 0.0, 0.0), along_column=(0.0, 0.0, -1.0), position=(0.0, 0.0, 0.0)))
    assert coronal.normal == (0.0, 1.0, 0.0)


def test_a_missing_slice_makes_it_uneven_and_the_neighbours_thicker() -> None:
    places = slices()
    found = volume(places[:2] + places[3:])
    assert "from 2.00 to 4.00 mm" in found.uneven and found.notes == (found.uneven,)
    assert [found.thickness(n) for n in range(4)] == [2.0, 3.0, 3.0, 2.0]
    assert math.fsum(found.thickness(n) for n in range(4)) == 10.0
    with pytest.raises(GeometryError, match="unevenly"):
        found.affine()


def test_a_doubled_slice_is_left_out_and_said() -> None:
    places = slices()
    found = volume([*places, places[2]])
    assert found.shape[0] == 5 and found.doubled == 1 and not found.uneven and "left out: 1." in found.notes[0]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"along_row": (0.0, 1.0, 0.0), "along_column": (-1.0, 0.0, 0.0)}, "orientations"),
        ({"rows": 9}, "rows or columns"),
        ({"vertical": 0.6}, "spacings"),
        ({"position": (-10.0, 20.0, 110.0)}, "one line"),
    ],
)
def test_what_is_no_volume_says_why(odd: dict[str, object], said: str) -> None:
    with pytest.raises(GeometryError, match=said):
        volume([*slices(), slices(1, **{"position": (-10.0, -20.0, 110.0), **odd})[0]], tilted=True)


def test_images_without_a_place_are_no_volume() -> None:
    with pytest.raises(GeometryError, match="where they lie"):
        volume([*slices(), None])
    with pytest.raises(GeometryError):
        volume([])


def test_a_tilted_gantry_says_its_angle_or_leans() -> None:
    places = slices(lean=math.tan(math.radians(15)) * 2)
    with pytest.raises(GeometryError, match=r"tilted by 15\.0 degrees"):
        volume(places)
    leaning = volume(places, tilted=True)
    assert leaning.tilt == pytest.approx(15) and leaning.apart == 2.0
    np.testing.assert_allclose((leaning.affine() @ (0, 0, 4, 1))[:3], places[4].position)
    with_gap = volume(places[:2] + places[3:], tilted=True)
    assert with_gap.tilt == pytest.approx(15) and with_gap.uneven


def test_positions_of_few_digits_are_regular_and_upright() -> None:
    rng = random.Random(2)
    noisy = [
        Place(**{**vars(place), "position": tuple(part + rng.uniform(-0.01, 0.01) for part in place.position)})
        for place in slices(20)
    ]
    found = volume(noisy)
    assert not found.notes and found.tilt == 0.0


def test_places_are_read_from_the_header() -> None:
    found = [place_of(phantoms.ct(z, of=4, size=32), 0, 32, 32) for z in range(4)]
    made = volume(found)
    assert made.apart == 5.0 and made.first.horizontal == 7.5 and made.first.thickness == 5.0
    assert made.patient(2, 3, 4) == position(phantoms.ct(2, of=4, size=32), 0, (4, 3))
    assert place_of(phantoms.report(), 0, 1, 1) is None
    bad = phantoms.ct()
    bad.ImageOrientationPatient = [1, 0, 0, 1, 0, 0]
    assert place_of(bad, 0, 1, 1) is None


def test_one_slice_is_as_thick_as_it_says() -> None:
    one = volume(slices(1))
    assert isinstance(one, Volume) and one.thickness(0) == 0.0 and one.apart == 0.0 and one.step == (0.0, 0.0, 1.0)
    thick = volume(slices(1, along_row=(0.0, 1.0, 0.0), along_column=(0.0, 0.0, -1.0), thickness=3.0))
    np.testing.assert_allclose(thick.affine()[:3, 2], np.cross((0, 1, 0), (0, 0, -1)) * 3)
