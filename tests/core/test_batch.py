from __future__ import annotations

import pytest

from tests import phantoms
from tui.core import tags
from tui.core.batch import Batch, Plan, Replacement, differences, filled, keyword_of, uids_of
from tui.core.edits import Edit, EditError
from tui.core.tagtable import TagTable
from tui.errors import UsageError


def table(z: int = 0, **where: int) -> TagTable:
    return tags.table(phantoms.ct(z, size=16, **where))


def edits(
    plan: Plan, text: str = "", path: str = "/data/a/IM0007.dcm", rows: TagTable | None = None, n: int = 6
) -> dict[str, str | None]:
    batch, rows = Batch(plan, text), rows or table()
    return {edit.path: edit.value for edit in batch.edits(batch.facts(path, n, rows), rows, {})}


def test_fields() -> None:
    plan = Plan(
        (("0010,0020", "P{patient:03}"), ("0008,0050", "A{study}-{n:04}"), ("0008,1030", "{folder}/{file} {{x}}"),
         ("0010,0010", "X^{PatientID}"), ("0020,0013", "{number}")),
        from_name=r"IM0*(?P<number>\d+)", first=10,
    )  # fmt: skip
    assert edits(plan) == {
        "0010,0020": "P010", "0008,0050": "A10-0016", "0008,1030": "a/IM0007 {x}", "0010,0010": "X^PHANTOM-1",
        "0020,0013": "7",
    }  # fmt: skip


def test_a_field_that_is_none_and_a_name_that_does_not_fit_are_refused() -> None:
    with pytest.raises(EditError):
        filled("{nonsense}", {}, table())
    with pytest.raises(EditError, match="file's name"):
        edits(Plan((("0010,0010", "x"),), from_name="^zzz"))


def test_replacing_deleting_and_their_order() -> None:
    plan = Plan(
        (("0008,103E", "first second"),), ("0020,0010",),
        (Replacement("0008,103E", "second", "third"), Replacement("0010,0020", r"PHANTOM-(\d)", r"P\1")),
    )  # fmt: skip
    assert edits(plan) == {"0008,103E": "first third", "0010,0020": "P1", "0020,0010": None}


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        Batch(Plan(replacements=(Replacement("0010,0010", "(", "x"),)))
    with pytest.raises(UsageError):
        edits(Plan(replacements=(Replacement("0010,0010", "P", r"\7"),)))


def test_values_from_a_table_by_attribute_and_by_file() -> None:
    text = "PatientID,PatientName,PatientAge\nOTHER,No^One,\nPHANTOM-1,Some^One,\n"
    assert edits(Plan(table="x.csv"), text) == {"0010,0010": "Some^One"}
    text = 'file,(0008,1030),StudyID\nIM0007,"one, two",5\n'.replace("(0008,1030)", '"(0008,1030)"')
    assert edits(Plan(table="x.csv"), text) == {"0008,1030": "one, two", "0020,0010": "5"}


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no lines"), ("PatientID\nx\n", "no lines"), ("PatientID,Nonsense\na,b\n", "Nonsense"),
     ("PatientID,StudyID\na,b\na,c\n", "key of another"), ("PatientID,StudyID\na,b,c\n", "more cells")],
)  # fmt: skip
def test_a_table_that_is_wrong_says_what_is(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Batch(Plan(table="x.csv"), text)


def test_a_file_without_a_line_is_refused() -> None:
    with pytest.raises(EditError, match="no line"):
        edits(Plan(table="x.csv"), "PatientID,StudyID\nNOBODY,1\n")


def test_counters_go_by_patient_study_and_series() -> None:
    batch = Batch(Plan((("0008,0050", "x"),)))
    found = [batch.facts("/x", n, table(n, study=study, series=series))
             for n, (study, series) in enumerate([(1, 1), (1, 2), (2, 1), (1, 1)])]  # fmt: skip
    assert [(one.patient, one.study, one.series) for one in found] == [(0, 0, 0), (0, 0, 1), (0, 1, 2), (0, 0, 0)]


def test_new_uids_go_wherever_the_old_ones_are_named() -> None:
    rows = table()
    renewed = {uid: f"2.25.{n}" for n, uid in enumerate(uids_of(rows))}
    batch = Batch(Plan(new_uids=True))
    found = {edit.path: edit.value for edit in batch.edits(batch.facts("/x", 0, rows), rows, renewed)}
    assert set(found) == {"0008,0018", "0020,000D", "0020,000E", "0020,0052"}
    assert set(found.values()) == set(renewed.values())


def test_what_would_change() -> None:
    found = differences(
        (Edit("0010,0020", "NEW"), Edit("0020,0010"), Edit("0008,0060", "CT"), Edit("0010,4000", "x")), table()
    )
    assert [(one.keyword, one.before, one.after) for one in found] == [
        ("PatientID", "PHANTOM-1", "NEW"), ("StudyID", "1", None), ("PatientComments", None, "x"),
    ]  # fmt: skip
    assert keyword_of("0029,1010") == "private"
