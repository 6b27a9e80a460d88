"""De-identified copies from the command line: complete, elsewhere, and told without a patient value."""

import json
import os
from pathlib import Path

import pydicom
import pytest
from pydicom.fileset import FileSet

from tests import phantoms

pytestmark = pytest.mark.usefixtures("untouched")


def copies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_every_file_has_a_copy_without_the_patient(safelight, data, tmp_path):
    out = tmp_path / "out"
    ended = safelight("anonymize", data, "-o", out, "--json")
    assert ended.code == 0
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert len(lines) == 6
    assert sorted(line["output"] for line in lines) == [str(path) for path in copies(out)]
    assert all(line["error"] is None and line["frame"] is None for line in lines)
    for path in copies(out):
        data_of_copy = path.read_bytes()
        assert b"Phantom" not in data_of_copy and b"PHANTOM" not in data_of_copy
        assert phantoms.ROOT.encode() not in data_of_copy
        assert pydicom.dcmread(path).PatientIdentityRemoved == "YES"


def test_series_stay_series(safelight, data, tmp_path):
    safelight("anonymize", data / "ct", "-o", tmp_path / "out")
    read = [pydicom.dcmread(path) for path in copies(tmp_path / "out")]
    assert len({ds.SeriesInstanceUID for ds in read}) == 1
    assert len({ds.SOPInstanceUID for ds in read}) == 3


def test_text_output_is_paths_and_nothing_of_the_patient(safelight, data, tmp_path):
    ended = safelight("anonymize", data, "-o", tmp_path / "out")
    assert ended.out.splitlines() and all(os.path.isfile(line) for line in ended.out.splitlines())
    assert "Phantom" not in ended.out.replace(str(tmp_path), "") + ended.err.replace(str(tmp_path), "")


def test_never_among_the_originals(safelight, data):
    before = copies(data)
    ended = safelight("anonymize", data / "ct", "-o", data / "ct" / "safe", "--json")
    assert ended.code == 1
    assert all(json.loads(line)["error"] for line in ended.out.splitlines())
    assert copies(data) == before


def test_a_damaged_file_is_named_and_the_rest_is_done(safelight, data, tmp_path):
    whole = (data / "ct" / "IM0001").read_bytes()
    source = tmp_path / "some"
    source.mkdir()
    (source / "cut").write_bytes(whole[: len(whole) - 500])
    (source / "whole").write_bytes(whole)
    ended = safelight("anonymize", source, "-o", tmp_path / "out", "--json")
    lines = {os.path.basename(line["source"]): line for line in map(json.loads, ended.out.splitlines())}
    assert ended.code == 2
    assert lines["cut"]["error"] and lines["cut"]["output"] is None
    assert lines["whole"]["error"] is None
    assert len(copies(tmp_path / "out")) == 1


def test_nothing_to_read_is_3(safelight, data, tmp_path):
    assert safelight("anonymize", data / "notes.txt", "-o", tmp_path / "out").code == 3
    assert not (tmp_path / "out").exists()


def test_with_the_same_key_copies_are_the_same(safelight, data, tmp_path):
    key = tmp_path / "project.key"
    for out in ("one", "two"):
        assert safelight("anonymize", data, "-o", tmp_path / out, "--key", key).code == 0
    one, two = (copies(tmp_path / out) for out in ("one", "two"))
    assert [p.relative_to(tmp_path / "one") for p in one] == [p.relative_to(tmp_path / "two") for p in two]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
    assert key.stat().st_mode & 0o777 == 0o600
    safelight("anonymize", data, "-o", tmp_path / "three")
    assert not {p.name for p in one} & {p.name for p in copies(tmp_path / "three")}


@pytest.mark.parametrize("place", ["data/project.key", "out/project.key"])
def test_a_key_never_lies_among_data(safelight, data, tmp_path, place):
    ended = safelight("anonymize", data, "-o", tmp_path / "out", "--key", tmp_path / place)
    assert ended.code == 1
    assert "key file" in ended.err and not (tmp_path / place).exists()


def test_options_of_the_profile(safelight, data, tmp_path):
    words = tmp_path / "words"
    words.write_text("wonderful")
    flags = ["--keep-dates", "full", "--keep-patient", "--keep-device", "--keep-uids", "--keep-institution"]
    flags += ["--clean-sr", "--clean-graphics", f"--clean-descriptors={words}", "--keep-safe-private"]
    assert safelight("anonymize", *flags, data / "ct", "-o", tmp_path / "out").code == 0
    ds = pydicom.dcmread(copies(tmp_path / "out")[0])
    codes = [code.CodeValue for code in ds.DeidentificationMethodCodeSequence]
    assert codes == [f"1131{n:02d}" for n in (0, 3, 4, 5, 6, 8, 9, 10, 11, 12)]
    assert ds.LongitudinalTemporalInformationModified == "UNMODIFIED"
    ended = safelight("anonymize", data, "-o", tmp_path / "more", "--clean-descriptors=/not/there")
    assert ended.code == 2 and "cannot be read" in ended.err


def test_rules_blank_burned_in_text_and_what_no_rule_covers_is_refused(safelight, tmp_path):
    source = tmp_path / "us"
    for number, model in enumerate(("Alpha", "Alpha", "Beta")):
        ds = phantoms.colour(size=32, instance=number + 1)
        ds.BurnedInAnnotation, ds.ManufacturerModelName = "YES", model
        phantoms.save(ds, source / f"{number}.dcm")
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nmodel = "alpha"\nrows = 32\nboxes = [[0, 0, 32, 5]]\n')
    assert safelight("anonymize", source, "-o", tmp_path / "none").code == 1
    ended = safelight("anonymize", source, "-o", tmp_path / "out", "--clean-pixels", rules)
    assert ended.code == 1 and "OK 2 · refused 1" in ended.err and "R01" in ended.err
    before = pydicom.dcmread(source / "0.dcm").pixel_array
    for path in copies(tmp_path / "out"):
        ds = pydicom.dcmread(path)
        assert not ds.pixel_array[:5].any() and (ds.pixel_array[5:] == before[5:]).all()
        assert ds.BurnedInAnnotation == "NO"
        assert {code.CodeValue for code in ds.DeidentificationMethodCodeSequence} == {"113100", "113101"}
    rules.write_text("[[rule]]\n")
    ended = safelight("anonymize", source, "-o", tmp_path / "more", "--clean-pixels", rules)
    assert ended.code == 1 and "has no boxes" in ended.err and not (tmp_path / "more").exists()


def test_a_dry_run_and_several_processes(safelight, data, tmp_path):
    ended = safelight("anonymize", data, "-o", tmp_path / "out", "--dry-run")
    assert ended.code == 0 and ended.out == "" and "would be OK 6" in ended.err
    assert not (tmp_path / "out").exists()
    report = tmp_path / "report.json"
    ended = safelight("anonymize", data, "-o", tmp_path / "out", "--jobs", "2", "--report", report)
    assert ended.code == 0 and len(ended.out.splitlines()) == 6
    assert json.loads(report.read_text())["counts"] == {"skipped": 2, "written": 6}
    assert b"Phantom" not in report.read_bytes() and str(data).encode() not in report.read_bytes()
    ended = safelight("anonymize", data, "-o", tmp_path / "new", "--report", report)
    assert ended.code == 1 and "place for the report" in ended.err


def test_the_conformance_statement(safelight):
    ended = safelight("anonymize", "--conformance", "--keep-uids")
    assert ended.code == 0 and ended.out.startswith("1. ") and "113110" in ended.out
    assert safelight("anonymize").code == 2


def test_a_dicomdir_is_not_copied_but_rebuilt(safelight, data, tmp_path):
    media = tmp_path / "media"
    made = FileSet()
    for path in sorted((data / "ct").iterdir()):
        made.add(path)
    made.write(media)
    before = pydicom.dcmread(media / "DICOMDIR").DirectoryRecordSequence[0].PatientName
    for source, out in ((media, "whole"), (media / "DICOMDIR", "alone")):
        ended = safelight("anonymize", source, "-o", tmp_path / out, "--key", tmp_path / "key")
        assert ended.code == 0 and "R08" in ended.err
        path = tmp_path / out / "DICOMDIR"
        assert len(FileSet(path)) == len(made) and str(before).encode() not in path.read_bytes()
        again = safelight("anonymize", source, "-o", tmp_path / out, "--key", tmp_path / "key")
        assert again.code == 0 and "R08: a DICOMDIR is not copied" in again.err
    more = safelight("anonymize", data / "us", media / "DICOMDIR", "-o", tmp_path / "alone", "--key", tmp_path / "key")
    assert "left as it is" in more.err or "left as it was" in more.err
    assert len(safelight("info", tmp_path / "whole", "--json").out) > 10


def test_the_map_says_who_is_called_what_and_can_be_made_again(safelight, data, tmp_path):
    words = ("--key", tmp_path / "key", "--report", tmp_path / "report.json")
    ended = safelight("anonymize", data / "ct", "-o", tmp_path / "out", "--map", tmp_path / "map", *words)
    assert ended.code == 0
    old = [pydicom.dcmread(path) for path in copies(data / "ct")]
    new = [pydicom.dcmread(path) for path in copies(tmp_path / "out")]
    patients = (tmp_path / "map" / "patients.csv").read_text().splitlines()
    assert patients == ["id_old,id_new", f"{old[0].PatientID},{new[0].PatientID}"]
    uids = dict(line.split(",") for line in (tmp_path / "map" / "uids.csv").read_text().splitlines())
    assert {uids[ds.SOPInstanceUID] for ds in old} == {ds.SOPInstanceUID for ds in new}
    assert uids[old[0].StudyInstanceUID] == new[0].StudyInstanceUID
    assert old[0].StudyInstanceUID not in (tmp_path / "report.json").read_text()
    again = safelight(
        "anonymize", data / "ct", "-o", tmp_path / "no", "--map", tmp_path / "2", "--dry-run", "--key", tmp_path / "key"
    )
    assert again.code == 0 and not (tmp_path / "no").exists()
    for name in ("patients.csv", "uids.csv"):
        assert (tmp_path / "2" / name).read_bytes() == (tmp_path / "map" / name).read_bytes()
    among = safelight("anonymize", data / "ct", "-o", tmp_path / "more", "--map", data / "ct" / "map")
    assert among.code == 1 and "among the data" in among.err
