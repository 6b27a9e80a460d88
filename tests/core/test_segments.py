from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tui.core.segments import subject


def item(**values: object) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def segmentation() -> Dataset:
    frames = [
        item(SegmentIdentificationSequence=Sequence([item(ReferencedSegmentNumber=number)])) for number in (2, 1, 7)
    ]
    labels = [item(SegmentNumber=1, SegmentLabel="Liver"), item(SegmentNumber=2, SegmentLabel="A\x1b[31mB" + "x" * 90)]
    return item(PerFrameFunctionalGroupsSequence=Sequence(frames), SegmentSequence=Sequence(labels))


def test_each_frame_names_its_segment() -> None:
    ds = segmentation()
    assert subject(ds, 1) == "segment 1 Liver"
    assert subject(ds, 2) == "segment 7"
    assert subject(ds, 9) == ""


def test_a_label_cannot_steer_the_terminal_and_has_an_end() -> None:
    found = subject(segmentation(), 0)
    assert "\x1b" not in found and len(found) < 50


def test_others_have_none() -> None:
    assert subject(Dataset()) == ""
