"""Every format from the command line: which frames, names, sheets, windows, and the command that does the same."""

import io
import json
import shlex

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.service.fakes import bench
from tui import compose
from tui.core.values import Ref, View, Wish
from tui.service import actions as act
from tui.service import events as ev
from tui.service.exporting import grouped

pytestmark = pytest.mark.usefixtures("untouched")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", list(compose.exporters()))
def test_a_folder_by_processes_is_what_it_is_without(safelight, data, tmp_path, name):
    counts = {}
    for jobs in (0, 2):
        ended = safelight("export", data / "ct", "--format", name, "-o", tmp_path / str(jobs), "--jobs", jobs)
        assert (ended.code, ended.err) == (0, "")
        counts[jobs] = {path.name: path.read_bytes() for path in (tmp_path / str(jobs)).iterdir()}
    assert counts[0] == counts[2]
    assert len(counts[0]) == (1 if name in ("gif", "mp4", "npz", "nifti") else 3)


def test_the_ending_chooses_the_format(safelight, data, tmp_path):
    for name in ("a.jpeg", "a.tiff", "a.webp", "a.gif", "a.json", "a.npy"):
        assert safelight("export", data / "ct" / "IM0001", "-o", tmp_path / name).code == 0
    assert names(tmp_path) == ["a.gif", "a.jpeg", "a.json", "a.npy", "a.tiff", "a.webp", "data"]


def test_a_series_of_one_folder(safelight, data, tmp_path):
    ended = safelight("export", data, "--series", 3, "--format", "gif", "-o", tmp_path / "out")
    assert ended.code == 0 and names(tmp_path / "out") == ["US-s3-i1.gif"]
    assert Image.open(tmp_path / "out" / "US-s3-i1.gif").n_frames == 20
    assert safelight("export", data, "--series", 99, "-o", tmp_path / "out").code == 2


def test_one_file_of_a_series_may_have_a_name(safelight, data, tmp_path):
    assert safelight("export", data / "ct", "-o", tmp_path / "head.gif").code == 0
    assert Image.open(tmp_path / "head.gif").n_frames == 3
    assert safelight("export", data, "-o", tmp_path / "all.gif").code == 2


def test_a_range_of_frames(safelight, data, tmp_path):
    ended = safelight("export", data / "us" / "disc.dcm", "--frame", "3-5", "-o", tmp_path / "out")
    assert ended.code == 0 and names(tmp_path / "out") == ["US-s3-i1-f3.png", "US-s3-i1-f4.png", "US-s3-i1-f5.png"]
    safelight("export", data / "us" / "disc.dcm", "--frame", "3-5", "-o", tmp_path / "part.gif")
    assert Image.open(tmp_path / "part.gif").n_frames == 3


def test_a_contact_sheet(safelight, data, tmp_path):
    ended = safelight("export", data / "us" / "disc.dcm", "--sheet", "4x3", "-o", tmp_path / "out")
    assert ended.code == 0 and names(tmp_path / "out") == ["US-s3-2.png", "US-s3.png"]
    assert Image.open(tmp_path / "out" / "US-s3.png").size == (4 * 96, 3 * 96)
    assert Image.open(tmp_path / "out" / "US-s3-2.png").size == (4 * 96, 2 * 96)
    assert safelight("export", data / "ct", "--sheet", "2x2", "--format", "npy", "-o", tmp_path / "out").code == 2


def test_names_by_a_pattern(safelight, data, tmp_path):
    words = ("--name", "{modality}/{stem}-{image:3}", "-o", tmp_path / "out")
    assert safelight("export", data / "ct", *words).code == 0
    assert names(tmp_path / "out" / "CT") == ["IM0000-001.png", "IM0001-002.png", "IM0002-003.png"]
    ended = safelight("export", data / "ct", "--name", "../{image}", "-o", tmp_path / "out")
    assert ended.code == 2 and "leaves its folder" in ended.err and names(tmp_path) == ["data", "out"]


def test_size_annotation_and_one_window(safelight, data, tmp_path):
    safelight("export", data / "ct", "-o", tmp_path / "small", "--max-size", 16)
    assert {Image.open(path).size for path in (tmp_path / "small").iterdir()} == {(16, 16)}
    safelight("export", data / "us" / "disc.dcm", "-o", tmp_path / "a.png", "--annotate", "--max-size", 96)
    safelight("export", data / "us" / "disc.dcm", "-o", tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
    words = ("--window", "auto", "--one-window", "-o", tmp_path / "same")
    safelight("export", data / "ct", *words)
    pixels = [np.asarray(Image.open(path)) for path in sorted((tmp_path / "same").iterdir())]
    bone = [phantoms.head(32, 2 * z / 3 - 1) == 1100 for z in range(3)]
    assert len({int(p[b].min()) for p, b in zip(pixels, bone, strict=True)}) == 1


@pytest.mark.parametrize(
    "words",
    [["--quality", "0"], ["--rate", "x"], ["--frame", "5-2"], ["--frame", "0"], ["--max-size", "0"], ["--sheet", "3"],
     ["--jobs", "-1"], ["--values", "hu"]],
)  # fmt: skip
def test_wrong_wishes_are_usage(safelight, data, tmp_path, words):
    assert safelight("export", data / "ct", "-o", tmp_path / "out", *words).code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "action",
    [
        {"view": View(invert=True, overlays=False), "format": "jpeg", "wish": Wish(quality=70, max_size=20)},
        {"format": "gif", "wish": Wish(rate=7.5, annotate=True, keep_pixels=True)},
        {"wish": Wish(sheet=(2, 2)), "one_window": True, "pattern": "{modality}-{index:2}"},
        {"format": "npz", "wish": Wish(values="stored")},
    ],
)
def test_the_command_does_the_same(safelight, data, tmp_path, monkeypatch, action):
    """What the toast says, typed into a shell, writes the same bytes."""
    monkeypatch.chdir(tmp_path)
    refs = [Ref(str(data / "ct" / f"IM000{z}")) for z in range(3)]
    viewer = compose.viewer(compose.settings({"HOME": str(tmp_path)}))
    ended = []
    viewer.subscribe(ended.append)
    targets = tuple(grouped(ref, 0, 1, "s") for ref in refs)
    viewer.do(act.Export(targets, folder=str(tmp_path / "ui"), **action))
    said = next(event for event in ended if isinstance(event, ev.WritingEnded))
    assert not [outcome.error for outcome in said.outcomes if outcome.error]
    words = shlex.split(said.command.replace(str(tmp_path / "ui"), str(tmp_path / "shell")))
    assert safelight(*words[1:]).code == 0
    ours, theirs = ({p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.*")} for n in ("ui", "shell"))
    assert ours == theirs and ours


def test_a_whole_series_of_many_files_is_named_by_its_uid():
    b = bench()
    b.viewer.do(act.Open(("/data",)))
    targets = tuple(act.Target(Ref(f"/data/ct/{z}"), 0, "s") for z in range(4)) * 3
    b.viewer.do(act.Export(targets, series=("1.2.3",)))
    words = shlex.split(b.last(ev.WritingEnded).command)
    assert words[2:5] == ["/data/ct/0", "/data/ct/1", "/data/ct/2"] and words[6:8] == ["--series", "1.2.3"]


def test_json_lines_tell_of_each_file(safelight, data, tmp_path):
    ended = safelight("export", data / "ct", "--format", "nifti", "-o", tmp_path / "out", "--json")
    (line,) = map(json.loads, ended.out.splitlines())
    assert line["output"].endswith("CT-s1.nii.gz") and line["error"] is None


def test_png_bytes_are_pngs(safelight, data, tmp_path):
    safelight("export", data / "ct", "--format", "png16", "-o", tmp_path / "out")
    for z, path in enumerate(sorted((tmp_path / "out").iterdir())):
        samples = np.asarray(Image.open(io.BytesIO(path.read_bytes())))
        np.testing.assert_array_equal(samples, phantoms.head(32, 2 * z / 3 - 1) + 1024)
