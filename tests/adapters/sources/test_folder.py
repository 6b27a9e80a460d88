from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

from tui.adapters.sources.folder import LISTED, SOURCE
from tui.core.values import Ref, Skipped


def walked(root: Path, path: Path | None = None) -> tuple[set[str], dict[str, str]]:
    found = list(SOURCE.scan(str(path or root), lambda: False))
    files = {os.path.relpath(f.path, root) for f in found if isinstance(f, Ref)}
    assert len(files) == sum(isinstance(f, Ref) for f in found)
    return files, {os.path.relpath(f.path, root): f.reason for f in found if isinstance(f, Skipped)}


def test_all_files_at_every_depth_hidden_ones_too(tmp_path: Path) -> None:
    for name in ("a", "b/c", "b/.d/e", ".f"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert walked(tmp_path) == ({"a", "b/c", "b/.d/e", ".f"}, {})
    assert walked(tmp_path, tmp_path / "b") == ({"b/c", "b/.d/e"}, {})
    assert walked(tmp_path, tmp_path / "a") == ({"a"}, {})


def test_links_to_folders_are_followed_once_and_after_the_folders(tmp_path: Path) -> None:
    (tmp_path / "in" / "z").mkdir(parents=True)
    (tmp_path / "in" / "z" / "file").touch()
    (tmp_path / "in" / "a").symlink_to("z")
    (tmp_path / "in" / "self").symlink_to("self")
    (tmp_path / "in" / "z" / "up").symlink_to("../..")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "other").touch()
    (tmp_path / "in" / "away").symlink_to("../out")
    files, skipped = walked(tmp_path, tmp_path / "in")
    assert "in/z/file" in files
    assert "in/self" in skipped and skipped["in/self"] == "a link that leads nowhere"
    assert skipped["in/a"] == LISTED
    assert sum(name.endswith("other") for name in files) == 1
    assert sum(name.endswith("file") for name in files) == 1


def test_a_deep_tree_is_no_recursion(tmp_path: Path) -> None:
    deep = "d/" * 300
    (tmp_path / deep).mkdir(parents=True)
    (tmp_path / deep / "file").touch()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        files, skipped = walked(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert (files, skipped) == ({deep + "file"}, {})


def test_a_folder_that_goes_away_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").mkdir()
    found = []
    for one in SOURCE.scan(str(tmp_path), lambda: False):
        found.append(one)
        (tmp_path / "b").rmdir() if (tmp_path / "b").exists() else None
    assert found == [Ref(str(tmp_path / "a")), Skipped(str(tmp_path / "b"), "no such file or folder")]


def test_files_come_before_the_folder_is_read_to_its_end(tmp_path: Path) -> None:
    for n in range(50):
        (tmp_path / str(n)).touch()
    taken: list[object] = []
    for one in SOURCE.scan(str(tmp_path), lambda: len(taken) >= 3):
        taken.append(one)
    assert len(taken) == 3
