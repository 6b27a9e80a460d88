"""What the process that reads sends, seen from its own side; the process itself is in test_readers.py."""

from tui.adapters import serving
from tui.core.values import Ref, TagRow
from tui.service import events as ev


def rows(count: int) -> tuple[TagRow, ...]:
    return tuple(TagRow(0, "(0010,0010)", str(n), "PN", "PatientName", "", 1, "") for n in range(count))


def test_long_tables_go_in_parts_that_make_the_whole() -> None:
    event = ev.TagsReady(Ref("/a"), rows(serving.ROWS_A_MESSAGE * 2 + 5), "a problem")
    *parts, last = serving._parts(event)
    assert [len(part) for part in parts] == [serving.ROWS_A_MESSAGE, serving.ROWS_A_MESSAGE, 5]
    assert sum(parts, ()) == event.rows
    assert last == ev.TagsReady(Ref("/a"), (), "a problem")


def test_everything_else_goes_as_it_is() -> None:
    short = ev.TagsReady(Ref("/a"), rows(3))
    assert serving._parts(short) == [short]
    notice = ev.Notice("text")
    assert serving._parts(notice) == [notice]


def test_places_are_files_and_lines() -> None:
    try:
        raise ValueError("a value of the patient")
    except ValueError as error:
        (place,) = serving._places(error)
    assert place.startswith(__file__) and "patient" not in place
