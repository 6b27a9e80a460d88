"""Members of archives: read in place, bounded, and never more than they are."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import phantoms
from tui.adapters.archives import KEPT_MEMBERS, Archives
from tui.adapters.instances import DicomInstances
from tui.core.values import Instance, Ref, Skipped
from tui.errors import NoPictureError, UnreadableError
from tui.service.settings import Limits


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


KINDS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "a.zip": zipped,
    "stored.zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "a.tar": tarred,
    "a.tar.gz": lambda files: tarred(files, "w:gz"),
    "a.tar.bz2": lambda files: tarred(files, "w:bz2"),
    "a.tar.xz": lambda files: tarred(files, "w:xz"),
}


def slices(count: int = 3) -> dict[str, bytes]:
    return {f"ct/IM{z}": phantoms.data(phantoms.ct(z, size=16)) for z in range(count)}


def scanned(path: Path, limits: Limits = Limits()) -> tuple[list[Instance], list[Skipped]]:
    found = list(DicomInstances(limits).scan([str(path)], lambda: False))
    return [one for one in found if isinstance(one, Instance)], [one for one in found if isinstance(one, Skipped)]


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("inside", [False, True])
def test_members_are_listed_opened_and_read_whole(name: str, inside: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(KINDS[name](slices() | {"readme.txt": b"Dear colleague"}))
    before = sorted(os.listdir(tmp_path))
    instances, skipped = scanned(tmp_path if inside else tmp_path / name)
    assert [one.ref for one in instances] == [Ref(str(tmp_path / name), f"ct/IM{z}") for z in range(3)]
    assert [(os.path.basename(one.path), one.reason) for one in skipped] == [("readme.txt", "not DICOM (text)")]
    reader = DicomInstances(Limits())
    for z, one in enumerate(instances):
        assert one.size == len(phantoms.data(phantoms.ct(z, size=16)))
        frame = reader.open(one.ref).frame(0)
        assert (frame.stored == phantoms.ct(z, size=16).pixel_array).all()
        assert reader.whole(one.ref).InstanceNumber == z + 1
    assert sorted(os.listdir(tmp_path)) == before


def test_an_archive_in_an_archive_is_read_and_a_third_is_not(tmp_path: Path) -> None:
    inner = zipped(slices(2))
    deepest = zipped({"deep.zip": zipped(slices(1))})
    path = tmp_path / "outer.zip"
    path.write_bytes(
        zipped({"day/inner.zip": inner, "day/deep.tar": tarred({"x.zip": deepest}), "top": slices()["ct/IM2"]})
    )
    instances, skipped = scanned(path)
    assert sorted(one.ref.member for one in instances) == ["day/inner.zip/ct/IM0", "day/inner.zip/ct/IM1", "top"]
    assert [one.reason for one in skipped] == ["an archive in an archive in an archive"]
    reader = DicomInstances(Limits())
    assert reader.open(Ref(str(path), "day/inner.zip/ct/IM1")).frame(0).stored.shape == (16, 16)
    assert reader.whole(Ref(str(path), "day/inner.zip/ct/IM0")).InstanceNumber == 1


def test_a_file_that_is_compressed_alone(tmp_path: Path) -> None:
    (tmp_path / "im.dcm.gz").write_bytes(gzip.compress(slices()["ct/IM1"]))
    instances, skipped = scanned(tmp_path)
    assert [one.ref.member for one in instances] == ["im.dcm"] and skipped == []
    assert DicomInstances(Limits()).open(instances[0].ref).frame(0).stored.shape == (16, 16)


def test_an_archive_in_a_folder_without_dicom_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(zipped({"word/document.xml": b"<a/>", "b": b"x"}))
    assert scanned(tmp_path) == ([], [Skipped(str(tmp_path / "letter.docx"), "an archive without DICOM files")])
    (tmp_path / "broken.zip").write_bytes(zipped(slices())[:200])
    assert Skipped(str(tmp_path / "broken.zip"), "a damaged archive") in scanned(tmp_path)[1]


def test_members_are_kept_open_only_so_many_and_an_archive_that_changes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"IM{z}": phantoms.data(phantoms.ct(0, size=16)) for z in range(KEPT_MEMBERS + 20)}))
    archives = Archives(Limits())
    before = len(os.listdir("/proc/self/fd"))
    for z in range(KEPT_MEMBERS + 20):
        opened, size, _ = archives.descriptor(Ref(str(path), f"IM{z}"))
        assert os.pread(opened, 4, 128) == b"DICM" and os.fstat(opened).st_size == size
        os.close(opened)
    assert len(os.listdir("/proc/self/fd")) <= before + KEPT_MEMBERS + 2
    reader = DicomInstances(Limits())
    opened_one = reader.open(Ref(str(path), "IM0"))
    path.write_bytes(zipped({"IM0": b"other"}))
    with pytest.raises(NoPictureError, match="changed"):
        opened_one.frame(0)
    with pytest.raises(UnreadableError, match="no such file in the archive"):
        reader.open(Ref(str(path), "gone"))
