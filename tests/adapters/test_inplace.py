from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tui.adapters import inplace
from tui.errors import OutputError


def stamp(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def test_the_old_file_keeps_a_name_and_the_new_one_takes_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    assert inplace.replace(str(path), [b"n", b"ew"], stamp(path)) == str(tmp_path / "a.bak")
    assert (path.read_bytes(), (tmp_path / "a.bak").read_bytes()) == (b"new", b"old")
    assert inplace.replace(str(path), [b"newer"], stamp(path)) == str(tmp_path / "a.bak-2")


def test_a_disk_without_hard_links_gets_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object, **named: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a"
    path.write_bytes(b"old")
    inplace.replace(str(path), [b"new"], stamp(path))
    assert (path.read_bytes(), (tmp_path / "a.bak").read_bytes()) == (b"new", b"old")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "a.bak"]


def test_a_link_leads_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    inplace.replace(str(tmp_path / "link"), [b"new"], stamp(tmp_path / "real"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full() -> object:
        yield b"ne"
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OutputError, match="the disk is full"):
        inplace.replace(str(path), full(), stamp(path))  # type: ignore[arg-type]
    with pytest.raises(OutputError, match="has changed"):
        inplace.replace(str(path), [b"new"], (0, 0, 0, 0))
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"
