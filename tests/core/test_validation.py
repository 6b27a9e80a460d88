from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests import phantoms
from tests.core.test_heads import head
from tests.tools import installed, module
from tui.adapters.dciodvfy import Dciodvfy
from tui.adapters.instances import DicomInstances
from tui.core import tags, validation
from tui.core.tagtable import TagTable
from tui.core.validation import ERROR, WARNING, Finding, findings, iod_of
from tui.core.values import Ref
from tui.service.settings import Limits


def check(ds: Dataset) -> list[Finding]:
    data = phantoms.data(ds)
    found = head(data)
    return list(findings(tags.of_head(found), found))


def told(ds: Dataset) -> dict[str, str]:
    return {finding.keyword: finding.text for finding in check(ds)}


def test_required_attributes_of_the_modules() -> None:
    ds = phantoms.ct(0, size=16)
    assert iod_of(tags.table(ds)) == "ct-image"
    del ds.PixelSpacing
    del ds.PatientBirthDate
    ds.ImagePositionPatient = None
    found = told(ds)
    assert found["PixelSpacing"] == "A Type 1 attribute of module Image Plane is missing or has no value."
    assert found["PatientBirthDate"] == "A Type 2 attribute of module Patient is missing; it may be empty."
    assert found["ImagePositionPatient"] == "A Type 1 attribute of module Image Plane is missing or has no value."
    assert "PatientSex" not in found
    paths = {finding.keyword: finding.path for finding in check(ds)}
    assert paths["PixelSpacing"] == "0028,0030"


def test_attributes_of_items_are_required_where_every_module_does() -> None:
    ds = phantoms.ct(0, size=16)
    item = Dataset()
    item.ReferencedSOPClassUID = phantoms.CT
    ds.ReferencedImageSequence = [item]
    (finding,) = [one for one in check(ds) if one.path.startswith("0008,1140")]
    assert finding.path == "0008,1140[0].0008,1155"


def test_values_vrs_and_multiplicity() -> None:
    ds = phantoms.ct(0, size=16)
    ds.add_new(0x00100030, "LO", "2026-01-02")
    ds[0x00100040]._value = "male"
    ds.add_new(0x00280030, "DS", "1")
    ds.add_new(0x00089999, "LO", "x")
    found = told(ds)
    assert found["PatientBirthDate"] == "The VR is LO, and PS3.6 has DA."
    assert found["PatientSex"].startswith("The value breaks its VR: CS takes")
    assert found["PixelSpacing"] == "There are 1 values, and PS3.6 has 2."
    assert found[""] == "PS3.6 has no such public element."


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [("1", [1], [2]), ("1-n", [1, 9], []), ("2-2n", [2, 4], [3]), ("3", [3], [1]), ("1-3", [1, 3], [4]),
     ("6-n", [6, 7], [5]), ("1 or 3", [1, 3], [2])],
)  # fmt: skip
def test_multiplicities(rule: str, good: list[int], bad: list[int]) -> None:
    assert [n for n in good if validation._multiplicity(rule, n)] == []
    assert [n for n in bad if not validation._multiplicity(rule, n)] == []


def test_the_order_of_tags_and_doubled_ones() -> None:
    ds = phantoms.ct(0, size=16)
    data = phantoms.data(ds)
    at = data.index(b"\x10\x00\x20\x00LO")
    element = data[at : at + 8 + data[at + 6]]
    twice = head(data[:at] + element + data[at:])
    doubled = Finding(ERROR, "0010,0020", "", "The tag is there twice (PS3.5 7.1).")
    assert doubled in findings(tags.of_head(twice), twice)
    thickness = b"\x18\x00\x50\x00DS"
    late = head(data[:at] + data[at + len(element) :].replace(thickness, element + thickness, 1))
    assert any("behind a greater one" in one.text for one in findings(tags.of_head(late), late))


def test_a_class_that_is_not_known_is_said_and_the_rest_is_checked() -> None:
    ds = phantoms.ct(0, size=16)
    ds.SOPClassUID = "1.2.3.4"
    found = check(ds)
    assert (
        Finding(WARNING, "0008,0016", "SOPClassUID", "The SOP Class is not among those whose modules are known.")
        in found
    )
    assert findings(TagTable(), None)


def test_the_tables_are_those_of_their_source() -> None:
    module("highdicom")
    import json

    from tests import iods

    assert json.loads(iods.OUT.read_text()) == json.loads(json.dumps(iods.condensed()))


@pytest.mark.corpus
@pytest.mark.parametrize("place", ["ct-series/gantry-tilt/IM-0001-0001.dcm", "mr-series", "dx-mg-cr-io", "pt-seg"])
def test_what_we_miss_dciodvfy_misses_too(corpus: Path, place: str) -> None:
    """Of attributes that stand for themselves: dciodvfy says of each that we call missing that it is missing."""
    installed("dciodvfy")
    path = corpus / place
    path = path if path.is_file() else sorted(path.rglob("*.dcm"))[0]
    instances = DicomInstances(Limits())
    opened = instances.open(Ref(str(path)))
    own = findings(tags.table(opened.dataset, left_out=opened.left_out), instances.head(Ref(str(path))))
    missing = {one.path for one in own if "is missing" in one.text and "module" in one.text}
    theirs = Dciodvfy().findings(str(path))
    assert theirs is not None
    assert missing - {one.path for one in theirs if one.severity == ERROR} == set()
