"""What is checked of each attribute, against the table as the standard prints it."""

import csv
from importlib import resources

import pytest

from tui.core.proof.rules import Expected, Kind, dictionary, is_kept, is_sequence, kind_of, rows

PROFILE = Expected()


def table() -> list[dict[str, str]]:
    from tui.core.proof.rules import TABLE

    (file,) = [f for f in resources.files("tui.core.deidentify").iterdir() if f.name.startswith("ps3.15-table-e1-1-")]
    assert file.name == TABLE  # the edition that is shipped
    return list(csv.DictReader(file.read_text("ascii").splitlines()))


def test_every_row_is_checked_by_its_letter() -> None:
    exact = [row for row in table() if len(row["tag"]) == 8 and "x" not in row["tag"]]
    assert len(exact) == len(rows()) > 640
    for row in exact:
        tag, what = int(row["tag"], 16), row["basic"].rstrip("*")
        if tag >> 16 in (0, 2, 4):
            assert kind_of(tag, row["vr"], PROFILE) is Kind.GONE
        elif what == "X":
            assert kind_of(tag, row["vr"], PROFILE) is Kind.GONE, row
        elif what == "Z" and tag not in (0x00100010, 0x00100020):
            assert kind_of(tag, row["vr"], PROFILE) is Kind.EMPTY, row


@pytest.mark.parametrize(
    ("tag", "vr", "kind"),
    [
        (0x00091010, "LO", Kind.GONE),
        (0x50003000, "OW", Kind.GONE),
        (0x601E3000, "OW", Kind.GONE),
        (0x60223000, "OW", Kind.GONE),
        (0x54000100, "SQ", Kind.FREE),
        (0x04000500, "SQ", Kind.GONE),
        (0x00080000, "UL", Kind.GONE),
        (0x0008FFFE, "LO", Kind.UNKNOWN),
        (0x0010FFF9, "PN", Kind.UNKNOWN),
        (0x00401101, "SQ", Kind.DUMMY),
        (0x0020000D, "UI", Kind.UID),
        (0x00080016, "UI", Kind.OTHER_UID),
        (0x00181078, "DT", Kind.GONE),
        (0x00100010, "PN", Kind.DUMMY),
        (0x00280010, "US", Kind.FREE),
        (0x00282000, "OB", Kind.BINARY),
        (0x00120062, "CS", Kind.MARK),
    ],
)
def test_kinds(tag: int, vr: str, kind: Kind) -> None:
    found = kind_of(tag, vr, PROFILE)
    assert found is kind or (kind is Kind.GONE and found in (Kind.GONE, Kind.TIME))


def test_options_let_stay_what_their_column_says() -> None:
    keep = Expected(frozenset(("rtn_uids", "rtn_long_full_dates", "rtn_dev_id")))
    assert kind_of(0x0020000D, "UI", keep) is Kind.FREE
    assert kind_of(0x00080020, "DA", keep) is Kind.FREE
    assert kind_of(0x00181000, "LO", keep) is Kind.FREE
    assert kind_of(0x00100030, "DA", keep) is Kind.EMPTY
    assert is_kept(0x0020000D, "UI", keep) and not is_kept(0x00100010, "PN", keep)
    moved = Expected(frozenset(("rtn_long_modif_dates",)))
    assert kind_of(0x00080020, "DA", moved) is Kind.SHIFTED
    assert kind_of(0x00080030, "TM", moved) is Kind.FREE
    assert kind_of(0x00091010, "LO", Expected(private=True)) is Kind.PRIVATE


def test_the_dictionary_knows_rows_that_pydicom_does_not() -> None:
    assert all(tag in dictionary() for tag in rows())
    assert is_sequence(0x00081140) and not is_sequence(0x00100010)
