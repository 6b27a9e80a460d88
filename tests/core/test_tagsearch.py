from __future__ import annotations

import io
import re

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import phantoms
from tui.core import tags, tagsearch
from tui.core.tagsearch import TagSearch, highlighter, parse, problem
from tui.core.values import TagRow

TABLE = tags.rows(pydicom.dcmread(io.BytesIO(phantoms.data(phantoms.report())), stop_before_pixels=True))
SEARCH = TagSearch(TABLE)


def naive(table: tuple[TagRow, ...], query: str) -> tuple[int, ...]:
    words = query.lower().split()

    def direct(row: TagRow) -> bool:
        fields = [row.tag, row.tag.strip("()").replace(",", ""), row.keyword, row.name, row.value]
        text = "\n".join(fields).lower()
        return all((word[1:] not in text or word == "!") if word[0] == "!" else word in text for word in words)

    keep = set()
    for index, row in enumerate(table):
        if direct(row):
            keep.add(index)
            depth = row.depth
            for above in range(index - 1, -1, -1):
                if table[above].depth < depth:
                    keep.add(above)
                    depth = table[above].depth
    return tuple(sorted(keep))


WORDS = st.sampled_from(["code", "meaning", "(0008,", "00080104", "0040,a730", "!code", "!", "finding", "patient's",
                         "ln", "PHANTOM", "!phantom", "zzz", "item"])  # fmt: skip


@given(st.lists(WORDS, max_size=4))
@settings(max_examples=150)
def test_search_is_what_its_docstring_says(words):
    query = " ".join(words)
    assert tuple(SEARCH.matches(query)) == naive(TABLE, query)


def test_a_match_inside_a_sequence_brings_what_it_is_in():
    found = [TABLE[index].path for index in TagSearch(TABLE).matches("no finding")]
    assert found == ["0040,A730", "0040,A730[0]", "0040,A730[0].0040,A160"]


def test_no_words_match_everything():
    assert tuple(SEARCH.matches("  ")) == tuple(range(len(TABLE)))


def keywords(query: str) -> list[str]:
    return [TABLE[index].keyword or TABLE[index].tag for index in SEARCH.search(query)[0]]


@pytest.mark.parametrize("query", ["20260102", "2026-01-02", "value:/^2026-01-02$/", "value:/^20260102$/"])
def test_dates_are_found_as_stored_and_as_shown(query):
    assert "StudyDate" in keywords(query)


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("vr:da", lambda r: r.vr == "DA"),
        ("vr:DA,TM", lambda r: r.vr in ("DA", "TM")),
        ("!vr:SQ !vr:--", lambda r: r.vr not in ("SQ", "--")),
        ("tag:0008", lambda r: r.tag.startswith("(0008,")),
        ("tag:0008,01", lambda r: r.tag.startswith("(0008,01")),
        ("tag:(0008,0104)", lambda r: r.tag == "(0008,0104)"),
        ("tag:00xx", lambda r: r.tag.startswith("(00")),
        ("!tag:0008", lambda r: not r.tag.startswith("(0008,")),
        ("value:phantom", lambda r: "phantom" in r.value.lower()),
        ("name:date", lambda r: "date" in (r.keyword + r.name).lower()),
        ('value:"no finding"', lambda r: "no finding" in r.value.lower()),
        ("is:empty", lambda r: not r.value and not r.tag.startswith("item")),
        ("is:private", lambda r: r.private),
        ("is:sequence", lambda r: r.folds),
        ("/^patient/", lambda r: re.search("^patient", f"{r.keyword}\n{r.name}\n{r.value}", re.I | re.M)),
        ("value:/^[0-9]{8}$/", lambda r: re.search("^[0-9]{8}$", r.value)),
        ("tag:/^.0010/", lambda r: r.tag.startswith("(0010")),
        ("!value:/./ !is:sequence", lambda r: not r.value and not r.folds),
    ],
)
def test_fields_and_regular_expressions(query, right):
    assert list(SEARCH.search(query)[0]) == [i for i, row in enumerate(TABLE) if right(row)]


@pytest.mark.parametrize("query", ["tag:", "!", "value:", "!vr:", '""', "is:"])
def test_a_condition_that_is_being_typed_is_none(query):
    assert parse(query) == ()
    assert len(SEARCH.matches(query)) == len(TABLE)


def test_a_broken_expression_matches_nothing_and_says_so():
    assert problem("/(/").startswith("/(/ is no regular expression:")
    assert problem("is:nonsense") == "is: takes private, empty, edited, sequence."
    assert problem("patient vr:DA") == ""
    assert list(SEARCH.matches("/(/")) == []


def test_slashes_and_colons_that_are_no_syntax_are_letters():
    assert [term.text for term in parse("12:30 http://a/b /usr")] == ["12:30", "http://a/b", "/usr"]
    assert [(t.field, t.text) for t in parse('value:"a b" "c d')] == [("value", "a b"), ("", "c d")]


def test_only_some_rows_may_match():
    hits, _ = SEARCH.search("", among=[4])
    assert list(hits) == [4]
    inner = next(i for i, row in enumerate(TABLE) if row.depth == 2)
    assert list(SEARCH.search("", among=[inner])[1]) == [inner - 2, inner - 1, inner]


def test_what_is_highlighted():
    assert highlighter("!x") is None
    assert highlighter("vr:DA is:private") is None
    assert highlighter("a.b (").findall("a.b axb (") == ["a.b", "("]
    assert highlighter("/a.b/ value:zz").findall("axb ZZ") == ["axb", "ZZ"]
    assert highlighter("00080104").findall("(0008,0104)") == ["0008,0104"]


def test_fields_are_documented():
    assert all(f"``{field}:" in (tagsearch.__doc__ or "") for field in tagsearch.FIELDS)
