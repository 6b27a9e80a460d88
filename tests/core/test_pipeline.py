"""The stages together: from a frame to a picture."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from tests import phantoms
from tests.core import test_suv
from tui.core import pipeline, presets
from tui.core.frames import Frame
from tui.core.pipeline import Renderer
from tui.core.values import Picture, View, Viewport, Voi, VoiKind, Window
from tui.errors import NoPictureError, UsageError


def frame(ds: Dataset, index: int = 0, photometric: str = "") -> Frame:
    stored = ds.pixel_array
    if int(ds.get("NumberOfFrames", 1)) > 1:
        stored = stored[index]
    return Frame(stored, photometric or ds.PhotometricInterpretation, ds, index)


def grey(stored: np.ndarray, photometric: str = "MONOCHROME2", **values: object) -> Frame:
    ds = Dataset()
    ds.BitsStored = stored.dtype.itemsize * 8
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Frame(stored, photometric, ds)


def manual(center: float, width: float) -> View:
    return View(voi=Voi(VoiKind.MANUAL, window=Window(center, width)))


def formula(values: np.ndarray, center: float, width: float) -> np.ndarray:
    return np.floor(np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255)


# ------------------------------------------------------------------------------------------------- grey


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32])
@pytest.mark.parametrize("slope", [1, -1, 2.5])
def test_every_integer_type_is_windowed_by_the_formula(kind: type, slope: float) -> None:
    info = np.iinfo(kind)
    stored = np.linspace(info.min, info.max, 400).astype(kind).reshape(20, 20)
    values = stored.astype(np.float64) * slope + 7
    center, width = float(values.mean()), float(np.ptp(values)) * 0.61 + 2
    picture = pipeline.render(grey(stored, RescaleSlope=slope, RescaleIntercept=7), manual(center, width))
    assert picture.pixels.dtype == np.uint8
    assert np.abs(picture.pixels - formula(values, center, width)).max() <= 1
    assert (picture.pixels != formula(values, center, width)).mean() < 0.01  # 255 * y is whole up to rounding


def test_a_ct_is_in_hounsfield_units() -> None:
    picture = pipeline.render(frame(phantoms.ct(5)), View())
    assert (picture.window, picture.window_label, picture.unit) == (Window(40, 80), "file 1/2 BRAIN", "HU")
    values = phantoms.ct(5).pixel_array - 1024.0
    assert np.array_equal(picture.pixels, formula(values, 40, 80))
    assert picture.letters == ("R", "L", "A", "P")


def test_monochrome1_is_inverted_after_the_window_and_twice_is_not_at_all() -> None:
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    one = pipeline.render(grey(stored, "MONOCHROME1"), manual(100, 50)).pixels
    y = np.clip((stored - 99.5) / 49 + 0.5, 0, 1)
    assert np.array_equal(one, np.floor(255 * (1 - y)))
    again = pipeline.render(grey(stored, "MONOCHROME1"), View(voi=manual(100, 50).voi, invert=True)).pixels
    assert np.array_equal(again, pipeline.render(grey(stored), manual(100, 50)).pixels)


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_and_out_of_the_window(photometric: str, invert: bool) -> None:
    stored = np.tile(np.arange(100, 200, dtype=np.int16), (40, 1))
    stored[:, :50] = -2000
    found = grey(stored, photometric, PixelPaddingValue=-2000, Modality="MR")
    view = View(invert=invert)
    picture = pipeline.render(found, view)
    assert (picture.pixels[:, :50] == 0).all()
    assert picture.window is not None
    assert 149 < picture.window.center < 201
    assert picture.window.width < 60
    shrunk = pipeline.draw(found, view, Viewport(10, 4)).pixels
    assert (shrunk[:, :5] == 0).all()
    assert (shrunk[:, 6:9] > 0).all()


def test_floats_are_shown_with_nan_and_infinity_as_padding() -> None:
    stored = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(100, 100)
    stored[0, :3] = np.nan, np.inf, -np.inf
    found = grey(stored)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = pipeline.render(found, View())
        small = pipeline.draw(found, View(), Viewport(7, 7))
    assert picture.pixels[0, :3].tolist() == [0, 0, 0]
    assert (picture.pixels[99, 99], small.pixels.shape) == (255, (7, 7))
    assert picture.window is not None
    assert picture.window.width == pytest.approx(0.98, abs=0.001)


def test_one_bit_is_black_and_white() -> None:
    stored = np.array([[0, 1], [1, 0]], np.uint8)
    assert pipeline.render(grey(stored, BitsStored=1, Modality="SEG"), View()).pixels.tolist() == [[0, 255], [255, 0]]


def test_a_fractional_segmentation_is_white_where_it_is_full() -> None:
    found = grey(
        np.array([[0, 50, 100]], np.uint8), Modality="SEG", SegmentationType="FRACTIONAL", MaximumFractionalValue=100
    )
    assert pipeline.render(found, View()).pixels.tolist() == [[0, 127, 254]]  # 255 * y, rounded as DCMTK does


def test_a_voi_lut_goes_through_the_modality_lut() -> None:
    item = Dataset()
    item.add(DataElement(0x00283002, "SS", [3, -1, 8]))
    item.add(DataElement(0x00283006, "US", [10, 20, 250]))
    stored = np.array([[0, 9, 10, 11, 99]], np.uint8)
    found = grey(stored, RescaleSlope=1, RescaleIntercept=-10, VOILUTSequence=[item])
    picture = pipeline.render(found, View())
    assert picture.window_label == "VOI LUT 1/1"
    assert picture.window == Window(0.5, 3)
    assert picture.pixels.tolist() == [[10, 10, 20, 250, 250]]


def test_a_palette_over_grey_colours_the_high_values_only() -> None:
    ds = Dataset()
    for n, level in enumerate((250, 20, 30)):
        ds.add(DataElement(0x00281101 + n, "US", [2, 100, 8]))
        ds.add(DataElement(0x00281201 + n, "OW", bytes([level, 5])))
    ds.PixelPresentation, ds.BitsStored = "COLOR", 8
    found = Frame(np.array([[0, 99, 100, 101, 200]], np.uint8), "MONOCHROME2", ds)
    pixels = pipeline.render(found, manual(50, 101)).pixels
    assert pixels[0].tolist() == [[1, 1, 1], [253, 253, 253], [250, 20, 30], [5, 5, 5], [5, 5, 5]]
    large = Frame(np.tile(found.stored, (50, 30)), "MONOCHROME2", ds)
    assert pipeline.draw(large, View(), Viewport(20, 20)).pixels.shape[2] == 3


# ------------------------------------------------------------------------------------------------- colour


def test_rgb_is_shown_as_it_is_without_a_window() -> None:
    ds = phantoms.colour(16)
    picture = pipeline.render(frame(ds), manual(3, 4))
    assert np.array_equal(picture.pixels, ds.pixel_array)
    assert (picture.window, picture.window_label, picture.unit) == (None, "", "")
    inverted = pipeline.render(frame(ds), View(invert=True)).pixels
    assert np.array_equal(inverted, 255 - ds.pixel_array)


def test_a_palette_is_mixed_after_the_look_up() -> None:
    ds = phantoms.grey(np.array([[0, 2]] * 2, np.uint8), photometric="PALETTE COLOR")
    for n in range(3):
        ds.add(DataElement(0x00281101 + n, "US", [3, 0, 8]))
        ds.add(DataElement(0x00281201 + n, "OW", bytes([0, 255, 100, 0])))
    assert pipeline.draw(frame(ds), View(), Viewport(1, 1)).pixels.tolist() == [[[50, 50, 50]]]
    assert pipeline.facts(frame(ds)).colour


@pytest.mark.parametrize(
    ("shape", "photometric", "colour"),
    [
        ((4, 5, 3), "MONOCHROME2", True),
        ((4, 5, 3), "PALETTE COLOR", True),
        ((4, 5), "RGB", False),
        ((4, 5), "", False),
        ((4, 5, 1), "MONOCHROME2", False),
        ((4, 5), "PALETTE COLOR", False),
    ],
)
def test_the_shape_of_the_pixels_outweighs_the_attribute(
    shape: tuple[int, ...], photometric: str, colour: bool
) -> None:
    found = grey(np.zeros(shape, np.uint8), photometric)
    assert pipeline.facts(found).colour == colour
    picture = pipeline.render(found, View())
    assert picture.pixels.shape == ((4, 5, 3) if colour else (4, 5))
    assert bool(picture.notes) == (shape != (4, 5, 1))


@pytest.mark.parametrize("stored", [np.zeros((0, 5)), np.zeros(4), np.zeros((2, 2), complex)])
def test_what_is_no_picture_is_refused(stored: np.ndarray) -> None:
    with pytest.raises(NoPictureError):
        pipeline.draw(grey(stored), View(), Viewport(9, 9))


# ------------------------------------------------------------------------------------------------- the pane


def test_shrinking_takes_the_mean_of_values_not_of_greys() -> None:
    stored = np.zeros((2, 2), np.uint16)
    stored[0, 0] = 4000  # mean 1000: far above the window's end if averaged as values
    picture = pipeline.draw(grey(stored), manual(500, 101), Viewport(1, 1))
    assert picture.pixels.tolist() == [[255]]


def test_a_shrunk_picture_is_the_formula_on_the_means() -> None:
    stored = np.random.default_rng(2).integers(0, 4096, (300, 200), dtype=np.uint16)
    picture = pipeline.draw(grey(stored), manual(2000, 900), Viewport(50, 75))
    means = stored.reshape(75, 4, 50, 4).mean((1, 3))
    assert np.abs(picture.pixels - formula(means, 2000, 900)).max() <= 1
    assert (picture.width, picture.height, picture.scale) == (50, 75, 0.25)


def test_a_table_of_the_modality_is_looked_up_before_the_mean() -> None:
    item = Dataset()
    item.add(DataElement(0x00283002, "US", [3, 0, 16]))
    item.add(DataElement(0x00283006, "US", [0, 5000, 100]))
    found = grey(np.array([[0, 2], [0, 2]], np.uint8), ModalityLUTSequence=[item])
    assert pipeline.draw(found, manual(50, 11), Viewport(1, 1)).pixels[0, 0] == formula(np.array(50.0), 50, 11)


@pytest.mark.parametrize("rotation", [0, 1, 2, 3])
@pytest.mark.parametrize("flip", [False, True])
def test_flip_then_rotation(rotation: int, flip: bool) -> None:
    ds = phantoms.ct(2, size=32)
    plain = pipeline.render(frame(ds), View()).pixels
    turned = pipeline.render(frame(ds), View(rotation=rotation, flip=flip)).pixels
    assert np.array_equal(turned, np.rot90(plain[:, ::-1] if flip else plain, -rotation))


def test_zooming_crops_and_leaves_enlarging_to_the_terminal_unless_it_must_be_coarse() -> None:
    ds = phantoms.ct(2, size=64)
    whole = pipeline.render(frame(ds), View()).pixels
    smooth = pipeline.draw(frame(ds), View(zoom=4), Viewport(128, 128))
    assert np.array_equal(smooth.pixels, whole[24:40, 24:40])
    assert (smooth.width, smooth.height) == (128, 128)
    coarse = pipeline.draw(frame(ds), View(zoom=4, smooth=False), Viewport(128, 128))
    assert np.array_equal(coarse.pixels, np.repeat(np.repeat(whole[24:40, 24:40], 8, 0), 8, 1))


def test_true_aspect_of_pixels_that_are_not_square() -> None:
    found = grey(np.zeros((256, 341), np.uint8), PixelAspectRatio=[4, 3])
    picture = pipeline.draw(found, View(), Viewport(1000, 500))
    assert picture.width == pytest.approx(picture.height * 341 * 3 / (256 * 4), abs=1)
    assert pipeline.facts(found).aspect == pytest.approx(4 / 3)
    full = pipeline.render(found, View())
    assert (full.pixels.shape, full.width, full.height) == ((256, 341), 341, 341)


views = st.builds(
    View,
    voi=st.builds(Voi, st.sampled_from([VoiKind.DEFAULT, VoiKind.STORED, VoiKind.AUTO]), st.integers(-1, 4)),
    invert=st.booleans(), zoom=st.floats(0.05, 40), one_to_one=st.booleans(), center_x=st.floats(0, 1),
    center_y=st.floats(0, 1), rotation=st.integers(0, 3), flip=st.booleans(), overlays=st.booleans(),
    smooth=st.booleans(),
)  # fmt: skip
PHANTOMS = [frame(phantoms.ct(4, size=40)), frame(phantoms.colour(24)), frame(phantoms.cine(3, 32), 2)]


@given(st.sampled_from(PHANTOMS), views, st.builds(Viewport, st.integers(0, 90), st.integers(0, 90)))
@settings(max_examples=150, deadline=None)
def test_every_view_gives_a_picture_within_the_pane(found: Frame, view: View, pane: Viewport) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = pipeline.draw(found, view, pane)
    rows, columns = picture.pixels.shape[:2]
    assert 1 <= columns <= picture.width <= max(pane.width, 1)
    assert 1 <= rows <= picture.height <= max(pane.height, 1)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.floats(min_value=1e-300, max_value=1e300),
    st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_finite_in_means_neither_warning_nor_exception(
    center: float, width: float, slope: float, intercept: float
) -> None:
    stored = np.arange(-300, 300, dtype=np.int16).reshape(20, 30)
    ds = Dataset()
    ds.add(DataElement(0x00281052, "DS", ""))
    found = grey(stored, PixelPaddingValue=-7)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found.dataset.add(DataElement(0x00281053, "FD", slope))  # as a double, so that nothing is rounded to 16 letters
        found.dataset.add(DataElement(0x00281052, "FD", intercept))
        for view in (manual(center, width), View(voi=Voi(VoiKind.AUTO))):
            pipeline.draw(found, view, Viewport(9, 9))
            pipeline.render(found, view)


def test_a_window_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        pipeline.draw(frame(phantoms.ct()), manual(float("nan"), 1), Viewport(9, 9))


@pytest.mark.parametrize("modality", ["CT", "MR", "NM", "CR", "XA", "RTDOSE", "PT", "OT"])
def test_every_preset_of_every_modality_can_be_drawn(modality: str) -> None:
    ds = phantoms.ct(3, size=32)
    ds.Modality = modality
    for name in presets.names(modality):
        picture = pipeline.render(frame(ds), View(voi=presets.named(modality, name)))
        assert picture.window_label == presets.without_uptake(name)


# ------------------------------------------------------------------------------------------------- PET


def pet(**values: object) -> Frame:
    ds = test_suv.pet(**values)
    ds.BitsStored, ds.RescaleSlope, ds.RescaleIntercept = 16, 2.5, 0
    return Frame(np.arange(0, 40_000, 10, dtype=np.uint16).reshape(50, 80), "MONOCHROME2", ds)


def test_windows_of_the_user_are_in_suv() -> None:
    factor = test_suv.after(3600)
    picture = pipeline.render(pet(), manual(2.5, 5))
    assert (picture.window, picture.unit, picture.notes) == (Window(2.5, 5), "SUV", ())
    share = pet().stored * (2.5 * factor) / 5
    assert np.abs(picture.pixels - np.floor(255 * share.clip(0, 1))).max() <= 1
    assert pipeline.facts(pet()).grain == pytest.approx(2.5 * factor)


def test_presets_of_uptake_are_shown_black_on_white() -> None:
    film = pipeline.render(pet(), View(voi=presets.for_digit("PT", 4)))
    assert np.array_equal(film.pixels, pipeline.render(pet(), replace(manual(2.5, 5), invert=True)).pixels)
    turned = pipeline.render(pet(), View(voi=presets.for_digit("PT", 4), invert=True))
    assert np.array_equal(turned.pixels, pipeline.render(pet(), manual(2.5, 5)).pixels)
    default = pipeline.render(pet(), View())
    assert default.window_label == "suv7" and default.pixels[0, 0] == 255
    assert pipeline.render(pet(PatientWeight=None), View()).pixels[0, 0] == 0


def test_the_window_of_the_file_is_in_its_own_unit_and_shown_in_suv() -> None:
    found = pet(WindowCenter=10_000, WindowWidth=20_000)
    picture = pipeline.render(found, View())
    assert picture.window is not None
    assert picture.window.center == pytest.approx(10_000 * test_suv.after(3600), rel=1e-5)
    assert np.array_equal(picture.pixels, formula(found.stored * 2.5, 10_000, 20_000))


def test_without_suv_the_reason_is_said_and_no_window_in_suv_is_used() -> None:
    found = pet(PatientWeight=None)
    picture = pipeline.render(found, View(voi=presets.for_digit("PT", 4)))
    assert (picture.window_label, picture.unit) == ("50%max", "BQML")
    assert any("weight is missing" in note for note in picture.notes)
    assert pipeline.render(found, View()).window_label == "auto"


def test_a_mask_that_is_not_subtracted_is_said() -> None:
    item = Dataset()
    item.MaskOperation, item.ApplicableFrameRange = "AVG_SUB", [2, 3]
    stored = np.zeros((4, 4), np.uint8)
    first = grey(stored, MaskSubtractionSequence=[item], Modality="XA")
    assert pipeline.render(first, View()).notes == ()
    second = Frame(stored, "MONOCHROME2", first.dataset, 1)
    assert "AVG_SUB" in pipeline.render(second, View()).notes[0]


# ------------------------------------------------------------------------------------------------- overlays


def with_overlay() -> Dataset:
    ds = phantoms.ct(1, size=64)
    plane = np.zeros((64, 64), np.uint8)
    plane[10, :] = 1  # one thin line
    for element, vr, value in (
        (0x0010, "US", 64), (0x0011, "US", 64), (0x0040, "CS", "G"), (0x0050, "SS", [1, 1]), (0x0100, "US", 1),
        (0x0102, "US", 0), (0x3000, "OW", np.packbits(plane.ravel(), bitorder="little").tobytes()),
    ):  # fmt: skip
        ds.add_new((0x6000, element), vr, value)
    return ds


def test_overlays_are_white_and_survive_shrinking_and_turning() -> None:
    found = frame(with_overlay())
    without = pipeline.render(found, View(overlays=False)).pixels
    drawn = pipeline.render(found, View()).pixels
    assert (drawn[10] == 255).all()
    assert np.array_equal(np.delete(drawn, 10, 0), np.delete(without, 10, 0))
    small = pipeline.draw(found, View(), Viewport(16, 16)).pixels
    assert (small[2] == 255).all()
    turned = pipeline.draw(found, View(rotation=1), Viewport(16, 16)).pixels
    assert (turned[:, 13] == 255).all()


# ------------------------------------------------------------------------------------------------- what is kept


def same(one: Picture, other: Picture) -> bool:
    return np.array_equal(one.pixels, other.pixels) and (one.width, one.window, one.letters, one.notes) == (
        other.width, other.window, other.letters, other.notes,
    )  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PHANTOMS), views), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_renderer_draws_the_same_as_a_fresh_one(steps: list[tuple[Frame, View]]) -> None:
    renderer = Renderer()
    for found, view in steps:
        assert same(renderer.draw(found, view, Viewport(50, 40)), pipeline.draw(found, view, Viewport(50, 40)))
        assert same(renderer.render(found, view), pipeline.render(found, view))
        assert renderer.facts(found) == pipeline.facts(found)


def test_pictures_stay_as_they_are_when_the_next_is_drawn() -> None:
    found = frame(with_overlay())
    renderer = Renderer()
    first = renderer.draw(found, manual(40, 80), Viewport(64, 64))
    before = first.pixels.copy()
    renderer.draw(found, manual(400, 800), Viewport(64, 64))
    assert np.array_equal(first.pixels, before)


# ------------------------------------------------------------------------------------------------- facts


def test_facts_of_a_ct_and_a_cine() -> None:
    ct = pipeline.facts(frame(phantoms.ct(size=96)))
    assert (ct.modality, ct.frames, ct.rows, ct.columns, ct.colour) == ("CT", 1, 96, 96, False)
    assert ct.stored_views == ("file 1/2 BRAIN", "file 2/2 BONE")
    assert ct.pixel_spacing == (2.5, 2.5)
    assert ct.rate == 0
    cine = pipeline.facts(frame(phantoms.cine(frames=4), 1))
    assert (cine.frames, cine.rate, cine.pixel_spacing) == (4, 25, None)


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({"CineRate": 30, "FrameTime": 10}, 30),
        ({"RecommendedDisplayFrameRate": 12, "CineRate": 30}, 12),
        ({"FrameTimeVector": [0, 50, 50]}, 20),
        ({"FrameTime": 0}, 0),
        ({"FrameTime": 1e-9}, 0),
        ({"CineRate": -1}, 0),
    ],
)
def test_the_stored_rate(values: dict[str, object], rate: float) -> None:
    assert pipeline.facts(grey(np.zeros((2, 2), np.uint8), **values)).rate == rate
