from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.core.tags import TagSearch  # the service's filter is the reference for what is highlighted as found
from tui.service.values import TagRow
from tui.ui.panes import tagrows
from tui.ui.panes.tagrows import Extent, Finder, columns, extent, highlighter, is_folded, seen


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


def test_folding_hides_what_is_deeper_and_nothing_else():
    assert seen(TABLE, ALL, lambda r: False, True) == list(ALL)
    assert seen(TABLE, ALL, lambda r: r.path == "0040,A730", True) == [0, 1, 2, 3, 4, 9]
    assert seen(TABLE, ALL, lambda r: r.path == "0040,A730[0]", True) == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert seen(TABLE, ALL, lambda r: r.folds, True) == [0, 1, 4, 9]


def test_private_elements_go_with_all_that_is_inside():
    assert seen(TABLE, ALL, lambda r: False, False) == [0, 4, 5, 6, 7, 8, 9]


def test_only_the_rows_of_the_filter_are_seen():
    assert seen(TABLE, (4, 5, 6), lambda r: False, True) == [4, 5, 6]
    assert seen(TABLE, (4, 5, 6), lambda r: r.path == "0040,A730[0]", True) == [4, 5]


def test_sequences_of_many_items_are_folded_at_first():
    assert not is_folded(TABLE[4])
    assert is_folded(TagRow(0, "(5200,9230)", "5200,9230", "SQ", "", "", 600, "600 items", folds=True))
    assert not is_folded(TagRow(0, "(0018,0050)", "0018,0050", "DS", "", "", 600, ""))


@given(st.integers(0, 300), st.integers(0, 200), st.integers(0, 64), st.integers(0, 64))
@settings(max_examples=200)
def test_columns_fill_the_width_and_none_is_negative(width, depth, keyword, usual):
    found = columns(width, Extent(depth, max(keyword, usual), usual))
    assert min(found.tag, found.vr, found.keyword, found.value) >= 0
    if width >= 44:
        assert found.tag + found.vr + found.keyword + found.value + 3 == width


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
    assert extent([row(depth, "", "", "LO", name) for depth, name in enumerate(NAMES)]) == Extent(4, 30, 16)
    assert extent([]) == Extent()
    assert columns(46, Extent(0, 30, 16)).keyword == 16
    assert columns(46, Extent(0, 30, 25)).keyword == 16  # three fifths of 28
    assert columns(78, Extent(0, 30, 16)).keyword == 24
    assert columns(160, Extent(0, 30, 16)).keyword == 30


@pytest.mark.parametrize("value", ["176", "心" * 4, "", "1.2.840.10008.5.1.4.1.1.2"])
def test_a_short_value_yields_to_a_long_keyword_and_a_long_one_does_not(value):
    widths = columns(58, Extent(0, 30, 10))
    found = tagrows.runs(row(0, "(0002,0000)", "", "UL", NAMES[-1], value), widths, folded=False, empty=False,
                         pattern=None)  # fmt: skip
    text = "".join(part for part, _ in found)
    assert cell_len(text) <= 58
    assert (NAMES[-1] in text) == (cell_len(value) <= widths.keyword + widths.value - 30)
    assert value[: widths.value - 1] in text


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


def test_words_are_no_patterns():
    assert highlighter("!x") is None
    assert highlighter("") is None
    assert highlighter("a.b (").findall("a.b axb (") == ["a.b", "("]


def test_a_broken_value_stands_out():
    broken = row(0, "(0018,0050)", "0018,0050", "FD", "X", "unreadable: no such VR")
    assert ("unreadable: no such VR", "warning") in tagrows.runs(
        broken, columns(80, Extent(0, 10, 10)), folded=False, empty=False, pattern=None
    )


@given(
    st.lists(st.sampled_from(["head", "00080104", "item", "!neck", "code", "after", "!head"]), min_size=1, max_size=3)
)
@settings(max_examples=60)
def test_hits_are_the_matches_without_what_they_are_in(words):
    query = " ".join(words)
    matches = TagSearch(TABLE).matches(query)
    direct = [i for i in ALL if TagSearch((TABLE[i],)).matches(query)]
    assert Finder(TABLE).hits(matches, query) == direct


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
