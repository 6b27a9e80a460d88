"""Rules for devices from one session to the next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.adapters.rulefile import RuleFile
from tui.errors import OutputError, UnreadableError


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = RuleFile(str(tmp_path / "config" / "rules"))
    assert file.read() == ""
    for text in ("one", "zwei ü"):
        file.write(text)
        assert file.read() == text
    assert os.listdir(tmp_path / "config") == ["rules"]


def test_what_cannot_be_kept_or_read(tmp_path: Path) -> None:
    nowhere = RuleFile("")
    nowhere.write("one")
    assert nowhere.read() == ""
    (tmp_path / "file").write_bytes(b"\xff")
    with pytest.raises(UnreadableError):
        RuleFile(str(tmp_path / "file")).read()
    with pytest.raises(OutputError):
        RuleFile(str(tmp_path / "file" / "below")).write("one")
