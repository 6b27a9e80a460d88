"""Aspect, letters, placement, scaling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tui.core import geometry
from tui.core.geometry import Placement
from tui.core.values import View, Viewport


def header(**values: object) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


# ------------------------------------------------------------------------------------------------- aspect


@pytest.mark.parametrize(
    "keyword", ["PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "ImagePlanePixelSpacing"]
)
def test_each_spacing_is_row_distance_then_column_distance(keyword: str) -> None:
    ds = header(**{keyword: [0.6, 0.3], "PixelAspectRatio": [9, 1]})
    assert geometry.spacing(ds) == (0.6, 0.3)
    assert geometry.pixel_aspect(ds) == 2


def test_the_first_usable_one_counts() -> None:
    ds = header(PixelSpacing=[0, 1], ImagerPixelSpacing=[2, 1], NominalScannedPixelSpacing=[3, 1])
    assert geometry.pixel_aspect(ds) == 2


def test_pixel_aspect_ratio_is_vertical_to_horizontal() -> None:
    assert geometry.pixel_aspect(header(PixelAspectRatio=[4, 3])) == 4 / 3


def test_pixel_measures_of_a_frame() -> None:
    own = [header(PixelMeasuresSequence=[header(PixelSpacing=[n + 1, 1])]) for n in (0, 1)]
    ds = header(PerFrameFunctionalGroupsSequence=own)
    assert [geometry.pixel_aspect(ds, n) for n in (0, 1)] == [1, 2]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"PixelSpacing": [0, 0]},
        {"PixelSpacing": [-1, 1]},
        {"PixelSpacing": [1e30, 1]},
        {"PixelSpacing": [1, 1e-5]},
        {"PixelSpacing": [1]},
        {"PixelAspectRatio": [0, 0]},
        {"PixelAspectRatio": [1, 5000]},
    ],
)
def test_nonsense_is_square(values: dict[str, list[float]]) -> None:
    assert geometry.pixel_aspect(header(**values)) == 1
    assert geometry.spacing(header(**values)) is None


# ------------------------------------------------------------------------------------------------- letters


@pytest.mark.parametrize(
    ("cosines", "letters"),
    [
        ([1, 0, 0, 0, 1, 0], ("R", "L", "A", "P")),  # axial
        ([0, 1, 0, 0, 0, -1], ("A", "P", "H", "F")),  # sagittal
        ([1, 0, 0, 0, 0, -1], ("R", "L", "H", "F")),  # coronal
        ([0.8, 0.6, 0, 0, 0, 1], ("RA", "LP", "F", "H")),
        ([0.6, -0.64, 0.48, 0.8, 0.48, -0.36], ("PRF", "ALH", "RAH", "LPF")),
        ([1, 1e-5, 0, 0, 1, 0], ("R", "L", "A", "P")),
    ],
)
def test_letters_of_cosines(cosines: list[float], letters: geometry.Letters) -> None:
    assert geometry.letters(header(ImageOrientationPatient=cosines)) == letters


def test_letters_of_patient_orientation_where_there_are_no_cosines() -> None:
    assert geometry.letters(header(PatientOrientation=["A", "FL"])) == ("P", "A", "HR", "FL")
    both = header(PatientOrientation=["A", "F"], ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    assert geometry.letters(both) == ("R", "L", "A", "P")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]},
        {"ImageOrientationPatient": [1, 0, 0]},
        {"ImageOrientationPatient": [9, 0, 0, 0, 9, 0]},
        {"PatientOrientation": "X"},
        {"PatientOrientation": ["X", "Y"]},
        {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "AnatomicalOrientationType": "QUADRUPED"},
    ],
)
def test_no_letters_are_better_than_wrong_ones(values: dict[str, object]) -> None:
    assert geometry.letters(header(**values)) == ("", "", "", "")


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("rotation", [0, 1, 2, 3])
def test_letters_go_with_the_picture(flip: bool, rotation: int) -> None:
    # A picture whose edges are marked by their letters, turned by numpy.
    marked = np.array([list(" A "), list("R L"), list(" P ")])
    turned = np.rot90(marked[:, ::-1] if flip else marked, -rotation)
    expected = (turned[1, 0], turned[1, 2], turned[0, 1], turned[2, 1])
    assert geometry.turned(("R", "L", "A", "P"), View(flip=flip, rotation=rotation)) == expected


# ------------------------------------------------------------------------------------------------- placement

shapes = st.tuples(st.integers(1, 300), st.integers(1, 300))
panes = st.builds(Viewport, st.integers(1, 400), st.integers(1, 400))
aspects = st.floats(0.05, 20)
views = st.builds(
    View, zoom=st.floats(0.01, 50), one_to_one=st.booleans(), center_x=st.floats(-1, 2), center_y=st.floats(-1, 2),
    rotation=st.integers(0, 7), flip=st.booleans(),
)  # fmt: skip


@given(shapes, aspects, views, panes)
@settings(max_examples=200, deadline=None)
def test_the_rectangle_is_in_the_image_and_the_picture_in_the_pane(
    shape: tuple[int, int], aspect: float, view: View, pane: Viewport
) -> None:
    at = geometry.place(shape, aspect, view, pane)
    assert 0 <= at.left <= at.left + at.columns <= shape[1]
    assert 0 <= at.top <= at.top + at.rows <= shape[0]
    assert at.columns >= 1
    assert at.rows >= 1
    assert 1 <= at.width <= pane.width
    assert 1 <= at.height <= pane.height
    assert at.shrunk[0] <= min(at.rows, at.size[0])
    assert at.shrunk[1] <= min(at.columns, at.size[1])


@given(shapes, aspects, panes, st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_fitting_shows_all_in_true_shape_and_touches_the_pane(
    shape: tuple[int, int], aspect: float, pane: Viewport, rotation: int
) -> None:
    at = geometry.place(shape, aspect, View(rotation=rotation), pane)
    assert (at.left, at.top, at.columns, at.rows) == (0, 0, shape[1], shape[0])
    assert at.width == pane.width or at.height == pane.height
    rows, columns = at.size
    assert abs(columns - shape[1] * at.scale) <= 1
    assert abs(rows - shape[0] * aspect * at.scale) <= 1


@given(shapes, aspects, views, panes)
@settings(max_examples=100, deadline=None)
def test_turning_a_crop_is_cropping_the_turned_image(
    shape: tuple[int, int], aspect: float, view: View, pane: Viewport
) -> None:
    """The rectangle, measured in the stored image, is the one that the turned image shows around the view's center."""
    image = np.arange(shape[0] * shape[1]).reshape(shape)
    at = geometry.place(shape, aspect, view, pane)
    shown = at.turn(at.crop(image).astype(np.int64))
    whole = np.rot90(image[:, ::-1] if view.flip else image, -(view.rotation % 4))
    y, x = (int(v[0]) for v in np.nonzero(whole == shown[0, 0]))
    assert np.array_equal(whole[y : y + shown.shape[0], x : x + shown.shape[1]], shown)
    wanted = min(max(view.center_x, 0), 1) * whole.shape[1]
    start = min(max(wanted - shown.shape[1] / 2, 0), whole.shape[1] - shown.shape[1])
    assert abs(x - start) <= 0.5


def test_one_to_one_is_a_column_on_a_pixel() -> None:
    at = geometry.place((1000, 1000), 2.0, View(one_to_one=True, zoom=7), Viewport(300, 300))
    assert (at.scale, at.columns, at.rows, at.width, at.height) == (1, 300, 150, 300, 300)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 0.0, -3.0])
def test_a_view_of_nonsense_is_the_fit(bad: float) -> None:
    usual = geometry.place((50, 60), 1, View(), Viewport(100, 100))
    assert geometry.place((50, 60), 1, View(zoom=bad), Viewport(100, 100)) == usual


def test_zooming_in_and_out_again_is_the_same_place() -> None:
    view = View(center_x=0.3, center_y=0.7)
    pane = Viewport(90, 70)
    zoomed = View(center_x=0.3, center_y=0.7, zoom=8.0)
    there = geometry.place((64, 64), 1, zoomed, pane)
    assert there.columns == 10
    assert geometry.place((64, 64), 1, View(center_x=0.3, center_y=0.7, zoom=8 / 8), pane) == geometry.place(
        (64, 64), 1, view, pane
    )


@given(shapes, aspects, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_the_whole_image_has_square_pixels_and_loses_none(shape: tuple[int, int], aspect: float, rotation: int) -> None:
    at = geometry.whole(shape, aspect, View(rotation=rotation, zoom=9, center_x=0))
    assert at.shrunk == shape
    rows, columns = at.size
    assert rows >= shape[0]
    assert columns >= shape[1]
    assert abs(rows - columns * shape[0] * aspect / shape[1]) <= max(1, shape[0] * aspect / shape[1])


# ------------------------------------------------------------------------------------------------- scaling


@given(st.integers(1, 40), st.integers(1, 40), st.data())
@settings(max_examples=100, deadline=None)
def test_shrinking_takes_the_mean_over_equal_areas(rows: int, columns: int, data: st.DataObject) -> None:
    to = data.draw(st.integers(1, rows)), data.draw(st.integers(1, columns))
    image = np.random.default_rng(rows * 100 + columns).integers(0, 4096, (rows, columns), dtype=np.uint16)
    found = geometry.shrink(image, *to)
    assert found.shape == to
    assert found.mean() == pytest.approx(image.mean(), rel=1e-5, abs=1e-3)
    assert np.array_equal(geometry.shrink(np.full((rows, columns), 77, np.uint8), *to).round(3), np.full(to, 77))
    if rows % to[0] == 0 and columns % to[1] == 0:
        boxes = image.reshape(to[0], rows // to[0], to[1], columns // to[1]).mean((1, 3))
        assert found == pytest.approx(boxes, rel=1e-5, abs=1e-3)


def test_shrinking_by_less_than_two_weighs_by_overlap() -> None:
    image = np.array([[0, 30, 60]], np.uint8)
    assert geometry.shrink(image, 1, 2).tolist() == [[10, 50]]  # 2/3 of the first, 1/3 of the middle one


def test_shrinking_keeps_colours_apart() -> None:
    image = np.zeros((9, 9, 3), np.uint8)
    image[..., 1] = 200
    assert geometry.shrink(image, 4, 4).round(3).tolist() == np.full((4, 4, 3), [0, 200, 0]).tolist()


@pytest.mark.parametrize("kind", [np.int32, np.float32, np.float64, np.uint32])
def test_wide_types_keep_their_precision(kind: type) -> None:
    image = np.full((10, 10), 16_777_217 if kind is not np.float32 else 16_777_216, kind)
    assert geometry.shrink(image, 3, 3).dtype == np.float64
    assert np.allclose(geometry.shrink(image, 3, 3), float(image[0, 0]), rtol=1e-12)


def test_enlarging_repeats_whole_pixels() -> None:
    image = np.array([[1, 2], [3, 4]], np.uint8)
    assert geometry.enlarge(image, 2, 6).tolist() == [[1, 1, 1, 2, 2, 2], [3, 3, 3, 4, 4, 4]]


def test_turned_pictures_are_contiguous() -> None:
    picture = np.zeros((4, 6), np.uint8)
    for rotation in range(4):
        turned = Placement(0, 0, 6, 4, 6, 4, flip=True, rotation=rotation).turn(picture)
        assert turned.flags.c_contiguous
        assert turned.shape == ((6, 4) if rotation % 2 else (4, 6))
