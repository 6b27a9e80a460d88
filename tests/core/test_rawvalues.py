from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.instance import Ref
from tui.core.rawvalues import Heads
from tui.core.walk import Unsure

REF = Ref("/x")


def made(**raw: bytes) -> object:
    return Heads().made(raw, 0, REF, b"1.2.840.10008.1.2.1")


def test_instances_with_the_same_shared_values_share_a_head() -> None:
    heads = Heads()
    one = heads.made({"patient_id": b"7 ", "number": b"1 "}, 10, REF, b"1.2")
    two = heads.made({"patient_id": b"7 ", "number": b"2 "}, 10, REF, b"1.2")
    assert one.head is two.head
    assert (one.number, two.number, one.patient_id, one.transfer_syntax_uid) == (1, 2, "7", "1.2")
    assert heads.made({"patient_id": b"8 "}, 10, REF, b"1.2").head is not one.head


@pytest.mark.parametrize(
    ("raw", "number"),
    [(b"12", 12), (b" 12 ", 12), (b"+7", 7), (b"-3", -3), (b"3.7", 3), (b"1e2", 100), (b"", None), (b"x", None),
     (b"12345678901234", None), (b"5\\6", 5), (b"4\0", 4), (b"1,5", 1)],
)  # fmt: skip
def test_whole_numbers_however_they_are_written(raw: bytes, number: int | None) -> None:
    assert made(number=raw).number == number  # type: ignore[attr-defined]


@given(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 3))
def test_positions(place: tuple[float, float, float]) -> None:
    raw = "\\".join(map(repr, place)).encode()
    expected = place if all(abs(x) < 1e12 for x in place) else None
    assert made(position=raw).position == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize("raw", [b"1\\2", b"1\\2\\3\\4", b"1\\2\\x", b"nan\\0\\0", b"inf\\0\\0", b""])
def test_what_is_no_position(raw: bytes) -> None:
    assert made(position=raw).position is None  # type: ignore[attr-defined]


def test_a_b_value_is_a_double() -> None:
    assert made(b_value=struct.pack("<d", 800.0)).b_value == 800.0  # type: ignore[attr-defined]
    assert made(b_value=struct.pack("<d", math.nan)).b_value is None  # type: ignore[attr-defined]
    with pytest.raises(Unsure):
        made(b_value=b"800 ")


@pytest.mark.parametrize(
    ("raw", "uid"), [(b"1.2.3\0", "1.2.3"), (b"1.2\x07]", "1.2\u2407]"), (b" 1.2 ", "1.2"), (b"", "")]
)
def test_uids_are_safe_to_show(raw: bytes, uid: str) -> None:
    assert made(sop_instance_uid=raw).sop_instance_uid == uid  # type: ignore[attr-defined]
