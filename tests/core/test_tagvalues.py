from __future__ import annotations

import zlib

import pytest

from tui.core import tagvalues
from tui.core.tagvalues import UnreadableValueError, codecs_of, decode, from_bytes, from_objects, settle


@pytest.mark.parametrize(
    ("vr", "known", "signed", "expected"),
    [("", "LO", False, "LO"), ("UN", "PN", False, "PN"), ("UN", "", False, "UN"), ("", "US or SS", True, "SS"),
     ("", "US or SS", False, "US"), ("", "OB or OW", False, "OW"), ("", "US or SS or OW", False, "US"),
     ("", "US or OW", False, "OW"), ("LO", "PN", False, "LO"), ("", "", False, "UN"), ("\x1b]", "", False, "␛]")],
)  # fmt: skip
def test_the_vr_of_file_and_dictionary(vr, known, signed, expected):
    assert settle(vr, known, signed) == expected


def test_what_is_not_shown_has_a_check_sum():
    long = bytes(range(40))
    assert from_bytes(long, "OW", (), True, 64).mark == zlib.crc32(long)
    assert from_bytes(long[:16], "OW", (), True, 64).mark == 0
    text = b"A" * 5000
    assert from_bytes(text, "LT", (), True, 100).mark == zlib.crc32(text)
    assert from_bytes(text, "LO", (), True, 100).mark == zlib.crc32(text)
    assert from_bytes(b"AB", "LO", (), True, 100).mark == 0
    assert from_bytes(bytes(8000), "US", (), True, 100).mark == zlib.crc32(bytes(8000))


def test_numbers_of_a_wrong_length_are_said_without_the_value():
    with pytest.raises(UnreadableValueError, match="a length of 3 bytes where US takes 2 each"):
        from_bytes(b"\1\2\3", "US", (), True, 64)


def test_objects_of_a_program():
    assert from_objects([1, 2], "US", 64).text == "1\\2"
    assert from_objects(None, "LO", 64).vm == 0
    assert from_objects(0x00180050, "AT", 64).text == "(0018,0050)"


def test_letters_by_character_set():
    assert decode("Müller".encode("latin-1"), codecs_of("ISO_IR 100"), "PN") == "Müller"
    assert decode("王".encode("gb18030"), codecs_of("GB18030"), "PN") == "王"
    assert decode(b"\xff", codecs_of("ISO_IR 192"), "PN") == "\ufffd"


def test_chinese_letters_by_code_extension():
    """The name of PS3.5 Annex K.2, whose escape sequences pydicom 3.0.2 leaves in the text."""
    name = b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab="
    assert from_bytes(name, "PN", codecs_of("\\ISO 2022 IR 58"), True, 64).text == "Zhang^XiaoDong=张^小东"


def test_padding_is_no_half_of_a_letter():
    assert from_bytes(b"Y^T=\x1b$B;3 ", "PN", codecs_of("\\ISO 2022 IR 87"), True, 64).text == "Y^T=山"


def test_uids_without_names():
    assert tagvalues.bare_uids("1.2.840.10008.1.2 (Implicit VR Little Endian)\\1.2.3") == "1.2.840.10008.1.2\\1.2.3"
