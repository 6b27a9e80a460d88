from __future__ import annotations

from pydicom.dataset import Dataset

from tests import phantoms
from tui.core import survey, tags
from tui.core.survey import CONSTANT, MISSING, VARYING, Survey


def test_constant_varying_and_missing() -> None:
    found = Survey()
    for z in range(5):
        ds = phantoms.ct(z, size=16)
        if z == 3:
            del ds.SliceThickness
        found.add(tags.table(ds))
    lines = {one.keyword: one for one in found.attributes()}
    assert found.count == 5
    assert (lines["PatientID"].kind, lines["PatientID"].values, lines["PatientID"].text) == (CONSTANT, 1, "PHANTOM-1")
    assert (lines["InstanceNumber"].kind, lines["InstanceNumber"].values) == (VARYING, 5)
    assert lines["InstanceNumber"].text == "1 | 2 | 3 | …"
    assert (lines["SliceThickness"].kind, lines["SliceThickness"].have) == (MISSING, 4)
    assert [one.path for one in found.attributes()] == sorted(one.path for one in found.attributes())


def test_attributes_inside_sequences_have_lines_of_their_own() -> None:
    found = Survey()
    found.add(tags.table(phantoms.report()))
    assert "0040,A730[0].0040,A160" in {one.path for one in found.attributes()}
    assert not [one for one in found.attributes() if one.tag.startswith("item")]


def test_bytes_that_look_alike_vary_and_no_more_values_are_kept_than_a_limit() -> None:
    found = Survey()
    for n in range(survey.MOST_VALUES + 10):
        ds = Dataset()
        ds.add_new(0x00281201, "OW", bytes(100) + n.to_bytes(2, "little"))
        found.add(tags.table(ds))
    (line,) = found.attributes()
    assert (line.kind, line.values) == (VARYING, survey.MOST_VALUES + 1)
