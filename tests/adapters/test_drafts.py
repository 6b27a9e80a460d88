"""Copies without a final name."""

from pathlib import Path

import pytest

from tui.adapters.drafts import SUFFIX, DraftFolder
from tui.errors import OutputError


def test_what_is_put_is_read(tmp_path: Path) -> None:
    drafts = DraftFolder(str(tmp_path))
    one, two = drafts.put([b"one" * 50_000, memoryview(b"one" * 50_000)]), drafts.put([b""])
    assert drafts.read(one) == b"one" * 100_000 and drafts.read(two) == b""
    assert one != two and one.endswith(SUFFIX)
    drafts.sync([one, two])


def test_two_programs_never_meet(tmp_path: Path) -> None:
    assert len({DraftFolder(str(tmp_path)).put(b"") for _ in range(9)}) == 9


def test_what_the_disk_says_is_a_sentence(tmp_path: Path) -> None:
    drafts = DraftFolder(str(tmp_path / "gone"))
    with pytest.raises(OutputError, match="cannot be written"):
        drafts.put([b"x"])
    with pytest.raises(OutputError):
        drafts.read(str(tmp_path / "gone" / "x"))
    with pytest.raises(OutputError):
        drafts.sync([str(tmp_path / "gone" / "x")])
