from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.service.questions import FilePlan
from tui.service.tagvalues import Difference, Plan, Replacement
from tui.service.values import Ref
from tui.ui.dialogs.batch import EXAMPLE, lines_of, plan_of


def test_what_is_typed() -> None:
    assert plan_of("PatientID = P{n} ; -StudyID; PatientName~(a)~b=c", "x.csv", True) == Plan(
        (("0010,0020", "P{n}"),), ("0020,0010",), (Replacement("0010,0010", "(a)", "b=c"),), "x.csv", "", True
    )
    assert plan_of(EXAMPLE, "", False)
    assert not plan_of(" ; ", "", False)


@pytest.mark.parametrize("text", ["nonsense", "Nonsense=1", "-Nonsense", "PatientName~a", "PatientName~a~b~c"])
def test_what_is_wrong_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        plan_of(text, "", False)


def test_the_preview_has_before_and_after_of_each_file() -> None:
    files = (
        FilePlan(Ref("/a"), (), (Difference("0010,0020", "PatientID", "old", "new"),
                                 Difference("0010,1010", "", None, "1"),
                                 Difference("0020,0010", "StudyID", "", None))),
        FilePlan(Ref("/b"), error="It is damaged."),
    )  # fmt: skip
    assert lines_of(files) == [
        ("accent", "/a", ""),
        ("", "  PatientID", "old → new"),
        ("", "  0010,1010", "(none) → 1"),
        ("", "  StudyID", '"" → (removed)'),
        ("warning", "/b", "It is damaged."),
    ]
