"""Visits to the catalogue: the second one shows what the first found, and reads only what has changed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import phantoms
from tui.adapters import scan as reading
from tui.adapters import visits
from tui.adapters.catalogue import SqliteCatalogue
from tui.adapters.instances import DicomInstances
from tui.core import series as library_of
from tui.core.packed import Packed
from tui.core.values import Library
from tui.service import events as ev
from tui.service import scanning
from tui.service.settings import Limits


@dataclass
class Result:
    library: Library
    checked: int
    first: Library | None


@dataclass
class Home:
    data: Path
    place: Path

    def scan(self, *roots: str | Path, stop_after: int = 10**9) -> Result:
        events: list[Any] = []
        paths = tuple(str(root) for root in roots) or (str(self.data),)
        catalogue = SqliteCatalogue(str(self.place))
        work = scanning.scan(DicomInstances(Limits()), 1, paths, catalogue=catalogue)
        work(events.append, lambda: len(events) >= stop_after)
        ended = events[-1]
        assert isinstance(ended, ev.ScanEnded)
        assert ended.library is not None
        return Result(ended.library, events[-2].checked, next(e.library for e in events if e.library))


def seen(result: Result | Library) -> list[str]:
    """Everything that the tree shows, as text."""
    library = result.library if isinstance(result, Result) else result
    lines = [f"{one.path} {one.reason}" for one in library.skipped]
    for series in library_of.series_list(library):
        lines.append(f"{series.key} {series.stacks} {series.notes} {series.frames} {series.size}")
        lines += [f"{one.ref} {one.size} {one.number} {one.position} {one.head}" for one in series.instances]
    return sorted(lines)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    data = phantoms.folder(tmp_path / "data", slices=4, size=16)
    with zipfile.ZipFile(data / "day.zip", "w") as archive:
        archive.writestr("a/IM1", phantoms.data(phantoms.ct(0, size=16, series=9)))
        archive.writestr("a/notes.txt", "Dear colleague")
    (data / "sub").mkdir()
    phantoms.save(phantoms.ct(1, size=16, series=9), data / "sub" / "IM2")
    return Home(data, tmp_path / "cache" / "safelight" / "catalogue.sqlite")


def files(home: Home) -> list[Path]:
    return sorted(path for path in home.data.rglob("*") if path.is_file())


def test_the_second_visit_shows_the_same_and_reads_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = home.scan()
    assert first.checked == 0
    reads: list[Any] = []
    monkeypatch.setattr(reading, "read_header", lambda *words: reads.append(words))
    second = home.scan()
    assert seen(second) == seen(first)
    assert second.first is not None  # before anything was checked
    keys = {series.key for series in library_of.series_list(first.library)}
    assert {series.key for series in library_of.series_list(second.first)} <= keys
    assert (second.checked, reads) == (len(files(home)), [])


def test_series_of_one_folder_are_unpacked_when_they_are_looked_at(home: Home) -> None:
    home.scan()
    packed = [s.instances for s in library_of.series_list(home.scan().library) if isinstance(s.instances, Packed)]
    assert len(packed) >= 2 and not any(one.is_made for one in packed)
    assert all(len(tuple(one)) == len(one) and one.is_made for one in packed)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_change_it_is_as_a_fresh_scan(home: Home, seed: int) -> None:
    chance = random.Random(seed)
    home.scan()
    for step in range(3):
        every = files(home)
        gone, changed, touched = chance.sample(every, 3)
        gone.unlink()
        if changed.suffix != ".zip":
            changed.write_bytes(phantoms.data(phantoms.ct(step, size=16, series=20 + chance.randrange(2))))
        os.utime(touched, ns=(1, step + 1))
        (home.data / "new").mkdir(exist_ok=True)
        phantoms.save(phantoms.ct(step, size=16, series=9), home.data / "new" / f"N{seed}{step}")
        if step == 1:
            shutil.rmtree(home.data / "sub", ignore_errors=True)
        assert seen(home.scan()) == seen(Home(home.data, home.place.parent / f"other{step}" / "c.sqlite").scan())


def test_a_part_of_a_known_folder_and_a_folder_around_it(home: Home, tmp_path: Path) -> None:
    home.scan()
    part = home.scan(home.data / "sub")
    assert part.checked == 1
    assert [one.ref.path for s in library_of.series_list(part.library) for one in s.instances] == [
        str(home.data / "sub" / "IM2")
    ]
    assert home.scan(home.data.parent).checked == len(files(home))
    assert seen(home.scan(home.data, home.data / "sub")) == seen(home.scan())


def test_however_the_folder_is_spelled(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = len(files(home))
    home.scan()
    monkeypatch.chdir(home.data.parent)
    for spelled in ("data", "./data", "data/", str(home.data) + "/"):
        result = home.scan(spelled)
        assert result.checked == expected, spelled
        path = library_of.series_list(result.library)[0].instances[-1].ref.path
        assert path.startswith(spelled.rstrip("/") + "/")
    monkeypatch.chdir(home.data)
    assert home.scan(".").checked == expected


def test_names_that_are_no_utf_8(home: Home) -> None:
    odd = os.path.join(os.fsencode(home.data), b"\xff\xfe\x1b]0;x\x07")
    with open(odd, "wb") as file:
        file.write(phantoms.data(phantoms.ct(0, size=16, series=30)))
    first = home.scan()
    second = home.scan()
    assert seen(first) == seen(second) and second.checked == len(files(home))


def test_a_scan_that_is_left_keeps_nothing_of_it(home: Home) -> None:
    home.scan(stop_after=1)
    assert home.scan().checked == 0


def test_a_catalogue_that_is_locked_for_writing_stops_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "PATIENCE_SECONDS", 0.01)
    home.scan()
    phantoms.save(phantoms.ct(5, size=16), home.data / "later")
    holder = sqlite3.connect(home.place, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    first = home.scan()
    holder.execute("ROLLBACK")
    holder.close()
    assert any("later" in line for line in seen(first))
    assert seen(home.scan()) == seen(first)
