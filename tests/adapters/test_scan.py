"""One scan: every real file once, second names with the reason, and files that go while it runs."""

from __future__ import annotations

import os
from pathlib import Path

from tests import phantoms
from tui.adapters.instances import DicomInstances
from tui.adapters.scan import SECOND_NAME, Scan
from tui.adapters.sources.folder import SOURCE
from tui.core.values import Instance, Skipped
from tui.service.known import Visit
from tui.service.settings import Limits


def found(*paths: Path) -> list[object]:
    return list(DicomInstances(Limits()).scan([str(path) for path in paths], lambda: False))


def test_a_file_is_listed_once_and_its_other_names_with_the_reason(tmp_path: Path) -> None:
    data = phantoms.folder(tmp_path / "data", slices=2, size=16)
    first = next(path for path in sorted(data.rglob("*")) if path.is_file())
    os.link(first, data / "hard")
    (data / "soft").symlink_to(first)
    once = found(data)
    assert sum(isinstance(one, Skipped) and one.reason == SECOND_NAME for one in once) == 2
    twice = found(data, data)
    assert sum(isinstance(one, Instance) for one in twice) == sum(isinstance(one, Instance) for one in once)


def test_files_that_vanish_meanwhile_are_lines_with_a_reason(tmp_path: Path) -> None:
    for z in range(6):
        phantoms.save(phantoms.ct(z, size=16), tmp_path / f"IM{z}")
    scan = DicomInstances(Limits()).scan([str(tmp_path)], lambda: False)
    first = next(scan)
    assert isinstance(first, Instance)
    for path in tmp_path.iterdir():
        path.unlink()
    assert all(isinstance(one, Skipped) and one.reason == "no such file or folder" for one in scan)


def test_a_file_is_listed_once_whichever_of_its_names_is_met_first(tmp_path: Path) -> None:
    plain = phantoms.save(phantoms.ct(0, size=16), tmp_path / "data" / "sub" / "IM0")
    (tmp_path / "data" / "a").symlink_to(plain)
    (tmp_path / "data" / "z").symlink_to(plain)
    for paths in ((tmp_path / "data",), (tmp_path / "data", plain), (plain, tmp_path / "data"),
                  (plain.parent, tmp_path / "data"), (tmp_path / "data", plain.parent)):  # fmt: skip
        once = found(*paths)
        assert sum(isinstance(one, Instance) for one in once) == 1, paths
        assert len({one.path for one in once if isinstance(one, Skipped) and one.reason == SECOND_NAME}) == 2, paths
    outside = tmp_path / "outside"
    outside.symlink_to(plain)
    assert [one.ref.path for one in found(outside) if isinstance(one, Instance)] == [str(outside)]
    assert [type(one) for one in found(tmp_path / "data" / "sub", outside)] == [Instance, Skipped]
    assert [type(one) for one in found(outside, tmp_path / "data" / "sub")] == [Instance, Skipped]


def test_of_plain_files_nothing_is_remembered(tmp_path: Path) -> None:
    for z in range(20):
        phantoms.save(phantoms.ct(z, size=16), tmp_path / f"IM{z}")
    scan = Scan(Limits(), Visit(), lambda: False)
    assert len(list(scan.path(SOURCE, str(tmp_path)))) == 20
    assert len(scan._others) == 0 and len(scan._folders) == 1
