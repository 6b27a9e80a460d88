import sys
from pathlib import Path

import pytest

from tui import dropins


def make(root: Path, name: str, **files: str) -> object:
    package = root / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    for file, text in files.items():
        (package / f"{file}.py").write_text(text)
    sys.path.insert(0, str(root))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(root))


def test_every_file_is_found_by_its_name_but_private_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = make(tmp_path, "safelight_found", b="RECORD = 2", a="RECORD = 1", _shared="")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert dropins.find(package, "RECORD") == {"a": 1, "b": 2}


def test_a_file_without_its_record_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = make(tmp_path, "safelight_faulty", a="RECORDS = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(AttributeError):
        dict(dropins.find(package, "RECORD"))


def test_nothing_is_imported_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = make(tmp_path, "safelight_late", a="RECORD = 1", b="RECORD = 2")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = dropins.find(package, "RECORD")
    assert list(found) == ["a", "b"] and len(found) == 2 and "c" not in found
    assert found["b"] == 2 and found.get("c") is None
    assert "safelight_late.b" in sys.modules and "safelight_late.a" not in sys.modules
