"""Heads of files on disk, edited and written: what the edit does not name is the same, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from tests import phantoms
from tests.tools import installed
from tui.adapters import heads, regular
from tui.adapters.instances import DicomInstances
from tui.adapters.output import Files
from tui.core.edits import Edit
from tui.core.values import Ref
from tui.errors import DamagedError, LimitError, NotDicomError, OutputError, UnreadableError
from tui.service.reading import edited_head
from tui.service.settings import Limits

LIMITS = Limits()
INSTANCES = DicomInstances(LIMITS)
EDITS = (Edit("0010,0010", "Somebody^Else"), Edit("0010,4000", "a comment that was not there"), Edit("0008,0050"))
NAMES = ["CT_small.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm", "JPEG2000.dcm", "image_dfl.dcm",
         "rtplan.dcm", "reportsi.dcm", "MR_small_RLE.dcm",
         "ExplVR_BigEnd.dcm"]  # fmt: skip


def edit(source: Path, target: Path, *edits: Edit) -> Path:
    ref = Ref(str(source))
    head = edited_head(INSTANCES, ref, edits or EDITS)
    Files().write(str(target), INSTANCES.edited(ref, head, head.data))
    return target


@pytest.mark.parametrize("name", NAMES)
def test_only_the_edited_elements_differ(name: str, tmp_path: Path) -> None:
    source = Path(str(get_testdata_file(name, download=False)))
    before = source.read_bytes()
    target = edit(source, tmp_path / "new.dcm")
    left, right = dcmread(source), dcmread(target)
    changed = {int(tag) for tag in {*left.keys(), *right.keys()}
               if tag not in left or tag not in right or left[tag] != right[tag]}  # fmt: skip
    assert changed <= {0x00100010, 0x00104000, 0x00080050, 0x00080000, 0x00100000}
    assert {0x00100010, 0x00104000} <= changed
    assert left.file_meta == right.file_meta
    if "PixelData" in left:
        assert left.PixelData == right.PixelData
    assert source.read_bytes() == before
    dumped = subprocess.run([installed("dcmdump"), "-q", str(target)], capture_output=True, text=True, check=False)
    assert dumped.returncode == 0
    assert "Somebody^Else" in dumped.stdout


def test_taking_an_edit_back_gives_the_same_file(tmp_path: Path) -> None:
    source = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a.dcm")
    once = edit(source, tmp_path / "b.dcm", Edit("0010,0010", "X"), Edit("0040,0275[0].0040,0009", "1"))
    back = edit(once, tmp_path / "c.dcm", Edit("0010,0010", "Phantom^Formula"), Edit("0040,0275"))
    assert back.read_bytes() == source.read_bytes()


def test_elements_behind_the_pixels_can_be_edited(tmp_path: Path) -> None:
    ds = phantoms.ct(0, size=16)
    ds.add_new(0xFFFCFFFC, "OB", bytes(64))
    source = phantoms.save(ds, tmp_path / "a.dcm")
    after = dcmread(edit(source, tmp_path / "b.dcm", Edit("FFFC,FFFC")))
    assert 0xFFFCFFFC not in after
    assert after.PixelData == ds.PixelData


def test_a_file_that_has_changed_is_not_written(tmp_path: Path) -> None:
    source = phantoms.save(phantoms.ct(0, size=16), tmp_path / "a.dcm")
    ref = Ref(str(source))
    head = edited_head(INSTANCES, ref, EDITS)
    phantoms.save(phantoms.ct(1, size=16), source)
    with pytest.raises(OutputError, match="has changed"):
        Files().write(str(tmp_path / "b.dcm"), INSTANCES.edited(ref, head, head.data))
    with pytest.raises(DamagedError, match="has changed"):
        INSTANCES.bytes_at(ref, head, 0, 4)
    with pytest.raises(OutputError, match="has changed"):
        Files().replace(str(source), [b"new"], head.stamp)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.dcm"]


def test_what_is_no_dicom_and_what_is_cut_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"hello " * 100)
    with pytest.raises(NotDicomError):
        heads.read(str(tmp_path / "text"), LIMITS)
    whole = phantoms.data(phantoms.report())
    (tmp_path / "cut").write_bytes(whole[:-3])
    with pytest.raises(UnreadableError):
        heads.read(str(tmp_path / "cut"), LIMITS)
    with pytest.raises(UnreadableError):
        heads.read(str(tmp_path / "none"), LIMITS)


def test_a_long_header_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "_FIRST", 512)
    data = phantoms.data(phantoms.ct(0, size=16))
    (tmp_path / "a").write_bytes(data)
    head = heads.read(str(tmp_path / "a"), LIMITS)
    assert data[head.tail : head.tail + 4] == b"\xe0\x7f\x10\x00"


def test_a_backup_is_kept_and_numbered(tmp_path: Path) -> None:
    source = phantoms.save(phantoms.ct(0, size=16), tmp_path / "a.dcm")
    source.chmod(0o640)
    first = source.read_bytes()
    ref = Ref(str(source))
    for number, name in ((1, "a.dcm.bak"), (2, "a.dcm.bak-2")):
        head = edited_head(INSTANCES, ref, (Edit("0010,0010", f"N{number}"),))
        assert Files().replace(str(source), INSTANCES.edited(ref, head, head.data), head.stamp) == str(tmp_path / name)
    assert (tmp_path / "a.dcm.bak").read_bytes() == first
    assert str(dcmread(tmp_path / "a.dcm.bak-2").PatientName) == "N1"
    assert str(dcmread(source).PatientName) == "N2"
    assert source.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.dcm", "a.dcm.bak", "a.dcm.bak-2"]


def test_a_header_past_its_limit_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = phantoms.ct(0, size=16)
    ds.add_new(0x00091001, "OB", bytes(3 << 20))
    path = phantoms.save(ds, tmp_path / "long.dcm")
    asked: list[int] = []
    read = regular.head
    monkeypatch.setattr(regular, "head", lambda opened, count: asked.append(count) or read(opened, count))
    limits = Limits(dataset_bytes=2**20)
    with pytest.raises(LimitError, match="limit dataset_bytes"):
        heads.read(str(path), limits)
    assert heads.plain(str(path), limits) is None
    assert max(asked) <= 2**20
    assert heads.plain(str(path), LIMITS) is not None
    assert heads.read(str(path), LIMITS).tail > 3 << 20
