from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from tui.adapters import regular
from tui.errors import LimitError, UnreadableError


def why(path: Path | str) -> str:
    with pytest.raises(UnreadableError) as caught:
        regular.descriptor(str(path))
    return str(caught.value)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        assert why(tmp_path / "fifo") == "a FIFO, not a file"
        assert why(tmp_path / "socket") == "a socket, not a file"
        assert why("/dev/null") == "a device, not a file"
        assert why(tmp_path) == "a folder, not a file"
        assert why(tmp_path / "loop") == "a link that leads nowhere"
        assert why(tmp_path / "gone") == "no such file or folder"
        assert why("a\0b") == "no possible path"
        assert why("x" * 5000) == "the path is too long"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert why("/dev/null")
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_head_is_no_longer_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abcdef")
    opened, status = regular.descriptor(str(path))
    assert (status.st_size, regular.head(opened, 3), regular.head(opened, 100)) == (6, b"abc", b"abcdef")
    with regular.Clipped(opened, status.st_size) as file:
        assert file.read(2) == b"ab"
        assert file.read(1 << 40) == b"cdef"  # would be a MemoryError unclipped
        assert file.read() == b""
        file.seek(4)
        assert file.read() == b"ef"
        assert file.rest == b""
        file.seek(4)
        assert file.read(8) == file.rest == b"ef"


def test_no_more_is_read_than_the_limit_allows(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(1000))
    opened, status = regular.descriptor(str(path))
    with regular.Clipped(opened, status.st_size, 600) as file:
        assert len(file.read(500)) == 500
        with pytest.raises(LimitError, match="limit dataset_bytes") as caught:
            file.read(500)
    assert "raise dataset_bytes" in caught.value.sentence()


def test_what_is_too_long_for_one_read_is_read_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regular, "_AT_ONCE", 10)
    path = tmp_path / "file"
    path.write_bytes(bytes(range(100)))
    opened, _ = regular.descriptor(str(path))
    try:
        assert regular.head(opened, 50) == bytes(range(50))
        assert regular.head(opened, 200) == regular.head(opened, 100) == bytes(range(100))
    finally:
        os.close(opened)


def test_a_beginning_is_read_whatever_the_system_makes_of_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    given: list[int] = []

    def refuses(opened: int, offset: int, count: int, advice: int) -> None:
        given.append(advice)
        raise OSError(errno.EINVAL, "no advice")

    opened, _ = regular.descriptor(str(path))
    try:
        assert regular.beginning(opened, 4) == b"0123"
        monkeypatch.setattr(regular, "_ADVISE", refuses)
        assert regular.beginning(opened, 20) == b"0123456789"
        monkeypatch.setattr(regular, "_ADVISE", None)
        assert regular.beginning(opened, 5) == b"01234"
    finally:
        os.close(opened)
    assert given == [os.POSIX_FADV_RANDOM]
