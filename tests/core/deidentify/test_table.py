from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import pytest

from tui.core.deidentify.table import EDITION, digest, table

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "standard" / "ps3.15-table-e1-1.csv"


def test_every_row_of_the_standard_is_shipped_as_it_stands() -> None:
    if not SOURCE.is_file():
        assert not os.environ.get("CI"), "the tables of the standard are missing"
        pytest.skip("the tables of the standard are not beside the clone")
    rows = [r for r in csv.DictReader(SOURCE.open()) if r["mask"] == "exact"]
    assert len(rows) == len(table().rows) == 653
    for r in rows:
        row = table().rows[int(r["tag"][1:5] + r["tag"][6:10], 16)]
        assert (row.basic, row.vr) == (r["basic"], r["vr"])
        options = {k: v for k, v in r.items() if k.startswith(("rtn_", "clean_")) and v}
        assert row.options == options


@pytest.mark.parametrize(
    ("tag", "basic"),
    [
        (0x00100010, "Z"),
        (0x00080018, "U"),
        (0x00100012, "X"),  # unknown to pydicom 3.0.2
        (0x50000005, "X"),
        (0x501E3000, "X"),
        (0x60023000, "X"),
        (0x601E4000, "X"),
        (0x00091001, "X"),
        (0x60010010, "X"),
    ],
)
def test_rows_by_tag_and_mask(tag: int, basic: str) -> None:
    row = table().row(tag)
    assert row is not None
    assert row.basic == basic


@pytest.mark.parametrize("tag", [0x00280010, 0x60000010, 0x60203000, 0x50200005])
def test_tags_without_a_row(tag: int) -> None:
    assert table().row(tag) is None


def test_edition_and_digest_are_known() -> None:
    path = Path(__file__).resolve().parents[3] / f"tui/core/deidentify/ps3.15-table-e1-1-{EDITION}.csv"
    assert digest() == hashlib.sha256(path.read_bytes()).hexdigest()
