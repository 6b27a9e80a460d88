"""The report: counts, reasons, and JSON that programs can read."""

import json
import os
from collections import Counter

import pydicom
import pytest

from tests import phantoms
from tui.cli import info
from tui.core.values import Library, Skipped
from tui.service.figures import bytes_text


def series(report):
    return [s for p in report["patients"] for study in p["studies"] for s in study["series"]]


@pytest.mark.usefixtures("untouched")
def test_the_tree_with_its_counts(safelight, data):
    sizes = [
        sum(one["size"] for one in s["instances"]) for s in series(json.loads(safelight("info", "--json", data).out))
    ]
    ct, ramp, disc, report = map(bytes_text, sizes)
    ended = safelight("info", data)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "Phantom^Formula, PHANTOM-1, O",
        "  2026-01-02  10:15  Phantom study",
        f"    1  CT  Head 5 mm         3 files   3 pictures  {ct:>5}  32x32",
        f"    2  US  Colour ramp        1 file   8 pictures  {ramp:>5}  64x64",
        f"    3  US  Disc               1 file  20 pictures  {disc:>5}  96x96",
        f"    4  SR  (no description)   1 file   0 pictures  {report:>5}",
        "",
        f"6 DICOM files in 4 series, 1 study, 1 patient; 31 pictures, {bytes_text(sum(sizes))}.",
        "2 files skipped:",
        "       1  empty file",
        "       1  not DICOM (text)",
    ]


def test_the_order_can_be_chosen(safelight, data):
    def sizes(*words):
        return [s["size"] for s in series(json.loads(safelight("info", "--json", *words, data).out))]

    usual = sizes()
    assert sizes("--sort", "size") == sorted(usual, reverse=True) != usual
    assert sizes("--sort", "patient") == usual
    assert safelight("info", "--sort", "colour", data).code == 2


def test_images_and_skipped_by_name(safelight, data):
    lines = safelight("info", "--images", "--skipped", data).out.splitlines()
    assert any(line.endswith("ct/IM0002") for line in lines)
    assert any(line.endswith("us/disc.dcm  20 frames") for line in lines)
    assert any(line.endswith("notes.txt") for line in lines)


def test_json_has_the_shapes_that_programs_rely_on(safelight, data):
    ended = safelight("info", "--json", data)
    report = json.loads(ended.out)
    assert set(report) == {"patients", "skipped"}
    (patient,) = report["patients"]
    assert patient["PatientName"] == "Phantom^Formula"
    assert patient["PatientID"] == "PHANTOM-1"
    (study,) = patient["studies"]
    assert study["StudyInstanceUID"] == f"{phantoms.ROOT}.1"
    assert [s["SeriesNumber"] for s in study["series"]] == [1, 2, 3, 4]
    first = study["series"][0]["instances"][0]
    assert set(first) == {"path", "sop_instance_uid", "number", "frames", "size"}
    assert {os.path.basename(item["path"]) for item in report["skipped"]} == {"notes.txt", "empty"}
    assert all(item["reason"] for item in report["skipped"])


def test_every_attribute_is_what_pydicom_reads(safelight, data):
    """Each level speaks for the files below it."""
    report = json.loads(safelight("info", "--json", data).out)
    for patient in report["patients"]:
        for study in patient["studies"]:
            for one in study["series"]:
                for instance in one["instances"]:
                    ds = pydicom.dcmread(instance["path"])
                    assert instance["sop_instance_uid"] == ds.SOPInstanceUID
                    assert instance["number"] == ds.InstanceNumber
                    assert instance["frames"] == ds.get("NumberOfFrames", 1)
                    for level in (patient, study, one):
                        for keyword, value in level.items():
                            if keyword[0].isupper() and value not in ("", None):
                                assert str(ds[keyword].value) == str(value), keyword


def test_a_path_that_is_no_text_survives_json_and_is_visible_in_the_report(safelight, data):
    name = b"caf\xe9\x1b[31m.dcm"
    path = os.fsencode(data) + b"/" + name
    os.rename(data / "report.dcm", path)
    ended = safelight("info", "--json", data)
    assert ended.out.isascii() and "\x1b" not in ended.out
    paths = [i["path"] for s in series(json.loads(ended.out)) for i in s["instances"]]
    assert path in [os.fsencode(p) for p in paths]
    text = safelight("info", "--images", data).out
    assert "caf\\xe9␛[31m.dcm" in text


def test_nothing_found_is_3_and_a_named_path_that_fails_is_1(safelight, data, tmp_path):
    (tmp_path / "none").mkdir()
    assert safelight("info", tmp_path / "none").code == 3
    assert safelight("info", tmp_path / "nowhere").code == 3
    assert safelight("info", data, tmp_path / "nowhere").code == 1
    assert safelight("info", data, data / "notes.txt").code == 1
    assert safelight("info", "--json", tmp_path / "nowhere").out.startswith("{")


def test_reasons_are_counted_and_the_most_frequent_comes_first():
    skipped = [Skipped(str(n), reason) for n, reason in enumerate(["b", "a", "b", "c", "b", "a"])]
    lines = list(info.lines(Library(skipped=tuple(skipped))))
    assert lines == ["No DICOM file was found.", "6 files skipped:", "       3  b", "       2  a", "       1  c"]


def test_columns_stay_aligned_over_wide_letters(safelight, tmp_path):
    for number, text in enumerate(["脑部 5 mm", "Head", "Kopf ä"], 1):
        ds = phantoms.ct(0, size=8, series=number)
        ds.SpecificCharacterSet = "ISO_IR 192"
        ds.SeriesDescription = text
        phantoms.save(ds, tmp_path / str(number))
    lines = [line for line in safelight("info", tmp_path).out.splitlines() if " CT " in line]
    ends = [line.index("1 file") + sum(1 for c in line[: line.index("1 file")] if ord(c) > 0x2E80) for line in lines]
    assert len(lines) == 3 and len(set(ends)) == 1


@pytest.mark.filterwarnings("ignore:The value length")
def test_values_that_are_longer_than_they_may_be_move_no_column(safelight, tmp_path):
    for number in (1, 2):
        ds = phantoms.ct(0, size=8, series=number)
        if number == 2:
            ds.add_new("Modality", "LO", "X" * 600)
            ds.add_new("SeriesDescription", "UT", "d" * 600)
        phantoms.save(ds, tmp_path / str(number))
    lines = [line for line in safelight("info", tmp_path).out.splitlines() if "1 file " in line]
    assert len(lines) == 2 and max(map(len, lines)) < 140
    assert "X…" in lines[1] and "d…" in lines[1]


@pytest.mark.corpus
def test_the_corpus_ends_well_and_every_file_is_accounted_for(safelight, corpus):
    """Each regular file is an instance or has a reason; what pydicom reads as an image is an instance."""
    report = json.loads(safelight("info", "--json", corpus).out)
    listed = [i["path"] for s in series(report) for i in s["instances"]]
    skipped = {item["path"]: item["reason"] for item in report["skipped"]}
    files = [os.path.join(folder, name) for folder, _, names in os.walk(corpus) for name in names]
    real = {os.path.realpath(path) for path in files if os.path.isfile(path) and not os.path.islink(path)}
    known = {os.path.realpath(path) for path in (*listed, *skipped)}
    assert not real - known
    places = [(os.path.realpath(i["path"]), i.get("member")) for s in series(report) for i in s["instances"]]
    assert max(Counter(places).values()) == 1
    assert all(reason and "\n" not in reason for reason in skipped.values())
