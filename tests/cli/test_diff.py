"""What differs between files, and in a series."""

from __future__ import annotations

import json

from tests import phantoms
from tui.cli.diff import names


def test_two_files_that_differ(safelight, data):
    paths = [data / "ct" / f"IM000{n}" for n in (0, 1)]
    ended = safelight("diff", *paths)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0].split() == ["tag", "keyword", "IM0000", "IM0001"]
    assert any(line.split()[1:] == ["InstanceNumber", "1", "2"] for line in lines)
    assert not any("PatientName" in line for line in lines)
    found = json.loads(safelight("diff", *paths, "--json").out)
    assert found["files"] == [str(path) for path in paths]
    by_keyword = {one["keyword"]: one for one in found["differences"]}
    assert by_keyword["InstanceNumber"] == {
        "tag": "(0020,0013)", "path": "0020,0013", "vr": "IS", "keyword": "InstanceNumber", "kind": "changed",
        "values": ["1", "2"],
    }  # fmt: skip
    assert "PixelData" in by_keyword
    assert "PixelData" not in safelight("diff", *paths, "--no-pixels").out


def test_the_same_file_twice_says_nothing(safelight, data):
    path = data / "report.dcm"
    ended = safelight("diff", path, path)
    assert (ended.code, ended.out) == (0, "")


def test_missing_elements_and_sequences_item_by_item(safelight, tmp_path):
    left, right = phantoms.report(), phantoms.report()
    del right.StudyID
    right.ContentSequence[0].TextValue = "other"
    paths = [phantoms.save(ds, tmp_path / name) for ds, name in ((left, "l"), (right, "r"))]
    found = json.loads(safelight("diff", *paths, "--json").out)["differences"]
    assert [(one["path"], one["kind"]) for one in found] == [
        ("0020,0010", "missing"), ("0040,A730", "same"), ("0040,A730[0]", "same"),
        ("0040,A730[0].0040,A160", "changed"),
    ]  # fmt: skip
    assert found[0]["values"] == ["1", None]


def test_three_files_have_three_columns(safelight, data):
    lines = safelight("diff", *(data / "ct" / f"IM000{n}" for n in range(3))).out.splitlines()
    assert any(line.split()[1:] == ["InstanceNumber", "1", "2", "3"] for line in lines)


def test_a_series_as_one_table(safelight, data):
    ended = safelight("diff", data / "ct", "--json")
    assert ended.code == 1
    found = json.loads(ended.out)
    kinds = {one["keyword"]: one["kind"] for one in found["attributes"]}
    assert found["images"] > 2
    assert kinds["InstanceNumber"] == "varying"
    assert "PatientName" not in kinds
    assert "constant" in {
        one["kind"] for one in json.loads(safelight("diff", data / "ct", "--all", "--json").out)["attributes"]
    }
    assert "varying" in safelight("diff", data / "ct").out


def test_files_of_one_name_are_told_apart_by_their_folders():
    assert names(["/a/x/1", "/a/y/1"]) == ["x/1", "y/1"]
    assert names(["/a/1", "/a/2"]) == ["1", "2"]
    assert names(["/a/1", "/a/1"]) == ["1", "1"]


def test_what_cannot_be_compared_is_said(safelight, data, tmp_path):
    assert safelight("diff", data / "report.dcm").code == 2
    (tmp_path / "text").write_text("x")
    assert safelight("diff", data / "report.dcm", tmp_path / "text").code == 3
