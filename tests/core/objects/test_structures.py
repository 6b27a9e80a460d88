"""Contours of structure sets: PS3.3 C.8.8.5, C.8.8.6."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from tests import overlays, phantoms
from tests.overlays import Opened, circle, picture, square, structures
from tui.adapters.instances import DicomInstances
from tui.core.objects import Area, Drawn, Stroke
from tui.core.objects.structures import OTHER_PLANES, OVERLAY
from tui.core.target import target_of
from tui.core.values import Ref
from tui.errors import NoPictureError
from tui.service.settings import Limits

ALL = frozenset(range(100))
RED, GREEN = (255, 0, 0), (0, 255, 0)
STEP = 240 / 128  # mm a pixel of the phantom


def drawn(ds: FileDataset, z: int = 0, **changes: object) -> Drawn:
    return OVERLAY.read(Opened(ds)).drawn(target_of(picture(z, **changes)), ALL)


def area(found: Drawn) -> np.ndarray:
    (one,) = (drawing for drawing in found.drawings if isinstance(drawing, Area))
    return np.asarray(one.cover)


def lines(found: Drawn) -> list[Stroke]:
    return [drawing for drawing in found.drawings if isinstance(drawing, Stroke)]


def test_a_circle_is_where_it_is_within_half_a_pixel() -> None:
    middle, radius = (10.3, -20.7), 50.0
    found = drawn(structures([("Ball", RED, [("CLOSED_PLANAR", circle(radius, middle, 5.0, 720))])]), 1)
    (line,) = lines(found)
    assert line.colour == RED
    assert line.closed
    center = (np.array(middle) + 120) / STEP + 0.5  # the first pixel's center is at -120 mm
    away = np.hypot(*(line.points - center).T)
    assert np.abs(away - radius / STEP).max() < 0.01
    y, x = np.mgrid[0:128, 0:128] + 0.5
    far = np.hypot(x - center[0], y - center[1]) - radius / STEP
    assert area(found)[far < -0.5].all()
    assert not area(found)[far > 0.5].any()
    assert math.isclose(area(found).sum() * STEP**2, math.pi * radius**2, rel_tol=0.005)


def test_a_square_covers_the_pixels_whose_centers_are_inside() -> None:
    found = drawn(structures([("Box", RED, [("CLOSED_PLANAR", square(20 * STEP, (-120 + 40 * STEP, 0.0), 5.0))])]), 1)
    rows, columns = np.nonzero(area(found))
    assert (columns.min(), columns.max()) in {(30, 49), (31, 50), (30, 50), (31, 49)}
    assert (rows.min(), rows.max()) in {(54, 73), (55, 74), (54, 74), (55, 73)}
    assert abs(area(found).sum() - 400) <= 40


def test_a_hole_is_a_hole_by_a_second_contour_and_by_a_keyhole() -> None:
    outer, inner = circle(60, (0, 0), 5.0), circle(30, (0, 0), 5.0)
    key = outer + outer[:3] + inner + inner[:3]
    for contours in (
        [("CLOSED_PLANAR", outer), ("CLOSED_PLANAR", inner)],
        [("CLOSEDPLANAR_XOR", outer), ("CLOSEDPLANAR_XOR", inner)],
        [("CLOSED_PLANAR", key)],
    ):
        found = area(drawn(structures([("Ring", RED, contours)]), 1))
        assert not found[64, 64]
        assert found[64, 64 + 24]
        assert math.isclose(found.sum() * STEP**2, math.pi * (60**2 - 30**2), rel_tol=0.01)


def test_contours_are_on_their_slice_alone() -> None:
    ds = structures([("Ball", RED, [("CLOSED_PLANAR", circle(40, (0, 0), 5.0))])])
    read = OVERLAY.read(Opened(ds))
    assert [read.here(target_of(picture(z))) for z in range(3)] == [frozenset(), {1}, frozenset()]
    near = target_of(picture(0, ImagePositionPatient=[-120.0, -120.0, 7.4]))
    assert read.here(near) == {1}
    beyond = target_of(picture(0, ImagePositionPatient=[-120.0, -120.0, 7.6]))
    assert read.here(beyond) == frozenset()
    assert read.here(target_of(picture(0, ImagePositionPatient=[-120.0, -120.0, 6.5]), 2.0)) == frozenset()


def test_of_slices_that_overlap_each_has_its_own_contour() -> None:
    rings = [("CLOSED_PLANAR", circle(20 + 10 * n, (0, 0), 1.0 * n)) for n in range(3)]
    found = drawn(structures([("Ball", RED, rings)]), 0, ImagePositionPatient=[-120.0, -120.0, 1.0])
    assert len(lines(found)) == 1
    assert math.isclose(area(found).sum() * STEP**2, math.pi * 30**2, rel_tol=0.02)


def test_a_contour_that_names_its_image_is_on_it() -> None:
    ds = structures([("Ball", RED, [("CLOSED_PLANAR", circle(40, (0, 0), 7.0))])], frame_of_reference="1.2.3")
    ds.ROIContourSequence[0].ContourSequence[0].ContourImageSequence = [overlays.reference(phantoms.ct(1))]
    read = OVERLAY.read(Opened(ds))
    assert [read.here(target_of(picture(z))) for z in range(3)] == [frozenset(), {1}, frozenset()]


def test_a_region_says_where_its_middle_is() -> None:
    rings = [("CLOSED_PLANAR", circle(20, (0, 0), 5.0 * z)) for z in (4, 0, 2, 1, 3)]
    spot = OVERLAY.read(Opened(structures([("Ball", RED, rings)]))).parts[0].spot
    assert spot.point is not None
    assert (spot.uid, spot.point[2]) == ("", 10.0)


def test_open_contours_and_points() -> None:
    found = drawn(
        structures([("Path", GREEN, [("OPEN_PLANAR", square(40, (0, 0), 5.0)), ("POINT", [10.0, 20.0, 5.0])])]), 1
    )
    path, point = lines(found)
    assert not path.closed
    assert len(path.points) == 4
    assert np.allclose(point.points, [[130 / STEP + 0.5, 140 / STEP + 0.5]])
    assert not any(isinstance(drawing, Area) for drawing in found.drawings)


def test_a_picture_across_the_contours_says_so() -> None:
    found = drawn(
        structures([("Ball", RED, [("CLOSED_PLANAR", circle(40, (0, 0), 5.0))])]), 0,
        ImageOrientationPatient=[1, 0, 0, 0, 0, -1],
    )  # fmt: skip
    assert (found.drawings, found.parts, found.notes) == ((), 0, (OTHER_PLANES,))


def test_another_frame_of_reference_is_not_drawn() -> None:
    ds = structures([("Ball", RED, [("CLOSED_PLANAR", circle(40, (0, 0), 5.0))])], frame_of_reference="1.2.3")
    read = OVERLAY.read(Opened(ds))
    assert not read.refers(target_of(picture(1)))
    assert read.drawn(target_of(picture(1)), ALL).parts == 0


@pytest.mark.parametrize("data", [[1.0, 2.0], [], [1.0, 2.0, 5.0]])
def test_broken_contours_are_left_out(data: list[float]) -> None:
    good = ("CLOSED_PLANAR", circle(40, (0, 0), 5.0))
    found = drawn(structures([("Ball", RED, [("CLOSED_PLANAR", data), good])]), 1)
    assert found.parts == 1
    assert area(found).sum() > 1000


def test_one_without_contours_says_so() -> None:
    ds = structures([("Ball", RED, [])])
    del ds.ROIContourSequence
    with pytest.raises(NoPictureError, match="no contours"):
        OVERLAY.read(Opened(ds))


@pytest.mark.corpus
def test_a_real_structure_set_lies_on_the_tumour(corpus: Path) -> None:
    """The GTV of the IBSI phantom: 26 contours on 26 of 60 slices; its volume as the sum of its areas."""
    folder = corpus / "rt" / "ibsi-ct-rtstruct"
    disk = DicomInstances(Limits())
    read = OVERLAY.read(disk.open(Ref(str(folder / "DCM_RS_00060.dcm"))))
    found = [
        read.drawn(target_of(disk.open(Ref(str(path))).frame(0)), ALL) for path in sorted(folder.glob("DCM_IMG_*.dcm"))
    ]
    assert sum(one.parts for one in found) == 26
    raster = sum(area(one).sum() for one in found if one.parts)
    polygons = sum(_shoelace(line.points) for one in found for line in lines(one))
    assert math.isclose(raster, polygons, rel_tol=0.005)


def _shoelace(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
