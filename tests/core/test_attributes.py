from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from tests import phantoms
from tui.core import attributes


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def raw(tag: int, vr: str | None, value: bytes) -> Dataset:
    """A data set with one element as it comes from a file, not converted yet."""
    return Dataset({Tag(tag): RawDataElement(Tag(tag), vr, len(value), value, 0, vr is None, True)})


def enhanced() -> Dataset:
    shared = item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[0.5, 0.25])]),
        FrameVOILUTSequence=Sequence([item(WindowCenter=40, WindowWidth=80)]),
    )
    frames = [
        item(FrameVOILUTSequence=Sequence([item(WindowCenter=c, WindowWidth=400)])) if c else item()
        for c in (100, None, 300)
    ]
    return item(
        WindowCenter=7, Modality="MR",
        SharedFunctionalGroupsSequence=Sequence([shared]), PerFrameFunctionalGroupsSequence=Sequence(frames),
    )  # fmt: skip


def test_the_frames_own_item_wins_over_the_shared_one_and_that_over_the_top() -> None:
    ds = enhanced()
    assert [attributes.number(ds, "WindowCenter", frame) for frame in range(3)] == [100, 40, 300]
    assert attributes.number(ds, "WindowCenter", 99) == 40
    assert attributes.numbers(ds, "PixelSpacing", 2) == [0.5, 0.25]
    assert attributes.text(ds, "Modality", 1) == "MR"
    del ds.SharedFunctionalGroupsSequence
    assert attributes.number(ds, "WindowCenter", 1) == 7


def test_a_group_is_the_item_of_the_frame_else_of_all_else_none() -> None:
    ds = enhanced()
    assert attributes.group(ds, "FrameVOILUTSequence", 0).WindowWidth == 400
    assert attributes.group(ds, "FrameVOILUTSequence", 1).WindowWidth == 80
    assert attributes.group(ds, "PlaneOrientationSequence", 0) is None
    assert attributes.group(phantoms.ct(), "PixelMeasuresSequence", 0) is None


def test_private_sequences_of_a_group_are_not_searched() -> None:
    ds = enhanced()
    block = ds.PerFrameFunctionalGroupsSequence[1].private_block(0x2005, "SOMEONE", create=True)
    block.add_new(0x0F, "SQ", [item(RescaleSlope=99)])
    assert attributes.number(ds, "RescaleSlope", 1) is None


@pytest.mark.parametrize(
    ("vr", "value", "expected"),
    [
        ("DS", b"40\\400 ", [40, 400]),
        ("DS", b"1,5 ", [1.5]),
        ("DS", b"abc\\3 ", [3]),
        ("DS", b"nan\\inf\\2", [2]),
        ("DS", b"1e5", [100000]),
        ("DS", b"", []),
        ("DS", b"\\\\", []),
        ("DS", b"5" * 5000, []),
        (None, b"0,5 ", [0.5]),
        ("UN", b"12\\13", [12, 13]),
        ("FD", b"1234567", []),
        ("ZZ", b"12", []),
    ],
)
def test_numbers_take_what_is_a_finite_number(vr: str | None, value: bytes, expected: list[float]) -> None:
    assert attributes.numbers(raw(0x00281050, vr, value), "WindowCenter") == expected


def test_an_element_of_wrong_length_is_missing() -> None:
    ds = raw(0x00280010, "US", b"\x08")
    assert attributes.own_integer(ds, "Rows") is None
    assert attributes.integer(ds, "Rows", default=3) == 3
    assert attributes.value(ds, "Rows", default="none") == "none"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.sampled_from(["DS", "IS", "US", "FD", "UN", "SQ", "LO", "PN", "OW", "ZZ", None]))
def test_no_bytes_of_any_vr_raise(data: bytes, vr: str | None) -> None:
    for tag, keyword in ((0x00281050, "WindowCenter"), (0x52009230, "PerFrameFunctionalGroupsSequence")):
        ds = raw(tag, vr, data)
        found = attributes.numbers(ds, keyword)
        assert all(math.isfinite(number) for number in found)
        assert attributes.text(ds, keyword).isprintable()
        attributes.value(ds, keyword)
        attributes.group(ds, keyword)
        attributes.integer(ds, keyword)


def test_text_is_printable_and_joins_values() -> None:
    assert attributes.text(item(ImageType=["ORIGINAL", "PRIMARY"]), "ImageType") == "ORIGINAL\\PRIMARY"
    assert attributes.text(raw(0x0008103E, "LO", b" a\x1b]0;x\x07 "), "SeriesDescription") == "a␛]0;x␇"
    assert attributes.text(Dataset(), "Modality", default="OT") == "OT"
    assert attributes.text(item(PatientName="A^B"), "PatientName") == "A^B"


def test_integers_are_cut_towards_zero() -> None:
    assert attributes.integer(raw(0x00280008, "IS", b"3.7 "), "NumberOfFrames") == 3
    assert attributes.integer(Dataset(), "NumberOfFrames") is None


def test_importing_it_imports_no_pydicom() -> None:
    code = "import sys, tui.core.attributes; sys.exit('pydicom' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
