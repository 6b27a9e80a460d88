"""VOI LUT: PS3.3 C.11.2."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests import phantoms
from tui.core import voi
from tui.core.modality import LookupTable
from tui.core.presets import Basis, Rule
from tui.core.values import Voi, VoiKind, Window
from tui.core.voi import Levels, VoiFunction, VoiLut, Windowing
from tui.errors import UsageError

LEVELS = Levels(np.arange(-100.0, 301.0), -100.0, 300.0, -1024.0, 3071.0)
NO_VIEWS = voi.Offer("OT", 16, VoiFunction.LINEAR, ())


def header(**values: object) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def exactly(value: float, center: float, width: float, function: VoiFunction) -> Fraction:
    """The formulas as the standard prints them, on fractions."""
    x, c, w = Fraction(value), Fraction(center), Fraction(width)
    if function is VoiFunction.LINEAR and w >= 1:
        c, w = c - Fraction(1, 2), w - 1
    if x <= c - w / 2:
        return Fraction(0)
    if x > c + w / 2:
        return Fraction(1)
    return (x - c) / w + Fraction(1, 2)


finite = st.floats(-5000, 5000, allow_nan=False)


@given(
    st.lists(finite, min_size=1, max_size=20),
    finite,
    st.floats(0.01, 5000),
    st.sampled_from(["LINEAR", "LINEAR_EXACT"]),
)
@settings(max_examples=100, deadline=None)
def test_linear_windows_follow_the_formula(values: list[float], center: float, width: float, name: str) -> None:
    function = VoiFunction(name)
    shown = Windowing(Window(center, width), function)(np.array(values), 0.0, 1.0)
    edge = width - 1 if function is VoiFunction.LINEAR and width >= 1 else width
    for value, got in zip(values, shown, strict=True):
        if edge > 1e-3:  # a ramp so steep that the formula is a step is looked at below
            assert abs(float(exactly(value, center, width, function)) - got) < 1e-9
        assert 0 <= got <= 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-1e9, 0.0), (0, 0.0), (0.001, 0.001 / 4095), (4095, 1.0), (4095.001, 1.0), (2047.5, 0.5), (1e9, 1.0)],
)
def test_the_example_of_the_standard(value: float, shown: float) -> None:
    # PS3.3 C.11.2.1.2.1: center 2048 and width 4096 select 0 to 4095
    assert Windowing(Window(2048, 4096))(np.array([float(value)]), 0, 1)[0] == pytest.approx(shown, abs=1e-12)


@pytest.mark.parametrize(("value", "shown"), [(99, 0), (99.5, 0), (99.6, 255), (100, 255), (101, 255)])
def test_width_1_is_a_threshold(value: float, shown: int) -> None:
    assert Windowing(Window(100, 1))(np.array([float(value)]), 0.0, 255.0)[0] == shown


def test_linear_narrower_than_1_is_linear_exact() -> None:
    values = np.linspace(-1, 1, 101)
    linear = Windowing(Window(0.1, 0.5), VoiFunction.LINEAR)(values, 0, 255)
    assert np.array_equal(linear, Windowing(Window(0.1, 0.5), VoiFunction.LINEAR_EXACT)(values, 0, 255))


@given(st.lists(finite, min_size=1, max_size=20), finite, st.floats(0.01, 5000))
@settings(max_examples=50, deadline=None)
def test_sigmoid_follows_the_formula(values: list[float], center: float, width: float) -> None:
    shown = Windowing(Window(center, width), VoiFunction.SIGMOID)(np.array(values), 0.0, 255.0)
    for value, got in zip(values, shown, strict=True):
        power = min(max(-4 * (value - center) / width, -600), 600)
        assert got == pytest.approx(255 / (1 + math.exp(power)), abs=1e-9)


huge = st.floats(-1e200, 1e200) | st.sampled_from([0.0, 1e200, -1e200, 5e-324])


@given(
    st.lists(huge, min_size=1, max_size=10),
    st.floats(-1.7e308, 1.7e308),
    st.floats(5e-324, 1.7e308),
    st.sampled_from(VoiFunction),
)
@settings(max_examples=200, deadline=None)
def test_every_finite_window_gives_levels_in_order_without_a_warning(
    values: list[float], center: float, width: float, function: VoiFunction
) -> None:
    ordered = np.sort(np.array(values))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = Windowing(Window(center, width), function)(ordered, 0.0, 255.0)
        turned = Windowing(Window(center, width), function)(ordered, 255.0, 0.0)
    for levels in (shown, turned):
        assert np.isfinite(levels).all()
        assert levels.min() >= 0
        assert levels.max() <= 255
    assert (np.diff(shown) >= -1e-9).all()
    assert (np.diff(turned) <= 1e-9).all()


# ------------------------------------------------------------------------------------------------- VOI LUT


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_a_voi_lut_shows_its_whole_range_of_bits(bits: int) -> None:
    top = 2**bits - 1
    table = LookupTable(-2, np.array([0, top // 3, top], np.uint16), bits)
    values = np.array([-9.0, -2, -1, 0, 9])
    assert VoiLut(table)(values, 0.0, 255.0) == pytest.approx([0, 0, top // 3 * 255 / top, 255, 255])
    assert VoiLut(table)(values, 255.0, 0.0) == pytest.approx([255, 255, 255 - top // 3 * 255 / top, 0, 0])
    assert VoiLut(table).shown == Window(-0.5, 3)


def with_lut(ds: Dataset, *explanations: str) -> Dataset:
    items = []
    for words in explanations:
        item = header(LUTExplanation=words)
        item.add(DataElement(0x00283002, "US", [2, 0, 8]))
        item.add(DataElement(0x00283006, "US", [0, 255]))
        items.append(item)
    ds.VOILUTSequence = Sequence(items)
    return ds


# ------------------------------------------------------------------------------------------------- stored views


def test_windows_then_tables_with_their_explanations() -> None:
    ds = with_lut(phantoms.ct(), "STEEP")
    views = voi.stored_views(ds)
    assert [v.label for v in views] == ["file 1/2 BRAIN", "file 2/2 BONE", "VOI LUT 1/1 STEEP"]
    assert views[1].curve == Windowing(Window(400, 1800))
    assert isinstance(views[2].curve, VoiLut)


@pytest.mark.parametrize(
    ("centers", "widths", "expected"),
    [
        ([40, 400], [80], [(40, 80)]),  # lists of unequal length
        ([40, 400], [0, 80], [(400, 80)]),
        ([40], [-1], []),
        ([], [80], []),
        (40, 80, [(40, 80)]),
    ],
)
def test_pairs_that_are_no_window_are_left_out(
    centers: object, widths: object, expected: list[tuple[int, int]]
) -> None:
    views = voi.stored_views(header(WindowCenter=centers, WindowWidth=widths))
    assert [v.curve for v in views] == [Windowing(Window(c, w)) for c, w in expected]
    offered = voi.offer(header(WindowCenter=centers, WindowWidth=widths))
    assert bool(offered.note) == (not expected)


def test_an_explanation_cannot_steer_the_terminal() -> None:
    ds = header(WindowCenter=1, WindowWidth=2, WindowCenterWidthExplanation="a\x1b]0;x\x07b")
    assert voi.stored_views(ds)[0].label == "file 1/1 a␛]0;x␇b"


def test_each_frame_has_its_own_window() -> None:
    def macro(center: float) -> Dataset:
        return header(FrameVOILUTSequence=[header(WindowCenter=center, WindowWidth=10, VOILUTFunction="SIGMOID")])

    ds = header(PerFrameFunctionalGroupsSequence=[macro(1), macro(2)], WindowCenter=9, WindowWidth=9)
    for frame in (0, 1):
        curve = voi.stored_views(ds, frame)[0].curve
        assert curve == Windowing(Window(frame + 1, 10), VoiFunction.SIGMOID)


@pytest.mark.parametrize(("written", "function"), [("", "LINEAR"), ("SIGMOID", "SIGMOID"), ("CUBIC", "LINEAR")])
def test_an_unknown_function_is_linear(written: str, function: str) -> None:
    assert voi.stored_function(header(VOILUTFunction=written)) is VoiFunction(function)


# ------------------------------------------------------------------------------------------------- choice


def test_the_users_window_keeps_the_files_function() -> None:
    offered = voi.Offer("MG", 12, VoiFunction.SIGMOID, ())
    chosen = voi.choose(Voi(VoiKind.MANUAL, window=Window(5, 6)), offered, lambda: LEVELS)
    assert (chosen.label, chosen.curve) == ("manual", Windowing(Window(5, 6), VoiFunction.SIGMOID))


def test_a_preset_has_its_name() -> None:
    chosen = voi.choose(Voi(VoiKind.PRESET, name="lung", window=Window(-600, 1500)), NO_VIEWS, lambda: LEVELS)
    assert (chosen.label, chosen.curve) == ("lung", Windowing(Window(-600, 1500)))


@pytest.mark.parametrize(
    "window",
    [Window(math.nan, 1), Window(1, math.nan), Window(math.inf, 1), Window(1, math.inf), Window(1, 0), Window(1, -2)],
)
def test_a_window_that_is_none_is_refused(window: Window) -> None:
    with pytest.raises(UsageError):
        voi.choose(Voi(VoiKind.MANUAL, window=window), NO_VIEWS, lambda: LEVELS)


def test_stored_views_by_index_and_what_is_beyond_is_the_default() -> None:
    offered = voi.offer(phantoms.ct())
    labels = [voi.choose(Voi(VoiKind.STORED, index=n), offered, lambda: LEVELS).label for n in (0, 1, 2, -1)]
    assert labels == ["file 1/2 BRAIN", "file 2/2 BONE", "file 1/2 BRAIN", "file 1/2 BRAIN"]


@pytest.mark.parametrize(("modality", "label"), [("CT", "file 1/1"), ("DX", "VOI LUT 1/1"), ("MG", "VOI LUT 1/1")])
def test_projections_begin_with_their_voi_lut(modality: str, label: str) -> None:
    offered = voi.offer(with_lut(header(Modality=modality, WindowCenter=1, WindowWidth=2), ""))
    assert voi.choose(Voi(), offered, lambda: LEVELS).label == label


@pytest.mark.parametrize(
    ("modality", "bits", "label", "span"),
    [
        ("MR", 12, "auto", (-96, 296)),
        ("CR", 8, "auto", (-96, 296)),
        ("XA", 12, "stored", (-1024, 3071)),
        ("NM", 16, "100%max", (0, 300)),
        ("OT", 16, "auto", (-96, 296)),
        ("OT", 8, "stored", (-1024, 3071)),
    ],
)
def test_without_a_view_the_modality_says(modality: str, bits: int, label: str, span: tuple[float, float]) -> None:
    chosen = voi.choose(Voi(), voi.Offer(modality, bits, VoiFunction.LINEAR, ()), lambda: LEVELS)
    assert chosen.label == label
    assert chosen.curve(np.array(span, float), 0, 255).tolist() == [0, 255]
    low, high = span
    assert chosen.curve.shown == Window((low + high + 1) / 2, high - low + 1)


@given(st.lists(finite, min_size=1, max_size=50), st.floats(0, 100))
@settings(max_examples=60, deadline=None)
def test_percentiles_are_those_of_numpy(values: list[float], share: float) -> None:
    sample = np.array(values)
    levels = Levels(sample, sample.min(), sample.max(), 0, 1)
    assert levels.percentile(share) == pytest.approx(float(np.percentile(sample, share)), abs=1e-9)


def test_shares_of_the_greatest_value_begin_at_0_unless_all_is_below() -> None:
    assert voi.span(Rule(Basis.MAXIMUM, 0, 50), LEVELS) == (0, 150)
    below = Levels(np.array([-5.0, -1]), -5, -1, -8, 7)
    assert voi.span(Rule(Basis.MAXIMUM, 0, 50), below) == (-5, -1)


@given(finite, st.floats(0, 5000), st.sampled_from(["LINEAR", "LINEAR_EXACT"]))
@settings(max_examples=80, deadline=None)
def test_a_covering_window_shows_its_ends_black_and_white(low: float, width: float, name: str) -> None:
    curve = voi.covering(low, low + width, VoiFunction(name))
    assert curve.window.width > 0
    if width > 1e-6:
        ends = curve(np.array([low, low + width]), 0.0, 255.0)
        assert ends == pytest.approx([0, 255], abs=1e-3)


def test_a_picture_of_one_value_is_black() -> None:
    assert voi.covering(7, 7)(np.array([7.0]), 0, 255).tolist() == [0]
    empty = Levels(np.zeros(0), 0, 0, 0, 4095)
    assert voi.choose(Voi(VoiKind.AUTO), NO_VIEWS, lambda: empty).curve.shown.width == 1
