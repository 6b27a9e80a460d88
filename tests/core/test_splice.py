from __future__ import annotations

import io
import struct
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests import phantoms
from tests.core.test_elements import undefined
from tui.core.edits import Edit, EditError
from tui.core.elements import Form
from tui.core.splice import splice

FORMS = {
    ExplicitVRLittleEndian: Form(False, True),
    ImplicitVRLittleEndian: Form(True, True),
    ExplicitVRBigEndian: Form(False, False),
}


def report(syntax: str = ExplicitVRLittleEndian, *, sequences: bool = False, items: bool = False) -> bytes:
    ds = undefined(phantoms.report(), sequences, items)
    ds.file_meta.TransferSyntaxUID = syntax
    ds.set_original_encoding(FORMS[syntax].implicit, FORMS[syntax].little, "iso8859")
    ds.ContentSequence[0].ContentSequence = [Dataset(), Dataset()]
    ds.ContentSequence[0].ContentSequence[1].TextValue = "deep"
    out = io.BytesIO()
    ds.save_as(out, implicit_vr=FORMS[syntax].implicit, little_endian=FORMS[syntax].little, enforce_file_format=True)
    return out.getvalue()


def start(data: bytes) -> int:
    """Where the data set begins, by the group length of the file meta information."""
    return 144 + struct.unpack_from("<L", data, 140)[0]


def edited(data: bytes, *edits: Edit) -> bytes:
    syntax = dcmread(io.BytesIO(data), stop_before_pixels=True).file_meta.TransferSyntaxUID
    return splice(data, 132, start(data), FORMS[syntax], edits)


def read(data: bytes) -> FileDataset:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds = dcmread(io.BytesIO(data))
        str(ds)  # every value is read
    return ds


@pytest.mark.parametrize("syntax", FORMS, ids=str)
@pytest.mark.parametrize(("sequences", "items"), [(False, False), (True, True), (True, False), (False, True)])
def test_only_what_was_edited_differs(syntax: str, sequences: bool, items: bool) -> None:
    data = report(syntax, sequences=sequences, items=items)
    expected = read(data)
    after = read(edited(
        data,
        Edit("0010,0010", "A much longer name^than before"),
        Edit("0010,1010", "034Y"),
        Edit("0020,0010"),
        Edit("0040,A730[0].0040,A160", "longer than it was"),
        Edit("0040,A730[0].0040,A730[1].0040,A160", "deeper"),
        Edit("0040,A730[0].0040,A730[0].0008,0104", "made"),
        Edit("0040,A730[0].0040,A730[2].0008,0104", "an item more"),
        Edit("0008,1140[0].0008,1155", "1.2.3"),
        Edit("0028,0010", "512"),
    ))  # fmt: skip
    expected.PatientName = "A much longer name^than before"
    expected.PatientAge = "034Y"
    del expected.StudyID
    inner = expected.ContentSequence[0]
    inner.TextValue = "longer than it was"
    inner.ContentSequence[1].TextValue = "deeper"
    inner.ContentSequence[0].CodeMeaning = "made"
    inner.ContentSequence.append(Dataset())
    inner.ContentSequence[2].CodeMeaning = "an item more"
    expected.ReferencedImageSequence = [Dataset()]
    expected.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    expected.Rows = 512
    assert after == expected
    assert after.file_meta == expected.file_meta


def test_items_come_and_go() -> None:
    data = report()
    assert len(read(edited(data, Edit("0040,A730[1]", ""))).ContentSequence) == 2
    assert len(read(edited(data, Edit("0040,A730[0]"))).ContentSequence) == 0
    assert len(read(edited(data, Edit("0040,A730[5]"))).ContentSequence) == 1
    assert len(read(edited(data, Edit("0008,1140[0]", ""))).ReferencedImageSequence) == 1
    assert len(read(edited(data, Edit("0008,1140", ""))).ReferencedImageSequence) == 0


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Edit("0040,A730", "x"), "A sequence holds items"),
        (Edit("0040,A730[0]", ""), "has an item 1 already"),
        (Edit("0040,A730[7]", ""), "so the next one is item 2"),
        (Edit("0008,1140[1].0008,1155", "1.2"), "so the next one is item 1"),
        (Edit("0010,0030", "SECRET"), "0010,0030 cannot have this value: DA takes"),
        (Edit("0029,1010", "x"), r"no Private Creator \(0029,0010\)"),
        (Edit("0008,FFFF", "x"), r"No dictionary knows \(0008,FFFF\)"),
        (Edit("0008,FFFF", "x" * 70_000, "SH"), "at most 16"),
        (Edit("0010,4000[0", "x"), "is no place"),
        (Edit("7FE0,0010", "00"), "Pixels are no text"),
        (Edit("0002,0010", "1.2.840.10008.1.2"), "transfer syntax"),
    ],
)
def test_what_cannot_be_edited_says_why_without_the_value(edit: Edit, says: str) -> None:
    with pytest.raises(EditError, match=says) as caught:
        edited(report(), edit)
    assert "SECRET" not in caught.value.sentence()


def test_a_value_of_a_short_vr_may_not_pass_its_length_field() -> None:
    with pytest.raises(EditError, match="too long: UI holds at most"):
        edited(report(), Edit("0008,001A", "\\".join(["1.2.840"] * 20_000)))


def test_the_file_meta_information_follows_class_and_instance() -> None:
    after = read(edited(report(), Edit("0008,0018", "1.2.3.4.5.6"), Edit("0002,0016", "STORE")))
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID == "1.2.3.4.5.6"
    assert after.file_meta.SourceApplicationEntityTitle == "STORE"


def test_group_lengths_follow() -> None:
    ds = Dataset()
    ds.PatientName, ds.PatientID = "A^B", "1"
    body = b"".join(
        struct.pack("<HH2sH", group, element, vr, len(value)) + value
        for group, element, vr, value in (
            (0x0008, 0x0000, b"UL", struct.pack("<L", 10)), (0x0008, 0x0060, b"CS", b"CT"),
            (0x0010, 0x0000, b"UL", struct.pack("<L", 22)), (0x0010, 0x0010, b"PN", b"A^B "),
            (0x0010, 0x0020, b"LO", b"1 "),
        )
    )  # fmt: skip
    after = splice(body, 0, 0, Form(), (Edit("0010,0010", "A longer^Name"), Edit("0010,0040", "O")))
    found = dcmread(io.BytesIO(after), force=True)
    assert found[0x00080000].value == 10
    assert found[0x00100000].value == len(after) - len(body) + 22
    assert str(found.PatientName) == "A longer^Name"


def test_ambiguous_and_private_vrs_are_settled_by_the_file() -> None:
    ds = phantoms.grey(phantoms.head(16), stored=16)
    ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x08, "CS", "OLD")
    ds.private_block(0x0029, "NOBODY KNOWS", create=True)
    after = read(edited(
        phantoms.data(ds), Edit("0028,0106", "-5"), Edit("0029,1008", "NEW"), Edit("0029,1110", "text", "LO"),
    ))  # fmt: skip
    assert after[0x00280106].VR == "SS" and after.SmallestImagePixelValue == -5
    assert after[0x00291008].value == "NEW"
    assert after[0x00291110].value == "text"
    assert after.PixelData == ds.PixelData


def test_text_is_written_in_the_character_set_that_holds_there() -> None:
    ds = phantoms.report()
    ds.SpecificCharacterSet = "ISO_IR 192"
    inner = Dataset()
    inner.SpecificCharacterSet = "ISO_IR 100"
    inner.TextValue = "x"
    ds.ContentSequence.append(inner)
    after = read(edited(phantoms.data(ds), Edit("0010,0010", "王^小东"), Edit("0040,A730[1].0040,A160", "Müller")))
    assert str(after.PatientName) == "王^小东"
    assert after.ContentSequence[1].TextValue == "Müller"


@given(st.binary(max_size=80), st.sampled_from(list(FORMS.values())), st.sampled_from([None, "", "X"]),
       st.sampled_from(["0010,0010", "0040,A730[0].0040,A160", "0010,0020"]))  # fmt: skip
@settings(max_examples=300)
def test_any_bytes_are_edited_or_refused(data: bytes, form: Form, value: str | None, path: str) -> None:
    try:
        splice(data, 0, 0, form, (Edit(path, value),))
    except EditError as error:
        assert error.sentence().endswith(".")


@given(st.lists(st.sampled_from([
    Edit("0010,0010", "Other^Name"), Edit("0010,0010"), Edit("0010,4000", "odd"),
    Edit("0040,A730[0].0040,A160", "x" * 99),
    Edit("0040,A730[0].0040,A160"), Edit("0008,1140[0].0008,1155", "1.2.3"), Edit("0008,1140"), Edit("0020,0013", "77"),
]), max_size=6))  # fmt: skip
@settings(max_examples=60)
def test_edits_that_take_everything_back_give_the_same_bytes(edits: list[Edit]) -> None:
    """Each element that was touched is put back: not one byte of the others has moved."""
    data = report()
    ds = dcmread(io.BytesIO(data))
    back = [Edit("0010,0010", str(ds.PatientName)), Edit("0010,4000"), Edit("0008,1140"), Edit("0020,0013", "1"),
            Edit("0040,A730[0].0040,A160", ds.ContentSequence[0].TextValue)]  # fmt: skip
    assert edited(edited(data, *edits), *back) == data
