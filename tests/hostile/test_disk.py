"""What commands do to the disk: they change nothing that they read, and what they write is whole or not there."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests import phantoms
from tests.hostile.cases import fingerprint
from tests.tools import installed

EVERY = 40  # files of which one is read by the commands that take long
LARGEST = 4 * 2**20
COMMANDS = {
    "info": ["info", "{corpus}"],
    "tags": ["tags", "{first}"],
    "show": ["show", "{first}", "--size", "20x10", "--graphics", "half"],
    "diff": ["diff", "{first}", "{second}"],
    "validate": ["validate", "{files}"],
    "measure": ["measure", "{first}"],
    "export": ["export", "{files}", "-o", "{out}/export"],
    "anonymize": ["anonymize", "{files}", "-o", "{out}/anonymize"],
    "edit": ["edit", "--set", "PatientComments=x", "{files}", "-o", "{out}/edit"],
}


@pytest.mark.corpus
def test_no_command_changes_what_it_reads(corpus: Path, tmp_path: Path) -> None:
    small = (path for path in sorted(corpus.rglob("*")) if path.is_file() and path.stat().st_size < LARGEST)
    chosen = [str(path) for path in small if path.name != "DICOMDIR" and path.read_bytes()[128:132] == b"DICM"][::EVERY]
    before = fingerprint(str(corpus))
    surroundings = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    for name, words in COMMANDS.items():
        line: list[str] = []
        for word in words:
            known = {"corpus": corpus, "first": chosen[0], "second": chosen[1], "out": tmp_path}
            line += chosen if word == "{files}" else [word.format(**known)]
        ended = subprocess.run([sys.executable, "-m", "tui", *line], env=surroundings, capture_output=True, check=False)
        assert ended.returncode in (0, 1), (name, ended.stderr[-2000:])
        assert fingerprint(str(corpus)) == before, f"{name} changed what it read"
    for name in ("export", "anonymize", "edit"):
        assert any((tmp_path / name).rglob("*")), f"{name} wrote nothing"


# ------------------------------------------------------------------------------------- a disk that says no

WRITES = {
    "export": ["export", "{source}", "-o", "{out}"],
    "anonymize": ["anonymize", "{source}", "-o", "{out}"],
    "edit": ["edit", "--set", "PatientComments=x", "{source}", "-o", "{out}"],
}


def carried_out(words: list[str], tmp_path: Path, room: int | None = None) -> subprocess.CompletedProcess[str]:
    """A command line, with room for files of so many bytes (setrlimit(2), RLIMIT_FSIZE)."""

    def before() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    line = [word.format(source=tmp_path / "source", out=tmp_path / "out") for word in words]
    return subprocess.run(
        [sys.executable, "-m", "tui", *line],
        env={**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )


@pytest.mark.parametrize("command", WRITES)
@pytest.mark.parametrize("room", [0, 100])
def test_a_full_disk_is_told_in_a_sentence_and_nothing_half_is_left(tmp_path: Path, command: str, room: int) -> None:
    phantoms.save(phantoms.ct(0, size=64), tmp_path / "source" / "a.dcm")
    ended = carried_out(WRITES[command], tmp_path, room)
    assert ended.returncode in (1, 3), ended.stderr
    assert "Traceback" not in ended.stderr and "Safelight failed" not in ended.stderr
    assert "would be larger than is allowed" in ended.stderr + ended.stdout
    left = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and ".safelight" not in str(path)]
    assert left == []
    assert not list((tmp_path / "out").rglob(".safelight-*.tmp"))


READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
shift; exec "$@"
"""  # in a mount namespace of its own (unshare(1)), as a user who is root only there


@pytest.mark.parametrize("command", [*WRITES, "edit in place"])
def test_a_read_only_disk_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    unshare, place = installed("unshare"), tmp_path / "disk"
    phantoms.save(phantoms.ct(0, size=64), place / "source" / "a.dcm")
    before = fingerprint(str(place))
    words = WRITES.get(command) or ["edit", "--set", "PatientComments=x", "--in-place", "{source}"]
    line = [word.format(source=place / "source", out=place / "out") for word in words]
    ended = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, "sh", str(place),
         sys.executable, "-m", "tui", *line],
        env={**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode in (1, 2, 3), (ended.returncode, ended.stderr)
    assert "Traceback" not in ended.stderr and "Safelight failed" not in ended.stderr
    assert "the disk is read-only" in ended.stderr
    assert fingerprint(str(place)) == before


@pytest.mark.parametrize("command", WRITES)
def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    phantoms.save(phantoms.ct(0, size=64), tmp_path / "source" / "a.dcm")
    (tmp_path / "out").write_text("a file, where a folder should be")
    ended = carried_out(WRITES[command], tmp_path)
    assert ended.returncode in (1, 2), ended.stderr
    assert "Traceback" not in ended.stderr and "Safelight failed" not in ended.stderr
    assert ended.stderr.count("safelight: ") >= 1
    assert (tmp_path / "out").read_text() == "a file, where a folder should be"


@pytest.mark.parametrize("command", WRITES)
def test_outputs_are_as_open_as_the_user_wants(tmp_path: Path, command: str) -> None:
    phantoms.save(phantoms.ct(0, size=64), tmp_path / "source" / "a.dcm")
    before = os.umask(0o027)
    try:
        ended = carried_out(WRITES[command], tmp_path)
    finally:
        os.umask(before)
    assert ended.returncode == 0, ended.stderr
    written = [p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix in (".dcm", ".png")]
    assert written
    assert {oct(path.stat().st_mode & 0o777) for path in written} <= {"0o640", "0o600"}


@pytest.mark.parametrize("command", WRITES)
def test_no_link_is_followed_out_of_the_folder(tmp_path: Path, command: str) -> None:
    phantoms.save(phantoms.ct(0, size=64), tmp_path / "source" / "a.dcm")
    first = carried_out(WRITES[command], tmp_path)
    assert first.returncode == 0, first.stderr
    for path in [p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix in (".dcm", ".png")]:
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere")
    carried_out(WRITES[command], tmp_path)
    assert not (tmp_path / "elsewhere").exists()
