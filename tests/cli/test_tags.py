"""The tag table on the command line, against pydicom's own walk."""

import json

import pydicom

from tests import phantoms


def test_json_has_every_element_at_its_depth(safelight, data):
    path = data / "report.dcm"
    rows = json.loads(safelight("tags", path, "--json").out)
    assert all(set(row) == {"tag", "path", "depth", "vr", "keyword", "vm", "value"} for row in rows)
    ds = pydicom.dcmread(path)
    expected = [f"({e.tag.group:04X},{e.tag.element:04X})" for part in (ds.file_meta, ds) for e in part.iterall()]
    assert [row["tag"] for row in rows if not row["tag"].startswith("item")] == expected
    assert max(row["depth"] for row in rows) == 4  # sequence 0, item 1, sequence 2, item 3, element 4
    assert len({row["path"] for row in rows}) == len(rows)


def test_a_query_keeps_what_matches(safelight, data):
    words = [row["keyword"] for row in json.loads(safelight("tags", data / "report.dcm", "patient", "--json").out)]
    assert {"PatientName", "PatientID"} <= set(words)
    assert "Modality" not in words
    inverse = json.loads(safelight("tags", data / "report.dcm", "patient", "!name", "--json").out)
    assert "PatientName" not in {row["keyword"] for row in inverse}
    assert "PatientID" in {row["keyword"] for row in inverse}
    assert json.loads(safelight("tags", data / "report.dcm", "nosuchword", "--json").out) == []


def test_text_is_aligned_and_whole_where_it_is_no_terminal(safelight, data):
    ds = phantoms.report()
    ds.ImageComments = "word " * 400
    phantoms.save(ds, data / "long")
    lines = safelight("tags", data / "long").out.splitlines()
    line = next(line for line in lines if "ImageComments" in line)
    assert line.count("word") == 400
    assert len({line.index("  PN  ") for line in lines if "  PN  " in line}) == 1


def test_what_cannot_be_read_is_3_with_the_reason(safelight, data, tmp_path):
    for path in (data / "notes.txt", data / "empty", tmp_path / "nowhere"):
        ended = safelight("tags", path)
        assert (ended.code, ended.out) == (3, "")
        assert str(path) in ended.err
        assert "Traceback" not in ended.err


def test_what_could_not_be_read_of_a_file_is_said_beside_its_tags(safelight, data, tmp_path):
    whole = (data / "ct" / "IM0001").read_bytes()
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole[: whole.index(b"\x28\x00\x10\x00US") + 3])  # within the element Rows
    ended = safelight("tags", cut)
    assert ended.code == 0
    assert "PatientName" in ended.out and "Rows" not in ended.out
    assert ended.err == f"safelight: {cut}: The file ends inside its header.\n"
