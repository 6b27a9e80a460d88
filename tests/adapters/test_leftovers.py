"""What killed programs left is removed; nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.adapters import leftovers
from tui.adapters.output import Files

KILLED = """
import os, signal, sys
from pathlib import Path
from tui.adapters import output
def pieces():
    yield b"half of "
    os.kill(os.getpid(), signal.SIGKILL)
output.Files().write(sys.argv[1], pieces())
"""


def killed(folder: Path) -> str:
    """The name of what a program left that was killed while it wrote."""
    before = set(os.listdir(folder))
    subprocess.run([sys.executable, "-c", KILLED, str(folder / "a.png")], check=False)
    (left,) = set(os.listdir(folder)) - before
    return left


def test_what_a_killed_program_left_goes_with_the_next_output(tmp_path: Path) -> None:
    assert killed(tmp_path).startswith(".safelight-")
    Files().write(str(tmp_path / "b.png"), b"whole")
    assert os.listdir(tmp_path) == ["b.png"]


def test_so_does_a_folder_of_temporary_files(tmp_path: Path) -> None:
    folder = tmp_path / killed(tmp_path).replace(".tmp", "0.tmp")
    folder.mkdir()
    (folder / "input").write_bytes(b"x")
    leftovers.sweep(tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_a_living_program_writes_stays(tmp_path: Path) -> None:
    mine = tmp_path / leftovers.name()
    mine.write_bytes(b"")
    leftovers.sweep(tmp_path)
    assert mine.exists()


def test_only_names_of_this_machine_and_of_this_user_are_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = killed(tmp_path)
    _, _, pid, chance = left.split("-")
    others = [f".safelight-00000000-{pid}-{chance}", f"{left}.dcm", f"x{left}", f".safelight-{pid}-{chance}", "a.tmp"]
    for other in others:
        (tmp_path / other).write_bytes(b"")
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    leftovers.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted([left, *others])
    monkeypatch.undo()
    leftovers.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(others)


def test_a_link_of_such_a_name_is_removed_and_not_followed(tmp_path: Path) -> None:
    left = tmp_path / killed(tmp_path)
    left.unlink()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"x")
    left.symlink_to(tmp_path / "kept")
    leftovers.sweep(tmp_path)
    assert os.listdir(tmp_path) == ["kept"] and (tmp_path / "kept" / "file").exists()


def test_a_folder_that_is_not_there_is_nothing_to_say(tmp_path: Path) -> None:
    leftovers.sweep(tmp_path / "nowhere")
    assert os.listdir(tmp_path) == []
