from __future__ import annotations

import pytest

from tui.core.instance import Instance, Ref
from tui.service.conditions import ATTRIBUTES, parsed

ONE = Instance(
    Ref("/a"), number=7, modality="CT", rows=512, study_date="20250304", series_description="Thorax Lung 1.0",
    echo_time=4.6, patient_id="007",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "holds"),
    [("Modality=CT", True), ("modality=ct", True), ("Modality=MR", False), ("Modality!=MR", True),
     ("Modality!=CT", False), ("Rows>=512", True), ("Rows>512", False), ("Rows<1000", True), ("Rows<=511", False),
     ("StudyDate<20250401", True), ("StudyDate>20250401", False), ("SeriesDescription~lung", True),
     ("SeriesDescription~brain", False), ("EchoTime=4.60", True), ("InstanceNumber=07", True),
     ("TriggerTime<5", False), ("TriggerTime=", True), ("PatientID=007", True), ("AccessionNumber!=", False)],
)  # fmt: skip
def test_each_sign(words: str, holds: bool) -> None:
    (condition,), rest = parsed(words)
    assert condition.holds(ONE) is holds
    assert rest == ""


def test_what_is_no_condition_stays_a_word() -> None:
    conditions, rest = parsed("thorax Modality=CT !scout Colour=red a=b")
    assert [c.field for c in conditions] == ["modality"]
    assert rest == "thorax !scout Colour=red a=b"


def test_every_attribute_is_one_of_an_instance() -> None:
    assert all(hasattr(ONE, field) for field in ATTRIBUTES.values())
