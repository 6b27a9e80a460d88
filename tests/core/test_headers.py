from __future__ import annotations

import io
import zlib
from contextlib import suppress
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import FileDataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests import phantoms
from tui.core import headers
from tui.core.headers import read
from tui.core.rawvalues import SPECTROSCOPY, from_dataset
from tui.core.values import Instance, Ref
from tui.core.walk import Short, Unsure
from tui.errors import DamagedError, NotDicomError

REF = Ref("/x")


def whole(data: bytes) -> Instance:
    return read(data, len(data), REF)


def bare(ds: FileDataset, *, implicit: bool) -> bytes:
    """Without preamble and file meta."""
    out = io.BytesIO()
    del ds.file_meta
    ds.save_as(out, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
    return out.getvalue()[132 if out.getvalue()[128:132] == b"DICM" else 0 :]


def recoded(syntax: UID) -> bytes:
    ds = phantoms.ct(3)
    ds.file_meta.TransferSyntaxUID = syntax
    return phantoms.data(ds)


def test_every_attribute_of_a_slice() -> None:
    ds = phantoms.ct(3)
    ds.PatientBirthDate, ds.IssuerOfPatientID, ds.AccessionNumber = "19700102", "HOSPITAL", "ACC 1"
    ds.SeriesDate, ds.SeriesTime = "20260103", "111500.25"
    data = phantoms.data(ds)
    root = phantoms.ROOT
    assert whole(data) == Instance(
        REF, len(data), f"{root}.1.1.4", 4, (-120, -120, 15), patient_name="Phantom^Formula", patient_id="PHANTOM-1",
        issuer="HOSPITAL", birth_date="19700102", sex="O", study_uid=f"{root}.1", study_id="1", study_date="20260102",
        study_time="101500", study_description="Phantom study", accession_number="ACC 1", series_uid=f"{root}.1.1",
        series_number=1, series_date="20260103", series_time="111500.25", series_description="Head 5 mm",
        modality="CT", body_part="HEAD", sop_class_uid=phantoms.CT, transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=128, columns=128, orientation=(1, 0, 0, 0, 1, 0), image_type="ORIGINAL\\PRIMARY\\AXIAL",
    )  # fmt: skip


@pytest.mark.parametrize("ds", [phantoms.ct(1), phantoms.cine(frames=5), phantoms.colour(), phantoms.report()])
def test_it_says_what_pydicom_says(ds: FileDataset) -> None:
    data = phantoms.data(ds)
    assert whole(data) == from_dataset(pydicom.dcmread(io.BytesIO(data)), len(data), REF)


def test_an_object_without_pixels_has_no_rows() -> None:
    assert whole(phantoms.data(phantoms.report())).rows == 0
    ds = phantoms.ct()
    ds.SOPClassUID = SPECTROSCOPY
    assert whole(phantoms.data(ds)).rows == 0


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_other_encodings_say_the_same(syntax: UID) -> None:
    plain, other = whole(recoded(phantoms.ExplicitVRLittleEndian)), whole(recoded(syntax))
    assert other.transfer_syntax_uid == syntax
    assert [getattr(plain, n) for n in ("patient_name", "position", "rows", "number", "study_uid")] == [
        getattr(other, n) for n in ("patient_name", "position", "rows", "number", "study_uid")
    ]


@pytest.mark.parametrize("implicit", [True, False])
def test_a_file_without_preamble_and_meta(implicit: bool) -> None:
    instance = whole(bare(phantoms.ct(2), implicit=implicit))
    assert (instance.modality, instance.number, instance.rows, instance.transfer_syntax_uid) == ("CT", 3, 128, "")


def test_a_file_that_begins_with_its_meta() -> None:
    data = phantoms.data(phantoms.ct(2))
    assert whole(data[132:]).number == 3


def test_more_bytes_are_asked_for_until_they_do() -> None:
    data = phantoms.data(phantoms.ct())
    full = whole(data)
    for count in range(132, len(data) - 2 * 128 * 128, 37):
        try:
            assert read(data[:count], len(data), REF) == full
        except Short:
            assert count < 2000
    with pytest.raises(Short):
        read(recoded(DeflatedExplicitVRLittleEndian)[:400], 10_000, REF)


def test_a_file_that_is_cut_in_its_header_is_listed_if_one_knows_what_it_is() -> None:
    data = phantoms.data(phantoms.ct())
    study = data.index(b"\x20\0\x0d\0UI")
    assert whole(data[: study + 60]).patient_id == "PHANTOM-1"
    with pytest.raises(Unsure):
        whole(data[: data.index(b"\x10\0\x10\0PN") + 3])
    with pytest.raises(DamagedError, match="cut short"):
        whole(data[:200])
    with pytest.raises(DamagedError, match="cut short"):
        whole(data[:132])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"Dear colleague", "not DICOM (text)"),
        (bytes(4096), "not DICOM"),
        (b"\x08\0\x05\0" + bytes(200), "not DICOM"),
        (b"PK\x03\x04" + bytes(200), "not DICOM (zip archive)"),
    ],
)
def test_what_is_not_dicom_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises((NotDicomError, Unsure)) as caught:
        whole(data)
    assert caught.type is Unsure or str(caught.value) == reason


def test_what_only_pydicom_can_read_is_left_to_it() -> None:
    good = phantoms.data(phantoms.ct())
    for data in (
        Path(get_testdata_file("MR_small_bigendian.dcm", download=False)).read_bytes(),
        good.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"),  # says implicit
        recoded(ImplicitVRLittleEndian).replace(b"UI\x12\x001.2.840.10008.1.2\0", b"UI\x14\x001.2.840.10008.1.2.1\0"),
        good.replace(b"\x28\0\x10\0US\x02\0\x80\0", b"\x28\0\x10\0DS\x02\x0064"),
    ):
        assert data != good
        with pytest.raises(Unsure):
            whole(data)


def test_a_deflate_bomb_is_not_inflated() -> None:
    head = recoded(DeflatedExplicitVRLittleEndian)
    compressor = zlib.compressobj(9, wbits=-15)
    private = b"\x09\0\x10\0OB\0\0" + (1 << 28).to_bytes(4, "little")
    data = head[: headers.walk.meta(head)[1]] + compressor.compress(private + bytes(1 << 25)) + compressor.flush()
    with pytest.raises(DamagedError):
        whole(data)
    with pytest.raises(DamagedError, match="no deflate stream"):
        whole(head[: headers.walk.meta(head)[1]] + b"\xff" * 100)


def with_value(keyword: str, vr: str, value: bytes) -> Instance:
    """An instance whose element has these bytes."""
    ds = phantoms.ct()
    ds.add_new(keyword, vr, "X" * 16)
    data = phantoms.data(ds)
    value = value.ljust(16)
    return whole(data.replace(b"X" * 16, value))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(b"12", 12), (b" +7 ", 7), (b"-3", -3), (b"3.7", 3), (b"1e2", 100), (b"", None), (b"one", None), (b"NaN", None),
     (b"1e300", None), (b"5\\6", 5), (b"x\\6", 6), (b"9999999999999", None)],
)  # fmt: skip
def test_numbers_are_read_kindly(value: bytes, wanted: int | None) -> None:
    data = phantoms.data(phantoms.ct())
    old = b"\x20\0\x13\0IS\x02\x001 "
    assert old in data
    value += b" " * (len(value) % 2)
    data = data.replace(old, b"\x20\0\x13\0IS" + len(value).to_bytes(2, "little") + value)
    assert whole(data).number == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(b"1\\2\\3", (1, 2, 3)), (b"1.5\\-2e1\\0", (1.5, -20, 0)), (b"1,5\\2\\3", (1.5, 2, 3)), (b"1\\2", None),
     (b"1\\2\\3\\4", None), (b"1\\x\\3", None), (b"1\\nan\\3", None), (b"1\\1e300\\3", None)],
)  # fmt: skip
def test_positions_are_three_finite_numbers_or_none(value: bytes, wanted: tuple[float, ...] | None) -> None:
    data = phantoms.data(phantoms.ct())
    at = data.index(b"\x20\0\x32\0DS")
    length = int.from_bytes(data[at + 6 : at + 8], "little")
    value += b" " * (len(value) % 2)
    data = data[: at + 6] + len(value).to_bytes(2, "little") + value + data[at + 8 + length :]
    assert whole(data).position == wanted


@pytest.mark.filterwarnings("ignore")
def test_text_is_printable_trimmed_and_bounded() -> None:
    ds = phantoms.ct()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.SeriesDescription = "Müller^Ünal=", " a\x9b31m\u202eb \\ c "
    ds.add_new("StudyDescription", "LO", "y" * 5000)
    instance = whole(phantoms.data(ds))
    assert instance.patient_name == "Müller^Ünal"
    assert instance.series_description == "a<U+009B>31m<U+202E>b\\ c"
    assert len(instance.study_description) == 1024


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\\\0\x1b=", exclude_categories=("Cc", "Cs"))
NAMES = st.text(CHARACTERS, max_size=20)
POSITIONS = st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 4)), min_size=3, max_size=3)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, st.integers(-(2**31), 2**31 - 1), POSITIONS)
def test_it_says_what_pydicom_says_of_anything(name: str, text: str, number: int, position: list[float]) -> None:
    ds = phantoms.report()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.SeriesDescription, ds.InstanceNumber = name, text, number
    ds.ImagePositionPatient = position
    data = phantoms.data(ds)
    assert whole(data) == from_dataset(pydicom.dcmread(io.BytesIO(data)), len(data), REF)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mutant_raises_anything_else(draw: st.DataObject) -> None:
    data = bytearray(phantoms.data(phantoms.ct(size=8)))
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(120, len(data) - 1))] = draw.draw(st.integers(0, 255))
    data = data[: draw.draw(st.integers(0, len(data)))]
    with suppress(Unsure, NotDicomError, DamagedError):
        whole(bytes(data))
