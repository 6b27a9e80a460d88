"""What identifies a patient, and where it is found."""

from __future__ import annotations

import pytest

from tests.core.proof import leaks
from tui.core.proof.identifiers import Gatherer, Identifiers, anywhere, in_element, source_of
from tui.core.proof.rules import Expected, is_sequence
from tui.core.proof.walk import Found, Walker

PROFILE = Expected()


def gathered(expected: Expected = PROFILE, **more: object) -> Identifiers:
    walker = Walker(lambda tag, vr: source_of(tag, vr, expected), is_sequence, strict=False)
    return Gatherer().gather(walker.walk(leaks.original(**more), 1 << 24))


def holds(identifiers: Identifiers, vr: str, value: bytes, tag: int = 0x00081090, moved: bool = False) -> bool:
    return in_element(identifiers, Found(tag, vr, 0, 0, len(value), 0, 0), value, moved)


def test_names_numbers_dates_and_uids_of_all_depths() -> None:
    found = gathered()
    assert {b"zwinglmeier", b"ottilie", b"brandstetter", b"klinikum quellental", b"acc99120045"} <= found.hard
    assert {b"20190317", b"17.03.2019", b"17-mar-2019", b"1948/02/29"} <= found.hard
    assert b"1471190228" in found.numbers
    assert {f"{leaks.ROOT}.{n}".encode() for n in range(1, 6)} <= found.uids


def test_what_the_user_keeps_is_not_searched_for() -> None:
    kept = gathered(Expected(frozenset(("rtn_uids", "rtn_inst_id", "rtn_dev_id", "rtn_long_full_dates"))))
    assert not kept.uids and b"klinikum quellental" not in kept.hard and b"20190317" not in kept.hard
    assert b"19480229" in kept.hard  # no option keeps the date of birth


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("LO", b"for ZWINGLMEIER"),
        ("LT", b"on 17.03.2019"),
        ("SH", b"x1471190228x"),
        ("IS", b"5\\1471190228 "),
        ("UI", f"{leaks.ROOT}.2".encode()),
        ("OB", "zwinglmeier".encode("utf-16-be")),
        ("UN", b"\0Zwinglmeier\0"),
    ],
)
def test_found_in_any_guise(vr: str, value: bytes) -> None:
    assert holds(gathered(), vr, value)
    assert anywhere(gathered(), b"xx" + value) or vr == "OB"


def test_not_found_by_chance() -> None:
    found = gathered(PatientName="Lee^Ann")
    assert holds(found, "LO", b"Dr. Lee") and holds(found, "LO", b"LEE,ANN")
    assert not holds(found, "LO", b"Leeds, annotated")
    assert not holds(found, "CS", b"ANN", tag=0x00280004)
    assert not holds(found, "CS", b"ANN", tag=0x00080060)
    assert not holds(found, "FD", b"lee ann ")
    assert not holds(gathered(), "DA", b"20190317", moved=True)


def test_scripts_without_case_and_accents() -> None:
    found = gathered(SpecificCharacterSet="ISO_IR 192", PatientName="Müßigbrodt^Jörg=山田^太郎")
    for value in ("muessig", "Musigbrodt"):
        assert not holds(found, "LO", value.encode())
    assert holds(found, "LO", "Müßigbrodt".encode()) and holds(found, "LO", b"Mussigbrodt")
    assert holds(found, "LO", "x山田x".encode())


def test_nobody_is_not_a_name() -> None:
    assert not gathered(PatientName="Anonymous^Phantom").hard & {b"anonymous", b"phantom"}
