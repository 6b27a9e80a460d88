"""One suite over every drop-in of ``adapters/sources``."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from pydicom.fileset import FileSet

from tests import phantoms
from tui import dropins
from tui.adapters import sources
from tui.adapters.scan import Source
from tui.adapters.sources.archive import Beginning
from tui.core.values import Ref, Skipped

SOURCES: dict[str, Source] = dropins.find(sources, "SOURCE")


def folder(root: Path) -> Path:
    return phantoms.folder(root / "f", slices=3, size=16)


def medium(root: Path) -> Path:
    files = FileSet()
    for z in range(3):
        files.add(phantoms.ct(z, size=16))
    files.write(root / "m")
    return root / "m" / "DICOMDIR"


def archive(root: Path) -> Path:
    with zipfile.ZipFile(root / "a.zip", "w") as made:
        for z in range(3):
            made.writestr(f"IM{z}", phantoms.data(phantoms.ct(z, size=16)))
    return root / "a.zip"


EXAMPLES: dict[str, Callable[[Path], Path]] = {"folder": folder, "dicomdir": medium, "archive": archive}


def places(found: Iterable[object]) -> set[Ref]:
    return {one.ref if isinstance(one, Beginning) else one for one in found if isinstance(one, Ref | Beginning)}


@pytest.fixture(params=sorted(SOURCES))
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Source, Path]]:
    assert request.param in EXAMPLES, "a new source needs an example here"
    yield SOURCES[request.param], EXAMPLES[request.param](tmp_path)


def test_exactly_one_takes_what_no_other_takes() -> None:
    assert sum(source.general for source in SOURCES.values()) == 1
    assert {source.name for source in SOURCES.values()} == set(SOURCES)


def test_it_takes_its_own_kind_and_yields_files(example: tuple[Source, Path]) -> None:
    source, path = example
    assert source.accepts(str(path))
    found = list(source.scan(str(path), lambda: False))
    files = places(found)
    assert len(files) >= 3
    assert len(files) == sum(isinstance(one, Ref | Beginning) for one in found)
    assert all(os.path.isfile(one.path) for one in files)
    assert all(isinstance(one, Ref | Beginning | Skipped) for one in found)


def test_it_stops_when_it_is_told(example: tuple[Source, Path]) -> None:
    source, path = example
    assert list(source.scan(str(path), lambda: True)) == []
    found: list[object] = []
    for one in source.scan(str(path), lambda: len(found) >= 2):
        found.append(one)
    assert len(found) == 2


def test_it_can_be_walked_twice(example: tuple[Source, Path]) -> None:
    source, path = example
    assert places(source.scan(str(path), lambda: False)) == places(source.scan(str(path), lambda: False))


def test_it_changes_nothing(example: tuple[Source, Path]) -> None:
    source, path = example
    root = path if path.is_dir() else path.parent
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size, p.stat().st_mode) for p in root.rglob("*")}
    list(source.scan(str(path), lambda: False))
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size, p.stat().st_mode) for p in root.rglob("*")} == before


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_odd_paths_raise_nothing(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "\x1b]0;x\x07\udcff").touch()
    odd = [*map(str, tmp_path.iterdir()), str(tmp_path / "gone"), "", "a\0b", "/dev/null", "x" * 5000]
    for path in odd:
        if SOURCES[name].accepts(path):
            for found in SOURCES[name].scan(path, lambda: False):
                assert isinstance(found, Ref | Beginning) or "\x1b" not in found.reason


def test_no_reason_holds_a_name_or_a_value(example: tuple[Source, Path]) -> None:
    source, path = example
    for found in source.scan(str(path), lambda: False):
        if isinstance(found, Skipped):
            assert os.path.basename(found.path) not in found.reason
            assert "Phantom" not in found.reason
