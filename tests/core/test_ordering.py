from __future__ import annotations

import pytest

from tests.core.test_series import instance
from tui.core.ordering import ORDERS, Ordering, newest_first
from tui.core.series import extend, series_list
from tui.core.values import Library

FOUND = extend(
    Library(),
    [
        instance("/1", patient_id="A", patient_name="Adam", study_uid="a1", study_date="20200101", study_time="08",
                 series_uid="s1", series_number=1, modality="MR", size=10),
        instance("/2", patient_id="A", patient_name="Adam", study_uid="a1", study_date="20200101", study_time="08",
                 series_uid="s2", series_number=2, modality="CT", size=500, series_date="20191231"),
        instance("/3", patient_id="A", patient_name="Adam", study_uid="a2", study_date="20220101", series_uid="s3",
                 series_number=1, modality="US", size=1),
        instance("/4", patient_id="Z", patient_name="Zoe", study_uid="z1", study_date="20250101", series_uid="s4",
                 series_number=1, modality="CR", size=900),
        instance("/5", patient_id="N", patient_name="Noe", study_uid="n1", study_date="", series_uid="s5",
                 series_number=1, modality="PT", size=2),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("order", "series"),
    [
        ("patient", ["s1", "s2", "s3", "s5", "s4"]),
        ("date", ["s4", "s3", "s2", "s1", "s5"]),
        ("modality", ["s4", "s2", "s1", "s3", "s5"]),
        ("size", ["s4", "s2", "s1", "s3", "s5"]),
    ],
)
def test_each_order(order: str, series: list[str]) -> None:
    made = Ordering().apply(FOUND, order)
    assert made.order == order
    assert [one.key.series for one in series_list(made)] == series
    assert {id(one) for one in series_list(made)} == {id(one) for one in series_list(FOUND)}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("before", ORDERS)
def test_an_order_does_not_depend_on_the_one_before_and_the_first_comes_back(before: str, order: str) -> None:
    assert Ordering().apply(Ordering().apply(FOUND, before), order) == Ordering().apply(FOUND, order)
    assert Ordering().apply(Ordering().apply(FOUND, order), "patient") == FOUND


def test_what_has_not_changed_stays_the_same_object() -> None:
    ordering = Ordering()
    once = ordering.apply(FOUND, "size")
    more = extend(FOUND, [instance("/6", patient_id="Z", patient_name="Zoe", study_uid="z2", size=10_000)])
    again = ordering.apply(more, "size")
    same = {patient.key: patient for patient in once.patients}
    assert [patient is same[patient.key] for patient in again.patients] == [False, True, True]


def test_what_is_no_date_comes_last() -> None:
    dates = ["", "20200101", "2021.03.04", "unknown", "\u0662\u0660\u0662\u0665"]
    assert sorted(dates, key=newest_first)[:2] == ["2021.03.04", "20200101"]
