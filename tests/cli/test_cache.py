from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import phantoms
from tests.cli.conftest import Safelight


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_a_report_fills_it_doctor_tells_of_it_and_clear_removes_it(safelight: Safelight, home: Path) -> None:
    data = phantoms.folder(home / "data", slices=2, size=16)
    place = home / "cache" / "safelight" / "catalogue.sqlite"
    first = safelight("info", str(data), "--json")
    assert place.is_file()
    assert json.loads(safelight("info", str(data), "--json").out) == json.loads(first.out)
    told = safelight("doctor").out
    assert str(place) in told and "holds patient data" in told
    assert safelight("cache", "path").out.strip() == str(place)
    assert "removed" in safelight("cache", "clear").out
    assert not place.exists()
    assert safelight("cache", "clear").out == "There is no catalogue.\n"


def test_without_it_nothing_is_written(safelight: Safelight, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = phantoms.folder(home / "data", slices=2, size=16)
    assert safelight("info", "--no-cache", str(data)).code == 0
    monkeypatch.setenv("SAFELIGHT_CATALOGUE", "0")
    assert safelight("info", str(data)).code == 0
    assert not (home / "cache").exists()
    assert "switched off" in safelight("doctor").out


def test_without_a_home_there_is_none(safelight: Safelight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("SAFELIGHT_TRACEBACK", "")
    assert safelight("cache", "path").code == 2
