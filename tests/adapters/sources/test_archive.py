"""What is an archive by its first bytes. What is read of one is in ``tests/adapters/test_archives.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.test_archives import KINDS, slices
from tui.adapters.sources.archive import SOURCE


@pytest.mark.parametrize("name", sorted(KINDS))
def test_archives_are_known_by_their_content_whatever_they_are_called(name: str, tmp_path: Path) -> None:
    path = tmp_path / "IM1"
    path.write_bytes(KINDS[name](slices()))
    assert SOURCE.accepts(str(path))


def test_other_files_are_none(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"PK", b"text", slices()["ct/IM0"], bytes(600))):
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert not SOURCE.accepts(str(path))
    assert not SOURCE.accepts(str(tmp_path))
    assert not SOURCE.accepts(str(tmp_path / "gone"))
