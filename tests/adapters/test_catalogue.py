"""The catalogue's file: whose it is, who may read it, and what becomes of one that cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import phantoms
from tests.adapters.test_visits import Home, files, seen
from tui.adapters import catalogue


def test_it_lies_in_the_user_s_cache() -> None:
    assert catalogue.path({"HOME": "/home/a"}) == "/home/a/.cache/safelight/catalogue.sqlite"
    assert catalogue.path({"HOME": "/home/a", "XDG_CACHE_HOME": "/c"}) == "/c/safelight/catalogue.sqlite"
    assert catalogue.path({"HOME": "/home/a", "XDG_CACHE_HOME": "relative"}).startswith("/home/a/")
    assert catalogue.path({}) == ""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    phantoms.folder(tmp_path / "data", slices=3, size=16)
    return Home(tmp_path / "data", tmp_path / "cache" / "safelight" / catalogue.NAME)


def test_nobody_else_may_read_it(home: Home) -> None:
    before = os.umask(0)
    try:
        home.scan()
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.place.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.place.parent.iterdir()} == {0o600}
    home.place.parent.chmod(0o755)
    home.scan()
    assert stat.S_IMODE(home.place.parent.stat().st_mode) == 0o700


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:5000])


def text(place: Path) -> None:
    place.write_bytes(b"this is no database at all" * 300)


def one_bit(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[data.index(b"PHANTOM-1")] ^= 0x20
    place.write_bytes(data)


def pages(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[4096:] = bytes(range(256)) * ((len(data) - 4096) // 256)
    place.write_bytes(data)


def statement(place: Path, words: str) -> None:
    connection = sqlite3.connect(place)
    connection.execute(words)
    connection.commit()
    connection.close()


def older(place: Path) -> None:
    statement(place, "PRAGMA user_version = 999")


def foreign(place: Path) -> None:
    place.unlink()
    statement(place, "CREATE TABLE folders (other TEXT)")


def odd_values(place: Path) -> None:
    statement(place, "UPDATE folders SET entries = '[1, 2]'")


@pytest.mark.parametrize("damage", [cut, text, one_bit, pages, older, foreign, odd_values])
def test_one_that_is_damaged_or_not_ours_is_made_anew(home: Home, damage: Callable[[Path], None]) -> None:
    fresh = home.scan()
    assert home.scan().checked == len(files(home))
    damage(home.place)
    again = home.scan()
    assert (seen(again), again.checked) == (seen(fresh), 0)
    assert home.scan().checked == len(files(home))


def test_a_folder_of_somebody_else_or_a_link_is_not_used(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    home.place.parent.mkdir(parents=True)
    home.place.symlink_to(target)
    assert seen(home.scan())
    assert target.read_text() == "mine"
    home.place.unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert seen(home.scan()) and not home.place.exists()


def test_clearing_removes_all_of_it(home: Home) -> None:
    home.scan()
    assert catalogue.clear(str(home.place)) > 0
    assert list(home.place.parent.iterdir()) == []
    assert catalogue.clear(str(home.place)) == 0


SCAN = """
import sys
from pathlib import Path
from tests.adapters.test_visits import Home, seen
home = Home(Path(sys.argv[1]), Path(sys.argv[2]))
print(len(seen(home.scan())))
"""


def test_programs_that_use_it_at_once_all_find_everything(home: Home, tmp_path: Path) -> None:
    shutil.copytree(phantoms.folder(tmp_path / "x", slices=2, size=16), tmp_path / "data" / "more")
    words = [sys.executable, "-c", SCAN, str(home.data), str(home.place)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    expected = seen(home.scan())
    for program in running:
        out, _ = program.communicate(timeout=60)
        assert (program.returncode, out.strip()) == (0, str(len(expected)))
    assert seen(home.scan()) == expected
