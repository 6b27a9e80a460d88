"""What stays is looked at all at once, and nothing is missed that is found one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.learned import Kept, as_ascii
from tui.core.walk import Unsure

FOUND = Identifiers({"Formula^Anna-Maria", "Lee^Kim"}, {"471100", "A-1 7", "X12"}, {"20200302"}, set())
_PIECES = [
    "anna",
    "Maria",
    "Lee",
    "kim",
    "X12",
    "a-1 7",
    "471100",
    "2020-03-02",
    "20200302",
    "02Mar2020",
    "1.5",
    " ",
    "x",
]


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=4).map("".join), max_size=4))
def test_nothing_is_missed(values: list[str]) -> None:
    one_by_one = any(FOUND.in_text(value) or FOUND.in_bytes(value.encode()) for value in values)
    if one_by_one:
        assert FOUND.may_be_in("\n".join(values).lower().encode())


@given(st.binary(max_size=40), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]), st.binary(max_size=4))
def test_nothing_is_missed_in_bytes(before: bytes, codec: str, after: bytes) -> None:
    data = before + "formula".encode(codec) + after
    assert FOUND.in_bytes(data) and FOUND.may_be_in_bytes(data.lower())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("texts", b"for Anna"),
        ("texts", b"x\0y"),
        ("texts", "Änna and Maria".encode("latin-1")),
        ("blobs", b"\1\2formula\3"),
        ("digits", b"1.5\\471100 "),
        ("digits", b"Lee"),
        ("classes", b"1.2.3.4.5.6.7"),
        ("classes", b"Smith"),
        ("texts", b"of 1.2.3.4.5.6.7"),
    ],
)
def test_what_is_unusual(kind: str, value: bytes) -> None:
    kept = Kept()
    getattr(kept, kind).append(value)
    with pytest.raises(Unsure):
        kept.judge("ISO_IR 100", FOUND, frozenset({b"1.2.3.4.5.6.7"}))


def test_what_may_stay() -> None:
    kept = Kept()
    kept.texts += [b"Maker\0", b"annabel", "schön".encode("latin-1")]
    kept.digits += [b"1\\2.5 ", b"12"]
    kept.classes.append(b"1.2.840.10008.5.1.4.1.1.2\0")
    kept.blobs.append(bytes(20))
    kept.judge("ISO_IR 100", FOUND, frozenset({b"1.2.3.4.5.6.7"}))


def test_identifiers_are_worked_out_once() -> None:
    kept, again = Kept(), Kept()
    for one in (kept, again):
        one.names.append("Müller^".encode("latin-1"))
    assert kept.identifiers("ISO_IR 100", Kept()) is again.identifiers("ISO_IR 100", Kept())
    assert kept.identifiers("ISO_IR 100", Kept()).in_text("Muller")
    with pytest.raises(Unsure):
        as_ascii("ä".encode())
