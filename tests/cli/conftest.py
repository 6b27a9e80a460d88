"""Runs command lines in this process, and a folder of phantoms to run them on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import phantoms
from tui.cli import main


@dataclass
class Ended:
    """What a command line came to."""

    code: int
    out: str
    err: str


Safelight = Callable[..., Ended]


@pytest.fixture
def safelight(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Safelight:
    monkeypatch.setenv("SAFELIGHT_TRACEBACK", "1")

    def safelight(*words: object) -> Ended:
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return safelight


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return phantoms.folder(tmp_path / "data", slices=3, size=32)


@pytest.fixture
def untouched(data: Path):
    """Bytes, modes and times of every source are afterwards what they were before."""

    def picture() -> dict[Path, tuple[bytes, int, int]]:
        return {
            path: (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
            for path in data.rglob("*")
            if path.is_file()
        }

    before = picture()
    yield
    assert picture() == before
