"""What is wrong with files."""

from __future__ import annotations

import json

import pytest

from tests import phantoms


@pytest.fixture
def no_dciodvfy(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda program: None)


def test_own_checks(safelight, tmp_path, no_dciodvfy):
    ds = phantoms.ct(0, size=16)
    del ds.PixelSpacing
    path = phantoms.save(ds, tmp_path / "a")
    ended = safelight("validate", path)
    assert ended.code == 1
    assert "own checks; dciodvfy of dicom3tools is not installed" in ended.out
    assert "0028,0030 PixelSpacing  A Type 1 attribute of module Image Plane is missing" in ended.out
    (line,) = (line for line in ended.out.splitlines() if line.startswith("  open"))
    assert "required or not, which the file does not tell: " in line and "Laterality" in line
    found = json.loads(safelight("validate", path, "--json").out)
    assert found["path"] == str(path)
    assert {"severity", "path", "keyword", "text"} == set(found["findings"][0])


def test_a_file_that_is_none_is_told_and_the_rest_goes_on(safelight, tmp_path, no_dciodvfy):
    (tmp_path / "text").write_text("x")
    path = phantoms.save(phantoms.ct(0, size=16), tmp_path / "a")
    ended = safelight("validate", tmp_path / "text", path)
    assert ended.code == 1
    assert "text" in ended.err and str(path) in ended.out
    assert safelight("validate", tmp_path / "text").code == 3
