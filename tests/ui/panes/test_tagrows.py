from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.service.values import EMPTY, PRIVATE, TagRow, TagTable, highlighter
from tui.ui.panes import tagrows
from tui.ui.panes.tagrows import Extent, columns, extent, is_folded, jump, seen


def row(depth: int, tag: str, path: str, vr: str = "LO", *text: str, **other: object) -> TagRow:
    keyword, value = (*text, "", "")[:2]
    value = str(other.pop("value", value))
    return TagRow(depth, tag, path, vr, keyword, keyword, 1, value, **other)  # type: ignore[arg-type]


TABLE = (
    row(0, "(0008,0060)", "0008,0060", "CS", "Modality", "SR"),
    row(0, "(0029,1010)", "0029,1010", "SQ", "[X]", "1 item", private=True, folds=True),
    row(1, "item 1", "0029,1010[0]", "--", folds=True),
    row(2, "(0010,0020)", "0029,1010[0].0010,0020", "LO", "PatientID", "hidden"),
    row(0, "(0040,A730)", "0040,A730", "SQ", "ContentSequence", "2 items", folds=True),
    row(1, "item 1", "0040,A730[0]", "--", value="(T-1, SRT, Head)", folds=True),
    row(2, "(0008,0104)", "0040,A730[0].0008,0104", "LO", "CodeMeaning", "Head"),
    row(1, "item 2", "0040,A730[1]", "--", folds=True),
    row(2, "(0008,0104)", "0040,A730[1].0008,0104", "LO", "CodeMeaning", "Neck"),
    row(0, "(0040,A731)", "0040,A731", "LO", "After", "x"),
)
ALL = range(len(TABLE))
ROWS = TagTable.of(TABLE)


def folded(*paths: str) -> Callable[[int], bool]:
    return lambda index: TABLE[index].path in paths


def test_folding_hides_what_is_deeper_and_nothing_else():
    assert list(seen(ROWS, ALL, folded())) == list(ALL)
    assert list(seen(ROWS, ALL, folded("0040,A730"))) == [0, 1, 2, 3, 4, 9]
    assert list(seen(ROWS, ALL, folded("0040,A730[0]"))) == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert list(seen(ROWS, ALL, lambda index: True)) == [0, 1, 4, 9]


def test_private_elements_go_with_all_that_is_inside():
    assert list(seen(ROWS, ALL, folded(), PRIVATE)) == [0, 4, 5, 6, 7, 8, 9]


def test_empty_elements_go():
    table = TagTable.of((row(0, "(0008,0050)", "0008,0050"), row(0, "(0008,0060)", "0008,0060", "CS", "M", "CT")))
    assert list(seen(table, range(2), folded(), EMPTY)) == [1]


def test_only_the_rows_of_the_filter_are_seen():
    assert list(seen(ROWS, (4, 5, 6), folded())) == [4, 5, 6]
    assert list(seen(ROWS, (4, 5, 6), folded("0040,A730[0]"))) == [4, 5]


def test_sequences_of_many_items_are_folded_at_first():
    table = TagTable.of((
        TagRow(0, "(5200,9230)", "5200,9230", "SQ", "", "", 600, "600 items", folds=True),
        row(1, "item 500", "5200,9230[499]", "--", folds=True),
    ))  # fmt: skip
    assert is_folded(table, 0)
    assert not is_folded(table, 1)
    assert not is_folded(ROWS, 4)
    assert is_folded(PER_FRAME, 0)


PER_FRAME = TagTable.of([
    TagRow(0, "(5200,9230)", "5200,9230", "SQ", "", "", 3, "3 items", folds=True),
    *(one for n in range(3) for one in (
        row(1, f"item {n + 1}", f"5200,9230[{n}]", "--", folds=True),
        row(2, "(0020,9113)", f"5200,9230[{n}].0020,9113", "SQ", "PlanePositionSequence", "1 item", folds=True),
        row(3, "item 1", f"5200,9230[{n}].0020,9113[0]", "--", folds=True),
        row(4, "(0020,0032)", f"5200,9230[{n}].0020,9113[0].0020,0032", "DS", "X", f"{n}"),
    )),
    row(0, "(7FE0,0010)", "7FE0,0010"),
])  # fmt: skip


@pytest.mark.parametrize("frame", [0, 1, 2])
def test_of_folded_functional_groups_those_of_the_frame_are_seen(frame):
    first = 1 + 4 * frame
    shut = lambda index: index == 0  # noqa: E731
    assert list(seen(PER_FRAME, range(14), shut, 0, frame)) == [0, *range(first, first + 4), 13]
    inner = lambda index: index in (0, first + 1)  # noqa: E731
    assert list(seen(PER_FRAME, range(14), inner, 0, frame)) == [0, first, first + 1, 13]
    assert list(seen(PER_FRAME, range(14), lambda index: False, 0, frame)) == list(range(14))


def test_a_frame_without_an_item_of_its_own_shows_none():
    assert list(seen(PER_FRAME, range(14), lambda index: index == 0, 0, 7)) == [0, 13]


def test_jumping_takes_numbers_keywords_and_parts_of_them():
    def found(text: str) -> list[str]:
        return [ROWS[index].path for index in jump(ROWS, text)]

    assert found("0040a730") == found("(0040,A730)") == ["0040,A730"]
    assert found("0040,a73") == ["0040,A730", "0040,A731"]
    assert found("modality") == ["0008,0060"]
    assert found("code") == ["0040,A730[0].0008,0104", "0040,A730[1].0008,0104"]
    assert found("") == found("nothing like it") == []


@given(st.integers(0, 300), st.integers(0, 200), st.integers(0, 64), st.integers(0, 64))
@settings(max_examples=200)
def test_columns_fill_the_width_and_none_is_negative(width, depth, keyword, usual):
    found = columns(width, Extent(depth, max(keyword, usual), usual))
    assert min(found.tag, found.vr, found.keyword, found.value) >= 0
    if width >= 44:
        assert found.tag + found.vr + found.keyword + found.value + (3 if found.vr else 2) == width
    assert bool(found.vr) == (width >= tagrows.NARROW)


@pytest.mark.parametrize("width", [30, 44, 57, 80, 160])
def test_columns_start_at_the_same_cell_in_every_row(width):
    widths = columns(width, Extent(2, 15, 15))
    starts = set()
    for one in TABLE:
        if one.vr != "--":
            found = tagrows.runs(one, widths, folded=False, empty=False, pattern=None)
            text = "".join(part for part, _ in found)
            assert sum(cell_len(part) for part, _ in found) <= width
            starts.add(text.index(one.keyword[: widths.keyword - 1]))
    assert len(starts) == 1


NAMES = ["Modality", "PatientName", "SliceThickness", "StudyDescription", "FileMetaInformationGroupLength"]


def test_the_columns_hold_the_usual_keyword_and_the_longest_where_there_is_room():
    assert extent(TagTable.of(row(depth, "(0008,0001)", "", "LO", name) for depth, name in enumerate(NAMES))) == Extent(
        4, 30, 16
    )
    assert extent(TagTable()) == Extent()
    assert columns(46, Extent(0, 30, 16)).keyword == 15  # half of 31
    assert columns(58, Extent(0, 30, 16)).keyword == 16
    assert columns(58, Extent(0, 30, 25)).keyword == 24  # three fifths of 40
    assert columns(78, Extent(0, 30, 16)).keyword == 22
    assert columns(160, Extent(0, 30, 16)).keyword == 30


@pytest.mark.parametrize("value", ["176", "心" * 4, "", "1.2.840.10008.5.1.4.1.1.2"])
def test_values_begin_at_the_same_cell_behind_a_long_keyword(value):
    widths = columns(58, Extent(0, 30, 10))
    starts = set()
    for keyword in (NAMES[0], NAMES[-1], "心" * 20):
        found = tagrows.runs(row(0, "(0002,0000)", "", "UL", keyword, value), widths, folded=False, empty=False,
                             pattern=None)  # fmt: skip
        assert sum(cell_len(part) for part, _ in found) <= 58
        starts.add(sum(cell_len(part) for part, _ in found[:-1]))
    assert len(starts) == 1


def test_an_edited_row_is_marked():
    edited = row(0, "(0008,0060)", "0008,0060", "CS", "Modality", "CT", edited=True)
    found = tagrows.runs(edited, columns(80, Extent(0, 8, 8)), folded=False, empty=False, pattern=None)
    assert found[0] == ("* ", "accent")
    assert found[-1] == ("CT", "accent")


@pytest.mark.parametrize(("vm", "text"), [(1, "CS   1"), (12, "CS  12"), (4096, "CS  4k"), (500_000, "CS ...")])
def test_wide_panes_show_the_number_of_values(vm, text):
    one = TagRow(0, "(0008,0008)", "0008,0008", "CS", "ImageType", "", vm, "X")
    found = tagrows.runs(one, columns(80, Extent(0, 9, 9)), folded=False, empty=False, pattern=None)
    assert (f"{text} ", "faint") in found
    narrow = tagrows.runs(one, columns(60, Extent(0, 9, 9)), folded=False, empty=False, pattern=None)
    assert ("CS ", "faint") in narrow


def test_signs_of_folding():
    widths = columns(80, Extent(2, 15, 15))

    def glyph(one: TagRow, folded: bool, empty: bool) -> str:
        return tagrows.runs(one, widths, folded=folded, empty=empty, pattern=None)[0][0].strip()

    assert [glyph(TABLE[4], True, False), glyph(TABLE[4], False, False), glyph(TABLE[4], True, True)] == ["▸", "▾", ""]
    assert glyph(TABLE[0], False, False) == ""


def test_words_that_were_found_are_highlighted_where_they_stand():
    found = tagrows.runs(
        TABLE[6], columns(80, Extent(2, 15, 15)), folded=False, empty=False, pattern=highlighter("HEAD mean !x")
    )
    assert [text for text, style in found if style == "match"] == ["Mean", "Head"]
    plain = tagrows.runs(TABLE[6], columns(80, Extent(2, 15, 15)), folded=False, empty=False, pattern=None)
    assert "".join(text for text, _ in found) == "".join(text for text, _ in plain)


def test_a_tag_without_comma_is_highlighted_with_it():
    found = tagrows.runs(
        TABLE[6], columns(80, Extent(2, 15, 15)), folded=False, empty=False, pattern=highlighter("00080104")
    )
    assert [text for text, style in found if style == "match"] == ["0008,0104"]


@pytest.mark.parametrize(
    ("vr", "stored", "shown", "query", "found"),
    [
        ("DA", "20260102", "2026-01-02", "2026-01", "2026-01"),
        ("DA", "20260102", "2026-01-02", "20260102", "2026-01-02"),
        ("PN", "Doe^Jane", "Doe, Jane", "jane", "Jane"),
        ("LO", "20260102", "20260102", "01", "01"),
    ],
)
def test_values_are_shown_for_reading_and_found_as_they_are_stored(vr, stored, shown, query, found):
    one = row(0, "(0008,9999)", "0008,9999", vr, "X", stored)
    runs = tagrows.runs(one, columns(80, Extent(0, 8, 8)), folded=False, empty=False, pattern=highlighter(query))
    assert "".join(text for text, _ in runs).rstrip().endswith(f" {shown}")
    assert [text for text, style in runs if style == "match"] == [found]


def test_a_broken_value_stands_out():
    broken = row(0, "(0018,0050)", "0018,0050", "FD", "X", "unreadable: no such VR")
    assert ("unreadable: no such VR", "warning") in tagrows.runs(
        broken, columns(80, Extent(0, 10, 10)), folded=False, empty=False, pattern=None
    )


def test_uids_are_copied_without_their_names():
    one = row(0, "(0008,0016)", "0008,0016", "UI", value="1.2.840.10008.1.2 (Implicit VR Little Endian)\\1.2.3")
    assert tagrows.bare_value(one) == "1.2.840.10008.1.2\\1.2.3"
    assert tagrows.bare_value(row(0, "", "", "LO", value="1.2 (x)")) == "1.2 (x)"


def test_json_is_one_object_or_a_list():
    assert json.loads(tagrows.as_json(TABLE[:1])) == {
        "tag": "(0008,0060)", "path": "0008,0060", "depth": 0, "vr": "CS", "keyword": "Modality", "vm": 1,
        "value": "SR",
    }  # fmt: skip
    assert len(json.loads(tagrows.as_json(TABLE[4:9]))) == 5
