"""Hostile, broken and odd archives: each member a file or a line with its reason, and never more than the limits."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import phantoms
from tests.adapters.test_archives import KINDS, scanned, slices, tarred, zipped
from tui.adapters.instances import DicomInstances
from tui.errors import UnreadableError
from tui.service.settings import Limits


def test_links_encrypted_and_doubled_members_are_skipped_with_the_reason(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("up")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../etc/passwd"
        archive.addfile(link)
        fifo = tarfile.TarInfo("pipe")
        fifo.type = tarfile.FIFOTYPE
        archive.addfile(fifo)
    (tmp_path / "a.tar").write_bytes(out.getvalue())
    assert {one.reason for one in scanned(tmp_path / "a.tar")[1]} == {"a link or device in an archive, not a file"}
    data = bytearray(zipped({"IM0": slices()["ct/IM0"]}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    (tmp_path / "b.zip").write_bytes(data)
    assert [one.reason for one in scanned(tmp_path / "b.zip")[1]] == ["encrypted"]
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive2, pytest.warns(UserWarning):
        archive2.writestr("IM0", slices()["ct/IM0"])
        archive2.writestr("IM0", slices()["ct/IM1"])
    (tmp_path / "c.zip").write_bytes(twice.getvalue())
    instances, skipped = scanned(tmp_path / "c.zip")
    assert len(instances) == 1 and [one.reason for one in skipped] == ["a second file of that name in the archive"]


def test_what_a_bomb_costs_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "bomb.tar.gz").write_bytes(tarred({"zeros": bytes(40 << 20)} | slices(1), "w:gz"))
    instances, skipped = scanned(tmp_path / "bomb.tar.gz", Limits(archive_bytes=8 << 20))
    assert instances == [] and "archive_bytes" in skipped[-1].reason
    tight = Limits(dataset_bytes=8 << 20)
    instances, skipped = scanned(tmp_path / "bomb.tar.gz", tight)
    assert instances == [] and "archive_ratio (200 times its size)" in skipped[-1].reason
    assert "raise archive_ratio" in skipped[-1].reason
    trusted = Limits(dataset_bytes=8 << 20, archive_ratio=2000)
    assert len(scanned(tmp_path / "bomb.tar.gz", trusted)[0]) == 1
    (tmp_path / "many.zip").write_bytes(zipped({str(n): b"" for n in range(50)}))
    assert "archive_members (20)" in scanned(tmp_path / "many.zip", Limits(archive_members=20))[1][-1].reason
    big = {"IM": phantoms.data(phantoms.ct(0, size=256))}
    (tmp_path / "big.zip").write_bytes(zipped(big))
    instances, _ = scanned(tmp_path / "big.zip")
    with pytest.raises(UnreadableError, match="dataset_bytes"):
        DicomInstances(Limits(dataset_bytes=1 << 16)).open(instances[0].ref)


def test_a_size_that_is_not_true_is_damage(tmp_path: Path) -> None:
    data = bytearray(zipped({"IM0": slices()["ct/IM0"]}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10**8)
    (tmp_path / "a.zip").write_bytes(data)
    for one in scanned(tmp_path / "a.zip")[0]:
        with pytest.raises(UnreadableError):
            DicomInstances(Limits()).open(one.ref)


@pytest.mark.parametrize("cut", [10, 100, 300, 600, 1000])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_archives_that_are_cut_raise_nothing(name: str, cut: int, tmp_path: Path) -> None:
    data = KINDS[name](slices())
    (tmp_path / name).write_bytes(data[: len(data) * cut // 1200])
    for one in scanned(tmp_path / name)[0]:
        try:
            DicomInstances(Limits()).whole(one.ref)
        except UnreadableError:
            continue
