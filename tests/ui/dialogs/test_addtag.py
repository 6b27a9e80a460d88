from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.service.tagvalues import Edit
from tui.ui.dialogs.addtag import parse


@pytest.mark.parametrize(
    ("text", "inside", "edit"),
    [
        ("PatientAge = 034Y", "", Edit("0010,1010", "034Y")),
        ("(0010,4000)=a = b", "", Edit("0010,4000", "a = b")),
        ("PatientComments", "", Edit("0010,4000", "")),
        ("CodeMeaning=Head", "0008,2218[0]", Edit("0008,2218[0].0008,0104", "Head")),
        ("(0029,1010):lo = x", "", Edit("0029,1010", "x", "LO")),
        ("ContentSequence", "", Edit("0040,A730[0]", "")),
        ("ContentSequence[0].TextValue=x", "", Edit("0040,A730[0].0040,A160", "x")),
        ("SmallestImagePixelValue=-5", "", Edit("0028,0106", "-5")),
    ],
)
def test_what_is_typed(text: str, inside: str, edit: Edit) -> None:
    assert parse(text, inside) == edit


@pytest.mark.parametrize("text", ["", "= x", "Nonsense=1", "PatientBirthDate=1.2.2026", "(0029,1010)=x", "PixelData=00",
                                  "Rows=70000", "ContentSequence=x"])  # fmt: skip
def test_what_is_wrong_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text, "")
