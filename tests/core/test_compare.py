from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core import tags
from tui.core.compare import CHANGED, MISSING, SAME, changed, differences, telling


def item(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def two() -> tuple[Dataset, Dataset]:
    left, right = phantoms.report(), phantoms.report()
    right.PatientID = "OTHER"
    del right.StudyID
    right.PatientAge = "034Y"
    right.ContentSequence[0].TextValue = "changed"
    right.ContentSequence.append(item(TextValue="new"))
    return left, right


@pytest.mark.parametrize(
    ("values", "room", "shown"),
    [
        (("a", "b"), 4, ("a", "b")),
        (("1.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.9"), 9, ("….7.8", "….7.9")),
        (("1.2.3.4.5.6.7.8", "2.2.3.4.5.6.7.8"), 9, ("1.2.3.4.5.6.7.8", "2.2.3.4.5.6.7.8")),
        (("1.2.3.4.5.6.7.8", None), 9, ("1.2.3.4.5.6.7.8", None)),
        ((None, None), 9, (None, None)),
    ],
)
def test_long_values_are_shown_where_they_differ(values, room, shown) -> None:
    assert telling(values, room) == shown


@given(st.lists(st.text(), min_size=2, max_size=4), st.integers(6, 40))
def test_values_that_differ_look_different_where_they_begin_alike(texts, room) -> None:
    one, other = f"{'x' * 50}{texts[0]}", f"{'x' * 50}{texts[1]}"
    shown = telling((one, other), room)
    if one != other:
        assert len({text[:room] for text in shown if text}) == 2


def test_only_what_differs_is_listed_with_the_sequences_it_is_in() -> None:
    left, right = (tags.table(ds) for ds in two())
    found = {place.path: place for place in differences((left, right))}
    assert {path: place.kind for path, place in found.items()} == {
        "0010,0020": CHANGED, "0010,1010": MISSING, "0020,0010": MISSING, "0040,A730": CHANGED,
        "0040,A730[0]": SAME, "0040,A730[0].0040,A160": CHANGED,
        "0040,A730[1]": MISSING, "0040,A730[1].0040,A160": MISSING,
    }  # fmt: skip
    assert found["0010,0020"].values == ("PHANTOM-1", "OTHER")
    assert found["0010,1010"].values == (None, "034Y")
    assert found["0040,A730"].values == ("1 item", "2 items")
    assert list(found) == sorted(found)


def test_what_is_the_same_has_no_differences() -> None:
    table = tags.table(phantoms.report())
    assert differences((table, table)) == ()
    assert differences((table, table, table)) == ()
    assert changed(table, table) == []


def test_changes_from_one_image_to_the_next() -> None:
    left, right = (tags.table(ds) for ds in two())
    assert [right.path(index) for index in changed(left, right)] == [
        "0010,0020", "0010,1010", "0040,A730", "0040,A730[0].0040,A160", "0040,A730[1]", "0040,A730[1].0040,A160",
    ]  # fmt: skip
    one, other = (tags.table(phantoms.ct(z, size=16)) for z in (0, 1))
    assert {other[index].keyword for index in changed(one, other)} == {
        "MediaStorageSOPInstanceUID", "SOPInstanceUID", "InstanceNumber", "ImagePositionPatient", "PixelData",
    }  # fmt: skip


@pytest.mark.parametrize("vr", ["OW", "UN", "OB"])
def test_bytes_that_look_alike_are_told_apart(vr: str) -> None:
    left, right = Dataset(), Dataset()
    left.add_new(0x00281201, vr, bytes(100))
    right.add_new(0x00281201, vr, bytes(99) + b"\1")
    tables = [tags.table(ds) for ds in (left, right)]
    (place,) = differences(tables)
    assert place.values[0] != place.values[1]


def test_several_tables_side_by_side_and_tags_that_are_left_out() -> None:
    made = [tags.table(phantoms.ct(z, size=16)) for z in range(3)]
    found = {place.keyword: place for place in differences(made)}
    assert found["InstanceNumber"].values == ("1", "2", "3")
    assert "SOPInstanceUID" not in {p.keyword for p in differences(made, frozenset({0x00080018}))}


def test_two_vrs_of_one_element_are_both_said() -> None:
    left, right = Dataset(), Dataset()
    left.add_new(0x00291010, "LO", "1")
    right.add_new(0x00291010, "SH", "1")
    (place,) = differences((tags.table(left), tags.table(right)))
    assert (place.vr, place.kind) == ("LO/SH", CHANGED)
