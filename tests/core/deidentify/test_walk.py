"""No value that the table or the rules beyond it name is left anywhere in the bytes."""

from __future__ import annotations

import io
import re
import struct

import pydicom
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests import phantoms
from tests.core.deidentify.planted import (
    MARK,
    SECRET,
    deidentified,
    element,
    leaks,
    mark,
    nested,
    planted,
    reread,
    uid,
    written,
)
from tui.core.deidentify.options import Options
from tui.core.deidentify.profile import Deidentifier
from tui.core.deidentify.table import table
from tui.errors import RefusedError

ROWS = {t: r for t, r in table().rows.items() if t >> 16 not in (0x0000, 0x0002, 0x0004) and t < 0xFFFA0000}
SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)


def test_planted_rows_are_the_whole_table() -> None:
    assert len(ROWS) >= 645


@pytest.mark.parametrize("sop_class", [phantoms.CT, UID("1.2.840.10008.5.1.4.1.1.88.11"), UID("1.2.3.4")])
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_no_row_leaks_at_any_depth(depth: int, sop_class: UID) -> None:
    ds = phantoms.base(sop_class)
    inside = Dataset()
    for tag, row in ROWS.items():
        if tag in (0x00080016, 0x00080018):
            continue
        inside.add(planted(tag, row))
    if depth:
        holder = DataElement(0x00089215, "SQ", Sequence([inside]))
        ds.add(nested(holder, depth - 1) if depth > 1 else holder)
    else:
        ds.update(inside)
    _, data = deidentified(ds)
    assert [f"{t:08X}" for t in ROWS if leaks(data, t)] == []
    assert MARK.encode() not in data


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_action_of_each_row(depth: int) -> None:
    """X is absent, Z is empty, D is not empty, U is another UID; a compound code outside the IOD is X or Z."""
    inside = Dataset()
    for tag, row in ROWS.items():
        inside.add(planted(tag, row))
    ds = phantoms.base(phantoms.CT)
    for tag in (0x00089215, 0x0040A170)[:depth]:
        holder = Dataset()
        holder.add(DataElement(tag, "SQ", Sequence([inside])))
        inside = holder
    ds.update(inside)
    out: Dataset = deidentified(ds)[0].dataset
    for tag in (0x0040A170, 0x00089215)[2 - depth :]:
        out = out[tag].value[0]
    for tag, row in ROWS.items():
        if tag == 0x00080050:
            assert re.fullmatch("A-[A-Z2-7]{10}", out[tag].value)
        elif depth or tag not in (0x00100010, 0x00100020):
            _holds(out, tag, row.basic, row.vr)


def _holds(out: Dataset, tag: int, basic: str, vr: str) -> None:
    if basic == "X":
        assert tag not in out, f"{tag:08X}"
    elif basic == "Z":
        assert out[tag].is_empty, f"{tag:08X}"
    elif basic == "D":
        assert not out[tag].is_empty, f"{tag:08X}"
        assert vr == out[tag].VR
    elif basic == "U":
        assert out[tag].value.startswith("2.25."), f"{tag:08X}"


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda s: s.name)
def test_every_syntax(syntax: UID) -> None:
    ds = phantoms.base(phantoms.CT)
    ds.file_meta.TransferSyntaxUID = syntax
    for tag, row in ROWS.items():
        if tag != 0x00080018:
            ds.add(nested(planted(tag, row), 0))
    ds.add(nested(element(0x00104000, "LT"), 3))
    ds.add(DataElement(0x00091010, "LO", mark(1)))
    ds.add(DataElement(0x00090010, "LO", MARK + " CREATOR"))
    ds.add(DataElement(0x00120099, "UN", mark(2).encode() + b" "))  # even group, not in PS3.6
    _, data = deidentified(ds)
    if syntax == DeflatedExplicitVRLittleEndian:
        ds = pydicom.dcmread(io.BytesIO(data))
        assert ds.file_meta.TransferSyntaxUID == syntax
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data = written(ds)
    assert MARK.encode() not in data
    assert pydicom.dcmread(io.BytesIO(data)).PatientName.family_name.startswith("P-")


def test_overlays_and_curves_go_whole() -> None:
    ds = phantoms.ct(size=16)
    for group in (0x6000, 0x600E, 0x601E, 0x6020):
        ds.add_new((group, 0x0010), "US", 16)
        ds.add_new((group, 0x0022), "LO", mark(group))
        ds.add_new((group, 0x1500), "LO", mark(group))
        ds.add_new((group, 0x3000), "OW", mark(group).encode() + b" ")
        ds.add_new((group, 0x4000), "LT", mark(group))
    for group in (0x5000, 0x501E, 0x5020):
        ds.add_new((group, 0x3000), "OW", mark(group).encode() + b" ")
        ds.add_new((group, 0x2500), "LO", mark(group))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert not [t for t in result.dataset._dict if t >> 24 in (0x50, 0x60)]


def test_private_attributes_go_at_all_depths() -> None:
    ds = phantoms.base()
    deep = Dataset()
    deep.add_new(0x00290010, "LO", mark(1))
    deep.add_new(0x00291001, "UN", mark(2).encode() + b" ")
    middle = Dataset()
    middle.add_new(0x00190010, "LO", mark(3))
    middle.add_new(0x00191001, "SQ", Sequence([deep]))
    middle.add_new(0x00082218, "SQ", Sequence([deep]))
    ds.add_new(0x00190010, "LO", mark(4))
    ds.add_new(0x00191099, "SQ", Sequence([middle]))
    ds.add_new(0x00089215, "SQ", Sequence([middle]))
    ds.add_new(0x60010010, "LO", mark(5))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert sum(c.rule == "private" and c.action == "removed" for c in result.changes) == 7
    assert not any(t.is_private for t in _tags(result.dataset))


def _tags(ds: Dataset) -> list[pydicom.tag.BaseTag]:
    found = []
    for e in ds.iterall():
        found.append(e.tag)
    return found


def _file(body: bytes, syntax: UID = ExplicitVRLittleEndian) -> pydicom.FileDataset:
    """A CT without pixels whose data set ends in hand-made bytes."""
    ds = phantoms.base(phantoms.CT)
    ds.file_meta.TransferSyntaxUID = syntax
    return pydicom.dcmread(io.BytesIO(written(ds) + body))


def _implicit(group: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHL", group, number, len(value)) + value


def _item(value: bytes) -> bytes:
    return _implicit(0xFFFE, 0xE000, value)


NAME = _implicit(0x0010, 0x0010, mark(7).encode() + b" ")
MEANING = _implicit(0x0008, 0x0104, b"Kept")


@pytest.mark.parametrize("inner", [NAME + MEANING, MEANING + _implicit(0x0009, 0x1001, mark(8).encode() + b" ")])
def test_sequences_coded_as_un(inner: bytes) -> None:
    """PS3.5 6.2.2: of known or unknown length; a known one is walked through, an unknown one goes."""
    items = _item(inner)
    known = struct.pack("<HH2sHL", 0x0040, 0xA170, b"UN", 0, len(items)) + items
    unknown = struct.pack("<HH2sHL", 0x0040, 0xFF98, b"UN", 0, len(items)) + items
    open_end = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    known_open = struct.pack("<HH2sHL", 0x0040, 0xA171 - 0x1, b"UN", 0, 0xFFFFFFFF) + items + open_end
    unknown_open = struct.pack("<HH2sHL", 0x0040, 0xFF99, b"UN", 0, 0xFFFFFFFF) + items + open_end
    for body in (known, unknown, known_open, unknown_open):
        result = Deidentifier(SECRET).apply(_file(body))
        data = written(result.dataset)
        assert MARK.encode() not in data
        if body in (known, known_open):
            assert pydicom.dcmread(io.BytesIO(data))[0x0040A170].value[0].CodeMeaning == "Kept"


def test_implicit_unknown_tags_and_lying_vrs() -> None:
    body = _implicit(0x0010, 0x0012, mark(1).encode() + b" ") + _implicit(0x0040, 0xFF90, mark(2).encode() + b" ")
    body += _implicit(0x4010, 0x1041, mark(3).encode() + b" ")
    data = written(Deidentifier(SECRET).apply(_file(body, ImplicitVRLittleEndian)).dataset)
    assert MARK.encode() not in data
    ds = phantoms.base()
    for tag, vr in ((0x00082218, "LO"), (0x00100010, "OB"), (0x0020000D, "LO"), (0x00080020, "LO")):
        value = element(tag, vr)
        ds[tag] = value
    ds.add(DataElement(0x00080070, "SQ", Sequence([Dataset()])))
    ds[0x00080070].value[0].PatientID = mark(9)
    ds.add(DataElement(0x00181020, "PN", mark(10)))
    assert MARK.encode() not in deidentified(ds)[1]


def test_cut_behind_nul() -> None:
    ds = phantoms.base()
    ds.add_new(0x00080070, "LO", "Maker\0" + mark(1))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert result.dataset.Manufacturer == "Maker"


def test_unlisted_persons_dates_and_addresses() -> None:
    ds = phantoms.base()
    ds.add_new(0x0040A067, "PN", mark(1))
    ds.add(element(0x00080416, "DT"))
    ds.add_new(0x00081190, "UR", "http://pacs/" + mark(2))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert result.dataset[0x0040A067].is_empty


def test_signatures_and_encrypted_attributes_go() -> None:
    ds = phantoms.base()
    for tag in (0x04000500, 0x4FFE0001, 0xFFFAFFFA):
        ds.add(element(tag, "SQ"))
    ds.add(element(0x04000120, "OB"))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert not [t for t in result.dataset._dict if t.group in (0x0400, 0x4FFE, 0xFFFA)]


def test_unlisted_uids_are_mapped_and_classes_stay() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.add_new(0x0070031B, "UI", [uid(1), uid(2)])
    item = Dataset()
    item.ReferencedSOPClassUID = phantoms.CT
    item.CodingSchemeUID = "2.16.840.1.113883.6.96"
    ds.add_new(0x00082218, "SQ", Sequence([item]))
    ds.FrameOfReferenceUID = "1.2.840.10008.1.4.1.1"  # Talairach, registered in PS3.6 Annex A
    ds.SynchronizationFrameOfReferenceUID = "1.2.840.10008.5.1.4.1.1.2.998877"  # an instance in DICOM's own root
    out = deidentified(ds)[0].dataset
    assert all(str(v).startswith("2.25.") for v in out[0x0070031B].value)
    assert out[0x00082218].value[0].ReferencedSOPClassUID == phantoms.CT
    assert out[0x00082218].value[0].CodingSchemeUID == "2.16.840.1.113883.6.96"
    assert out.FrameOfReferenceUID == "1.2.840.10008.1.4.1.1"
    assert out.SynchronizationFrameOfReferenceUID.startswith("2.25.")


def test_a_class_uid_that_is_no_class_goes() -> None:
    ds = phantoms.base(phantoms.CT)
    item = Dataset()
    item.add_new(0x00081150, "UI", ds.StudyInstanceUID)
    ds.add_new(0x00082218, "SQ", Sequence([item]))
    assert str(ds.StudyInstanceUID).encode() not in deidentified(ds)[1]


def test_document_and_report_are_replaced() -> None:
    ds = phantoms.base(UID("1.2.840.10008.5.1.4.1.1.104.1"))
    ds.MIMETypeOfEncapsulatedDocument = "application/pdf"
    ds.add_new(0x00420011, "OB", b"%PDF-1.4 " + mark(1).encode())
    ds.EncapsulatedDocumentLength = 20
    out = deidentified(ds)[0].dataset
    assert out.EncapsulatedDocument.startswith(b"%PDF-1.4")
    assert out.EncapsulatedDocumentLength == len(out.EncapsulatedDocument)
    report = phantoms.report()
    report.ContentSequence[0].TextValue = mark(2)
    out, data = deidentified(report)
    assert MARK.encode() not in data
    assert [i.TextValue for i in out.dataset.ContentSequence] == ["removed"]


def test_nesting_has_an_end() -> None:
    ds = phantoms.base()
    inner = element(0x00104000, "LT")
    for _ in range(80):
        inner = nested(inner, 1)
    ds.add(inner)
    with pytest.raises(RefusedError):
        Deidentifier(SECRET).apply(reread(ds))


def test_changes_hold_paths_and_no_values() -> None:
    ds = phantoms.base()
    ds.add(nested(element(0x00104000, "LT"), 2))
    changes = deidentified(ds)[0].changes
    found = next(c for c in changes if c.keyword == "PatientComments")
    assert (found.path, found.action, found.rule) == ("0040,A170[0].0008,9215[0].0010,4000", "removed", "E.1-1 X")
    assert MARK not in repr(changes)


def test_pictures_inside_sequences_go() -> None:
    ds = phantoms.ct(size=8)
    item = Dataset()
    item.add_new(0x7FE00010, "OB", mark(1).encode() + b" ")
    item.CodeMeaning = "Kept"
    ds.add_new(0x0040A170, "SQ", Sequence([item]))
    result, data = deidentified(ds)
    assert MARK.encode() not in data
    assert result.dataset[0x0040A170].value[0].CodeMeaning == "Kept"
    assert result.dataset.PixelData == ds.PixelData


@pytest.mark.parametrize("vr", [b"Pn", b"ZZ", b"\x50\x34"])
def test_unknown_vrs_are_written_as_the_dictionary_says(vr: bytes) -> None:
    body = struct.pack("<HH2sH", 0x0020, 0x4001, vr, 0) + struct.pack("<HH2sH", 0x0008, 0x0070, vr, 6) + b"Maker "
    ds = _file(body)
    data = written(Deidentifier(SECRET).apply(ds).dataset)
    assert pydicom.dcmread(io.BytesIO(data)).Manufacturer == "Maker"


def test_a_damaged_description_of_the_pixels_is_refused() -> None:
    body = struct.pack("<HH2sH", 0x0028, 0x0103, b"US", 5) + b"12345"
    with pytest.raises(RefusedError, match=r"^R09"):
        Deidentifier(SECRET).apply(_file(body))


def test_bytes_behind_the_data_set_go() -> None:
    for tail in (b"SMITH^JOHN", b"SMITH^JOHN" * 20):
        ds = phantoms.ct(size=8)
        read = pydicom.dcmread(io.BytesIO(written(ds) + tail))
        assert b"SMITH" not in written(Deidentifier(SECRET).apply(read).dataset)


@pytest.mark.parametrize("vr", ["SQ", "UN"])
@pytest.mark.parametrize("tag", [0x00181000, 0x00081150, 0x00080061, 0x00080014, 0x00080070])
def test_items_where_none_belong_never_stay(tag: int, vr: str) -> None:
    """An option lets the attribute stay, but not what a file hides in it."""
    ds = phantoms.ct(size=8)
    inner = Dataset()
    inner.PatientComments = mark(tag)
    ds.add_new(tag, "SQ", Sequence([inner]))
    data = phantoms.data(ds)
    if vr == "UN":
        head = tag.to_bytes(4, "big")
        head = head[1::-1] + head[3:1:-1]
        data = data.replace(head + b"SQ", head + b"UN").replace(
            b"\x10\x00\x00\x40LT\x0e\0", b"\x10\x00\x00\x40\x0e\0\0\0"
        )
    options = Options(keep_device=True, keep_uids=True, keep_institution=True)
    done = Deidentifier(SECRET, options).apply(pydicom.dcmread(io.BytesIO(data)))
    assert mark(tag).encode() not in written(done.dataset)
