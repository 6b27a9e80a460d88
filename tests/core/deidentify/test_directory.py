"""The new DICOMDIR is one that others read."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet, is_conformant_file_id
from pydicom.uid import ExplicitVRLittleEndian

from tests import phantoms
from tests.tools import installed
from tui.core.deidentify.directory import Directory, kind_of
from tui.core.deidentify.markers import Maker

MAKER = Maker("", "2.25.7", "SAFELIGHT")


def directory(folder: Path) -> Path:
    """Of two patients with pictures, and of other objects."""
    made = Directory()
    copies = [phantoms.ct(number, of=3, size=8) for number in range(3)]
    for sop_class in ("1.2.840.10008.5.1.4.1.1.88.22", "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.481.3"):
        copies.append(phantoms.base(pydicom.uid.UID(sop_class), study=2, series=len(copies)))
        copies[-1].PatientID = "P-OTHER"
        copies[-1].StudyDate, copies[-1].StudyTime = "", ""
    referenced, series = Dataset(), Dataset()
    referenced.ReferencedSOPClassUID, referenced.ReferencedSOPInstanceUID = copies[0].SOPClassUID, "2.25.5"
    series.SeriesInstanceUID, series.ReferencedImageSequence = "2.25.6", [referenced]
    copies[4].ReferencedSeriesSequence = [series]
    for copy in copies:
        name = made.add(copy, ExplicitVRLittleEndian)
        assert is_conformant_file_id(Path(name))
        phantoms.save(copy, folder / name)
    (folder / "DICOMDIR").write_bytes(made.written("2.25.1", MAKER))
    return folder / "DICOMDIR"


def test_pydicom_finds_all_files(tmp_path: Path) -> None:
    path = directory(tmp_path)
    found = FileSet(path)
    assert len(found) == 6 and set(found.find_values("PatientID")) == {"P-OTHER", phantoms.ct(0).PatientID}
    assert all(Path(instance.path).is_file() for instance in found)
    records = pydicom.dcmread(path).DirectoryRecordSequence
    kinds = [record.DirectoryRecordType for record in records]
    assert kinds.count("IMAGE") == 3 and {"SR DOCUMENT", "PRESENTATION", "RT STRUCTURE SET"} <= set(kinds)
    studies = [record for record in records if record.DirectoryRecordType == "STUDY"]
    assert all(record.StudyDate and record.StudyID for record in studies)


def test_validators_have_nothing_to_say(tmp_path: Path) -> None:
    path = directory(tmp_path)
    said = subprocess.run([installed("dciodvfy"), str(path)], capture_output=True, text=True, check=False)
    assert "Error" not in said.stderr
    said = subprocess.run([installed("dcmdump"), "-q", str(path)], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and not said.stderr


def test_an_empty_one() -> None:
    ds = pydicom.dcmread(io.BytesIO(Directory().written("2.25.1", MAKER)))
    assert ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity == 0 and len(ds.DirectoryRecordSequence) == 0


def test_a_copy_without_anything() -> None:
    made = Directory()
    assert made.add(Dataset(), ExplicitVRLittleEndian) == "DICOM/PT000001/ST000001/SE000001/IM000001"


@pytest.mark.parametrize(
    ("uid", "kind"),
    [
        ("1.2.840.10008.5.1.4.1.1.2", "IMAGE"),
        ("1.2.840.10008.5.1.4.1.1.66.4", "IMAGE"),
        ("1.2.840.10008.5.1.4.1.1.66.5", "SURFACE"),
        ("1.2.840.10008.5.1.4.1.1.88.59", "KEY OBJECT DOC"),
        ("1.2.840.10008.5.1.4.1.1.88.33", "SR DOCUMENT"),
        ("1.2.840.10008.5.1.4.1.1.104.1", "ENCAP DOC"),
        ("1.2.840.10008.5.1.4.1.1.481.5", "RT PLAN"),
        ("1.2.840.10008.5.1.4.1.1.9.1.1", "WAVEFORM"),
        ("1.2.3", "IMAGE"),
    ],
)
def test_the_type_of_a_record(uid: str, kind: str) -> None:
    assert kind_of(uid) == kind
