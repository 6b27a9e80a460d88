from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from tests import phantoms
from tests.tools import installed
from tui.adapters.dciodvfy import Dciodvfy
from tui.adapters.instances import DicomInstances
from tui.core import tags, validation
from tui.core.conditionals import rules
from tui.core.validation import ERROR, OPEN, findings
from tui.core.values import Ref
from tui.errors import SafelightError
from tui.service.settings import Limits


def told(change: Callable[[Dataset], object], ds: Dataset | None = None) -> dict[str, str]:
    ds = ds or phantoms.ct(0, size=16)
    change(ds)
    return {one.keyword: one.text for one in findings(tags.table(ds), None) if one.severity == ERROR}


def put(**values: object) -> Callable[[Dataset], None]:
    def change(ds: Dataset) -> None:
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return change


def take(*keywords: str) -> Callable[[Dataset], None]:
    def change(ds: Dataset) -> None:
        for keyword in keywords:
            ds.pop(tag_for_keyword(keyword), None)

    return change


def test_every_rule_is_for_an_attribute_of_its_module_of_type_1c_or_2c() -> None:
    modules = validation._iods()["modules"]
    assert {place: modules[place[0]].get(place[1]) for place in rules()}.items() <= {
        (place, kind) for place in rules() for kind in ("1C", "2C")
    }


@pytest.mark.parametrize(
    ("change", "keyword", "why"),
    [
        (take("PatientPosition"), "PatientPosition", "for this SOP Class"),
        (put(PatientIdentityRemoved="YES"), "DeidentificationMethod", "and no method is there"),
        (put(ResponsiblePerson="Some^One"), "ResponsiblePersonRole", "as there is a Responsible Person"),
        (put(PixelPaddingRangeLimit=5), "PixelPaddingValue", "as there is a Pixel Padding Range Limit"),
        (take("WindowWidth"), "WindowWidth", "as there is a Window Center"),
        (
            put(SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1", ShutterShape="CIRCULAR"),
            "RadiusOfCircularShutter",
            "as the shape is circular",
        ),
    ],
)
def test_what_is_missing_where_the_condition_holds(change: Callable[[Dataset], object], keyword: str, why: str) -> None:
    found = told(change)
    assert found[keyword].startswith("A Type ") and "is missing; it is required" in found[keyword]
    assert found[keyword].endswith(f" {why}.")
    assert keyword not in told(lambda ds: setattr(ds, "PatientPosition", "HFS"))


def test_the_number_of_samples_demands_and_forbids_a_planar_configuration() -> None:
    assert "several samples" in told(take("PlanarConfiguration"), phantoms.colour(16))["PlanarConfiguration"]
    assert "alone" in told(put(PlanarConfiguration=0))["PlanarConfiguration"]
    assert "PlanarConfiguration" not in told(put(), phantoms.colour(16))


def test_letters_demand_a_character_set_and_signs_for_bytes_do_not() -> None:
    def name(ds: Dataset) -> None:
        ds.pop(0x00080005, None)
        ds[0x00100010]._value = "Müller^Jürgen"

    ds = phantoms.ct(0, size=16)
    name(ds)
    table = tags.table(ds)
    assert any(one.keyword == "SpecificCharacterSet" for one in findings(table, None))
    ds[0x00100010]._value = "A\x1bB"
    assert not any(one.keyword == "SpecificCharacterSet" for one in findings(tags.table(ds), None))


def test_what_the_file_does_not_tell_is_open_and_what_it_tells_is_not() -> None:
    ds = phantoms.ct(0, size=16)
    found = {one.keyword: one.severity for one in findings(tags.table(ds), None)}
    assert found["Laterality"] == OPEN
    assert "PixelAspectRatio" not in found  # there is a spacing
    del ds.PixelSpacing
    assert {one.keyword: one.severity for one in findings(tags.table(ds), None)}["PixelAspectRatio"] == OPEN


@pytest.mark.corpus
def test_what_we_say_a_condition_demands_dciodvfy_demands_too(corpus: Path) -> None:
    """Some files of each folder; dciodvfy reads conditions from templates that we did not write."""
    installed("dciodvfy")
    instances, checker = DicomInstances(Limits()), Dciodvfy()
    demanded, alone = 0, []
    for folder in sorted({path.parent for path in corpus.rglob("*") if path.is_file()}):
        for path in sorted(one for one in folder.iterdir() if one.is_file())[:4]:
            try:
                opened = instances.open(Ref(str(path)))
            except SafelightError:
                continue
            own = findings(tags.table(opened.dataset, left_out=opened.left_out), None)
            ours = {one.path for one in own if one.severity == ERROR and "it is required" in one.text}
            if ours:
                demanded += len(ours)
                theirs = {one.path for one in checker.findings(str(path)) or () if one.severity == ERROR}
                alone += [(str(path), place) for place in ours - theirs]
    assert alone == []
    assert demanded >= 10
