from __future__ import annotations

import pytest

from tui.ui.panes.editline import editable, typed


@pytest.mark.parametrize(
    ("vr", "value", "text"),
    [("LO", "abc", "abc"), ("OB", "2 bytes: 00 ff", "00 ff"), ("OW", "", ""), ("LT", "a␊b", "a␊b"),
     ("DS", "1\\2", "1\\2")],
)  # fmt: skip
def test_a_value_is_the_text_to_begin_with(vr: str, value: str, text: str) -> None:
    assert editable(vr, value) == (text, "")


@pytest.mark.parametrize(
    ("vr", "value"),
    [("LO", "a␛b"), ("UT", "long…"), ("OW", "40 bytes: 00 01 …"), ("FD", "unreadable: x"), ("PN", "<U+202E>x"),
     ("LO", "a␊b"), ("PN", "a\ufffd")],
)  # fmt: skip
def test_what_cannot_be_typed_begins_empty_and_is_said(vr: str, value: str) -> None:
    text, note = editable(vr, value)
    assert text == ""
    assert note.endswith(" its place.")


def test_signs_of_line_ends_are_line_ends_where_the_vr_takes_them() -> None:
    assert typed("LT", "a␍␊b␉c") == "a\r\nb\tc"
    assert typed("LO", "a␊b") == "a␊b"
