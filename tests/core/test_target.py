"""Where the pixels of a frame lie: PS3.3 C.7.6.2.1.1."""

from __future__ import annotations

import numpy as np

from tests.overlays import picture
from tui.core.target import Plane, target_of


def plane(**changes: object) -> Plane:
    found = target_of(picture(**changes)).plane  # type: ignore[arg-type]
    assert found is not None
    return found


def test_points_of_the_patient_and_pixels_lead_to_each_other() -> None:
    here = plane(
        ImagePositionPatient=[-10.0, 20.0, 30.0], ImageOrientationPatient=[0, 1, 0, 0, 0, -1], PixelSpacing=[2.0, 0.5]
    )
    pixels = np.array([[0.0, 0.0], [4.0, 1.0], [0.5, 10.0]])
    points = here.at(pixels)
    assert np.allclose(points[1], [-10, 20 + 4 * 0.5, 30 - 1 * 2])
    assert np.allclose(here.inside(points), [[0, 0, 0], [4, 1, 0], [0.5, 10, 0]])
    assert np.allclose(here.inside(points + here.axes[2] * 3)[:, 2], 3)


def test_planes_are_compared() -> None:
    one = plane()
    assert one.parallel(plane(ImageOrientationPatient=[0, 1, 0, 1, 0, 0]))
    assert not one.parallel(plane(ImageOrientationPatient=[1, 0, 0, 0, 0, 1]))
    assert one.same_grid(plane())
    assert not one.same_grid(plane(ImagePositionPatient=[-119.0, -120.0, 0.0]))
    assert one.height(plane(ImagePositionPatient=[0.0, 0.0, 12.5])) == 12.5


def test_the_distance_of_slices_is_that_of_the_series_or_the_file() -> None:
    assert target_of(picture()).apart_mm == 5
    assert target_of(picture(SpacingBetweenSlices=2.5)).apart_mm == 2.5
    assert target_of(picture(), 4.0).apart_mm == 4
    assert target_of(picture(SliceThickness=None)).apart_mm == 1
    assert target_of(picture(ImagePositionPatient=None)).plane is None
