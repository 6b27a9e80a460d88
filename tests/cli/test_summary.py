"""Sheets of patient, study and series."""

from __future__ import annotations

import json

from tests import phantoms


def test_one_sheet_a_series(safelight, data):
    sheets = json.loads(safelight("summary", data, "--json").out)
    assert {sheet["Modality"] for sheet in sheets} >= {"CT", "SR"}
    ct = next(sheet for sheet in sheets if sheet["Modality"] == "CT")
    assert ct["PatientName"] == "Phantom^Formula"
    assert ct["InstitutionName"] is None
    assert ct["AccessionNumber"] == ""
    assert ct["images"] > 1
    ended = safelight("summary", data)
    assert ended.code == 0
    assert "(missing)" in ended.out and "(empty)" in ended.out


def test_files_with_next_to_nothing_in_them_are_no_crash(safelight, tmp_path):
    ds = phantoms.base()
    for element in list(ds):
        if element.keyword not in ("SOPClassUID", "SOPInstanceUID"):
            del ds[element.tag]
    phantoms.save(ds, tmp_path / "a")
    (sheet,) = json.loads(safelight("summary", tmp_path / "a", "--json").out)
    assert sheet["PatientName"] is None and sheet["StudyDate"] is None


def test_nothing_readable(safelight, tmp_path):
    (tmp_path / "text").write_text("x")
    assert safelight("summary", tmp_path / "text").code == 3
