"""Batch edits on the command line, read back by pydicom and DCMTK."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import dcmread

from tests import phantoms
from tests.tools import installed
from tui.adapters.dciodvfy import Dciodvfy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def series(tmp_path_factory) -> Path:
    """140 slices of two patients' worth of nothing."""
    folder = tmp_path_factory.mktemp("edit") / "series"
    for z in range(140):
        phantoms.save(phantoms.ct(z, of=140, size=8), folder / f"IM{z:04}.dcm")
    return folder


def test_the_whole_series_from_a_table(safelight, series, tmp_path):
    table = tmp_path / "values.csv"
    lines = [f"IM{z:04},{1000 + z},Name^{z}" for z in range(140)]
    table.write_text("\n".join(["file,AcquisitionNumber,PatientName", *lines]))
    before = {path.name: path.read_bytes() for path in series.iterdir()}
    preview = safelight("edit", series, "--csv", table, "--dry-run")
    assert preview.code == 0
    assert "0010,0010 PatientName: Phantom^Formula -> Name^77" in preview.out
    assert preview.out.count("AcquisitionNumber: (none) -> ") == 140
    ended = safelight("edit", series, "--csv", table, "-o", tmp_path / "out", "--json")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 140
    assert {"source", "frame", "output", "error"} == set(json.loads(ended.out.splitlines()[0]))
    for z in range(140):
        after = dcmread(tmp_path / "out" / f"IM{z:04}.dcm")
        assert (after.AcquisitionNumber, str(after.PatientName)) == (1000 + z, f"Name^{z}")
    assert {path.name: path.read_bytes() for path in series.iterdir()} == before


def test_counters_patterns_and_names(safelight, data, tmp_path):
    ended = safelight(
        "edit", data / "ct", "-o", tmp_path / "out", "--set", "AccessionNumber=A{n:04}",
        "--set", "PatientID=P{patient}",
        "--set", "StudyDescription={folder}-{number}", "--from-name", r"IM0*(?P<number>\d+)",
        "--replace", "PatientName", r"(\w+)\^(\w+)", r"\2^\1", "--delete", "StudyID",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    after = dcmread(tmp_path / "out" / "IM0001")
    assert (after.AccessionNumber, after.PatientID, after.StudyDescription) == ("A0002", "P1", "ct-1")
    assert str(after.PatientName) == "Formula^Phantom"
    assert "StudyID" not in after


def test_new_uids_are_kept_consistent(safelight, data, tmp_path):
    assert safelight("edit", data / "ct", "--new-uids", "-o", tmp_path / "out").code == 0
    after = [dcmread(path) for path in sorted((tmp_path / "out").iterdir())]
    before = [dcmread(path) for path in sorted((data / "ct").iterdir())]
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        assert len({ds[keyword].value for ds in after}) == 1
        assert after[0][keyword].value != before[0][keyword].value
    assert len({ds.SOPInstanceUID for ds in after}) == len(after)
    assert all(ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID for ds in after)


def test_only_the_edited_element_differs_and_no_new_fault_is_made(safelight, data, tmp_path):
    source = data / "ct" / "IM0000"
    assert safelight("edit", source, "--set", "PatientAge=034Y", "-o", tmp_path).code == 0
    left, right = dcmread(source), dcmread(tmp_path / "IM0000")
    del right.PatientAge
    assert left == right
    dump = [installed("dcmdump"), "-q", "+L"]
    dumps = [subprocess.run([*dump, str(p)], capture_output=True, text=True, check=True).stdout
             for p in (source, tmp_path / "IM0000")]  # fmt: skip
    assert set(dumps[1].splitlines()) - set(dumps[0].splitlines()) == {
        next(line for line in dumps[1].splitlines() if "PatientAge" in line)
    }
    installed("dciodvfy")
    faults = [Dciodvfy().findings(str(path)) for path in (source, tmp_path / "IM0000")]
    assert faults[0] is not None and faults[1] is not None and set(faults[1]) <= set(faults[0])


def test_a_signature_that_the_edit_breaks_is_spoken_of(safelight, tmp_path):
    ds = phantoms.ct(0, size=8)
    ds.MACParametersSequence = []
    path = phantoms.save(ds, tmp_path / "a.dcm")
    for words in (["--dry-run"], ["-o", tmp_path / "out"]):
        ended = safelight("edit", path, "--set", "PatientID=x", *words)
        assert ended.code == 0
        assert "a.dcm: Edits break the file's digital signature." in ended.err
    assert "signature" not in safelight("edit", path, "--set", "PatientID=PHANTOM-1", "--dry-run").err


def test_an_element_that_no_dictionary_knows_is_set_with_its_vr(safelight, data, tmp_path):
    words = ["--set", "(0029,0010)=ACME", "--set", "(0029,1010):LO=a=b"]
    assert safelight("edit", data / "ct" / "IM0000", *words, "-o", tmp_path).code == 0
    after = dcmread(tmp_path / "IM0000")
    assert (after[0x00291010].VR, after[0x00291010].value) == ("LO", "a=b")


def test_in_place_keeps_a_backup_that_a_second_run_leaves_alone(safelight, tmp_path):
    path = phantoms.save(phantoms.ct(0, size=8), tmp_path / "d" / "a.dcm")
    first = path.read_bytes()
    for name in ("One", "Two"):
        ended = safelight("edit", tmp_path / "d", "--set", f"PatientName={name}", "--in-place")
        assert ended.code == 0
        assert "The file as it was is kept" in ended.err
    assert (tmp_path / "d" / "a.dcm.bak").read_bytes() == first
    assert str(dcmread(tmp_path / "d" / "a.dcm.bak-2").PatientName) == "One"
    assert str(dcmread(path).PatientName) == "Two"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--set", "PatientID=x"], 2, "-o DIR, or --in-place"),
        (["--set", "PatientID=x", "-o", "o", "--in-place"], 2, "-o DIR, or --in-place"),
        (["-o", "o"], 2, "nothing to change"),
        (["--set", "PatientID", "-o", "o"], 2, "TAG=VALUE"),
        (["--set", "NoSuch=x", "-o", "o"], 2, "No attribute is called NoSuch"),
        (["--csv", "nowhere.csv", "-o", "o"], 2, ""),
        (["--set", "PatientBirthDate=yesterday", "-o", "o"], 1, "cannot have this value: DA takes"),
        (["--set", "PixelData=00", "-o", "o"], 1, "Pixels are no text"),
        (["--replace", "PatientID", "(", "x", "-o", "o"], 2, "no regular expression"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(  # noqa: PLR0917
    safelight, data, tmp_path, monkeypatch, words, code, says
):
    monkeypatch.chdir(tmp_path)
    ended = safelight("edit", data / "ct" / "IM0000", *words)
    assert (ended.code, says in ended.err) == (code, True), ended.err
    assert "yesterday" not in ended.err
    assert not (tmp_path / "o").exists()


def test_a_name_that_is_taken_is_never_written_over(safelight, data, tmp_path):
    (tmp_path / "IM0000").write_text("mine")
    ended = safelight("edit", data / "ct" / "IM0000", "--set", "PatientID=x", "-o", tmp_path)
    assert ended.code == 1
    assert "exists already" in ended.err
    assert (tmp_path / "IM0000").read_text() == "mine"


def test_a_full_disk_leaves_the_source_and_no_half_file(data, tmp_path):
    """A limit on the size of files stands for the full disk."""
    source = phantoms.save(phantoms.ct(0, size=64), tmp_path / "in" / "a.dcm")
    before = source.read_bytes()

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    for where in (["-o", str(tmp_path / "out")], ["--in-place"]):
        words = [sys.executable, "-m", "tui", "edit", str(source), "--set", "PatientID=x", *where]
        ended = subprocess.run(words, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert "cannot be written" in ended.stderr
        assert source.read_bytes() == before
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["a.dcm"]
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_takes_no_files_is_said(safelight, data, tmp_path):
    """For root, too, who may write into any folder of a disk: no folder can be made in /proc."""
    folder = tmp_path / "ro"
    folder.mkdir(mode=0o500)
    source = data / "ct" / "IM0000"
    before = source.read_bytes()
    for target in ["/proc/safelight", *([] if os.geteuid() == 0 else [folder])]:
        ended = safelight("edit", source, "--set", "PatientID=x", "-o", target)
        assert ended.code == 1
        assert "cannot be written" in ended.err
    assert source.read_bytes() == before
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("in_place", [False, True])
def test_a_killed_save_leaves_whole_files_alone(series, tmp_path, in_place):
    """Killed at whatever moment, every file of a final name is whole: the old one, or the new one."""
    folder = tmp_path / "in"
    shutil.copytree(series, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    where = ["--in-place"] if in_place else ["-o", str(tmp_path / "out")]
    words = [sys.executable, "-m", "tui", "edit", str(folder), "--set", "PatientID=KILLED", *where]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for _ in range(20):
            running.stdout.readline()
        running.kill()
    written = folder if in_place else tmp_path / "out"
    new = 0
    for path in written.iterdir():
        if path.name.startswith(".safelight-"):
            continue
        data = path.read_bytes()
        if data not in before.values():
            assert dcmread(path).PatientID == "KILLED"
            assert len(dcmread(path).PixelData) == 8 * 8 * 2
            new += 1
    assert new >= 20
    kept = {name: (folder / f"{name}.bak" if (folder / f"{name}.bak").exists() else folder / name) for name in before}
    assert all(kept[name].read_bytes() == data for name, data in before.items())
