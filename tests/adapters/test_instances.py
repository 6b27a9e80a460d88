from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

from tests import phantoms
from tui.adapters.instances import DicomInstances
from tui.adapters.scan import SECOND_NAME
from tui.core.series import extend, series_list
from tui.core.values import Instance, Library, Ref, Skipped
from tui.errors import DamagedError, LimitError, NotDicomError, UnreadableError
from tui.service.settings import Limits

INSTANCES = DicomInstances(Limits())


def scan(*paths: Path | str) -> tuple[list[Instance], list[Skipped]]:
    found = list(INSTANCES.scan([str(path) for path in paths], lambda: False))
    return [f for f in found if isinstance(f, Instance)], [f for f in found if isinstance(f, Skipped)]


def reasons(skipped: list[Skipped], root: Path) -> dict[str, str]:
    return {os.path.relpath(s.path, root): s.reason for s in skipped}


def test_a_messy_folder_is_counted_to_the_last_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = random.Random(1).sample([f"{n:08X}" for n in range(1000)], 12)
    for z, name in enumerate(names):
        phantoms.save(phantoms.ct(z), tmp_path / ("deep/er" if z % 2 else "deep") / name)
    phantoms.save(phantoms.report(series=9), tmp_path / ".hidden")
    (tmp_path / "notes.txt").write_text("Dear colleague\n")
    (tmp_path / "empty").touch()
    (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    (tmp_path / "broken.dcm").write_bytes(bytes(128) + b"DICM" + b"\xff" * 300)
    (tmp_path / "short.dcm").write_bytes(phantoms.data(phantoms.ct())[:180])
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "deep" / "up").symlink_to("..")
    (tmp_path / "away").symlink_to("nowhere")
    (tmp_path / "again").symlink_to(Path("deep", names[0]))
    (tmp_path / "closed").mkdir()

    plain_scandir = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):  # root, under which CI runs, may read everything
            raise PermissionError(13, "Permission denied", path)
        return plain_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found, skipped = scan(tmp_path)
    one_of_two = {s.path for s in skipped if s.reason == SECOND_NAME}
    assert len(found) == 13
    assert len(one_of_two) == 1
    assert reasons([s for s in skipped if s.path not in one_of_two], tmp_path) == {
        "notes.txt": "not DICOM (text)",
        "empty": "empty file",
        "archive.zip": "a damaged archive",
        "broken.dcm": "damaged",
        "short.dcm": "cut short",
        "fifo": "a FIFO, not a file",
        "deep/up": "a link to a folder that is listed already",
        "away": "a link that leads nowhere",
        "closed": "no permission",
    }
    slices, report = series_list(extend(Library(), found, skipped))
    assert [i.position[2] for i in slices.instances if i.position] == [5.0 * z for z in range(12)]
    assert [i.number for i in slices.instances] == list(range(1, 13))
    assert report.frames == 0


def test_paths_that_overlap_give_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = phantoms.save(phantoms.ct(), tmp_path / "a" / "one")
    monkeypatch.chdir(tmp_path)
    found, skipped = scan(one, one, tmp_path, "a/one", "a")
    assert ([i.ref.path for i in found], skipped) == ([str(one)], [])


def test_a_path_that_does_not_exist_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    one = phantoms.save(phantoms.ct(), tmp_path / "one")
    found, skipped = scan(tmp_path / "gone", one, "a\0b")
    assert len(found) == 1
    assert [s.reason for s in skipped] == ["no such file or folder", "no such file or folder"]


def test_a_scan_can_be_left(tmp_path: Path) -> None:
    for n in range(20):
        phantoms.save(phantoms.report(instance=n + 1), tmp_path / str(n))
    found: list[object] = []
    for one in INSTANCES.scan([str(tmp_path), str(tmp_path)], lambda: len(found) >= 5):
        found.append(one)
    assert len(found) == 5


def test_a_long_header_is_read_to_its_end(tmp_path: Path) -> None:
    ds = phantoms.ct()
    for n in range(40):
        ds.add_new((0x0009, 0x1000 + n), "OB", bytes(10_000))
    ds.add_new((0x0009, 0x0010), "LO", "SAFELIGHT TEST")
    (instance,), _ = scan(phantoms.save(ds, tmp_path / "long"))
    assert (instance.rows, instance.number) == (128, 1)


def test_a_header_of_gigabytes_costs_no_memory(tmp_path: Path) -> None:
    """A private value of 2 GiB (a sparse file) before the rest of the header."""
    data = phantoms.data(phantoms.ct())
    at = data.index(b"\x10\0\x10\0PN")
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(data[:at] + b"\x09\0\x01\x10OB\0\0" + (2**31 - 2).to_bytes(4, "little"))
        file.seek(2**31 - 2, os.SEEK_CUR)
        file.write(data[at:])
    (instance,), _ = scan(path)
    assert (instance.patient_id, instance.rows) == ("PHANTOM-1", 128)


@pytest.mark.filterwarnings("ignore")
def test_elements_out_of_order_are_found(tmp_path: Path) -> None:
    data = phantoms.data(phantoms.ct(size=8))
    at, end = data.index(b"\x10\0\x10\0PN"), data.index(b"\x18\0\x15\0CS")
    path = tmp_path / "odd"
    path.write_bytes(data[:at] + data[end:] + data[at:end])
    (instance,), _ = scan(path)
    assert (instance.patient_id, instance.rows, instance.number) == ("PHANTOM-1", 8, 1)


@pytest.mark.filterwarnings("ignore")
def test_a_file_that_is_cut_anywhere_is_listed_or_has_a_reason(tmp_path: Path) -> None:
    data = phantoms.data(phantoms.ct(size=8))
    end = data.index(b"\xe0\x7f\x10\0OW")
    named = data.index(b"\x10\0\x20\0LO") + 8
    for cut in range(0, len(data), 7):
        (tmp_path / "cut").write_bytes(data[:cut])
        found, skipped = scan(tmp_path / "cut")
        assert len(found) + len(skipped) == 1
        assert found or cut < named
        assert not found or found[0].transfer_syntax_uid == "1.2.840.10008.1.2.1"
        assert not found or cut < end or found[0].rows == 8
        assert not skipped or skipped[0].reason in {"empty file", "not DICOM", "cut short", "damaged"}


def test_ordinary_files_are_listed_without_pydicom_and_numpy(tmp_path: Path) -> None:
    phantoms.folder(tmp_path, slices=2)
    code = (
        "import sys; from tui.adapters.instances import DicomInstances; from tui.service.settings import Limits\n"
        "found = list(DicomInstances(Limits()).scan([sys.argv[1]], lambda: False))\n"
        "print(len(found), 'pydicom' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["7", "False", "False"]


def test_what_was_found_can_be_opened(tmp_path: Path) -> None:
    (instance,), _ = scan(phantoms.save(phantoms.cine(frames=3), tmp_path / "cine"))
    opened = INSTANCES.open(instance.ref)
    assert (opened.frames, opened.dataset.SOPInstanceUID) == (3, instance.sop_instance_uid)


# ------------------------------------------------------------------------------------------------- whole


def whole(path: Path, limits: Limits = Limits()) -> pydicom.FileDataset:
    return DicomInstances(limits).whole(Ref(str(path)))


def deflated(tmp_path: Path, size: int = 128) -> Path:
    ds = phantoms.ct(size=size)
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    return phantoms.save(ds, tmp_path / "deflated")


def test_whole_is_what_was_written(tmp_path: Path) -> None:
    ds = phantoms.ct(5)
    got = whole(phantoms.save(ds, tmp_path / "a"))
    assert (got, got.file_meta.TransferSyntaxUID, got.PixelData) == (ds, ds.file_meta.TransferSyntaxUID, ds.PixelData)
    bare = tmp_path / "bare"
    bare.write_bytes((tmp_path / "a").read_bytes()[132:])
    assert whole(bare).PixelData == ds.PixelData
    report = whole(phantoms.save(phantoms.report(), tmp_path / "r"))
    assert report.ContentSequence[0].TextValue == "No finding."


def test_whole_of_a_deflated_file_is_inflated_within_a_limit(tmp_path: Path) -> None:
    path = deflated(tmp_path)
    ds = whole(path)
    assert ds == pydicom.dcmread(path)
    assert ds.file_meta == pydicom.dcmread(path).file_meta
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    assert pydicom.dcmread(io.BytesIO(out.getvalue())) == ds
    with pytest.raises(LimitError, match="dataset_bytes"):
        whole(path, Limits(dataset_bytes=20_000))


@pytest.mark.parametrize("cut", [20, 10_000])
def test_whole_is_whole_or_nothing(tmp_path: Path, cut: int) -> None:
    plain = phantoms.save(phantoms.ct(), tmp_path / "plain")
    compressed = pydicom.dcmread(plain)
    compressed.compress(RLELossless, encoding_plugin="pydicom")
    small = pydicom.dcmread(deflated(tmp_path)).file_meta
    assert small.TransferSyntaxUID == DeflatedExplicitVRLittleEndian
    for path in (plain, phantoms.save(compressed, tmp_path / "rle"), tmp_path / "deflated"):
        data = path.read_bytes()
        path.write_bytes(data[: max(len(data) - cut, len(data) // 2)])
        with pytest.raises(DamagedError, match=r"cut short|damaged"):
            whole(path)


@pytest.mark.filterwarnings("ignore")
def test_whole_is_nothing_wherever_the_file_is_cut(tmp_path: Path) -> None:
    nested = phantoms.report()
    for item in (nested.ContentSequence[0], nested):  # undefined lengths, at both levels
        item["ConceptNameCodeSequence"].is_undefined_length = True
        item.ConceptNameCodeSequence[0].is_undefined_length_sequence_item = True
    nested["ContentSequence"].is_undefined_length = True
    nested.ContentSequence[0].is_undefined_length_sequence_item = True
    for ds in (phantoms.ct(size=4), nested):
        data = phantoms.data(ds)
        elements = {e.file_tell for e in pydicom.dcmread(io.BytesIO(data))}
        path = tmp_path / "cut"
        path.write_bytes(data)
        assert whole(path) == ds
        starts = {at - (12 if data[at - 8 : at - 6] in {b"SQ", b"OW", b"OB"} else 8) for at in elements}
        for cut in range(1, len(data)):
            path.write_bytes(data[:cut])
            if cut not in starts:  # between two elements nothing shows that more was to come
                with pytest.raises(UnreadableError):
                    whole(path)


def test_whole_takes_an_object_that_has_rows_and_no_pixels(tmp_path: Path) -> None:
    ds = phantoms.ct()
    del ds.PixelData
    assert whole(phantoms.save(ds, tmp_path / "a")).Rows == 128


def test_whole_takes_a_pad_byte_at_the_end(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(), tmp_path / "a")
    path.write_bytes(path.read_bytes() + b"\0")
    assert whole(path).Rows == 128


def test_whole_of_something_else_says_what_it_is(tmp_path: Path) -> None:
    text = tmp_path / "t"
    text.write_text("Dear colleague")
    with pytest.raises(NotDicomError, match="text"):
        whole(text)
    with pytest.raises(UnreadableError, match="no such file"):
        whole(tmp_path / "gone")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(UnreadableError, match="FIFO"):
        whole(tmp_path / "fifo")


@pytest.mark.filterwarnings("ignore")
def test_whole_asks_for_no_more_memory_than_the_file_has(tmp_path: Path) -> None:
    data = phantoms.data(phantoms.ct())
    at = data.index(b"\xe0\x7f\x10\0OW\0\0") + 8
    path = tmp_path / "liar"
    path.write_bytes(data[:at] + b"\xfe\xff\xff\xff" + data[at + 4 :])
    with pytest.raises(DamagedError, match="cut short"):
        whole(path)


@pytest.mark.filterwarnings("ignore")
def test_a_bomb_in_odd_file_meta_is_not_inflated(tmp_path: Path) -> None:
    compressor = zlib.compressobj(9, wbits=-15)
    bomb = compressor.compress(b"\x09\0\1\x10OB\0\0\0\0\0\x10" + bytes(2**28)) + compressor.flush()
    meta = b"\2\0\x10\0\x16\0\0\0" + b"1.2.840.10008.1.2.1.99"  # in implicit VR
    path = tmp_path / "bomb"
    path.write_bytes(bytes(128) + b"DICM" + meta + bomb)
    assert [s.reason for s in scan(path)[1]] == ["damaged (odd file meta information of a deflate stream)"]
    with pytest.raises(DamagedError):
        whole(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["MR_small_bigendian.dcm", "CT_small.dcm", "image_dfl.dcm", "rtplan.dcm"])
def test_whole_is_what_pydicom_reads(name: str) -> None:
    path = get_testdata_file(name, download=False)
    assert path
    assert whole(Path(path)) == pydicom.dcmread(path, force=True)


def test_names_that_are_no_utf8_stay_what_they_are(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"\xff\x1b[31m")
    with open(path, "wb") as file:
        file.write(phantoms.data(phantoms.ct()))
    (instance,), _ = scan(tmp_path)
    assert os.fsencode(instance.ref.path) == path


def test_the_sample_folder(tmp_path: Path) -> None:
    found, skipped = scan(phantoms.folder(tmp_path))
    assert Counter(i.modality for i in found) == {"CT": 12, "US": 2, "SR": 1}
    assert reasons(skipped, tmp_path) == {"notes.txt": "not DICOM (text)", "empty": "empty file"}


def test_a_refusal_for_a_limit_says_in_the_list_how_to_raise_it(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=16), tmp_path / "a")
    before, pixels, after = path.read_bytes().partition(bytes.fromhex("e07f1000"))
    endless = bytes.fromhex("09000110 4c4f0400") + b"TEST" + bytes.fromhex("09000110 4f420000ffffffff")
    path.write_bytes(
        before + endless.replace(b"\x09\x00\x01\x10LO", b"\x09\x00\x10\x00LO") + bytes(300_000) + pixels + after
    )
    (skipped,) = DicomInstances(Limits(dataset_bytes=100_000)).scan([str(path)], lambda: False)
    assert isinstance(skipped, Skipped)
    assert "limit dataset_bytes" in skipped.reason and "raise dataset_bytes" in skipped.reason


def test_a_file_is_held_whole_only_within_the_limits(tmp_path: Path) -> None:
    large = phantoms.save(phantoms.ct(0, size=256), tmp_path / "large.dcm")
    ds = phantoms.ct(0, size=16)
    ds.add_new(0x00091001, "OB", bytes(2**17))
    long = phantoms.save(ds, tmp_path / "long.dcm")
    small = DicomInstances(Limits(dataset_bytes=2**16))
    assert small.data(Ref(str(large))) == large.read_bytes()  # its pixels are no header
    with pytest.raises(LimitError, match="limit dataset_bytes"):
        small.data(Ref(str(long)))
    with pytest.raises(LimitError, match="limit copy_bytes"):
        DicomInstances(Limits(copy_bytes=2**16)).data(Ref(str(large)))
