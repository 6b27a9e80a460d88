from __future__ import annotations

import pickle
import tracemalloc

import pytest
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core import tags
from tui.core.tagtable import EMPTY, FOLDS, PRIVATE, TagTable
from tui.core.values import TagRow

ROWS = tags.rows(phantoms.report())
TABLE = TagTable.of(ROWS)


def test_a_table_gives_back_its_rows():
    assert TABLE == ROWS
    assert TABLE[-1] == ROWS[-1]
    assert TABLE[2:5] == ROWS[2:5]
    assert pickle.loads(pickle.dumps(TABLE)) == ROWS
    with pytest.raises(IndexError):
        TABLE[len(ROWS)]


def test_every_path_is_found_and_no_other():
    for index, row in enumerate(ROWS):
        assert TABLE.find(row.path) == index
    for path in ("0040,A730[9]", "0040,A730[0].0040,FFFF", "FFFF,FFFF", "", "nonsense", "0040,A730[…]"):
        assert TABLE.find(path) == -1


def test_ends_and_parents_are_those_of_the_depths():
    for index, row in enumerate(ROWS):
        end = next((i for i in range(index + 1, len(ROWS)) if ROWS[i].depth <= row.depth), len(ROWS))
        assert TABLE.ends[index] == end
        assert TABLE.above(index) == [i for i in range(index) if i < index < TABLE.ends[i]]


def test_flags():
    ds = Dataset()
    ds.PatientName = ""
    ds.private_block(0x0029, "X", create=True).add_new(1, "LO", "v")
    ds.ContentSequence = [Dataset()]
    found = tags.table(ds)
    assert [found.flags[i] for i in range(len(found))] == [EMPTY, PRIVATE, PRIVATE, FOLDS, FOLDS]


def test_a_row_that_is_a_sentence_has_a_path_of_its_own():
    table = TagTable.of((TagRow(0, "…", "cut", "--", "", "", 0, "cut here"),))
    assert table[0].path == "cut"
    assert table[0].tag == "…"


def test_a_hundred_thousand_rows_take_less_than_fifteen_megabytes():
    tracemalloc.start()
    try:
        table = TagTable()
        for index in range(100_000):
            table.add(
                0x00100000 + index, 0, -1, ("LO", f"Keyword{index % 500}", "Name"), 1, f"a usual value {index}", 0
            )
        table.finish()
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(table) == 100_000
    assert used < 15e6
