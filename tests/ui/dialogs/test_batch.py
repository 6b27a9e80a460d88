from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.service.questions import FilePlan
from tui.service.tagvalues import SIGNED, Difference, Plan, Replacement
from tui.service.values import Ref
from tui.ui.dialogs.batch import EXAMPLE, lines_of, plan_of


def test_what_is_typed() -> None:
    assert plan_of("PatientID = P{n} ; -StudyID; PatientName~(a)~b=c", "x.csv", True) == Plan(
        (("0010,0020", "P{n}"),), ("0020,0010",), (Replacement("0010,0010", "(a)", "b=c"),), "x.csv", "", True
    )
    assert plan_of(EXAMPLE)
    assert not plan_of(" ; ")
    assert plan_of("InstanceNumber={number}", from_name="(?P<number>.*)", first="7") == Plan(
        (("0020,0013", "{number}"),), from_name="(?P<number>.*)", first=7
    )
    assert plan_of(r"StudyDescription=a\;b; PatientName~\;~,").sets == (("0008,1030", "a;b"),)
    odd = plan_of("(0029,0010)=ACME; (0029,1010) : lo = x")
    assert (odd.sets, odd.vrs) == ((("0029,0010", "ACME"), ("0029,1010", "x")), (("0029,1010", "LO"),))


@pytest.mark.parametrize("text", ["nonsense", "Nonsense=1", "-Nonsense", "PatientName~a", "PatientName~a~b~c"])
def test_what_is_wrong_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        plan_of(text)


@pytest.mark.parametrize("first", ["", "one", "-1", "1.5", "9" * 10, "١"])
def test_where_the_counters_begin_is_a_whole_number(first: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        plan_of("PatientID=x", first=first)


def test_a_pattern_on_names_alone_changes_nothing() -> None:
    with pytest.raises(UsageError, match="nothing takes them"):
        plan_of("", from_name="(?P<number>.*)")


def test_the_preview_has_before_and_after_of_each_file() -> None:
    files = (
        FilePlan(Ref("/a"), (), (Difference("0010,0020", "PatientID", "old", "new"),
                                 Difference("0010,1010", "", None, "1"),
                                 Difference("0020,0010", "StudyID", "", None))),
        FilePlan(Ref("/b"), error="It is damaged."),
        FilePlan(Ref("/c"), note=SIGNED),
    )  # fmt: skip
    assert lines_of(files) == [
        ("accent", "a", ""),
        ("", "  PatientID", "old → new"),
        ("", "  0010,1010", "(none) → 1"),
        ("", "  StudyID", '"" → (removed)'),
        ("warning", "b", "It is damaged."),
        ("warning", "c", SIGNED),
    ]
