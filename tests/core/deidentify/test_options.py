"""What the options say of themselves, and the lists that users give."""

import csv
from importlib import resources

import pytest

from tui.core.deidentify import options
from tui.core.deidentify.options import Dates, Options, private_list, word_list
from tui.errors import UsageError

ALL = Options(Dates.SHIFT, *[True] * 5, frozenset(), True, frozenset(), True, True)


def test_every_option_is_a_column_of_the_table_with_its_code() -> None:
    text = resources.files("tui.core.deidentify").joinpath("ps3.15-table-e1-1-2026d.csv").read_text("ascii")
    columns = {o.split("=")[0] for line in csv.DictReader(text.splitlines()) for o in line["options"].split()}
    assert columns == {column for column, _, _ in options.OPTIONS}
    assert Options().codes == (options.BASIC,)
    assert Options().columns == frozenset()
    assert ALL.columns == columns - {"rtn_long_full_dates"}
    assert [code for code, _ in ALL.codes] == [f"1131{n:02d}" for n in (0, 3, 4, 5, 7, 8, 9, 10, 11, 12)]
    assert [Options(dates).longitudinal for dates in Dates] == ["REMOVED", "UNMODIFIED", "MODIFIED"]


def test_options_as_words() -> None:
    assert options.words(Options()) == []
    assert options.words(ALL) == [flag for _, flag, _ in options.FLAGS] + ["--keep-dates", "shift"]


def test_lists() -> None:
    assert word_list("Thorax, axial\n# a comment\nT2;FLAIR # more") == {"thorax", "axial", "t2", "flair"}
    text = 'tag,private_creator,vr\n"(0019,xx0C)",SIEMENS MR HEADER,IS,1\n(00E1,21),ELSCINT1\n\n# nothing\n'
    text += '"(7E01,xx01)","HOLOGIC, Inc.",LO\n'
    assert private_list(text) == {
        ("SIEMENS MR HEADER", 0x0019, 0x0C),
        ("ELSCINT1", 0x00E1, 0x21),
        ("HOLOGIC, Inc.", 0x7E01, 1),
    }


@pytest.mark.parametrize("line", ["(0018,xx0C),EVEN", "0019,xx0C", "what is this"])
def test_a_line_that_names_no_private_attribute_is_told_by_its_number(line: str) -> None:
    with pytest.raises(UsageError, match="Line 2 "):
        private_list(f"(0019,xx0C),SIEMENS\n{line}\n")
