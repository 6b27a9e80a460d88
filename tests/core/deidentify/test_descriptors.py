"""Descriptions keep listed words alone."""

import pytest
from pydicom.dataset import Dataset

from tui.core.deidentify.descriptors import is_no_private_code, is_public, listed, meaning, shipped


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
        ({"CodeValue": "Smith", "CodingSchemeDesignator": "DCM"}, False),
        ({"CodeValue": "mm", "CodingSchemeDesignator": "UCUM"}, True),
        ({"CodeValue": "{Schmidt}", "CodingSchemeDesignator": "UCUM"}, False),
    ],
)
def test_public_codes(code: dict[str, str], expected: bool) -> None:
    item = Dataset()
    for keyword, value in code.items():
        setattr(item, keyword, value)
    assert is_public(item) is expected


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        ("76752008", "Breast", "Breast"),
        ("76752008", "breast", "breast"),
        ("76752008", "Breast of Jane", "Breast structure (body structure)"),
        ("99999", "left lung", "left lung"),
        ("99999", "Jane", "99999"),
    ],
)
def test_meanings_are_what_everybody_knows(value: str, text: str, left: str) -> None:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = value, "SCT"
    assert meaning(item, text, frozenset()) == left


def test_items_that_are_no_codes() -> None:
    item = Dataset()
    assert is_no_private_code(item)
    item.CodeMeaning = "Jane"
    assert not is_no_private_code(item)
