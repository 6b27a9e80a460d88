"""Heads of elements: what is known of them before the value, and elements as bytes."""

import io

import pydicom
import pytest

from tests import phantoms
from tui.core.deidentify.heads import CHANGE, CUT, DIGITS, GONE, INTO, NAME, TEXT, UNSURE, Heads, element
from tui.core.deidentify.options import Options
from tui.core.deidentify.plans import Planner
from tui.core.walk import Unsure


def heads(implicit: bool = False, parent: int | None = None) -> Heads:
    planner = Planner(phantoms.CT, Options())
    return Heads(planner, Options(), implicit=implicit, parent=parent, strict=False, harvesting=False)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (b"\x08\0\x80\0LO", GONE),  # Institution Name
        (b"\x08\0\x20\0DA", CHANGE),  # Study Date
        (b"\x08\0\x70\0LO", TEXT),  # Manufacturer
        (b"\x20\0\x11\0IS", DIGITS),  # Series Number
        (b"\x08\0\x18\x22SQ", INTO),
        (b"\x08\0\x18\x22UN", UNSURE),
        (b"\x09\0\x01\x10UN", GONE),
        (b"\x08\0\0\0UL", CUT),
    ],
)
def test_kinds(key: bytes, kind: int) -> None:
    found = heads()
    assert found[key].kind == kind
    assert found[key] is found[key]


def test_names_are_remembered_and_unknown_vrs_are_unusual() -> None:
    assert heads()[b"\x10\0\x10\0PN"].found == NAME
    assert heads(implicit=True)[b"\x10\0\x10\0"].found == NAME
    with pytest.raises(Unsure):
        heads()[b"\x10\0\x10\0ZZ"]


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    ("tag", "vr", "value"), [(0x00100010, b"PN", b"A"), (0x00080018, b"UI", b"1.2"), (0x00420011, b"OB", b"")]
)
def test_elements_are_read_as_they_were_made(implicit: bool, tag: int, vr: bytes, value: bytes) -> None:
    data = element(tag, vr, value, implicit)
    assert len(data) % 2 == 0
    (found,) = pydicom.filereader.read_dataset(io.BytesIO(data), implicit, True)
    assert (found.tag, bytes(str(found.value or "").encode()).strip(b"\0")) == (tag, value)


def test_a_value_too_long_for_its_vr_is_unusual() -> None:
    with pytest.raises(Unsure):
        element(0x00100010, b"PN", bytes(70_000), implicit=False)
