"""Pictures into files: names, windows, frames, codes; the sources stay as they are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import phantoms

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("untouched")


def read(path):
    return np.asarray(Image.open(path))


def linear(hu, center, width):
    """PS3.3 C.11.2.1.2.1, to 0..255."""
    y = (hu - (center - 0.5)) / (width - 1) + 0.5
    return np.floor(np.clip(y, 0, 1) * 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], (40, 80)),
        (["--window", "file"], (40, 80)),
        (["--window", "file:2"], (400, 1800)),
        (["--window", "-600,1500"], (-600, 1500)),
        (["--window=100,50.5"], (100, 50.5)),
        (["--window", "LUNG"], (-600, 1500)),
    ],
)
def test_the_window(safelight, data, tmp_path, words, window):
    out = tmp_path / "a.png"
    ended = safelight("export", data / "ct" / "IM0001", "-o", out, *words)
    assert (ended.code, ended.out) == (0, f"{out}\n")
    np.testing.assert_array_equal(read(out), linear(phantoms.head(32, 2 / 3 - 1), *window))


def test_a_window_of_the_configuration(safelight, data, tmp_path, monkeypatch):
    (tmp_path / "c.toml").write_text("[presets]\nMine = [10, 20]\n")
    monkeypatch.setenv("SAFELIGHT_CONFIG", str(tmp_path / "c.toml"))
    safelight("export", data / "ct" / "IM0001", "-o", tmp_path / "a.png", "--window", "mine")
    np.testing.assert_array_equal(read(tmp_path / "a.png"), linear(phantoms.head(32, 2 / 3 - 1), 10, 20))


def test_auto_spreads_the_picture(safelight, data, tmp_path):
    safelight("export", data / "ct" / "IM0001", "-o", tmp_path / "a.png", "--window", "auto")
    picture = read(tmp_path / "a.png")
    assert picture.min() == 0 and picture.max() == 255


def test_the_view(safelight, data, tmp_path):
    source = data / "us" / "ramp.dcm"
    plain, turned, inverted = (tmp_path / f"{name}.png" for name in ("plain", "turned", "inverted"))
    safelight("export", source, "-o", plain)
    safelight("export", source, "-o", turned, "--flip", "--rotate", "90")
    np.testing.assert_array_equal(read(turned), np.rot90(read(plain)[:, ::-1], -1))
    grey, negative = tmp_path / "grey.png", tmp_path / "negative.png"
    safelight("export", data / "ct" / "IM0001", "-o", grey)
    safelight("export", data / "ct" / "IM0001", "-o", negative, "--invert")
    assert np.abs(read(grey).astype(int) + read(negative) - 255).max() <= 1
    assert not inverted.exists()


def test_a_folder_gets_a_file_a_picture(safelight, data, tmp_path):
    ended = safelight("export", data, "-o", tmp_path / "out")
    assert ended.code == 0
    paths = ended.out.splitlines()
    assert len(paths) == 5 == len(set(paths))
    assert sorted(paths) == sorted(str(p) for p in (tmp_path / "out").iterdir())
    assert not any("Phantom" in path.removeprefix(str(tmp_path)) for path in paths)


def test_all_frames(safelight, data, tmp_path):
    ended = safelight("export", data / "us" / "disc.dcm", "--frame", "all", "-o", tmp_path / "out", "--json")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["frame"] for line in lines] == list(range(1, 21))
    assert all(set(line) == {"source", "frame", "output", "error"} and line["error"] is None for line in lines)
    assert len({line["output"] for line in lines}) == 20
    frames = [read(line["output"]) for line in lines]
    assert not np.array_equal(frames[0], frames[10])


def test_one_frame_counts_from_1(safelight, data, tmp_path):
    every = safelight("export", data / "us" / "ramp.dcm", "--frame", "all", "-o", tmp_path / "all").out.split()
    safelight("export", data / "us" / "ramp.dcm", "--frame", "3", "-o", tmp_path / "third.png")
    np.testing.assert_array_equal(read(tmp_path / "third.png"), read(every[2]))
    ended = safelight("export", data / "us" / "ramp.dcm", "--frame", "9", "-o", tmp_path / "ninth.png")
    assert ended.code == 1
    assert not (tmp_path / "ninth.png").exists()


def test_the_same_name_twice_is_refused_and_a_folder_counts_on(safelight, data, tmp_path):
    out = tmp_path / "a.png"
    assert safelight("export", data / "ct" / "IM0001", "-o", out).code == 0
    before = out.read_bytes()
    ended = safelight("export", data / "ct" / "IM0002", "-o", out)
    assert (ended.code, ended.out) == (1, "")
    assert "exists already" in ended.err
    assert out.read_bytes() == before
    first = safelight("export", data / "ct" / "IM0001", "-o", tmp_path / "out").out
    second = safelight("export", data / "ct" / "IM0001", "-o", tmp_path / "out").out
    assert second.strip() == first.strip().replace(".png", "-2.png")


def test_a_source_is_never_a_target(safelight, data):
    source = data / "us" / "ramp.dcm"
    named = data / "us" / "ramp.png"
    named.hardlink_to(source)
    try:
        assert safelight("export", source, "-o", named).code == 1
    finally:
        named.unlink()


def test_the_default_is_the_working_folder(safelight, data, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ended = safelight("export", data / "ct" / "IM0001")
    assert Path(ended.out.strip()).parent == tmp_path / "here"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--window", "nosuch"], "brain"),
        (["--window", "1,2,3"], "1,2,3"),
        (["--window", "40,0"], "width above 0"),
        (["--window", "nan,5"], "width above 0"),
        (["--window", "file:0"], "from 1"),
        (["--window", "file:x"], "from 1"),
        (["--format", "bmp"], "png"),
    ],
)
def test_wrong_wishes_are_usage_and_name_the_right_ones(safelight, data, tmp_path, words, said):
    ended = safelight("export", data / "ct" / "IM0001", "-o", tmp_path / "a.png", *words)
    assert ended.code == 2
    assert said in ended.err
    assert not (tmp_path / "a.png").exists()


def test_several_pictures_into_one_name_is_usage(safelight, data, tmp_path):
    assert safelight("export", data / "ct", "-o", tmp_path / "a.png").code == 2
    assert safelight("export", data / "us" / "disc.dcm", "--frame", "all", "-o", tmp_path / "a.png").code == 2
    assert not (tmp_path / "a.png").exists()


def test_one_bad_path_never_stops_the_rest(safelight, data, tmp_path):
    ended = safelight("export", data / "notes.txt", data / "ct", tmp_path / "nowhere", "-o", tmp_path / "out", "--json")
    assert ended.code == 1
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert sum(line["error"] is None for line in lines) == 3
    failed = {os.path.basename(line["source"]): line for line in lines if line["error"]}
    assert set(failed) == {"notes.txt", "nowhere"}
    assert all(line["output"] is None for line in failed.values())


def test_nothing_to_read_is_3(safelight, data, tmp_path):
    ended = safelight("export", data / "notes.txt", "-o", tmp_path / "out")
    assert (ended.code, ended.out) == (3, "")
    assert not (tmp_path / "out").exists()


def test_an_object_without_pixels_says_so(safelight, data, tmp_path):
    ended = safelight("export", data / "report.dcm", "-o", tmp_path / "a.png")
    assert (ended.code, ended.out) == (1, "")
    assert "report.dcm" in ended.err


def test_as_a_program_of_its_own(data, tmp_path):
    """Results on stdout, the rest on stderr."""
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "export", str(data), "-o", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0
    assert len(ended.stdout.splitlines()) == 5
    assert "2 files skipped" in ended.stderr
