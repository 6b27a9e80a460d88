"""Comma-separated values as Python's reader and a spreadsheet take them."""

import csv
import io

import pytest

from tests import phantoms
from tui.core import tagcsv, tags


def test_every_row_comes_back():
    rows = tags.rows(phantoms.reread(phantoms.report()))
    found = list(csv.reader(io.StringIO(tagcsv.table(rows), newline="")))
    assert found[0] == list(tagcsv.HEADINGS)
    assert [line[0] for line in found[1:]] == [row.path for row in rows]
    assert [line[6] for line in found[1:]] == [row.value for row in rows]


def test_quotes_commas_and_lines():
    text = tagcsv.lines([('a "b"', "c,d", "e\nf")])
    assert text == '"a ""b""","c,d","e\nf"\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "＝1", "-1\\2"])
def test_a_formula_is_only_text(cell):
    assert tagcsv.harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-1000", "+5", "-1.5e-3", "a=b", "", "1-2", "(0010,0010)"])
def test_numbers_and_words_stay(cell):
    assert tagcsv.harmless(cell) == cell


def test_a_byte_order_mark_only_where_it_is_needed():
    assert tagcsv.encoded("a") == b"a"
    assert tagcsv.encoded("道") == b"\xef\xbb\xbf" + "道".encode()
