from __future__ import annotations

import io
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import config, dcmread
from pydicom.valuerep import validate_value

from tests import phantoms
from tui.core.elements import Form
from tui.core.vrs import KNOWN, TEXT, ValueProblemError, encode, problem

LITTLE, BIG = Form(), Form(False, False)


@pytest.mark.parametrize(
    ("vr", "good", "bad"),
    [
        ("AE", ["STORE SCP"], ["A" * 17, "   ", "caf\xe9"]),
        ("AS", ["034Y", "012M"], ["34Y", "034y", "034"]),
        ("CS", ["HEAD", "A_1 B", "A\\B"], ["head", "A-B", "A" * 17]),
        ("DA", ["20260102", "20240229", "20260102\\20260103"], ["2026-01-02", "20260230", "2026", "20261301"]),
        ("DS", ["1", "-1.5", "2e-3", ".5", "1\\2\\3", "+7."], ["1,5", "x", "1.23456789012345678", "0x1", "1 2"]),
        ("DT", ["2026", "20260102101500.123+0100", "202601"], ["26", "20260140", "2026010225", "20260102+1"]),
        ("IS", ["0", "-7", "2147483647"], ["1.0", "2147483648", "ten", "1e3"]),
        ("LO", ["x" * 64, "a\\b"], ["x" * 65, "line\nbreak", "\x1b$B;3"]),
        ("LT", ["a\\b\nc", "x" * 10240], ["x" * 10241, "\x01"]),
        ("PN", ["Wang^XiaoDong=王^小东", "A^B^C^D^E"], ["a=b=c=d", "A^B^C^D^E^F", "x" * 65]),
        ("SH", ["x" * 16], ["x" * 17]),
        ("ST", ["a\\b"], ["x" * 1025]),
        ("TM", ["10", "1015", "101500.123456", "235960"], ["24", "10:15", "101599.1234567", "1"]),
        ("UI", ["1.2.840.10008", "0.1"], ["1.02", "1..2", "a", "1." + "1" * 64]),
        ("UR", ["https://a/b?c"], ["a b"]),
        ("UT", ["x" * 20000, "a\tb"], ["\x00"]),
        ("US", ["0", "65535", "1\\2"], ["-1", "65536", "1.5"]),
        ("SS", ["-32768"], ["32768"]),
        ("UL", ["4294967295"], ["4294967296"]),
        ("SL", ["-2147483648"], ["-2147483649"]),
        ("UV", ["18446744073709551615"], ["18446744073709551616"]),
        ("SV", ["-9223372036854775808"], ["9223372036854775808"]),
        ("FL", ["1.5", "nan"], ["x", "1e39"]),
        ("FD", ["1e300", "-inf"], ["1,5"]),
        ("AT", ["(0018,0050)", "00180050", "0018,0050\\0018,0060"], ["0018", "0018,00zz"]),
        ("OB", ["00 ff", "hex:00FF"], ["0", "zz"]),
        ("OW", ["00ff"], ["00"]),
        ("OF", ["00000000"], ["0000"]),
        ("SQ", [], ["x"]),
        ("ZZ", [], ["", "x"]),
    ],
)
def test_what_a_vr_takes(vr: str, good: list[str], bad: list[str]) -> None:
    for text in good:
        assert problem(vr, text) == "", text
    for text in bad:
        assert problem(vr, text), text
        with pytest.raises(ValueProblemError):
            encode(vr, text, "", LITTLE)


@pytest.mark.parametrize("vr", sorted(KNOWN))
def test_every_vr_may_be_empty(vr: str) -> None:
    assert problem(vr, "") == ""
    assert encode(vr, "", "", LITTLE) == b""


@given(st.sampled_from(sorted(TEXT)), st.text(st.characters(codec="ascii"), max_size=70))
@settings(max_examples=400)
def test_what_we_take_pydicom_takes_too(vr: str, text: str) -> None:
    if problem(vr, text) or vr in ("UR", "UC"):
        return
    for part in [text] if vr in ("LT", "ST", "UT") else text.split("\\"):
        validate_value(vr, part, config.RAISE)


@given(
    st.sampled_from(["US", "SS", "UL", "SL", "UV", "SV"]), st.integers(-(2**64), 2**64), st.sampled_from([LITTLE, BIG])
)
@settings(max_examples=200)
def test_integers_of_either_byte_order(vr: str, number: int, form: Form) -> None:
    code = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q"}[vr]
    try:
        expected = struct.pack(form.sign + code, number)
    except struct.error:
        assert problem(vr, str(number))
    else:
        assert encode(vr, f"{number}\\{number}", "", form) == expected * 2


@given(st.floats(width=32))
def test_floats(number: float) -> None:
    (back,) = struct.unpack("<f", encode("FL", repr(number), "", LITTLE))
    assert back == number or math.isnan(number)


def test_padding() -> None:
    assert encode("UI", "1.2", "", LITTLE) == b"1.2\0"
    assert encode("LO", "abc", "", LITTLE) == b"abc "
    assert encode("OB", "ff", "", LITTLE) == b"\xff\0"
    assert encode("AT", "(0018,1063)", "", BIG) == b"\x00\x18\x10\x63"


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ("ISO_IR 100", "Müller^Jürgen"), ("ISO_IR 192", "Wang^XiaoDong=王^小东"), ("GB18030", "王^小东"),
        ("GBK", "王^小东"),
        ("ISO_IR 144", "Люкceмбypг"), ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
        ("\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("\\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동"), ("ISO 2022 IR 100\\ISO 2022 IR 144", "Müller^Люкc"),
        ("\\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东="), ("ISO 2022 IR 6\\ISO 2022 IR 100", "Müller"),
    ],
)  # fmt: skip
def test_letters_come_back_as_pydicom_reads_them(terms: str, text: str) -> None:
    ds = phantoms.base()
    ds.SpecificCharacterSet = terms.split("\\")
    ds.PatientName = "X"
    data = phantoms.data(ds)
    value = encode("PN", text, terms, LITTLE)
    head = b"\x10\x00\x10\x00PN"
    at = data.index(head)
    read = dcmread(io.BytesIO(data[:at] + head + struct.pack("<H", len(value)) + value + data[at + 10 :]))
    assert str(read.PatientName).replace("\x1b$)A", "") == text.rstrip("=")  # a slip of pydicom 3.0.2
    assert read.PatientID == "PHANTOM-1"


@pytest.mark.parametrize("terms", ["", "ISO_IR 6", "ISO_IR 100", "\\ISO 2022 IR 87", "nonsense"])
def test_letters_that_the_character_set_has_not_are_refused(terms: str) -> None:
    with pytest.raises(ValueProblemError, match="character set"):
        encode("LO", "Ж張" if "87" not in terms else "\u0e01", terms, LITTLE)
    assert encode("LO", "AB", terms, LITTLE) == b"AB"


def test_no_letters_beyond_ascii_where_the_character_set_does_not_hold() -> None:
    with pytest.raises(ValueProblemError, match="CS"):
        encode("CS", "Ü", "ISO_IR 192", LITTLE)
