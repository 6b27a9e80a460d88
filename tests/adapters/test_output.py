"""Writing: whole or not at all, never over a file, no temporary file left, every refusal a sentence."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pydicom
import pytest

from tests import phantoms
from tui.adapters import output
from tui.adapters.output import Files
from tui.errors import ExistsError, OutputError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def files():
    return Files()


def names(folder):
    return sorted(os.listdir(folder))


def test_the_bytes_are_there_and_nothing_else(files, tmp_path):
    path = files.write(str(tmp_path / "new" / "deep" / "a.png"), b"abc")
    assert path == str(tmp_path / "new" / "deep" / "a.png")
    assert Path(path).read_bytes() == b"abc"
    assert names(tmp_path / "new" / "deep") == ["a.png"]


def test_a_relative_path_is_below_the_working_folder(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert files.write("a.png", b"1") == str(tmp_path / "a.png")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_mode_is_that_of_any_new_file(files, tmp_path, mask):
    before = os.umask(mask)
    try:
        path = files.write(str(tmp_path / "a"), b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o666 & ~mask


def test_a_taken_name_is_refused_and_kept(files, tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(ExistsError) as raised:
        files.write(str(tmp_path / "a.png"), b"new")
    assert "a.png" in raised.value.sentence()
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize("kind", ["file", "dangling", "folder", "fifo"])
def test_whatever_bears_the_name_is_left_alone(files, tmp_path, kind):
    target, elsewhere = tmp_path / "a.png", tmp_path / "elsewhere"
    if kind == "file":
        elsewhere.write_bytes(b"old")
        target.symlink_to(elsewhere)
    elif kind == "dangling":
        target.symlink_to(elsewhere)
    elif kind == "folder":
        target.mkdir()
    else:
        os.mkfifo(target)
    before = os.lstat(target)
    with pytest.raises(ExistsError):
        files.write(str(target), b"new")
    assert os.lstat(target).st_ino == before.st_ino
    assert not elsewhere.exists() or elsewhere.read_bytes() == b"old"
    assert Path(files.write(str(target), b"new", numbered=True)).name == "a-2.png"


def test_numbers_rise_and_ignore_case(files, tmp_path):
    (tmp_path / "CT.PNG").write_bytes(b"")
    (tmp_path / "ct-2.png").write_bytes(b"")
    made = [Path(files.write(str(tmp_path / "ct.png"), b"1", numbered=True)).name for _ in range(3)]
    assert made == ["ct-3.png", "ct-4.png", "ct-5.png"]


def test_many_writers_of_one_name_lose_nothing(files, tmp_path):
    paths, guard = [], threading.Lock()

    def write(number):
        path = files.write(str(tmp_path / "a.bin"), bytes([number]) * 5000, numbered=True)
        with guard:
            paths.append((number, path))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len({path for _, path in paths}) == 12
    assert all(Path(path).read_bytes() == bytes([number]) * 5000 for number, path in paths)
    assert len(names(tmp_path)) == 12


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("x" * 300, "the name is too long"),
        ("taken/a.png", "no folder"),
        ("a\0b", "is no name for a file"),
    ],
)
def test_a_refusal_is_a_sentence(files, tmp_path, path, words):
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OutputError) as raised:
        files.write(str(tmp_path / path), b"1")
    assert words in raised.value.sentence()
    assert names(tmp_path) == ["taken"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO, errno.ESTALE])
def test_what_the_disk_says_is_translated_and_nothing_is_left(files, tmp_path, monkeypatch, code):
    def fsync(handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(output.os, "fsync", fsync)
    with pytest.raises(OutputError) as raised:
        files.write(str(tmp_path / "a.png"), b"1")
    assert type(raised.value) is OutputError
    assert output._WORDS.get(code, os.strerror(code)) in raised.value.sentence()
    assert names(tmp_path) == []


def test_a_disk_without_hard_links_still_never_replaces(files, tmp_path, monkeypatch):
    def link(*args, **options):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(output.os, "link", link)
    assert Path(files.write(str(tmp_path / "a.png"), b"1")).read_bytes() == b"1"
    with pytest.raises(ExistsError):
        files.write(str(tmp_path / "a.png"), b"2")
    assert Path(files.write(str(tmp_path / "a.png"), b"3", numbered=True)).name == "a-2.png"
    assert (tmp_path / "a.png").read_bytes() == b"1"
    assert names(tmp_path) == ["a-2.png", "a.png"]


def test_a_name_taken_at_the_last_moment_is_not_replaced(files, tmp_path, monkeypatch):
    real = os.link

    def link(source, target, **options):
        Path(target).write_bytes(b"theirs")
        real(source, target, **options)

    monkeypatch.setattr(output.os, "link", link)
    with pytest.raises(ExistsError):
        files.write(str(tmp_path / "a.png"), b"mine")
    assert (tmp_path / "a.png").read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.png"]


def test_an_interrupt_leaves_nothing(files, tmp_path, monkeypatch):
    def fsync(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(output.os, "fsync", fsync)
    with pytest.raises(KeyboardInterrupt):
        files.write(str(tmp_path / "a.png"), b"1")
    assert names(tmp_path) == []


@pytest.mark.parametrize("size", [0, 1, 4096, 65536])
def test_a_full_disk_leaves_nothing(files, tmp_path, size):
    """A limit on the size of files stands for the full disk; the same call fails at the same place."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(OutputError, match="larger than is allowed"):
            files.write(str(tmp_path / "a.png"), b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert names(tmp_path) == []


KILLED = """
import os, signal, sys
from tui.adapters import output
step, path = sys.argv[1:3]
many = len(sys.argv) > 3
real = getattr(os, step)
def die(*args, **options):
    if step == "unlink" or step == "fsync":
        real(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(output.os, step, die)
if many:
    output.Files().write_all([(path, b"x" * 100_000)])
output.Files().write(path, b"x" * 100_000)
"""


@pytest.mark.parametrize(("step", "how"), [("fsync", []), ("link", []), ("write", ["many"]), ("fsync", ["many"])])
def test_killed_at_any_step_no_half_file_bears_the_name(tmp_path, step, how):
    target = tmp_path / "a.png"
    ended = subprocess.run([sys.executable, "-c", KILLED, step, str(target), *how], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not target.exists()


def test_many_are_written_together_and_one_that_fails_stops_no_other(files, tmp_path):
    (tmp_path / "CT.PNG").write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")
    made = files.write_all(
        [
            (str(tmp_path / "ct.png"), b"1"),
            (str(tmp_path / "file" / "a.png"), b"2"),
            (str(tmp_path / "ct.png"), b"3"),
            (str(tmp_path / "a\0b.png"), b"4"),
            (str(tmp_path / "deep" / "er" / "ct.png"), b"5"),
        ]
    )
    first, second, third, fourth, fifth = made
    assert (first, third) == (str(tmp_path / "ct-2.png"), str(tmp_path / "ct-3.png"))
    assert "no folder" in second.sentence() and "no name" in fourth.sentence()
    assert fifth == str(tmp_path / "deep" / "er" / "ct.png")
    assert [Path(path).read_bytes() for path in (first, third, fifth)] == [b"1", b"3", b"5"]
    assert (tmp_path / "CT.PNG").read_bytes() == b"old"
    assert names(tmp_path) == ["CT.PNG", "ct-2.png", "ct-3.png", "deep", "file"]
    assert files.write_all([]) == []


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_many_on_a_full_disk_leave_nothing(files, tmp_path, monkeypatch, step):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(output.os, step, full)
    made = files.write_all([(str(tmp_path / "a.png"), b"1"), (str(tmp_path / "b.png"), b"2")])
    assert ["the disk is full" in error.sentence() for error in made] == [True, True]
    assert names(tmp_path) == []


def test_the_folder_is_the_wanted_one_else_the_setting_else_here(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    assert files.folder("/wanted", "/setting") == "/wanted"
    assert files.folder("", "~/pictures") == "/home/someone/pictures"
    assert files.folder("", "") == str(tmp_path)
    assert files.folder("here", "") == str(tmp_path / "here")


def test_dicom_has_an_empty_preamble(files, tmp_path):
    ds = phantoms.ct()
    ds.preamble = b"MZ" + b"\x90" * 126
    written = files.dicom(ds)
    assert written[:132] == b"\0" * 128 + b"DICM"
    path = files.write(str(tmp_path / "a.dcm"), written)
    again = pydicom.dcmread(path)
    assert again.pixel_array.shape == (128, 128)
    assert again.SOPInstanceUID == ds.SOPInstanceUID


def test_dicom_that_cannot_be_written_is_a_sentence(files):
    ds = phantoms.ct(size=4)
    ds.add_new(0x00280106, "US", "no number")
    with pytest.raises(OutputError) as caught:
        files.dicom(ds)
    assert "no number" not in caught.value.sentence()


def test_a_number_stands_before_both_endings_of_a_packed_file(tmp_path):
    names = {Path(Files().write(str(tmp_path / "CT.1.nii.gz"), b"x", numbered=True)).name for _ in range(2)}
    assert names == {"CT.1.nii.gz", "CT.1-2.nii.gz"}
