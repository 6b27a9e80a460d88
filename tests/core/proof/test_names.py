"""UIDs, names and pairs of a copy."""

from __future__ import annotations

import pytest

from tui.core.proof.identifiers import Identifiers
from tui.core.proof.names import is_name, pairs_of, uid_problem
from tui.core.proof.rules import Kind
from tui.core.proof.walk import Found

NONE = frozenset[bytes]()
KNOWN = Identifiers(frozenset((b"1.2.3",)), {}, frozenset((b"ABCDEFGH".lower(),)), NONE, NONE)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (b"2.25.1234\0", ""),
        (b"", ""),
        (b"1.2.840.10008.1.2", ""),
        (b"1.2.3", "is an original"),
        (b"1.2.4", "is not a new UID"),
        (b"2.25.1\\1.2.3", "is an original"),
        (b"1.02", "is no legal UID"),
        (b"2.25." + b"1" * 60, "is no legal UID"),
    ],
)
def test_uids(value: bytes, problem: str) -> None:
    assert uid_problem(Found(0x0020000D, "UI", Kind.UID, 0, 0, 0, 0), value, KNOWN) == problem


def test_names_of_copies() -> None:
    name = "P-{0}ZZ/study-AAAAAAAA/series-BBBBBBBB/2.25.1.dcm"
    assert is_name(name.format("QRSTUVWX"), KNOWN)
    assert not is_name(name.format("ABCDEFGH"), KNOWN)
    assert not is_name("Meyer/study-AAAAAAAA/series-BBBBBBBB/2.25.1.dcm", KNOWN)
    lee = Identifiers(NONE, {}, frozenset((b"lee", b"series")), frozenset((b"kim",)), NONE)
    assert is_name(name.format("QLEEKIMX"), lee)  # by chance, as any letters of a hash


def test_the_issuer_is_part_of_who_a_patient_is() -> None:
    old, new = {0x00100020: b"1 ", 0x00100021: b"Ward"}, {0x00100020: b"P-A", 0x0020000D: b"2.25.1"}
    assert pairs_of(old, new) == (("patient", b"1\0Ward", b"P-A"),)


def test_an_issuer_that_is_no_text_names_nobody() -> None:
    old, new = {0x00100020: b"1", 0x00100021: b"\xfe\xff\x00\xe0\0\0\0\0"}, {0x00100020: b"P-A"}
    assert pairs_of(old, new) == (("patient", b"1", b"P-A"),)
