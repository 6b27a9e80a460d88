"""What each option lets stay, on whole objects; and that nothing else does."""

import pytest
from pydicom.dataset import Dataset

from tests import phantoms
from tests.core.deidentify.planted import MARK, deidentified, element, mark, uid
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.plans import Do, Planner
from tui.core.deidentify.table import table

ROWS = table().rows


@pytest.mark.parametrize(
    ("options", "column"),
    [
        (Options(keep_patient=True), "rtn_pat_chars"),
        (Options(keep_device=True), "rtn_dev_id"),
        (Options(keep_uids=True), "rtn_uids"),
        (Options(keep_institution=True), "rtn_inst_id"),
        (Options(Dates.FULL), "rtn_long_full_dates"),
        (Options(Dates.SHIFT), "rtn_long_modif_dates"),
        (Options(clean_descriptors=True), "clean_desc"),
        (Options(clean_graphics=True), "clean_graph"),
        (Options(clean_content=True), "clean_struct_cont"),
    ],
)
def test_an_option_changes_the_plans_of_its_rows_alone(options: Options, column: str) -> None:
    basic, chosen = Planner(phantoms.CT, Options()), Planner(phantoms.CT, options)
    changed = {tag for tag, row in ROWS.items() if chosen.plan(tag, "", top=True) != basic.plan(tag, "", top=True)}
    named = {tag for tag, row in ROWS.items() if column in row.options}
    assert changed <= named
    # a code C without a way to clean (AE titles, binary notes, curves) leaves the action of the profile
    left = {tag for tag in named - changed if tag >> 16 > 4}
    assert not [t for t in left if ROWS[t].options[column] == "K" and ROWS[t].basic != "U" and ROWS[t].vr != "SQ"]
    assert len(changed) >= len(named) // 2


def test_kept_characteristics_devices_and_institutions() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.PatientSex, ds.PatientAge, ds.PatientWeight = "F", "057Y", "61"
    ds.StationName, ds.DeviceSerialNumber = "CT-7", "SN4711"
    ds.InstitutionName = "St. Elsewhere"
    ds.Allergies = mark(1)
    options = Options(keep_patient=True, keep_device=True, keep_institution=True)
    out, data = deidentified(ds, options=options)
    assert (out.dataset.PatientSex, out.dataset.PatientAge, out.dataset.PatientWeight) == ("F", "057Y", 61)
    assert (out.dataset.StationName, out.dataset.DeviceSerialNumber) == ("CT-7", "SN4711")
    assert out.dataset.InstitutionName == "St. Elsewhere"
    assert MARK.encode() not in data
    basic = deidentified(ds)[0].dataset
    assert basic.PatientSex == "" and "PatientAge" not in basic and "StationName" not in basic


def test_what_is_kept_never_holds_the_patient() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.StationName = "Formula"  # the family name
    ds.add(element(0x00181000, "LO", "PHANTOM-1"))
    out, data = deidentified(ds, options=Options(keep_device=True))
    assert "StationName" not in out.dataset
    assert b"Formula" not in data and b"PHANTOM-1" not in data


def test_kept_uids_are_uids() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.FrameOfReferenceUID = uid(1)
    ds.add(element(0x00200200, "UI", "Smith"))  # Synchronization Frame of Reference UID
    result, data = deidentified(ds, options=Options(keep_uids=True))
    out = result.dataset
    assert (out.SOPInstanceUID, out.StudyInstanceUID) == (ds.SOPInstanceUID, ds.StudyInstanceUID)
    assert out.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    assert out.FrameOfReferenceUID == uid(1)
    assert b"Smith" not in data
    assert str(ds.SOPInstanceUID) not in result.name


@pytest.mark.parametrize("dates", [Dates.FULL, Dates.SHIFT])
def test_dates(dates: Dates) -> None:
    ds = phantoms.base(phantoms.CT)
    ds.PatientBirthDate = "19561224"
    ds.StudyDate, ds.StudyTime, ds.SeriesDate = "20200302", "235959", "20200303"
    ds.AcquisitionDateTime = "20200302235959.5+0100"
    ds.add(element(0x00080022, "DA", mark(1)))
    ds.add(element(0x00080416, "DT", "20200304"))  # no row names it
    item = Dataset()
    item.ContentDate = "20200305"
    ds.add_new(0x00082218, "SQ", [item])
    result, data = deidentified(ds, options=Options(dates))
    out = result.dataset
    assert MARK.encode() not in data and b"19561224" not in data
    assert out.PatientBirthDate == ""
    days = [out.StudyDate, out.SeriesDate, out[0x00080416].value, out[0x00082218].value[0].ContentDate]
    assert out.StudyTime == "235959" and out.AcquisitionDateTime == f"{out.StudyDate}235959.5+0100"
    if dates is Dates.FULL:
        assert days == ["20200302", "20200303", "20200304", "20200305"]
    else:
        assert b"202003" not in data
        assert len(set(days)) == 4 and days == sorted(days)
    other = phantoms.base(phantoms.CT, series=2)
    other.StudyDate = "20200302"
    again = deidentified(other, options=Options(dates))[0].dataset
    assert again.StudyDate == out.StudyDate
    other.PatientID = "PHANTOM-2"
    assert (deidentified(other, options=Options(dates))[0].dataset.StudyDate == out.StudyDate) is (dates is Dates.FULL)


def test_descriptions_keep_listed_words() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.StudyDescription = f"CT chest {mark(1)}"
    ds.SeriesDescription = mark(2)
    ds.AdmittingDiagnosesDescription = "Phantom Formula lung"
    request = Dataset()
    request.ScheduledProcedureStepDescription = f"brain {mark(3)}"
    request.RequestedProcedureID = mark(4)
    request.add(element(0x00400007, "LO", "contrast"))
    ds.RequestAttributesSequence = [request]
    public, own = Dataset(), Dataset()
    public.CodeValue, public.CodingSchemeDesignator, public.CodeMeaning = "76752008", "SCT", "Breast"
    own.CodeValue, own.CodingSchemeDesignator, own.CodeMeaning = mark(5), "99X", mark(5)
    ds.AdmittingDiagnosesCodeSequence = [own, public]
    result, data = deidentified(ds, options=Options(clean_descriptors=True))
    out = result.dataset
    assert MARK.encode() not in data
    assert out.StudyDescription == "CT chest" and out.AdmittingDiagnosesDescription == "lung"
    assert "SeriesDescription" not in out
    assert out.RequestAttributesSequence[0].ScheduledProcedureStepDescription == "contrast"
    assert [c.CodeMeaning for c in out.AdmittingDiagnosesCodeSequence] == ["Breast"]


def test_shapes_stay_without_texts() -> None:
    ds = phantoms.base(UID_GSPS)
    text, shape = Dataset(), Dataset()
    text.UnformattedTextValue = mark(1)
    shape.GraphicAnnotationUnits, shape.GraphicDimensions, shape.NumberOfGraphicPoints = "PIXEL", 2, 2
    shape.GraphicData, shape.GraphicType = [1.0, 1.0, 5.0, 5.0], "POLYLINE"
    both, only = Dataset(), Dataset()
    both.GraphicLayer, only.GraphicLayer = "L1", "L1"
    both.TextObjectSequence, both.GraphicObjectSequence = [text], [shape]
    only.TextObjectSequence = [text]
    ds.GraphicAnnotationSequence = [both, only]
    ds.add_new(0x60003000, "OW", mark(2).encode() + b" ")
    result, data = deidentified(ds, options=Options(clean_graphics=True))
    assert MARK.encode() not in data
    (left,) = result.dataset.GraphicAnnotationSequence
    assert list(left.GraphicObjectSequence[0].GraphicData) == [1.0, 1.0, 5.0, 5.0]
    ds.GraphicAnnotationSequence = [only]
    (dot,) = deidentified(ds, options=Options(clean_graphics=True))[0].dataset.GraphicAnnotationSequence
    assert dot.GraphicObjectSequence[0].GraphicType == "POINT"


UID_GSPS = phantoms.UID("1.2.840.10008.5.1.4.1.1.11.1")


def test_accession_numbers_are_pseudonyms_that_agree() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.AccessionNumber = "ACC123456"
    item = Dataset()
    item.AccessionNumber = "ACC123456"
    ds.add_new(0x0040A370, "SQ", [item])  # Referenced Request Sequence
    out, data = deidentified(ds)
    assert b"ACC123456" not in data
    assert out.dataset.AccessionNumber.startswith("A-")
    if 0x0040A370 in out.dataset:
        assert out.dataset[0x0040A370].value[0].AccessionNumber == out.dataset.AccessionNumber


def test_unwanted_attributes_have_their_reasons() -> None:
    planner = Planner(phantoms.CT, Options())
    assert planner.plan(0x00080300, "SQ", top=True).do is Do.REMOVE  # names private creators
    assert planner.plan(0x7FE00010, "OW", 0x00082218, top=False).do is Do.REMOVE
    assert planner.plan(0x7FE00010, "OW", top=True).do is Do.LOOK
