"""Reports keep what is coded and measured (PS3.15 E.3.4); what items refer to moves with them."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from tests import phantoms
from tests.core.deidentify.planted import MARK, deidentified, mark
from tui.core.deidentify.content import table
from tui.core.deidentify.options import Dates, Options

CLEAN = Options(clean_content=True)
FINDING, COMMENT = ("121071", "DCM", "Finding"), ("121106", "DCM", "Comment")


def code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def content(kind: str, concept: tuple[str, str, str] = FINDING, *children: Dataset, **values: object) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    item.ConceptNameCodeSequence = [code(*concept)]
    for keyword, value in values.items():
        setattr(item, keyword, value)
    if children:
        item.ContentSequence = Sequence(children)
    return item


def reference(*place: int) -> Dataset:
    item = Dataset()
    item.RelationshipType = "INFERRED FROM"
    item.ReferencedContentItemIdentifier = list(place)
    return item


def report(*items: Dataset) -> phantoms.FileDataset:
    ds = phantoms.base(UID("1.2.840.10008.5.1.4.1.1.88.33"))
    ds.ValueType = "CONTAINER"
    ds.ContentSequence = Sequence(items)
    return ds


def image() -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "IMAGE"
    target = Dataset()
    target.ReferencedSOPClassUID, target.ReferencedSOPInstanceUID = phantoms.CT, f"{phantoms.ROOT}.1.1.1"
    item.ReferencedSOPSequence = [target]
    return item


def test_the_table_is_whole() -> None:
    assert sum(map(len, table().values())) >= 210


def test_measurements_codes_and_references_stay_and_texts_go() -> None:
    measured = Dataset()
    measured.NumericValue = "12.5"
    measured.MeasurementUnitsCodeSequence = [code("mm", "UCUM", "mm")]
    ds = report(
        content("TEXT", FINDING, TextValue=f"Mass in the liver of {mark(1)}"),
        content("TEXT", COMMENT, TextValue="normal liver"),
        content("NUM", ("410668003", "SCT", "Length"), MeasuredValueSequence=[measured]),
        content("CODE", FINDING, ConceptCodeSequence=[code("4147007", "SCT", "Mass")]),
        content("CODE", FINDING, ConceptCodeSequence=[code(mark(2), "99HERE", mark(2))]),
        content("PNAME", ("121008", "DCM", "Person Observer Name"), PersonName=mark(3)),
        content("DATE", FINDING, Date="20200102"),
        content("CONTAINER", FINDING, content("TEXT", FINDING, TextValue=mark(4)), image()),
    )
    result, data = deidentified(ds, options=CLEAN)
    assert MARK.encode() not in data
    items = result.dataset.ContentSequence
    assert [i.ValueType for i in items] == ["TEXT", "NUM", "CODE", "CONTAINER"]
    assert items[0].TextValue == "in the liver of"
    assert items[1].MeasuredValueSequence[0].NumericValue == 12.5
    assert items[2].ConceptCodeSequence[0].CodeMeaning == "Mass"
    ct = deidentified(phantoms.ct(0, size=16), options=CLEAN)[0].dataset
    found = items[3].ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    assert found.startswith("2.25.") and items[3].ContentSequence[0].ValueType == "IMAGE"
    assert found == ct.SOPInstanceUID
    assert "113104" in [c.CodeValue for c in result.dataset.DeidentificationMethodCodeSequence]


def test_dates_follow_the_option() -> None:
    ds = report(content("DATE", FINDING, Date="20200301"), content("DATETIME", FINDING, DateTime="20200301120000"))
    full = deidentified(ds, options=Options(Dates.FULL, clean_content=True))[0].dataset.ContentSequence
    assert (full[0].Date, full[1].DateTime) == ("20200301", "20200301120000")
    moved = deidentified(ds, options=Options(Dates.SHIFT, clean_content=True))[0].dataset.ContentSequence
    assert moved[0].Date == moved[1].DateTime[:8] < "20200301" and moved[1].DateTime[8:] == "120000"
    gone = deidentified(ds, options=CLEAN)[0].dataset.ContentSequence
    assert [i.TextValue for i in gone] == ["removed"]


def test_what_items_refer_to_moves_with_them_or_takes_them_along() -> None:
    ds = report(
        content("TEXT", FINDING, TextValue=mark(1)),
        content("CONTAINER", FINDING, content("NUM", FINDING), reference(1, 2, 1), reference(1, 1)),
        content("CONTAINER", FINDING, reference(1, 2)),
    )
    out = deidentified(ds, options=CLEAN)[0].dataset.ContentSequence
    assert len(out) == 2
    assert [list(i.ReferencedContentItemIdentifier) for i in out[0].ContentSequence[1:]] == [[1, 1, 1]]
    assert list(out[1].ContentSequence[0].ReferencedContentItemIdentifier) == [1, 1]


@pytest.mark.parametrize("kind", ["UIDREF", "CONTAINER"])
def test_options_let_stay_what_rows_remove(kind: str) -> None:
    ds = report(content("TEXT", ("121013", "DCM", "Device Observer Name"), TextValue="Scanner one"), content(kind))
    assert len(deidentified(ds, options=CLEAN)[0].dataset.ContentSequence) == 1
    kept = deidentified(ds, options=Options(clean_content=True, keep_device=True))[0].dataset.ContentSequence
    assert kept[0].TextValue == "Scanner one"


def test_acquisition_context_is_cleaned_likewise() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.AcquisitionContextSequence = [content("TEXT", FINDING, TextValue=mark(1)), content("NUM", FINDING)]
    result, data = deidentified(ds, options=CLEAN)
    assert MARK.encode() not in data
    assert len(result.dataset.AcquisitionContextSequence) == 1
    ds.AcquisitionContextSequence = [content("TEXT", FINDING, TextValue=mark(1))]
    assert "AcquisitionContextSequence" not in deidentified(ds, options=CLEAN)[0].dataset


def test_specimen_preparation_and_waveform_annotations() -> None:
    ds = phantoms.base(phantoms.CT)
    step = Dataset()
    step.SpecimenPreparationStepContentItemSequence = [
        content("TEXT", FINDING, TextValue=mark(1)),
        content("NUM", FINDING),
    ]
    ds.add_new(0x00400610, "SQ", [step])
    note, coded = Dataset(), Dataset()
    note.UnformattedTextValue = mark(2)
    coded.ConceptNameCodeSequence = [code("5.10.3-1", "SCPECG", mark(3))]
    ds.add_new(0x0040B020, "SQ", [note, coded])
    result, data = deidentified(ds, options=CLEAN)
    assert MARK.encode() not in data
    left = result.dataset[0x00400610].value[0].SpecimenPreparationStepContentItemSequence
    assert [item.ValueType for item in left] == ["NUM"]


def test_private_concepts_are_not_said() -> None:
    own = (mark(1), "99HERE", mark(2))
    ds = report(content("NUM", own), content("CONTAINER", own, content("NUM", FINDING)))
    result, data = deidentified(ds, options=CLEAN)
    assert MARK.encode() not in data
    (left,) = result.dataset.ContentSequence
    assert left.ValueType == "CONTAINER" and "ConceptNameCodeSequence" not in left
