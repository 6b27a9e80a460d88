"""What a grey frame knows of itself, and that values looked up are the values computed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tui.core import geometry, pipeline
from tui.core.frames import Frame
from tui.core.grey import Grey, GreyPart
from tui.core.pipeline import content_of
from tui.core.values import View, Viewport, Voi, VoiKind, Window


def grey(stored: np.ndarray, **values: object) -> Grey:
    ds = Dataset()
    ds.BitsStored = stored.dtype.itemsize * 8
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    found = content_of(Frame(stored, "MONOCHROME2", ds))
    assert isinstance(found, Grey)
    return found


def part(found: Grey, pane: Viewport | None = None) -> GreyPart:
    rows, columns = found.stored.shape
    return found.part(geometry.place((rows, columns), 1.0, View(), pane or Viewport(columns, rows)))


@given(stnp.arrays(st.sampled_from([np.uint8, np.int8, np.uint16, np.int16, np.int32]), (5, 6)))
@settings(max_examples=60, deadline=None)
def test_what_the_indices_name_are_the_rescaled_values(stored: np.ndarray) -> None:
    found = grey(stored, RescaleSlope=0.5, RescaleIntercept=-3)
    shown = part(found)
    values = shown.values if shown.indices is None else shown.values[shown.indices]
    assert np.array_equal(values, stored * 0.5 - 3)
    assert not shown.blank.any()


def test_a_range_too_wide_for_a_table_is_computed_pixel_by_pixel() -> None:
    wide = grey(np.array([[0, 1 << 20]], np.int32))
    assert part(wide).indices is None
    assert part(grey(np.array([[0, 1 << 10]], np.int32))).indices is not None


def test_extent_has_the_padding_and_levels_have_not() -> None:
    found = grey(np.array([[-2000, 10, 20, 30]], np.int16), PixelPaddingValue=-2000, RescaleSlope=2, RescaleIntercept=1)
    assert found.extent == (-2000, 30)
    assert (found.levels.low, found.levels.high) == (21, 61)
    assert found.levels.sample.tolist() == [21, 41, 61]
    assert found.padded


@pytest.mark.parametrize(
    ("stored", "values", "capacity"),
    [
        (np.array([[3]], np.uint16), {"BitsStored": 12}, (0, 4095)),
        (np.array([[3]], np.int16), {"BitsStored": 12}, (-2048, 2047)),
        (np.array([[3]], np.uint16), {"BitsStored": 12, "RescaleSlope": -2}, (-8190, 0)),
        (np.array([[9000]], np.uint16), {"BitsStored": 12}, (0, 9000)),
        (np.array([[3]], np.uint8), {"SegmentationType": "LABELMAP"}, (3, 3)),
        (np.array([[3]], np.uint8), {"SegmentationType": "FRACTIONAL", "MaximumFractionalValue": 100}, (0, 100)),
        (np.array([[0.5, 2.0]], np.float32), {}, (0.5, 2)),
    ],
)
def test_capacity_is_what_bits_stored_can_hold(
    stored: np.ndarray, values: dict[str, object], capacity: tuple[float, float]
) -> None:
    assert grey(stored, **values).capacity == capacity


def test_means_are_blank_where_most_of_them_is_padding() -> None:
    stored = np.array([[7, 100, 7, 7], [200, 300, 7, 40]], np.int16)
    shown = part(grey(stored, PixelPaddingValue=7), Viewport(2, 1))
    assert shown.indices is not None
    assert shown.blank[shown.indices].tolist() == [[False, True]]
    assert shown.values[shown.indices][0, 0] == pytest.approx(200, abs=0.5)
    pixels, chosen = shown.pixels(View(voi=Voi(VoiKind.MANUAL, window=Window(100, 2))))
    assert pixels.tolist() == [[255, 0]]
    assert chosen.label == "manual"


def test_what_is_no_number_never_meets_a_table() -> None:
    stored = np.full((8, 8), 3.0, np.float32)
    stored[:4] = np.nan
    ds = Dataset()
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [4, 0, 16], [0, 10, 20, 30]
    ds.ModalityLUTSequence = Sequence([item])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = pipeline.draw(Frame(stored, "MONOCHROME2", ds), View(), Viewport(4, 4))
    assert not picture.pixels[:2].any()
