"""Every kind of overlay: the contract of the records in ``core/overlays`` and ``core/objects``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import FileDataset

from tests import overlays as made
from tests import phantoms
from tests.core.objects.test_segmentation import discs
from tests.overlays import Opened, picture
from tui import dropins
from tui.core import objects, overlays
from tui.core.laid import Laid
from tui.core.pipeline import Renderer
from tui.core.target import target_of
from tui.core.values import View, Viewport
from tui.errors import NoPictureError

OWN = dropins.find(overlays, "OVERLAY")
KINDS = dropins.find(objects, "OVERLAY")
OBJECTS = list(KINDS)
IMAGES = [phantoms.ct(z) for z in range(3)]
SAMPLES: dict[str, FileDataset] = {
    "segmentation": made.seg(IMAGES, {1: discs(), 2: ~discs()}),
    "structures": made.structures([("Ball", (255, 0, 0), [("CLOSED_PLANAR", made.circle(40, (0, 0), 5.0))])]),
    "presentation": made.state(IMAGES[1], annotate=True),
}


def test_each_kind_of_object_has_a_sample_here() -> None:
    assert set(OBJECTS) == set(SAMPLES)


def test_no_two_kinds_read_the_same_objects() -> None:
    claimed = [uid for name in OBJECTS for uid in KINDS[name].sop_classes]
    assert len(claimed) == len(set(claimed))
    assert all(KINDS[name].word for name in OBJECTS)


@pytest.mark.parametrize("name", list(OWN))
def test_what_the_file_itself_brings_is_nothing_where_there_is_none(name: str) -> None:
    found = OWN[name].read(picture(1))
    assert (found.layers, found.notes) == ((), ())


@pytest.mark.parametrize("name", OBJECTS)
def test_parts_that_are_here_are_those_that_are_drawn(name: str) -> None:
    read = KINDS[name].read(Opened(SAMPLES[name]))
    every = frozenset(part.number for part in read.parts)
    assert len(every) == len(read.parts)
    assert read.title
    for z in range(3):
        target = target_of(picture(z))
        assert read.here(target) <= every
        assert read.drawn(target, every).parts == len(read.here(target))
        assert read.drawn(target, frozenset()).parts == 0
        for number in every:
            assert read.drawn(target, frozenset({number})).parts == (number in read.here(target))


@pytest.mark.parametrize("name", OBJECTS)
def test_what_is_drawn_has_the_shape_of_the_frame_and_can_be_laid_over_it(name: str) -> None:
    read = KINDS[name].read(Opened(SAMPLES[name]))
    frame = picture(1)
    drawn = read.drawn(target_of(frame), frozenset(part.number for part in read.parts))
    for one in drawn.drawings:
        shape = getattr(one, "cover", getattr(one, "mask", None))
        assert shape is None or shape.shape == frame.sides
    laid = Laid((drawn,), 0.5)
    for view in (View(), View(rotation=1, flip=True, zoom=3.0), View(one_to_one=True)):
        found = Renderer().draw(read.dressed(frame), view, Viewport(200, 150), None, laid)
        assert found.pixels.ndim == 3
        assert found.overlays == drawn.parts


@pytest.mark.parametrize("name", OBJECTS)
def test_another_image_is_left_as_it_is(name: str) -> None:
    read = KINDS[name].read(Opened(SAMPLES[name]))
    other = target_of(picture(1, FrameOfReferenceUID="1.2.3", SOPInstanceUID="1.2.4"))
    assert not read.refers(other)
    assert read.drawn(other, frozenset(part.number for part in read.parts)).drawings == ()


@pytest.mark.parametrize("name", OBJECTS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_an_object_that_lacks_elements_is_read_or_refused(name: str, data: Any) -> None:
    ds = phantoms.reread(SAMPLES[name])
    places = list(ds.iterall())
    for at in data.draw(st.lists(st.integers(0, len(places) - 1), min_size=1, max_size=4)):
        for holder in (ds, *_items(ds)):
            if places[at].tag in holder and places[at].keyword not in ("Rows", "Columns", "BitsAllocated"):
                del holder[places[at].tag]
    try:
        read = KINDS[name].read(Opened(ds))
        drawn = read.drawn(target_of(picture(1)), frozenset(part.number for part in read.parts))
        read.dressed(picture(1))
    except NoPictureError:
        return
    assert all(np.isfinite(one.points).all() for one in drawn.drawings if hasattr(one, "points"))


def _items(ds: Any) -> list[Any]:
    return [item for element in ds if element.VR == "SQ" for item in element.value]
