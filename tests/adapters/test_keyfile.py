"""Keys that nobody else can read."""

import stat
from pathlib import Path

import pytest

from tui.adapters.keyfile import KeyFiles
from tui.errors import RefusedError


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "project.key"
    key = KeyFiles().secret(str(path))
    assert len(key) == 32 and len(set(key)) > 8
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyFiles().secret(str(path)) == key == path.read_bytes()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "project.key"
    KeyFiles().secret(str(path))
    path.chmod(mode)
    with pytest.raises(RefusedError, match="by others"):
        KeyFiles().secret(str(path))


@pytest.mark.parametrize("content", [b"", b"short", bytes(33), b"x" * 10_000])
def test_what_is_no_key_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(RefusedError, match="no key file"):
        KeyFiles().secret(str(path))
    assert path.read_bytes() == content


def test_where_no_key_can_be_made_or_read(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be made"):
        KeyFiles().secret(str(tmp_path / "missing" / "project.key"))
    with pytest.raises(RefusedError, match="a folder"):
        KeyFiles().secret(str(tmp_path))
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(RefusedError):
        KeyFiles().secret(str(link))
