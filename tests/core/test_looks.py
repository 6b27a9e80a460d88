"""A picture that is looked up is that of the whole way, to the bit and to the word."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core import plain
from tui.core.looks import Alike, Looks, Watched
from tui.core.pages import Page
from tui.core.pipeline import Renderer
from tui.core.values import View, Voi, VoiKind, Window, Wish
from tui.errors import UsageError

FIXED = View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)))


def read(ds):
    data = phantoms.data(ds)
    found = plain.read(data, len(data))
    assert found is not None
    return found, data[found.offset : found.offset + found.length]


def learnt(ds, view=FIXED, wish=Wish()):
    looks = Looks(view, wish)
    return looks, looks.learn(*read(ds), header(ds))


def header(ds):
    return dcmread(BytesIO(phantoms.data(ds)), stop_before_pixels=True)


def same(ds, looks, view=FIXED, wish=Wish()):
    """Whether the slice is alike; its page is then compared with that of the whole way."""
    from tests.conformance.test_exporters import pages_of

    look = looks.find(read(ds)[0])
    if look is None:
        return False
    page = Alike.of(look, *read(ds))
    whole = Page(pages_of(ds).first().frame, view, wish, Renderer())
    np.testing.assert_array_equal(page.pixels(), whole.pixels())
    assert page.picture.caption == whole.picture.caption and page.label == whole.label
    return True


def slice_(z, **values):
    ds = phantoms.ct(z, size=24)
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


@pytest.mark.parametrize(
    "view",
    [FIXED, View(), View(voi=FIXED.voi, rotation=1, flip=True, invert=True), View(voi=Voi(VoiKind.PRESET, "lung"))],
)
def test_slices_of_a_series_are_alike(view):
    looks, look = learnt(slice_(0), view)
    assert look is not None
    assert all(same(slice_(z), looks, view) for z in range(12))


def test_annotations_say_the_number_of_the_slice():
    wish = Wish(annotate=True)
    looks, _ = learnt(phantoms.ct(0, size=128), FIXED, wish)
    assert same(phantoms.ct(7, size=128), looks, FIXED, wish)


@pytest.mark.parametrize(
    "values",
    [
        {"RescaleIntercept": -1000},
        {"RescaleSlope": 2},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"PixelSpacing": [1, 2]},
        {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]},
        {"PixelPaddingValue": 0},
        {"VOILUTFunction": "SIGMOID"},
        {"Modality": "MR"},
        {"SpecificCharacterSet": "ISO_IR 100"},
        {"SeriesNumber": 9},
        {"BitsStored": 13, "HighBit": 12},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"},
    ],
)
def test_what_a_picture_or_its_name_depends_on_parts_slices(values):
    looks, _ = learnt(slice_(0))
    assert not same(slice_(1, **values), looks)
    looks, look = learnt(slice_(1, **values))
    assert look is None or same(slice_(2, **values), looks)


def test_an_overlay_is_seen_though_no_slice_before_had_one():
    looks, _ = learnt(slice_(0))
    ds = slice_(1)
    ds.add_new(0x60000010, "US", 24)
    assert not same(ds, looks)


def test_a_window_by_the_pixels_is_each_slices_own():
    _, look = learnt(slice_(0), View(voi=Voi(VoiKind.AUTO)))
    assert look is None


@pytest.mark.parametrize("stored", [8, 12, 16])
def test_every_code_goes_its_way(stored):
    """Signed and not, bits above those stored included."""
    for signed in (0, 1):
        pixels = np.arange(1 << 16, dtype=np.uint16).reshape(256, 256)
        ds = phantoms.grey(pixels, phantoms.CT)
        ds.Modality, ds.RescaleSlope, ds.RescaleIntercept = "CT", 1, -50
        ds.BitsStored, ds.HighBit, ds.PixelRepresentation = stored, stored - 1, signed
        view = View(voi=Voi(VoiKind.MANUAL, window=Window(300, 4000)))
        looks, look = learnt(ds, view)
        assert look is not None and same(ds, looks, view)


def test_only_plain_grey_is_looked_up():
    assert learnt(phantoms.colour(size=16))[1] is None
    assert learnt(phantoms.cine(3, 16))[1] is None
    broken = phantoms.ct(size=16)
    broken.Rows = 17
    assert learnt(broken)[1] is None


def test_a_number_that_is_none_goes_the_whole_way():
    looks, look = learnt(slice_(0))
    odd, pixels = read(slice_(1))
    odd.elements[0x00200013] = odd.elements[0x00200013][:8] + b"1.0 "
    assert looks.find(odd) is look and Alike.of(look, odd, pixels) is None
    del odd.elements[0x00200013]
    assert Alike.of(look, odd, pixels).label.image is None


def test_looks_that_nobody_uses_are_not_looked_for_any_more():
    looks = Looks(FIXED, Wish())
    looks.find(read(slice_(0))[0])
    assert not looks.promising  # one alone is not worth it
    for z in range(6):
        ds = slice_(z, RescaleIntercept=z)
        assert looks.find(read(ds)[0]) is None
        if looks.promising:
            looks.learn(*read(ds), header(ds))
    assert not looks.promising


def test_a_window_that_is_none_is_told_by_the_whole_way():
    with pytest.raises(UsageError):
        Renderer().render(_frame(), View(voi=Voi(VoiKind.MANUAL, window=Window(0, -1))))
    assert learnt(slice_(0), View(voi=Voi(VoiKind.MANUAL, window=Window(0, -1))))[1] is None


def _frame():
    from tests.conformance.test_exporters import pages_of

    return pages_of(slice_(0)).first().frame


def test_all_ways_to_ask_are_seen():
    """pydicom reaches elements in several ways; none may be missed."""
    for ask, tags, listed in (
        (lambda ds: ds.Rows, {0x00280010}, False),
        (lambda ds: ds.get("Rows"), {0x00280010}, False),
        (lambda ds: ds[0x00280010], {0x00280010}, False),
        (lambda ds: ds.get_item(0x00280010), {0x00280010}, False),
        (lambda ds: "Rows" in ds, {0x00280010}, False),
        (lambda ds: 0x00280010 in ds.keys(), {0x00280010}, False),  # noqa: SIM118
        (lambda ds: list(ds.keys()), set(), True),
        (lambda ds: [element.tag for element in ds], {0x00280010, 0x00280011}, True),
        (lambda ds: list(ds.values()), {0x00280010, 0x00280011}, True),
        (lambda ds: list(ds.items()), {0x00280010, 0x00280011}, True),
        (len, set(), True),
        (lambda ds: ds.get("Manufacturer"), {0x00080070}, False),
    ):
        plainly = Dataset()
        plainly.Rows, plainly.Columns = 3, 4
        elements = Watched(plainly.items())
        ask(Dataset(elements))
        assert tags <= elements.asked and (elements.listed or not listed), tags
