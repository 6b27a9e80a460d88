from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from tests import phantoms
from tui.adapters.instances import DicomInstances
from tui.adapters.sources.dicomdir import DAMAGED, MISSING, NO_FILES, OUTSIDE, SOURCE
from tui.core.values import Instance, Ref, Skipped
from tui.service.settings import Limits


def dicomdir(path: Path, *ids: str | list[str], unused: str = "") -> Path:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    ds = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    ds.FileSetID = "PHANTOM"
    records = [Dataset()]
    records[0].DirectoryRecordType = "PATIENT"
    for file_id in (*ids, *([unused] if unused else [])):
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.OffsetOfTheNextDirectoryRecord = 42  # whatever it says
        record.RecordInUseFlag = 0 if file_id == unused else 0xFFFF
        record.add_new("ReferencedFileID", "CS", file_id)
        records.append(record)
    ds.DirectoryRecordSequence = Sequence(records)
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)
    return path


def listed(path: Path) -> list[tuple[str, str]]:
    found = SOURCE.scan(str(path), lambda: False)
    return [(os.path.relpath(f.path, path.parent), f.reason if isinstance(f, Skipped) else "") for f in found]


pytestmark = pytest.mark.filterwarnings("ignore")


def test_it_is_known_by_its_class_and_not_by_its_name_alone(tmp_path: Path) -> None:
    assert SOURCE.accepts(str(dicomdir(tmp_path / "DICOMDIR", "A")))
    assert SOURCE.accepts(str(dicomdir(tmp_path / "index.dcm", "A")))
    text = tmp_path / "text" / "DICOMDIR"
    text.parent.mkdir()
    text.write_text("not at all")
    for path in (text, phantoms.save(phantoms.ct(), tmp_path / "image"), tmp_path, tmp_path / "gone"):
        assert not SOURCE.accepts(str(path))
    os.mkfifo(tmp_path / "fifo")
    assert not SOURCE.accepts(str(tmp_path / "fifo"))


def test_files_are_found_where_the_records_say_whatever_the_case(tmp_path: Path) -> None:
    for name in ("IMAGES/IM1", "images2/im2", "IMAGES/IM3;1", "IMAGES/IM5."):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    ids = (["IMAGES", "IM1"], ["IMAGES2", "IM2"], ["IMAGES", "IM3"], ["IMAGES", "IM4"], "IMAGES/IM1", ["IMAGES", "IM5"])
    assert listed(dicomdir(tmp_path / "DICOMDIR", *ids)) == [
        ("IMAGES/IM1", ""), ("images2/im2", ""), ("IMAGES/IM3;1", ""), ("IMAGES/IM4", MISSING), ("IMAGES/IM1", ""),
        ("IMAGES/IM5.", ""),
    ]  # fmt: skip


def test_nothing_outside_its_folder_is_touched(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    (tmp_path / "cd").mkdir()
    (tmp_path / "cd" / "link").symlink_to("../secret")
    (tmp_path / "cd" / "up").symlink_to("..")
    ids = (
        ["..", "secret"],
        ["", "etc", "passwd"],
        "/etc/passwd",
        ["A", "..", "..", "secret"],
        ["link"],
        ["up", "secret"],
    )
    found = listed(dicomdir(tmp_path / "cd" / "DICOMDIR", *ids))
    assert [reason for _, reason in found] == [OUTSIDE] * 6


def test_records_that_are_not_in_use_are_left_out_and_an_empty_one_says_so(tmp_path: Path) -> None:
    (tmp_path / "A").touch()
    (tmp_path / "B").touch()
    assert listed(dicomdir(tmp_path / "DICOMDIR", "A", unused="B")) == [("A", "")]
    assert listed(dicomdir(tmp_path / "DICOMDIR")) == [("DICOMDIR", NO_FILES)]


def test_a_damaged_one_has_a_reason(tmp_path: Path) -> None:
    path = dicomdir(tmp_path / "DICOMDIR", "A")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\x04\0\x20\x12SQ")] + b"\x04\0\x20\x12SQ\0\0" + b"\xff" * 40)
    assert listed(path) in ([("DICOMDIR", DAMAGED)], [("DICOMDIR", NO_FILES)])
    path.write_bytes(data.replace(b"\x14\x001.2.840.10008.1.2.1\0", b"\x16\x001.2.840.10008.1.2.1.99"))
    assert [reason.split(" (")[0] for _, reason in listed(path)] == ["damaged"]


def test_a_medium_as_pydicom_writes_it(tmp_path: Path) -> None:
    media = FileSet()
    for z in range(4):
        media.add(phantoms.ct(z, size=16))
    media.write(tmp_path)
    scan = DicomInstances(Limits()).scan
    found = list(scan([str(tmp_path / "DICOMDIR")], lambda: False))
    assert sorted(i.number for i in found if isinstance(i, Instance)) == [1, 2, 3, 4]  # type: ignore[type-var]
    assert len(found) == 4
    walked = list(scan([str(tmp_path)], lambda: False))
    assert [s for s in walked if isinstance(s, Skipped)] == [
        Skipped(str(tmp_path / "DICOMDIR"), "a DICOMDIR (its files are listed by themselves)")
    ]
    assert {i.ref for i in walked if isinstance(i, Instance)} == {i.ref for i in found if isinstance(i, Instance)}
    both = list(scan([str(tmp_path / "DICOMDIR"), str(tmp_path)], lambda: False))
    assert sum(isinstance(i, Instance) for i in both) == 4


def test_a_target_that_is_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    path = dicomdir(tmp_path / "DICOMDIR", "A")
    assert list(SOURCE.scan(str(path), lambda: False)) == [Ref(str(tmp_path / "A"))]
    assert list(DicomInstances(Limits()).scan([str(path)], lambda: False)) == [
        Skipped(str(tmp_path / "A"), "a folder, not a file")
    ]


def test_every_target_that_is_missing_is_named(corpus: Path) -> None:
    found = list(DicomInstances(Limits()).scan([str(corpus / "messy-folder" / "DICOMDIR")], lambda: False))
    assert len(found) == 44 == len({one.path for one in found if isinstance(one, Skipped)})
    assert {one.reason for one in found if isinstance(one, Skipped)} == {"listed in the DICOMDIR, but missing"}
