"""One element where it stands: what may stay, and what hides in it."""

import pytest

from tests import phantoms
from tests.core.deidentify.planted import element, reread
from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.places import Place, holds_identifier, settle

FOUND = Identifiers({"Formula^Anna"}, {"471100"}, {"20200302"}, set())


def place(tag: int, vr: str, value: str) -> Place:
    ds = phantoms.base(phantoms.CT)
    ds.add(element(tag, vr, value))
    return Place(reread(ds), tag, "", None, 0)


@pytest.mark.parametrize(
    ("tag", "vr", "value", "expected"),
    [
        (0x00080070, "LO", "made for Anna", True),
        (0x00080070, "LO", "Maker", False),
        (0x00180022, "CS", "OF 20200302", True),
        (0x00189073, "OB", "xx471100 ", True),  # a number in bytes
    ],
)
def test_identifiers_are_found_in_values(tag: int, vr: str, value: str, expected: bool) -> None:
    at = place(tag, "LO" if vr == "OB" else vr, value)
    assert holds_identifier(FOUND, at, {vr}) is expected


def test_the_description_of_pixels_is_no_text() -> None:
    assert not holds_identifier(FOUND, place(0x00281050, "LO", "20200302"), {"DS"})


def test_what_hides_behind_a_nul_is_cut() -> None:
    at = place(0x00080070, "LO", "Maker\0Smith")
    assert settle(at, "LO") == "replaced"
    assert at.text == "Maker"
    assert settle(at, "LO") == ""
    at.put("LO", "Maker\0Smith")
    assert settle(at, "LO") == "removed" and at.tag not in at.dataset
