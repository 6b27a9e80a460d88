"""Rules of CTP and deid."""

from __future__ import annotations

import pytest

from tui.core.deidentify.devices import EVERYTHING, boxes_for, parse
from tui.errors import UsageError

CTP = """
Burned-in text

This text says (for people) what it is; see http://example.org/x

CT dose screens
  { Modality.equals("CT") * Manufacturer.containsIgnoreCase("ge medical") *
    ( [0008,103E].contains("Dose") + !SeriesDescription.startsWith("Axial") ) }
  (0,0,512,200) (10, 20, 30, 40)

// { Modality.equals("MR") } (0,0,1,1)

Wide ultrasound
  { Modality.equalsIgnoreCase("us") * Columns.isGreaterThan("1000") * ManufacturerModelName.matches("Ep.*") }
  (0,0,1024,49)

No rectangle
  { true. }
"""

DEID = """
FORMAT dicom

%filter whitelist
LABEL clean # somebody
  contains BurnedInAnnotation No

%filter graylist
LABEL Dose Report # (Nobody)
  contains ManufacturerModelName LightSpeed VCT
  + contains Modality CT
  + contains ImageType SCREEN SAVE || contains SeriesDescription Dose
  coordinates 10,20,512,121

LABEL Two models
  contains Modality US
  + equals Rows 600|768
  + notcontains ManufacturerModelName Old
  ctpcoordinates 0,0,800,59
  ctpcoordinates 1,2,3,4

LABEL No manufacturer
  missing Manufacturer || empty Manufacturer
  + equals Modality OT
  coordinates all

%header
REMOVE PatientName
"""


def at(text: str, **values: str) -> tuple[tuple[int, int, int, int], ...] | None:
    return boxes_for(parse(text), lambda name: values.get(name, values.get(f"t{name}", "")))


def test_ctp() -> None:
    rules = parse(CTP)
    assert [rule.name for rule in rules] == [
        "Burned-in text This text says (for people) what it is; see http://example.org/x CT dose screens"[-80:],
        "Wide ultrasound",
    ]
    assert at(CTP, Modality="CT", Manufacturer="GE MEDICAL", t0008103E="Dose") == ((0, 0, 512, 200), (10, 20, 30, 40))
    assert at(CTP, Modality="CT", Manufacturer="GE MEDICAL", SeriesDescription="Axial 5") is None
    assert at(CTP, Modality="CT", Manufacturer="GE MEDICAL", SeriesDescription="Scout") is not None
    assert at(CTP, Modality="ct", Manufacturer="GE MEDICAL") is None
    assert at(CTP, Modality="US", Columns="1024", ManufacturerModelName="Epiq") == ((0, 0, 1024, 49),)
    assert at(CTP, Modality="US", Columns="800", ManufacturerModelName="Epiq") is None
    assert at(CTP, Modality="MR") is None


def test_and_binds_closer_than_or() -> None:
    text = 'x { A.equals("1") + B.equals("1") * C.equals("1") } (1,1,1,1)'
    assert at(text, A="1") and at(text, B="1", C="1") and at(text, B="1") is None


def test_deid() -> None:
    dose = {"ManufacturerModelName": "LightSpeed VCT", "Modality": "CT"}
    assert at(DEID, **dose, SeriesDescription="dose report") == ((10, 20, 502, 101),)
    assert at(DEID, **dose, ImageType="DERIVED\\SCREEN SAVE") is not None
    assert at(DEID, **dose) is None
    assert at(DEID, Modality="US", Rows="768") == ((0, 0, 800, 59), (1, 2, 3, 4))
    assert at(DEID, Modality="US", Rows="1768") is None
    assert at(DEID, Modality="US", Rows="600", ManufacturerModelName="Old 1") is None
    assert at(DEID, Modality="OT") == (EVERYTHING,)
    assert at(DEID, BurnedInAnnotation="NO") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a { Modality.equals('US') } (1,1,1,1)", "Line 1 .* not understood"),
        ('\n\na { Modality.is("US") } (1,1,1,1)', "Line 3 .* not understood"),
        ('a { (Modality.equals("US") } (1,1,1,1)', "not closed"),
        ('a { Modality.equals("US") ) } (1,1,1,1)', "not opened"),
        ('a { Modality.equals("US") * } (1,1,1,1)', "not complete"),
        ('a { Modality.matches("(") } (1,1,1,1)', "regular expression"),
        ('a { Modality.equals("US") } (1,1,1)', "no rectangle"),
        ("FORMAT dicom\n%filter graylist\nLABEL x\n  contains Modality US\n  coordinates 1,2\n", "no rectangle"),
        ("FORMAT dicom\n%filter graylist\nLABEL x\n  contains Modality (\n  coordinates all\n", "regular expression"),
        ("FORMAT dicom\n%filter graylist\nLABEL x\n  contains Modality US\n  keepcoordinates 1,2,3,4\n", "not taken"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(text)
