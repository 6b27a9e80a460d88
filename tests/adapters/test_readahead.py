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


def found_cold(ahead: ReadAhead, path: Path) -> None:
    for descriptor in opened(path):
        for _ in range(COLD):
            ahead.look(descriptor)


@pytest.mark.parametrize("slow", [False, True])
def test_all_is_handed_on_in_order_whether_it_is_read_ahead_or_not(
    slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[object] = [Ref(str(tmp_path / f"{n}")) for n in range(3 * AHEAD)]
    for one in files[::2]:
        assert isinstance(one, Ref)
        Path(one.path).write_bytes(b"x")
    files.insert(70, Skipped("/x", "a socket, not a file"))
    ahead = ReadAhead(1)
    assert list(ahead.over(files)) == files and readers() == 0
    monkeypatch.setattr(readahead.os, "preadv", cold)
    monkeypatch.setattr(readahead, "SLOW", 0.0 if slow else 1e9)
    found_cold(ahead, tmp_path / "0")
    seen = 0
    for one, expected in zip(ahead.over(files), files, strict=True):
        assert one == expected
        seen = max(seen, readers())
    assert seen == (readahead.READERS if slow else 0)
    ends()
    assert readers() == 0


def test_the_beginnings_of_the_next_files_are_asked_for_before_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [Ref(str(tmp_path / f"{n:03d}")) for n in range(2 * AHEAD)]
    for one in files:
        Path(one.path).write_bytes(b"x" * 10)
    asked: list[tuple[str, int, int, int]] = []

    def advise(opened: int, at: int, count: int, advice: int) -> None:
        asked.append((os.readlink(f"/proc/self/fd/{opened}"), at, count, advice))

    monkeypatch.setattr(readahead.os, "posix_fadvise", advise)
    monkeypatch.setattr(readahead.os, "preadv", cold)
    monkeypatch.setattr(readahead, "SLOW", 1e9)
    ahead = ReadAhead(8192)
    found_cold(ahead, tmp_path / "000")
    going = ahead.over(files)
    assert next(going) == files[0]
    assert asked == [(one.path, 0, 8192, os.POSIX_FADV_WILLNEED) for one in files[: AHEAD + 1]]
    assert list(going) == files[1:] and len(asked) == len(files)


def test_files_that_lie_in_the_cache_again_are_handed_on_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").read_bytes()
    ahead = ReadAhead(1)
    with monkeypatch.context() as patch:
        patch.setattr(readahead.os, "preadv", cold)
        found_cold(ahead, tmp_path / "a")
    files = [Ref(str(tmp_path / "a")) for _ in range(4 * AHEAD)]
    left = iter(files)
    handed = ahead.over(left)
    assert [next(handed) is one for one in files[: 3 * AHEAD]] == [True] * 3 * AHEAD
    assert next(left) is files[3 * AHEAD]  # nothing is kept back any more


def test_the_readers_end_where_the_scan_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(readahead.os, "preadv", cold)
    monkeypatch.setattr(readahead, "SLOW", 0.0)
    ahead = ReadAhead(1)
    found_cold(ahead, tmp_path / "a")
    going = ahead.over([Ref(str(tmp_path / "a"))] * (2 * AHEAD))
    next(going)
    assert readers() == readahead.READERS
    going.close()
    ends()
    assert readers() == 0


def test_files_in_the_cache_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").read_bytes()
    ahead = ReadAhead(1)
    for descriptor in opened(tmp_path / "a"):
        for _ in range(10 * SAMPLE):
            ahead.look(descriptor)
    monkeypatch.setattr(readahead.os, "posix_fadvise", None)
    assert len(list(ahead.over([Ref(str(tmp_path / "a"))] * 10))) == 10
