"""What was proved of one pair is not taken for granted of the next."""

from __future__ import annotations

from functools import cache

import pydicom
import pytest

from tests.core.proof import leaks
from tests.core.proof.leaks import BYTES, EDITS, original
from tests.core.proof.test_verify import verifier
from tui.core.deidentify.options import Dates, Options
from tui.core.proof.repeats import Repeats, outline
from tui.core.proof.rules import Expected, is_sequence
from tui.core.proof.verify import LONGEST, Verifier
from tui.core.proof.walk import Walker


@cache
def pair(number: int, options: Options = Options(), **more: object) -> tuple[bytes, bytes, str]:
    data = original(SOPInstanceUID=f"{leaks.ROOT}.{number}", InstanceNumber=number, **more)
    return data, *leaks.copied(data, options)


def warm(options: Options = Options()) -> Verifier:
    """One that has seen three files of a series."""
    checked = verifier(options)
    for number in (10, 11, 12):
        assert checked.check(*pair(number, options)).problems == ()
    return checked


def test_the_fourth_file_is_like_those_before() -> None:
    data, copy, name = pair(4)
    checked = warm()
    assert checked.follows(data, copy)
    assert checked.check(data, copy, name) == verifier().check(data, copy, name)


@pytest.mark.parametrize("leak", [*EDITS, *BYTES])
def test_each_leak_is_caught_among_many_files(leak: str) -> None:
    data, copy, name = pair(4)
    assert warm().check(data, leaks.leaking(copy, leak), name).problems


@pytest.mark.parametrize("leak", [*EDITS, *BYTES])
def test_leaks_that_differ_are_caught(leak: str) -> None:
    """The element that leaks is one that differs from file to file."""
    checked = verifier()
    for number in (10, 11, 4, 12, 4):
        data, copy, name = pair(number)
        leaking = leaks.leaking(copy, leak)
        assert checked.check(data, leaking, name).problems == verifier().check(data, leaking, name).problems
        checked.check(data, copy, name)


OTHER: dict[str, dict[str, object]] = {
    "the number is what was the same": {"AccessionNumber": "Formula"},
    "another patient": {"PatientName": "Formula^Karl"},
    "another day": {"StudyDate": "20190318"},
    "a word of what was the same": {"InstitutionName": "Head"},
}


@pytest.mark.parametrize("other", OTHER)
def test_new_identifiers_are_looked_for_in_what_was_the_same(other: str) -> None:
    checked = verifier()
    same = {"Manufacturer": "Formula", "ProtocolName": "Scan of Head"}
    for number in (10, 11, 12):
        data, copy, name = pair(number, **same)
        assert checked.check(data, copy, name).problems == ()
    # the copy is made of an object without the new value, and keeps what that would have cost
    _, copy, name = pair(17, **same)
    data, _, _ = pair(17, **same, **OTHER[other])
    assert checked.check(data, copy, name).problems == verifier().check(data, copy, name).problems


def test_dates_that_were_not_moved() -> None:
    options = Options(Dates.SHIFT)
    checked = warm(options)
    data, _, name = pair(15, options)
    _, kept, _ = pair(15, Options(Dates.FULL))
    assert checked.check(data, kept, name).problems
    assert checked.check(*pair(16, options)).problems == ()


def test_pixels_of_another_file() -> None:
    checked = warm()
    data, copy, name = pair(15)
    wrong = copy[:-8] + bytes(8)
    assert wrong != copy
    assert checked.check(data, wrong, name).problems == ("pixels: they are not those of the original",)
    assert checked.check(data, copy + b"\0\0", name).problems
    assert checked.check(data, copy[:-2], name).problems


def test_without_a_common_layout_nothing_is_followed() -> None:
    everything = Walker(lambda tag, vr: 1, is_sequence, strict=True)
    data, copy, _ = pair(10)
    before, after = everything.walk(data, LONGEST), everything.walk(copy, LONGEST)
    assert list(outline(before).tags) == sorted(pydicom.dcmread(pydicom.filebase.DicomBytesIO(data)).keys())
    repeats = Repeats(everything, everything)
    assert repeats.follow(data, copy, LONGEST) is None
    repeats.learn(before, after, lambda *_: None)
    repeats.learn(before, after, lambda *_: None)
    assert repeats.follow(data, copy, LONGEST) is None
    assert [repeats.is_patient() for _ in range(16)] == [True] * 8 + [False] * 7 + [True]
    assert Expected().codes == {"113100"}
