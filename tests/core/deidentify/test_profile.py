"""A copy as a whole: identity, references, markers, file meta information, pixels, refusals, real files."""

from __future__ import annotations

import copy
import io
import os
import re
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless

from tests import phantoms
from tests.core.deidentify.planted import MARK, SECRET, deidentified, mark, reread, written
from tui.core.deidentify.profile import IMPLEMENTATION_CLASS_UID, METHOD, Deidentifier
from tui.core.deidentify.uids import is_registered
from tui.errors import RefusedError, SafelightError

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def test_same_secret_same_bytes_and_other_secret_no_uid_in_common() -> None:
    ds = phantoms.ct(size=16)
    first, again, other = (
        deidentified(copy.deepcopy(ds), s)[1] for s in (SECRET, SECRET, b"another secret, 32 bytes long ...")
    )
    assert first == again
    uids = re.compile(rb"2\.25\.\d+")
    assert len(set(uids.findall(first))) >= 4
    assert set(uids.findall(first)) & set(uids.findall(other)) == {IMPLEMENTATION_CLASS_UID.encode()}


def test_references_still_point_at_the_copies() -> None:
    slices = [phantoms.ct(z, size=16) for z in range(2)]
    state = phantoms.base(UID("1.2.840.10008.5.1.4.1.1.11.1"), series=5)
    images = []
    for one in slices:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = one.SOPClassUID, one.SOPInstanceUID
        images.append(reference)
    series = Dataset()
    series.SeriesInstanceUID = slices[0].SeriesInstanceUID
    series.ReferencedImageSequence = Sequence(images)
    state.ReferencedSeriesSequence = Sequence([series])
    copies = [deidentified(one)[0].dataset for one in slices]
    out = deidentified(state)[0].dataset.ReferencedSeriesSequence[0]
    assert out.SeriesInstanceUID == copies[0].SeriesInstanceUID == copies[1].SeriesInstanceUID
    assert [r.ReferencedSOPInstanceUID for r in out.ReferencedImageSequence] == [c.SOPInstanceUID for c in copies]
    assert [r.ReferencedSOPClassUID for r in out.ReferencedImageSequence] == [phantoms.CT] * 2
    assert copies[0].SOPInstanceUID != copies[1].SOPInstanceUID
    assert copies[0].file_meta.MediaStorageSOPInstanceUID == copies[0].SOPInstanceUID


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"PatientID": " PHANTOM-1 "}, True),
        ({"PatientName": "Someone^Else"}, True),
        ({"PatientID": "PHANTOM-2"}, False),
        ({"IssuerOfPatientID": "OTHER"}, False),
        ({"PatientID": ""}, False),
    ],
)
def test_patients_are_told_apart_by_id_and_issuer(change: dict[str, str], same: bool) -> None:
    one, two = phantoms.base(), phantoms.base(study=2)
    for keyword, value in change.items():
        setattr(two, keyword, value)
    a, b = deidentified(one)[0], deidentified(two)[0]
    assert (a.dataset.PatientID == b.dataset.PatientID) is same
    assert re.fullmatch("P-[A-Z2-7]{10}", b.dataset.PatientID)
    assert str(b.dataset.PatientName) == b.dataset.PatientID
    assert b.dataset.PatientBirthDate == ""


def test_patients_without_id_are_told_apart_by_study_and_warned_of() -> None:
    results = []
    for study in (1, 1, 2):
        ds = phantoms.base(study=study)
        del ds.PatientID, ds.PatientName
        results.append(deidentified(ds)[0])
    a, b, c = (r.dataset.PatientID for r in results)
    assert a == b != c
    assert any("no Patient ID" in w for w in results[0].warnings)


def test_markers() -> None:
    ds = phantoms.base()
    ds.DeidentificationMethod = "By hand"
    ds.PatientIdentityRemoved = "YES"
    ds.BurnedInAnnotation = "NO"
    result = deidentified(ds)[0]
    out = result.dataset
    assert out.PatientIdentityRemoved == "YES"
    assert list(out.DeidentificationMethod) == ["By hand", METHOD]
    assert len(METHOD) <= 64
    assert [c.CodeValue for c in out.DeidentificationMethodCodeSequence] == ["113100"]
    assert out.LongitudinalTemporalInformationModified == "REMOVED"
    assert out.BurnedInAnnotation == "NO"
    assert any(w.startswith("R10") for w in result.warnings)
    again = deidentified(out)[0].dataset
    assert list(again.DeidentificationMethod) == ["By hand", METHOD]
    assert len(again.DeidentificationMethodCodeSequence) == 1


def test_file_meta_and_preamble_are_made_from_nothing() -> None:
    ds = phantoms.base()
    ds.preamble = mark(1).encode().ljust(128, b"x")
    meta = ds.file_meta
    meta.SourceApplicationEntityTitle = mark(2)
    meta.SendingApplicationEntityTitle = mark(3)
    meta.ReceivingApplicationEntityTitle = mark(4)
    meta.SourcePresentationAddress = mark(5)
    meta.PrivateInformationCreatorUID = "1.2.3.4.5"
    meta.PrivateInformation = mark(6).encode() + b" "
    meta.ImplementationVersionName = mark(7)
    result, data = deidentified(ds)
    assert data[:132] == b"\0" * 128 + b"DICM"
    assert MARK.encode() not in data
    assert sorted(e.keyword for e in result.dataset.file_meta) == sorted(
        (
            "FileMetaInformationVersion",
            "MediaStorageSOPClassUID",
            "MediaStorageSOPInstanceUID",
            "TransferSyntaxUID",
            "ImplementationClassUID",
            "ImplementationVersionName",
        )
    )


def test_the_name_is_made_of_hashes() -> None:
    ds = phantoms.ct(size=16)
    a, b = deidentified(ds)[0], deidentified(phantoms.ct(1, size=16))[0]
    assert re.fullmatch(r"P-[A-Z2-7]{10}/study-[A-Z2-7]{8}/series-[A-Z2-7]{8}/2\.25\.\d+\.dcm", a.name)
    assert a.name.rsplit("/", 1)[0] == b.name.rsplit("/", 1)[0]
    assert a.name != b.name


def test_pixels_are_left_alone() -> None:
    ds = phantoms.ct()
    assert deidentified(ds)[0].dataset.PixelData == ds.PixelData
    packed = phantoms.ct(size=16)
    packed.file_meta.TransferSyntaxUID = JPEG2000Lossless
    packed.add_new(0x7FE00010, "OB", encapsulate([b"\xff\x4f\xff\x51 not decoded here"]))
    packed["PixelData"].is_undefined_length = True
    before = packed.PixelData
    out = deidentified(packed)[0].dataset
    assert out.PixelData == before
    assert out.file_meta.TransferSyntaxUID == JPEG2000Lossless


def test_an_object_without_a_name_of_its_own() -> None:
    ds = reread(phantoms.ct(size=16))
    del ds.SOPInstanceUID, ds.file_meta.MediaStorageSOPInstanceUID
    result = Deidentifier(SECRET).apply(ds)
    assert result.dataset.SOPInstanceUID.startswith("2.25.")
    assert written(result.dataset)
    assert any("SOP Instance UID" in w for w in result.warnings)


def test_refusals_hold_no_value() -> None:
    ds = phantoms.ct(size=16)
    ds.BurnedInAnnotation = "YES"
    with pytest.raises(RefusedError, match=r"^R01"):
        deidentified(ds)
    with pytest.raises(RefusedError):
        Deidentifier(b"short")


# ---------------------------------------------------------------------------------------------- real files

_IDENTIFYING = frozenset(
    (
        "PatientName",
        "PatientID",
        "OtherPatientIDs",
        "PatientBirthDate",
        "PatientAddress",
        "AccessionNumber",
        "InstitutionName",
        "InstitutionAddress",
        "ReferringPhysicianName",
        "PerformingPhysicianName",
        "OperatorsName",
        "StationName",
        "DeviceSerialNumber",
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "SOPInstanceUID",
        "FrameOfReferenceUID",
        "StudyDate",
        "StudyID",
        "RequestedProcedureID",
    )
)
_KEPT = ("Modality", "ImageType", "SOPClassUID", "PhotometricInterpretation", "PatientPosition")
_NEW_UID = re.compile(rb"2\.25\.[0-9]+")  # its digits mean nothing


def _sample(number: int) -> list[Path]:
    """Files spread evenly over all folders of the corpus, the smaller ones."""
    files = sorted(p for p in CORPUS.rglob("*") if p.is_file() and p.stat().st_size < 600_000 and p.suffix != ".csv")
    return files[:: max(1, len(files) // number)]


def _values(ds: FileDataset) -> set[str]:
    kept = " ".join(str(ds.get(k, "")) for k in _KEPT).casefold()
    found = set()
    for keyword in _IDENTIFYING:
        value = ds.get(keyword)
        for one in value if isinstance(value, pydicom.multival.MultiValue) else [value]:
            text = str(one or "").strip(" \0")
            if len(text) >= 4 and text.casefold() not in kept and len(set(text)) > 1 and not is_registered(text):
                found.add(text)
    return found


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore")
def test_real_files_are_copied_without_their_patients_or_refused() -> None:
    if not CORPUS.is_dir():
        assert not os.environ.get("CI"), "the corpus of real files is missing"
        pytest.skip("the corpus of real files is not beside the clone")
    copied, refused, same, leaks = 0, 0, 0, []
    for path in _sample(150):
        try:
            ds = pydicom.dcmread(path, force=True)
            values = _values(ds)
        except Exception:  # noqa: BLE001  whatever pydicom says of a broken file is not what is tested
            continue
        if "SOPClassUID" not in ds:
            continue
        pixels = bytes(ds.PixelData) if "PixelData" in ds else b""
        try:
            result = Deidentifier(SECRET).apply(ds)
            data = written(result.dataset)
        except SafelightError:
            refused += 1
            continue
        copied += 1
        header = _NEW_UID.sub(b"", data.replace(pixels, b"") if pixels else data)
        leaks += [(path.name, v) for v in values if v.encode() in header]
        if not any(c.keyword == "PixelData" for c in result.changes):
            same += bytes(result.dataset.get("PixelData", b"")) == pixels
    assert leaks == []
    assert copied > 100
    assert same > 0.9 * copied
    assert refused < copied / 10


def test_pixels_that_are_falsely_said_to_be_compressed_are_written_as_what_they_are() -> None:
    raw = reread(phantoms.ct(size=15))
    raw.file_meta.TransferSyntaxUID = JPEG2000Lossless
    result = Deidentifier(SECRET).apply(raw)
    assert result.dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert pydicom.dcmread(io.BytesIO(written(result.dataset))).PixelData == phantoms.ct(size=15).PixelData


def test_pixels_that_are_neither_compressed_nor_of_the_right_length_are_refused() -> None:
    raw = reread(phantoms.ct(size=15))
    raw.file_meta.TransferSyntaxUID = JPEG2000Lossless
    raw.PixelData = raw.PixelData[:-10]
    with pytest.raises(RefusedError, match="R09: the pixels are not compressed"):
        Deidentifier(SECRET).apply(raw)
