from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests import phantoms
from tests.core.deidentify.planted import deidentified, reread
from tui.core.deidentify.harvest import Identifiers, folded, harvest

FOUND = Identifiers(
    {"Müller-Lüdenscheidt^Anna Maria", "山田^太郎"}, {"4711-X", "987654"}, {"19561224"}, {"1.2.3.4.5.6"}
)


@pytest.mark.parametrize(
    "text",
    [
        "scan of mueller-luedenscheidt".replace("ue", "ü"),
        "MULLER-LUDENSCHEIDT",
        "see Lüdenscheidt",
        "anna's head",
        "Maria",
        "ID 4711-x",
        "no. 987654/1",
        "xx987654xx",
        "born 1956-12-24",
        "24.12.1956",
        "12/24/1956",
        "24-Dec-1956",
        "19561224",
        "of 1.2.3.4.5.6",
        "太郎さん",
    ],
)
def test_found(text: str) -> None:
    assert FOUND.in_text(text)


@pytest.mark.parametrize("text", ["", "Annabel", "savanna", "Marian", "1956", "471", "98765", "head", "1.2.3.4"])
def test_not_found(text: str) -> None:
    assert not FOUND.in_text(text)


def test_in_numbers_and_bytes() -> None:
    assert FOUND.in_number("1\\987654 ")
    assert not FOUND.in_number("1987654")
    assert FOUND.in_bytes(b"\0\1987654\2")
    assert FOUND.in_bytes("müller-lüdenscheidt".encode("utf-16-le")) is False  # tokens are without accents
    assert FOUND.in_bytes("9 987654".encode("utf-16-le"))
    assert not FOUND.in_bytes(b"anna")
    assert folded("ÉCOLE") == "ecole"


def test_names_that_are_mostly_numbers_are_found() -> None:
    found = Identifiers({"QZ001534^A1", "4711^X"}, set(), set(), set())
    assert found.in_text("for qz001534") and found.in_text("no. 4711")
    assert not found.in_text("a1 x")


def test_nobody_matches_nothing() -> None:
    nobody = Identifiers({"", "Anonymous", "Test^Patient"}, {"", "0000", "n.a."}, {"", "19000101"}, set())
    assert not nobody.in_text("anonymous test patient 0000 19000101 n.a.")
    assert not nobody.in_bytes(b"anonymous")


@pytest.mark.parametrize(
    "keyword", ["PixelSpacingCalibrationDescription", "SeriesNumber", "ManufacturerModelName", "BodyPartExamined"]
)
def test_identifiers_are_found_at_all_depths(keyword: str) -> None:
    ds = phantoms.base()
    item = Dataset()
    item.PatientID = "654321"
    ds.OtherPatientIDsSequence = Sequence([item])
    ds.SeriesNumber = 654321
    setattr(ds, keyword, "654321")
    assert harvest(reread(ds)).in_number("654321")
    assert b"654321" not in deidentified(ds)[1]


def test_copies_of_identifiers_go() -> None:
    ds = phantoms.ct(size=16)
    ds.PatientName = "Zwanziger^Ottokar"
    ds.AccessionNumber = "ACC778899"
    ds.SoftwareVersions = ["1.0", "for Ottokar"]
    ds.WindowCenterWidthExplanation = ["BRAIN", "ACC778899"]
    ds.ImageType = ["ORIGINAL", "PRIMARY", "OTTOKAR"]
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", "zwanziger's knee"
    ds.AnatomicRegionSequence = Sequence([code])
    ds.add_new(0x00287FE0, "UT", "http://x/ACC778899")
    result, data = deidentified(ds)
    for text in (b"zwanziger", b"ottokar", b"acc778899"):
        assert text not in data.lower()
    assert list(result.dataset.ImageType) == ["ORIGINAL", "PRIMARY", "ANON"]
    assert result.dataset.AnatomicRegionSequence[0].CodeMeaning == "ANON"
    assert result.dataset.PixelData == ds.PixelData


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 192", "Müller^Jörg=山田^太郎"),
        ("ISO_IR 100", "Müller^Jörg"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
        ("ISO_IR 144", "Люкceмбypг"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
    ],
)
def test_names_in_all_charsets(charset: str | list[str], name: str) -> None:
    ds = phantoms.base()
    ds.SpecificCharacterSet = charset
    ds.PatientName = name
    ds.PixelSpacingCalibrationDescription = "of " + name.rpartition("=")[2].replace("^", "")
    result, data = deidentified(ds)
    encoded = reread(ds).get_item("PatientName").value
    for part in encoded.replace(b"=", b"^").split(b"^"):
        assert part.strip() not in data
    assert "PixelSpacingCalibrationDescription" not in result.dataset


def test_a_comment_without_identifiers_stays() -> None:
    ds = phantoms.base()
    ds.PixelSpacingCalibrationDescription = "resampled to 1 mm"
    assert deidentified(ds)[0].dataset.PixelSpacingCalibrationDescription == "resampled to 1 mm"
