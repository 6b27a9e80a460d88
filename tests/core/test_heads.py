from __future__ import annotations

import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests import phantoms
from tests.core.test_splice import report
from tui.core import heads
from tui.core.elements import BrokenError, Form
from tui.core.heads import Head
from tui.errors import DamagedError


def head(data: bytes) -> Head:
    meta, start, form, deflated = heads.layout(data)
    end = heads.end(data, start, form, complete=True)
    assert end is not None
    return Head(data[:end], meta, start, form, end, len(data), (), deflated)


def test_a_head_ends_where_the_pixels_begin() -> None:
    data = phantoms.data(phantoms.ct(0, size=16))
    found = head(data)
    assert data[found.tail : found.tail + 6] == b"\xe0\x7f\x10\x00OW"
    assert found.size - found.tail == 12 + 16 * 16 * 2
    assert (found.meta, found.form) == (132, Form())


@pytest.mark.parametrize(
    ("syntax", "form"), [(ImplicitVRLittleEndian, Form(True, True)), (ExplicitVRBigEndian, Form(False, False))]
)
def test_the_form_is_that_of_the_transfer_syntax(syntax: str, form: Form) -> None:
    found = head(report(syntax))
    assert found.form == form
    assert found.tail == found.size


def test_more_bytes_are_asked_for_while_the_pixels_are_not_reached() -> None:
    data = phantoms.data(phantoms.ct(0, size=16))
    _, start, form, _ = heads.layout(data)
    whole = heads.end(data, start, form, complete=True)
    assert whole is not None
    for count in (start, start + 5, whole - 1, whole):
        assert heads.end(data[:count], start, form, complete=False) is None
    assert heads.end(data[: whole + 12], start, form, complete=False) == whole
    with pytest.raises(BrokenError):
        heads.end(data[: whole - 1], start, form, complete=True)


def test_an_element_is_found_by_its_path() -> None:
    found = head(report())
    for path, value in (("0010,0020", b"PHANTOM-1 "), ("0040,A730[0].0040,A730[1].0040,A160", b"deep"),
                        ("0002,0010", b"1.2.840.10008.1.2.1\0")):  # fmt: skip
        place = heads.find(found, path)
        assert place is not None
        assert found.data[place[0].value : place[0].stop] == value
    assert heads.find(found, "0040,A730[0]") is not None
    for path in ("0010,9999", "0040,A730[7].0040,A160", "0008,1140[0].0008,1155"):
        assert heads.find(found, path) is None


def test_meta_information_that_cannot_be_followed_is_said() -> None:
    with pytest.raises(DamagedError):
        heads.layout(b"\0" * 128 + b"DICM" + b"\2\0\0\0ZZ")
