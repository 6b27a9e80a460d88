"""``safelight convert``: options, tables, names, exit codes; hostile names stay inside, a full disk leaves nothing."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from tests import phantoms

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in (1, 2, 10):
        Image.fromarray(np.full((5, 7), n, np.uint8)).save(folder / f"P7_2026010{n % 10}_{n}.png")
    return folder


def found(folder):
    return {path.stem: dcmread(path) for path in folder.iterdir()}


def test_flags_and_any_attribute(safelight, images, tmp_path):
    words = ["--patient-name", "Doe^Jane", "--sex", "F", "--modality", "XC", "--set", "Laterality=L"]
    words += ["--body-part", "HAND", "--pixel-spacing", "0.5,0.25"]
    ended = safelight("convert", images, "-o", tmp_path / "out", *words)
    assert ended.code == 0 and len(ended.out.splitlines()) == 3
    for ds in found(tmp_path / "out").values():
        assert (ds.PatientName, ds.PatientSex, ds.Modality, ds.Laterality) == ("Doe^Jane", "F", "XC", "L")
        assert ds.PixelSpacing == [0.5, 0.25]
    assert [ds.InstanceNumber for _, ds in sorted(found(tmp_path / "out").items())] == [1, 2, 3]


def test_values_from_the_names_and_from_a_table(safelight, images, tmp_path):
    assert (
        safelight(
            "convert", images, "-o", tmp_path / "a", "--from-name", "{PatientID}_{StudyDate}_{InstanceNumber}"
        ).code
        == 0
    )
    assert {(ds.PatientID, ds.InstanceNumber) for ds in found(tmp_path / "a").values()} == {
        ("P7", n) for n in (1, 2, 10)
    }
    table = tmp_path / "t.csv"
    table.write_text(
        "file,PatientID,PatientName\n" + "".join(f"{p.name},{n},李^四\n" for n, p in enumerate(images.iterdir()))
    )
    assert safelight("convert", images, "-o", tmp_path / "b", "--csv", table).code == 0
    assert {ds.PatientID for ds in found(tmp_path / "b").values()} == {"0", "1", "2"}
    assert len({ds.StudyInstanceUID for ds in found(tmp_path / "b").values()}) == 3


@pytest.mark.parametrize(
    "words",
    [["--set", "PatientID"], ["--set", "Nosuch=1"], ["--csv", "gone.csv"], ["--transfer-syntax", "zip"],
     ["--conversion-type", "X"], ["--from-name", "x"]],
)  # fmt: skip
def test_wrong_wishes_are_usage(safelight, images, tmp_path, words):
    assert safelight("convert", images, "-o", tmp_path / "out", *words).code == 2
    assert not (tmp_path / "out").exists()


def test_codes(safelight, images, tmp_path):
    (images / "broken.png").write_bytes(b"\x89PNG\r\n")
    ended = safelight("convert", images, "-o", tmp_path / "out", "--json")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 1 and sum(line["error"] is None for line in lines) == 3
    (tmp_path / "empty").mkdir()
    assert safelight("convert", tmp_path / "empty", "-o", tmp_path / "out").code == 1
    phantoms.save(phantoms.ct(size=8), tmp_path / "a.dcm")
    ended = safelight("convert", tmp_path / "a.dcm", "-o", tmp_path / "out")
    assert ended.code == 1 and "transfer syntax" in ended.err
    ended = safelight("convert", images, "-o", tmp_path / "one.dcm")
    assert ended.code == 1 and "several objects" in ended.err and not (tmp_path / "one.dcm").exists()


def test_the_sources_stay_and_no_name_is_taken_twice(safelight, images, tmp_path):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in images.iterdir()}
    for _ in range(2):
        assert safelight("convert", images, "-o", tmp_path / "out").code == 0
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in images.iterdir()} == before


HOSTILE = [
    b"\x1b]0;x\x07.png",
    b"a\nb.png",
    b"-rf.png",
    b".." + b"x" * 240 + b".png",
    b"\xff\xfe.png",
    "\u202egnp.png".encode(),
]


def test_hostile_names_stay_inside_and_are_readable(safelight, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "x.png")
    paths = [os.fsencode(folder) + b"/" + name for name in HOSTILE]
    for path in paths:
        Path(os.fsdecode(path)).write_bytes((tmp_path / "x.png").read_bytes())
    ended = safelight("convert", *map(os.fsdecode, paths), "-o", tmp_path / "out")
    assert ended.code == 0 and "\x1b" not in ended.out + ended.err
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len(names) == len(HOSTILE) and sorted(p.name for p in tmp_path.iterdir()) == ["in", "out", "x.png"]
    for name in names:
        assert name.isprintable() and len(os.fsencode(name)) <= 210 and name[0] not in ".-" and name.endswith(".dcm")


def program(*words, **how):
    return subprocess.run(
        [sys.executable, "-m", "tui", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False, **how
    )


@pytest.mark.parametrize("command", ["convert", "export"])
def test_a_full_disk_leaves_no_half_file(command, tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    phantoms.save(phantoms.grey(noise), tmp_path / "a.dcm")
    source = tmp_path / ("a.png" if command == "convert" else "a.dcm")
    ended = program(
        command,
        source,
        "-o",
        tmp_path / "out",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)),
    )
    assert ended.returncode == 1 and "larger than is allowed" in ended.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("words", [["export", "--jobs", "2"], ["convert"]])
def test_ctrl_c_leaves_whole_files_only(words, tmp_path):
    """Interrupted after the first file that it tells of."""
    size = 300
    for n in range(30):
        if words[0] == "convert":
            Image.fromarray(np.full((size, size), n, np.uint8)).save(tmp_path / f"{n}.png")
        else:
            phantoms.save(phantoms.ct(n, of=30, size=size), tmp_path / "in" / f"{n}.dcm")
    sources = [str(path) for path in tmp_path.glob("*.png")] or [str(tmp_path / "in")]
    words = [sys.executable, "-u", "-m", "tui", words[0], *sources, *words[1:], "-o", str(tmp_path / "out")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        assert run.returncode in (0, 130)
    for path in (tmp_path / "out").iterdir():
        assert path.suffix in (".png", ".gif", ".dcm"), "no temporary file stays"
        if path.suffix == ".dcm":
            assert dcmread(path).pixel_array.shape == (size, size)
        else:
            Image.open(path).load()
