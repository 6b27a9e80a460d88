from __future__ import annotations

import io
import math
import os
import struct
import unicodedata
import warnings
from itertools import pairwise
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_charset_files, get_testdata_file
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from tests import phantoms
from tui.core import tags
from tui.core.printable import printable
from tui.core.tags import as_json, rows
from tui.core.values import TagRow

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"


def read(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(phantoms.data(ds)), stop_before_pixels=True)


def raw(tag: int, vr: str | None, value: bytes | None, *, little: bool = True, length: int | None = None) -> Dataset:
    ds = Dataset()
    size = len(value) if length is None else length
    ds[tag] = RawDataElement(Tag(tag), vr, size, value, 0, vr is None, little)
    ds.set_original_encoding(vr is None, little, "iso8859")
    return ds


def only(ds: Dataset, limit: int = 65536) -> TagRow:
    (row,) = rows(ds, limit)
    return row


def row_of(ds: Dataset, keyword: str) -> TagRow:
    (row,) = (row for row in rows(ds) if row.keyword == keyword)
    return row


# ------------------------------------------------------------------------------------------------- order and nesting


def test_file_meta_comes_first_then_the_data_set_in_order_of_tag():
    found = rows(read(phantoms.ct()))
    assert found[0].keyword == "FileMetaInformationGroupLength"
    assert [row.path for row in found] == sorted(row.path for row in found)
    assert {"TransferSyntaxUID", "SOPClassUID", "RescaleSlope"} <= {row.keyword for row in found}


def test_a_sequence_is_followed_by_its_items_and_their_elements():
    found = rows(read(phantoms.report()))
    nested = [(row.depth, row.tag, row.vr, row.vm, row.path) for row in found if row.path.startswith("0040,A730")]
    assert nested[:3] == [
        (0, "(0040,A730)", "SQ", 1, "0040,A730"),
        (1, "item 1", "--", 1, "0040,A730[0]"),
        (2, "(0040,A010)", "CS", 1, "0040,A730[0].0040,A010"),
    ]
    deep = next(row for row in found if row.path == "0040,A730[0].0040,A043[0].0008,0104")
    assert (deep.depth, deep.tag, deep.keyword) == (4, "(0008,0104)", "CodeMeaning")


def test_folding_rows_are_the_sequences_and_items_and_paths_are_unique():
    found = rows(read(phantoms.report()))
    assert all(row.folds == (row.vr in ("SQ", "--")) for row in found)
    assert len({row.path for row in found}) == len(found)
    for above, below in pairwise(found):
        assert below.depth <= above.depth + 1
        assert below.depth <= above.depth or above.folds


def test_items_say_what_they_are_about():
    found = {row.path: row.value for row in rows(read(phantoms.report()))}
    assert found["0040,A043[0]"] == "(18748-4, LN, Diagnostic imaging report)"
    assert found["0040,A730[0]"] == "CONTAINS TEXT: Diagnostic imaging report"


def test_nesting_beyond_the_limit_is_said_and_not_entered():
    inner = Dataset()
    inner.PatientID = "X"
    for _ in range(tags.MAX_DEPTH + 50):
        outer = Dataset()
        outer.ContentSequence = Sequence([inner])
        inner = outer
    found = rows(inner)
    assert found[-1].value.startswith(f"more than {tags.MAX_DEPTH} nested sequences, the limit depth: raise it")
    assert tuple(tags.table(inner, deepest=3))[-1].value.startswith("more than 3 nested sequences, the limit depth")
    assert len(found) == 2 * tags.MAX_DEPTH + 2


def test_too_many_rows_are_cut_and_the_last_row_says_so(monkeypatch):
    monkeypatch.setattr(tags, "MAX_ROWS", 10)
    found = rows(read(phantoms.ct()))
    assert len(found) == 11
    assert found[-1].value == "cut here: more than 10 rows"


# ------------------------------------------------------------------------------------------------- values


@given(st.lists(st.floats(width=64, allow_nan=False), min_size=1, max_size=8), st.booleans())
@settings(max_examples=50)
def test_doubles_read_back_to_the_same_numbers(numbers, little):
    row = only(raw(0x00189074, "FD", struct.pack(f"{'<' if little else '>'}{len(numbers)}d", *numbers), little=little))
    assert [float(part) for part in row.value.split("\\")] == numbers
    assert row.vm == len(numbers)


@given(st.floats(width=32))
@settings(max_examples=100)
def test_singles_are_the_shortest_text_of_their_own_precision(number):
    text = only(raw(0x00101234, "FL", struct.pack("<f", number))).value
    assert struct.pack("<f", float(text)) == struct.pack("<f", number) or math.isnan(number)
    assert len(text) <= len(repr(number))


@pytest.mark.parametrize(
    ("vr", "form", "numbers"),
    [("US", "H", [0, 65535]), ("SS", "h", [-32768, 5]), ("UL", "L", [2**32 - 1]), ("SL", "l", [-(2**31)]),
     ("UV", "Q", [2**64 - 1]), ("SV", "q", [-(2**63)])],
)  # fmt: skip
def test_integers_of_every_vr(vr, form, numbers):
    for sign in "<>":
        row = only(raw(0x00291010, vr, struct.pack(f"{sign}{len(numbers)}{form}", *numbers), little=sign == "<"))
        assert row.value == "\\".join(map(str, numbers))
        assert (row.vr, row.vm) == (vr, len(numbers))


def test_attribute_tags_are_written_as_tags():
    row = only(raw(0x00280009, "AT", struct.pack("<4H", 0x0018, 0x1063, 0x7FE0, 0x0010)))
    assert (row.value, row.vm) == ("(0018,1063)\\(7FE0,0010)", 2)


def test_binary_says_its_length_and_first_bytes():
    assert only(raw(0x00020001, "OB", b"\x00\x01")).value == "2 bytes: 00 01"
    value = only(raw(0x00281201, "OW", bytes(range(40)))).value
    assert value == "40 bytes: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f …"


def test_unknown_values_that_are_text_are_shown_as_text():
    assert only(raw(0x00990010 + 0x1000, "UN", b"HELLO WORLD \0")).value == '13 bytes: "HELLO WORLD"'
    assert only(raw(0x00990010 + 0x1000, "UN", b"\x01HELLO")).value.startswith("6 bytes: 01 48")


def test_a_code_of_an_uid_is_followed_by_its_name():
    row = row_of(read(phantoms.ct()), "TransferSyntaxUID")
    assert row.value == "1.2.840.10008.1.2.1 (Explicit VR Little Endian)"
    assert row_of(read(phantoms.ct()), "StudyInstanceUID").value == f"{phantoms.ROOT}.1"


def test_ambiguous_vr_follows_the_pixel_representation():
    for sign, vr, value in ((0, "US", "65535"), (1, "SS", "-1")):
        ds = raw(0x00280106, None, b"\xff\xff")
        ds[0x00280103] = RawDataElement(Tag(0x00280103), None, 2, bytes([sign, 0]), 0, True, True)
        row = row_of(ds, "SmallestImagePixelValue")
        assert (row.vr, row.value) == (vr, value)


def test_private_elements_are_named_by_dictionary_or_creator():
    ds = Dataset()
    ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x08, "CS", "IMAGE")
    ds.private_block(0x0029, "NOBODY KNOWS", create=True).add_new(0x10, "LO", "x")
    found = {row.tag: row for row in rows(ds)}
    assert found["(0029,0010)"].keyword == "Private Creator"
    assert found["(0029,1008)"].keyword == "CSA Image Header Type"
    assert found["(0029,1110)"].keyword == "[NOBODY KNOWS]"
    assert all(row.private for row in found.values())


def test_empty_values_have_no_multiplicity():
    for vr, value in (("LO", b""), ("US", b""), ("OB", b""), ("LT", b"  "), ("SH", b" \0")):
        row = only(raw(0x00291010, vr, value))
        assert (row.vm, row.value) == (0, "")


def test_a_backslash_is_a_letter_in_long_text():
    assert only(raw(0x00104000, "LT", b"a\\b")).vm == 1
    assert only(raw(0x00104000, "LO", b"a\\b\\c")).vm == 3


def test_values_set_by_a_program_read_as_those_of_a_file():
    ds = phantoms.ct()
    del ds.PixelData
    before = {row.path: (row.vr, row.vm, row.value) for row in rows(ds) if row.vr not in ("DS", "UL")}
    after = {row.path: (row.vr, row.vm, row.value) for row in rows(read(phantoms.ct())) if row.vr not in ("DS", "UL")}
    assert before.items() <= after.items()


def test_long_values_are_cut_with_a_sign_and_keep_their_multiplicity():
    row = only(raw(0x00080008, "CS", b"\\".join([b"ABCDEFGH"] * 5000)), 100)
    assert len(row.value) == 100
    assert row.value.endswith("…")
    assert row.vm == 5000
    numbers = only(raw(0x00291010, "US", bytes(20000)), 100)
    assert (len(numbers.value), numbers.vm) == (100, 10000)


def test_a_value_that_was_not_read_says_its_length():
    assert only(raw(0x00291010, "OB", None, length=123456)).value == "123456 bytes, not read"


# ------------------------------------------------------------------------------------------------- broken values


@pytest.mark.parametrize(
    ("vr", "value", "says"),
    [("FD", b"1234567", "a length of 7 bytes where FD takes 8 each; 7 bytes: 31 32"),
     ("US", b"\x07", "a length of 1 bytes where US takes 2 each; 1 byte: 07"),
     ("ZZ", b"\x1b]0;x", "no such VR; 5 bytes: 1b 5d")],
)  # fmt: skip
def test_a_broken_value_costs_its_own_row(vr, value, says):
    ds = raw(0x00089999, vr, value)
    ds.PatientID = "AFTER"
    broken, after = rows(ds)
    assert broken.value.startswith(f"unreadable: {says}")
    assert after.value == "AFTER"


@pytest.mark.parametrize("value", [b"", b"1", None])
def test_a_vr_of_control_bytes_is_made_visible(value):
    assert only(raw(0x93004610, "L\x04", value, length=2)).vr == "L␄"


def test_a_broken_sequence_costs_its_own_row():
    ds = raw(0x0040A730, "SQ", b"\xfe\xff\x00\xe0\xff\x00\x00\x00ABC")
    ds.PatientID = "OTHER"
    found = {row.keyword: row for row in rows(ds)}
    assert found["PatientID"].value == "OTHER"
    assert "ContentSequence" in found


TEXT_VRS = ["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"]
ALL_VRS = [
    *TEXT_VRS,
    *["AT", "FD", "FL", "OB", "OD", "OF", "OL", "OV", "OW", "SL", "SQ", "SS", "SV", "UL", "UN", "US", "UV", "ZZ"],
    *["L\x04", "\x1b]", "\x9b1", "\0\0"],
    None,
]


@given(st.sampled_from(ALL_VRS), st.binary(max_size=40), st.sampled_from([0x00080008, 0x00100010, 0x00291010]),
       st.sampled_from(["", "ISO_IR 100", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87", "nonsense"]))  # fmt: skip
@settings(max_examples=300)
def test_any_bytes_under_any_vr_give_printable_rows(vr, value, tag, charset):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds = raw(tag, vr, value)
        ds[0x00080005] = RawDataElement(Tag(0x00080005), "CS", len(charset), charset.encode(), 0, False, True)
        found = rows(ds)
    assert found
    for row in found:
        for text in (row.tag, row.vr, row.keyword, row.name, row.value, row.path):
            assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text), ascii(text)


# ------------------------------------------------------------------------------------------------- character sets


@pytest.mark.parametrize("path", sorted(get_charset_files("chr*.dcm")), ids=lambda p: Path(p).stem)
def test_names_are_decoded_as_pydicom_does(path):
    ours = [row.value for row in rows(pydicom.dcmread(path, stop_before_pixels=True)) if row.vr == "PN"]
    theirs = []
    for element in pydicom.dcmread(path, stop_before_pixels=True).iterall():
        if element.VR == "PN":
            several = element.VM > 1
            theirs.append("\\".join(str(name) for name in (element.value if several else [element.value])))
    assert ours == [printable(names) for names in theirs]
    assert ours


def test_a_backslash_byte_inside_a_letter_does_not_split():
    text = "\u8c55"  # 0x8C 0x5C in GB18030 is another letter; find one that has 0x5C as its second byte
    text = next(chr(c) for c in range(0x4E00, 0x9FFF) if chr(c).encode("gb18030")[1:2] == b"\\")
    ds = raw(0x00081030, "LO", text.encode("gb18030") + b"\\B")
    ds[0x00080005] = RawDataElement(Tag(0x00080005), "CS", 7, b"GB18030", 0, False, True)
    row = row_of(ds, "StudyDescription")
    assert (row.value, row.vm) == (f"{text}\\B", 2)


def test_items_inherit_the_character_set_unless_they_have_their_own():
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    first, second = Dataset(), Dataset()
    first[0x00104000] = RawDataElement(Tag(0x00104000), "LT", 2, "é".encode(), 0, False, True)
    second[0x00104000] = RawDataElement(Tag(0x00104000), "LT", 1, "é".encode("latin-1"), 0, False, True)
    second.SpecificCharacterSet = "ISO_IR 100"
    ds.ContentSequence = Sequence([first, second])
    assert [row.value for row in rows(ds) if row.keyword == "PatientComments"] == ["é", "é"]


def test_undeclared_text_is_utf_8_where_it_fits_else_latin_1():
    assert only(raw(0x00081030, "LO", "é".encode())).value == "é"
    assert only(raw(0x00081030, "LO", b"\xe9")).value == "é"


# ------------------------------------------------------------------------------------------------- oracle


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "JPEG2000.dcm", "reportsi.dcm"])
def test_vr_and_multiplicity_are_those_of_pydicom(name):
    path = get_testdata_file(name, download=False)
    found = {row.path: row for row in rows(pydicom.dcmread(path, stop_before_pixels=True))}
    ds = pydicom.dcmread(path, stop_before_pixels=True)
    waiting = [("", ds)]
    while waiting:
        prefix, level = waiting.pop()
        for element in level:
            row = found[f"{prefix}{element.tag.group:04X},{element.tag.element:04X}"]
            if element.tag.element == 0:
                continue  # pydicom leaves group lengths of private groups unknown
            assert (row.vr, row.vm) == (element.VR, len(element.value) if element.VR == "SQ" else element.VM), row.path
            if element.VR == "SQ":
                waiting += [(f"{row.path}[{i}].", item) for i, item in enumerate(element.value)]


def test_big_endian_reads_as_little_endian():
    little, big = (
        {row.path: row.value for row in rows(pydicom.dcmread(get_testdata_file(name), stop_before_pixels=True))}
        for name in ("MR_small.dcm", "MR_small_bigendian.dcm")
    )
    same = [path for path in little if not path.startswith("0002") and little[path] == big.get(path)]
    assert len(same) > 0.95 * len(little) - 10
    assert little["0028,0010"] == big["0028,0010"] == "64"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists() and not os.environ.get("CI"), reason="no corpus beside the clone")
def test_every_file_of_the_corpus_has_rows():
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for folder in ("broken", "charset", "header-edge-cases", "no-preamble", "rt", "seg", "sr", "pr-ko", "tiny"):
            for path in sorted((CORPUS / folder).rglob("*")):
                if path.is_file():
                    ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
                    assert len(rows(ds)) >= len(ds)
                    count += 1
    assert count > 50


# ------------------------------------------------------------------------------------------------- for machines


def test_json_has_exactly_the_agreed_keys_and_bare_uids():
    found = as_json(rows(read(phantoms.ct())))
    assert all(list(row) == ["tag", "path", "depth", "vr", "keyword", "vm", "value"] for row in found)
    by_keyword = {row["keyword"]: row["value"] for row in found}
    assert by_keyword["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"
    assert by_keyword["ImageType"] == "ORIGINAL\\PRIMARY\\AXIAL"
