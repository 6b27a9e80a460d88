"""The order in which frames are looked at: by dimensions (PS3.3 7.5.2), else by height; real files and laws."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests import phantoms
from tui.adapters.opened import open_instance
from tui.core.frameorder import order
from tui.core.pipeline import facts
from tui.service.settings import Limits

AXIAL = [1, 0, 0, 0, 1, 0]


def item(**elements: object) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def frames(*groups: Dataset, dimensions: int = 0) -> Dataset:
    ds = phantoms.grey(np.zeros((len(groups), 4, 4), np.uint16))
    ds.PerFrameFunctionalGroupsSequence = list(groups)
    ds.DimensionIndexSequence = [item(DimensionIndexPointer=0x00209057) for _ in range(dimensions)]
    return ds


def dimension(*values: int) -> Dataset:
    return item(FrameContentSequence=[item(DimensionIndexValues=list(values) if values else None)])


def slice_at(z: float, orientation: list[int] = AXIAL) -> Dataset:
    return item(
        PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])],
        PlaneOrientationSequence=[item(ImageOrientationPatient=orientation)],
    )


def test_the_first_dimension_is_the_slowest() -> None:
    groups = [dimension(*values) for values in ((1, 2), (2, 1), (1, 1), (2, 2))]
    assert order(frames(*groups, dimensions=2), 4) == (2, 0, 1, 3)
    assert order(phantoms.reread(frames(*groups, dimensions=2)), 4) == (2, 0, 1, 3)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=2, max_size=9))
def test_every_frame_has_one_place_and_equal_ones_stay_in_order(values: list[tuple[int, int]]) -> None:
    found = order(frames(*[dimension(*one) for one in values], dimensions=2), len(values))
    assert sorted(found) in ([], list(range(len(values))))
    assert all((values[a], a) < (values[b], b) for a, b in pairwise(found or range(len(values))))


@pytest.mark.parametrize(
    "groups",
    [
        [dimension(2), dimension()],  # one says nothing
        [dimension(2), dimension(1, 1)],  # not as many as there are dimensions
        [dimension(1), dimension(2)],
        [dimension(2), Dataset()],
        [dimension(2), item(FrameContentSequence=[])],
    ],
)
def test_what_is_not_whole_leaves_the_order_of_the_file(groups: list[Dataset]) -> None:
    assert order(frames(*groups, dimensions=1), len(groups)) == ()


def test_groups_for_another_number_of_frames_say_nothing() -> None:
    assert order(frames(dimension(2), dimension(1), dimensions=1), 3) == ()
    assert order(frames(dimension(1), dimensions=1), 1) == ()
    assert order(phantoms.cine(3), 3) == ()


def test_without_dimensions_heights_decide_in_the_direction_of_most() -> None:
    assert order(frames(*map(slice_at, (0, 3, 2, 5, 6))), 5) == (0, 2, 1, 3, 4)
    assert order(frames(*map(slice_at, (6, 5, 2, 3, 0))), 5) == (0, 1, 3, 2, 4)
    assert order(frames(*map(slice_at, (9, 6, 3))), 3) == ()


def test_frames_at_one_height_or_of_several_planes_are_no_stack() -> None:
    assert order(frames(*map(slice_at, (0, 3, 0))), 3) == ()
    assert order(frames(slice_at(3), slice_at(0), slice_at(6, [0, 1, 0, 0, 0, -1])), 3) == ()
    assert order(frames(slice_at(3), slice_at(0), Dataset()), 3) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("multiframe/enhanced-ct/eCT_Supplemental.dcm", (1, 0)),
        ("multiframe/enhanced-mr/BRMULTI", (0, 4, 1, 5, 6, 2, 3, 7, 8, 9, 10, 11)),
    ],
)
def test_real_files_that_store_their_frames_in_another_order(
    corpus: Path, name: str, expected: tuple[int, ...]
) -> None:
    path = corpus / name
    groups = dcmread(path, stop_before_pixels=True).PerFrameFunctionalGroupsSequence
    values = [list(groups[n].FrameContentSequence[0].DimensionIndexValues) for n in expected]
    assert values == sorted(values)
    opened = open_instance(str(path), Limits())
    assert facts(opened.frame(1)).order == expected
    assert facts(opened.frame(0)).order == expected
