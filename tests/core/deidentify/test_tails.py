"""What stands behind a data set is cut; what is cut short or damaged is not taken for it."""

import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests import phantoms
from tests.core.deidentify.planted import SECRET, written
from tui.core.deidentify import tails
from tui.core.deidentify.profile import Deidentifier

IMAGE = phantoms.data(phantoms.ct(size=8))
IMPLICIT = phantoms.ct(size=8)
IMPLICIT.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
OTHER = phantoms.data(phantoms.base(phantoms.UID("1.2.840.10008.5.1.4.1.1.88.11")))


@pytest.mark.parametrize(
    "tail", [b"S", b"SMITH^J", b"SMITH^JOHN", b"SMITH^JOHN " * 50, b"\0" * 20, b"\x08\0\x10\0UI\0\0"]
)
@pytest.mark.parametrize("data", [IMAGE, written(IMPLICIT)], ids=["explicit", "implicit"])
def test_behind_an_image(data: bytes, tail: bytes) -> None:
    assert tails.end_of_data(data + tail) == len(data)
    assert tails.end_of_data(data) == len(data)


@pytest.mark.parametrize("tail", [b"S", b"SMITH^JOHN", b"\0" * 20])
def test_behind_another_object(tail: bytes) -> None:
    assert tails.end_of_data(OTHER + tail) == len(OTHER)


def test_cut_short_or_damaged_is_no_tail() -> None:
    for odd in (IMAGE[:-4], IMAGE[:-30], OTHER[:-3]):
        assert tails.end_of_data(odd) == len(odd)
    at = IMAGE.index(b"\x20\0\x0d\0UI")  # in the middle of an image, and of a report
    assert tails.end_of_data(IMAGE[:at] + b"xxxx" + IMAGE[at:]) == len(IMAGE) + 4
    at = OTHER.index(b"\x10\0\x20\0LO")
    assert tails.end_of_data(OTHER[:at] + b"xxxx" + OTHER[at:]) == len(OTHER) + 4


def test_an_element_that_looks_like_a_later_one_hides_no_pixels() -> None:
    at = IMAGE.index(b"\x20\0\x0d\0UI")
    odd = IMAGE[:at] + b"\xfe\xff" + IMAGE[at + 2 :]
    assert tails.end_of_data(odd) == len(odd)
    odd = IMAGE[:at] + b"\xe0\x7f\x10\0" + IMAGE[at + 4 :]
    assert tails.end_of_data(odd) == len(odd)


def test_what_cannot_be_said_is_left() -> None:
    big = phantoms.ct(size=8)
    big.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    for data in (written(big) + b"SMITH", b"no DICOM at all", IMAGE[132:]):
        assert tails.end_of_data(data) == len(data)


def test_copies_are_told_of_what_was_cut() -> None:
    def never(*_: object) -> bytes:
        raise AssertionError

    deidentifier = Deidentifier(SECRET)
    whole, cut = deidentifier.copy(IMAGE, never, never), deidentifier.copy(IMAGE + b"SMITH^JOHN", never, never)
    assert cut.data == whole.data and cut.warnings == (*whole.warnings, tails.WARNING)
