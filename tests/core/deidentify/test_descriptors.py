"""Descriptions keep listed words alone."""

import pytest
from pydicom.dataset import Dataset

from tui.core.deidentify.descriptors import is_public, listed, shipped


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("CT Thorax/Abdomen mit KM", "CT Thorax Abdomen"),
        ("t1_mprage_sag SMITH", "t1 mprage sag"),
        ("X-RAY chest of John Doe 1956", "X-RAY chest of"),
        ("Müller-Brain", "Brain"),
        ("4711", ""),
        ("", ""),
    ],
)
def test_listed(text: str, left: str) -> None:
    assert listed(text, frozenset()) == left


def test_words_of_the_user() -> None:
    assert listed("Projekt-7 Brain", {"projekt-7"}) == "Projekt-7 Brain"
    assert not {"smith", "john", "anna", "rose", "mark"} & shipped()
    assert len(shipped()) > 500


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ({"CodeValue": "T-04000", "CodingSchemeDesignator": "SRT"}, True),
        ({"CodeValue": "Smith", "CodingSchemeDesignator": "99LOCAL"}, False),
        ({"CodeValue": "Smith"}, False),
        ({"CodingSchemeDesignator": "DCM"}, False),
        ({"URNCodeValue": "urn:lex:us"}, True),
    ],
)
def test_public_codes(code: dict[str, str], expected: bool) -> None:
    item = Dataset()
    for keyword, value in code.items():
        setattr(item, keyword, value)
    assert is_public(item) is expected
