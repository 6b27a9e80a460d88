from __future__ import annotations

import json

from pydicom.datadict import tag_for_keyword

from tests import phantoms
from tui.core import tags
from tui.core.summary import KEYWORDS, bare, summary
from tui.core.tagtable import TagTable


def test_missing_and_empty_are_told_apart() -> None:
    found = summary("/a", 4, tags.table(phantoms.ct(0, size=16)))
    data = found.as_data()
    assert data["PatientName"] == "Phantom^Formula"
    assert data["AccessionNumber"] == ""
    assert data["InstitutionName"] is None
    assert (data["path"], data["images"], data["problem"]) == ("/a", 4, None)
    text = "\n".join(found.lines())
    assert "  InstitutionName              (missing)" in text
    assert "  AccessionNumber              (empty)" in text
    json.dumps(data)


def test_values_inside_sequences_do_not_count() -> None:
    ds = phantoms.report()
    del ds.StudyDescription
    ds.ContentSequence[0].StudyDescription = "inner"
    assert summary("/a", 1, tags.table(ds)).as_data()["StudyDescription"] is None


def test_uids_have_their_names_on_the_sheet_and_not_in_json() -> None:
    found = summary("/a", 1, tags.table(phantoms.ct(0, size=16)))
    assert "CT Image Storage" in "\n".join(found.lines())
    assert bare(found).as_data()["SOPClassUID"] == phantoms.CT


def test_the_sheet_is_for_reading_and_json_as_stored() -> None:
    ds = phantoms.ct(0, size=16)
    ds.PatientAge, ds.StudyTime = "034Y", "134510.500"
    found = summary("/a", 1, tags.table(ds))
    text = "\n".join(found.lines())
    assert all(words in text for words in ("Phantom, Formula", "34 years", "2026-01-02", "13:45:10.5"))
    assert bare(found).as_data()["StudyTime"] == "134510.500"


def test_a_file_that_cannot_be_read_is_a_sheet_all_the_same() -> None:
    found = summary("/a", 1, TagTable(), "The file is damaged.")
    assert set(found.values) == {None}
    assert found.lines()[-1] == "! The file is damaged."


def test_every_keyword_is_one_of_the_dictionary() -> None:
    assert all(tag_for_keyword(keyword) for keyword in KEYWORDS)
