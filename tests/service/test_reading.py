from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core.edits import Edit, EditError
from tui.core.tagtable import EDITED
from tui.core.values import Ref
from tui.errors import RefusedError
from tui.service.reading import edited_head, read

A = Ref("/a")


def instances() -> FakeInstances:
    return FakeInstances({"/a": phantoms.reread(phantoms.ct(0, size=16))})


def test_edits_are_in_the_rows_and_marked() -> None:
    plain, _ = read(instances(), A)
    table, problem = read(
        instances(), A, (Edit("0010,0010", "X^Y"), Edit("0008,1140[0].0008,1155", "1.2"), Edit("0020,0010"))
    )
    assert problem == ""
    assert table.value(table.find("0010,0010")) == "X^Y"
    assert [table.path(i) for i, flag in enumerate(table.flags) if flag & EDITED] == [
        "0008,1140[0].0008,1155", "0010,0010",
    ]  # fmt: skip
    assert table.find("0020,0010") == -1
    assert not any(flag & EDITED for flag in plain.flags)


def test_an_edit_that_cannot_be_made_leaves_the_rows_as_they_are_and_is_said() -> None:
    table, problem = read(instances(), A, (Edit("0010,0030", "nonsense"),))
    assert "cannot have this value" in problem
    assert table == read(instances(), A)[0]


def test_rows_without_edits_are_the_same_by_bytes_and_by_pydicom() -> None:
    plain, _ = read(instances(), A)
    edited, _ = read(instances(), A, (Edit("0008,0060", "CT"),))
    assert [(r.path, r.vr, r.vm, r.value, r.keyword) for r in plain if r.keyword != "PixelData"] == [
        (r.path, r.vr, r.vm, r.value, r.keyword) for r in edited
    ]


def test_a_head_knows_where_its_new_data_set_begins() -> None:
    head = edited_head(instances(), A, (Edit("0002,0016", "A LONG TITLE"),))
    assert head.data[head.start : head.start + 4] == b"\x08\x00\x08\x00"
    with pytest.raises(EditError):
        edited_head(instances(), A, (Edit("7FE0,0010", "00"),))


def test_a_file_in_an_archive_is_not_edited() -> None:
    with pytest.raises(RefusedError, match="in an archive"):
        edited_head(FakeInstances({}), Ref("/a.zip", "b"), (Edit("0010,0010", "X"),))
