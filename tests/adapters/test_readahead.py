from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.adapters import readahead
from tui.adapters.readahead import AHEAD, COLD, SAMPLE, ReadAhead
from tui.core.values import Ref, Skipped


def opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def cold(opened: int, buffers: object, offset: int, flags: int) -> int:
    raise BlockingIOError


def readers() -> int:
    return sum(thread.name == "readahead" for thread in threading.enumerate())


def ends() -> None:
    for thread in threading.enumerate():
        if thread.name == "readahead":
            thread.join(10)


def test_all_is_handed_on_in_order_whether_it_is_read_ahead_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[object] = [Ref(str(tmp_path / f"{n}")) for n in range(3 * AHEAD)]
    for one in files[::2]:
        Path(one.path).write_bytes(b"x")  # type: ignore[attr-defined]
    files.insert(70, Skipped("/x", "a socket, not a file"))
    ahead = ReadAhead(1)
    assert list(ahead.over(files)) == files and readers() == 0
    monkeypatch.setattr(readahead.os, "preadv", cold)
    for descriptor in opened(tmp_path / "0"):
        for _ in range(COLD * SAMPLE):
            ahead.look(descriptor)
    seen = 0
    for one, expected in zip(ahead.over(files), files, strict=True):
        assert one == expected
        seen = max(seen, readers())
    assert seen == readahead.READERS
    ends()
    assert readers() == 0


def test_the_readers_end_where_the_scan_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(readahead.os, "preadv", cold)
    ahead = ReadAhead(1)
    for descriptor in opened(tmp_path / "a"):
        for _ in range(COLD * SAMPLE):
            ahead.look(descriptor)
    going = ahead.over([Ref(str(tmp_path / "a"))] * (2 * AHEAD))
    next(going)
    assert readers() == readahead.READERS
    going.close()
    ends()
    assert readers() == 0


def test_files_in_the_cache_need_no_readers(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").read_bytes()
    ahead = ReadAhead(1)
    for descriptor in opened(tmp_path / "a"):
        for _ in range(10 * SAMPLE):
            ahead.look(descriptor)
    for _ in ahead.over([Ref(str(tmp_path / "a"))] * 10):
        assert readers() == 0
