"""Planes are checked against a field that is a formula of the patient's coordinates, which each header gives back."""

import itertools

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core.cuts import Cut, Plane, Rendering
from tui.core.frames import Frame
from tui.core.geometry import letters
from tui.core.pipeline import draw
from tui.core.reformat import Block, Stack, flat
from tui.core.values import View, Viewport
from tui.errors import GeometryError

ROWS, COLUMNS, SLICES = 5, 7, 6
SPACING, APART = (0.8, 0.5), 2.0
ROOM = 1 << 20
AXES = np.eye(3)


def field(where: np.ndarray) -> np.ndarray:
    """A value for each place, shape (..., 3): no two directions look alike."""
    return np.rint(where @ np.array([10.0, 300.0, 70.0])) + 2000


def slices(along_row=AXES[0], along_column=AXES[1], heights=None, slope=1.0, **attributes) -> list[Frame]:
    normal = np.cross(along_row, along_column)
    made = []
    for height in heights if heights is not None else np.arange(SLICES) * APART:
        origin = np.array([-3.0, 4.0, 5.0]) + normal * height
        y, x = np.mgrid[0:ROWS, 0:COLUMNS]
        where = origin + x[..., None] * SPACING[1] * along_row + y[..., None] * SPACING[0] * along_column
        ds = phantoms.ct(0, size=8)
        ds.Rows, ds.Columns, ds.PixelSpacing = ROWS, COLUMNS, list(SPACING)
        ds.ImageOrientationPatient, ds.ImagePositionPatient = [*along_row, *along_column], list(origin)
        ds.RescaleSlope, ds.RescaleIntercept = slope, 0
        for name, value in attributes.items():
            setattr(ds, name, value)
        made.append(Frame((field(where) / slope).astype(np.int16), "MONOCHROME2", ds))
    return made


def block(frames: list[Frame], most: int = ROOM) -> Block:
    stack = Stack(len(frames), most)
    for frame in frames:
        stack.take(frame)
    return stack.block()


def places(ds: Dataset) -> np.ndarray:
    """Patient coordinates of all pixels, by the header alone, shape (rows, columns, 3)."""
    cosines = np.array(ds.ImageOrientationPatient, float)
    y, x = np.mgrid[0 : ds.Rows, 0 : ds.Columns]
    down, right = map(float, ds.PixelSpacing)
    return np.array(ds.ImagePositionPatient, float) + (
        x[..., None] * right * cosines[:3] + y[..., None] * down * cosines[3:]
    )


WAYS = [
    (AXES[a] * s, AXES[b] * t)
    for a, b in itertools.permutations(range(3), 2)
    for s, t in itertools.product((1, -1), repeat=2)
]


@pytest.mark.parametrize(("along_row", "along_column"), WAYS)
def test_every_voxel_stands_where_its_header_says_from_every_acquisition(along_row, along_column):
    made = block(slices(along_row, along_column))
    for plane in Plane:
        count = made.shape[{"sagittal": 0, "coronal": 1, "axial": 2}[plane]]
        for at in range(count):
            frame = made.frame(plane, at)
            assert frame.stored.shape == (frame.dataset.Rows, frame.dataset.Columns)
            np.testing.assert_array_equal(frame.stored, field(places(frame.dataset)))


def test_planes_stand_as_radiologists_look_at_them():
    made = block(slices())
    assert letters(made.frame(Plane.AXIAL, 0).dataset) == ("R", "L", "A", "P")
    assert letters(made.frame(Plane.CORONAL, 0).dataset) == ("R", "L", "H", "F")
    assert letters(made.frame(Plane.SAGITTAL, 0).dataset) == ("A", "P", "H", "F")


def test_a_plane_has_the_true_aspect():
    frame = block(slices()).frame(Plane.CORONAL, 2)
    picture = draw(frame, View(), Viewport(1000, 1000))
    assert picture.width / picture.height == pytest.approx(COLUMNS * SPACING[1] / (SLICES * APART), rel=0.01)


def test_an_oblique_volume_says_how_far_off_it_is():
    turn = np.radians(20)
    along_column = np.array([0, np.cos(turn), np.sin(turn)])
    made = block(slices(AXES[0], along_column))
    frame = made.frame(Plane.CORONAL, 1)
    np.testing.assert_allclose(frame.stored, field(places(frame.dataset)), atol=1)
    assert made.notes == ("The planes are those of the slices, 20 degrees off the patient's.",)
    assert block(slices()).notes == ()


@pytest.mark.parametrize("rendering", Rendering)
@pytest.mark.parametrize("plane", Plane)
def test_a_slab_renders_what_lies_behind_each_other(plane, rendering):
    made = block(slices())
    thin = np.stack([made.frame(plane, at).stored for at in (1, 2, 3)])
    wanted = {
        Rendering.MAXIMUM: thin.max(0),
        Rendering.MINIMUM: thin.min(0),
        Rendering.AVERAGE: np.rint(thin.mean(0)),
    }[rendering]
    np.testing.assert_array_equal(made.frame(plane, 2, 3, rendering).stored, wanted)
    whole = made.frame(plane, 2, 99, Rendering.MAXIMUM)
    assert whole.stored.max() == made.turned.max()


def test_a_slab_is_of_values_also_where_stored_values_fall():
    made = block(slices(slope=-1.0))
    thin = np.stack([made.frame(Plane.AXIAL, at).stored for at in (1, 2)])
    np.testing.assert_array_equal(made.frame(Plane.AXIAL, 1, 2).stored, thin.min(0))


def test_padding_is_no_part_of_a_slab():
    frames = slices(PixelPaddingValue=-2000)
    for frame in frames[2:4]:
        frame.stored[:, 3] = -2000
    frames[1].stored[0, 3] = -2000
    made = block(frames)
    for rendering in Rendering:
        found = made.frame(Plane.AXIAL, 2, 3, rendering).stored
        assert found[1, 3] == frames[1].stored[1, 3]  # of the three slices the only one with a value there
        assert found[0, 3] == -2000
    assert made.found(Cut(), (3, 0, 1)).value is None


def test_slices_with_slopes_of_their_own_become_values():
    frames = slices()
    for number, frame in enumerate(frames, 1):
        frame.dataset.RescaleSlope = number / 2
        frame.dataset.RescaleType = "US"
        object.__setattr__(frame, "stored", np.rint(frame.stored * 2 / number).astype(np.int16))
    made = block(frames)
    frame = made.frame(Plane.SAGITTAL, 3)
    assert frame.stored.dtype == np.float32
    np.testing.assert_allclose(frame.stored, field(places(frame.dataset)), atol=SLICES / 4 + 0.5)
    assert made.found(Cut(), (0, 0, 0)).value.value == pytest.approx(float(made.turned[0, 0, 0]))


def test_gaps_between_slices_are_seen_and_said():
    heights = [0, 2, 4, 10, 12]
    made = block(slices(heights=heights))
    assert made.shape == (COLUMNS, ROWS, 7)
    frame = made.frame(Plane.CORONAL, 0)
    rows = [row for row in range(7) if (frame.stored[row] == frame.dataset.PixelPaddingValue).all()]
    assert rows == [2, 3]  # from the head: 12 and 10 mm, then nothing at 8 and 6
    there = [row for row in range(7) if row not in rows]
    np.testing.assert_array_equal(frame.stored[there], field(places(frame.dataset))[there])
    assert "2 of 7 places are empty" in made.notes[-1]
    assert made.found(Cut(), (0, 0, 3)).value is None
    np.testing.assert_array_equal(  # a slab goes over a gap
        made.frame(Plane.AXIAL, 3, 3, Rendering.MINIMUM).stored, made.frame(Plane.AXIAL, 2).stored
    )


def test_the_way_from_a_slice_to_its_voxel_and_to_the_patient():
    frames = slices(AXES[1], -AXES[2])
    made = block(frames)
    at = made.near(frames[4].dataset, 0)
    assert at == (4, COLUMNS // 2, ROWS - 1 - ROWS // 2) or at[0] == SLICES - 1 - 4
    stored = made.turned[at[2], at[1], at[0]]
    assert stored == frames[4].stored[ROWS // 2, COLUMNS // 2]
    assert field(np.array(made.patient(at))) == stored
    found = made.found(Cut(slab=3), at)
    assert (found.value.value, found.value.unit) == (stored, "HU")
    assert found.slab_mm == pytest.approx(3 * SPACING[0])
    assert made.inside((-5, 99, 1)) == (0, COLUMNS - 1, 1)


def test_what_is_no_volume_is_refused():
    with pytest.raises(GeometryError, match="at least two slices"):
        block(slices()[:1])
    with pytest.raises(GeometryError, match="volume_bytes"):
        block(slices(), most=100)
    leaning = slices()
    for number, frame in enumerate(leaning):
        frame.dataset.ImagePositionPatient = [-3, 4 + number, 5 + 2 * number]
    with pytest.raises(GeometryError, match="tilted"):
        block(leaning)
    coloured = slices()
    object.__setattr__(coloured[0], "stored", np.zeros((ROWS, COLUMNS, 3), np.uint8))
    with pytest.raises(GeometryError, match="colours"):
        block(coloured)
    far = slices(heights=[0, 0.1, 0.2, 500])
    with pytest.raises(GeometryError, match="gaps"):
        block(far)


def test_functional_groups_come_to_the_top():
    ds = Dataset()
    shared, own = Dataset(), Dataset()
    measures, plane = Dataset(), Dataset()
    measures.PixelSpacing, plane.ImagePositionPatient = [1, 2], [3, 4, 5]
    shared.PixelMeasuresSequence, own.PlanePositionSequence = [measures], [plane]
    ds.SharedFunctionalGroupsSequence, ds.PerFrameFunctionalGroupsSequence = [shared], [Dataset(), own]
    ds.Modality, ds.NumberOfFrames = "MR", 2
    ds.add_new(0x60003000, "OW", b"\0\0")
    made = flat(ds, 1)
    assert list(made.PixelSpacing) == [1, 2]
    assert list(made.ImagePositionPatient) == [3, 4, 5]
    assert made.Modality == "MR"
    assert "NumberOfFrames" not in made
    assert "SharedFunctionalGroupsSequence" not in made
    assert 0x60003000 not in made
    assert "NumberOfFrames" in ds


def test_the_headers_of_the_slices_stay_as_they_are():
    frames = slices()
    frames[2].dataset.RescaleSlope = 2.0
    before = [str(frame.dataset) for frame in frames]
    made = block(frames)
    for plane in Plane:
        made.frame(plane, 1, 3)
    assert [str(frame.dataset) for frame in frames] == before
