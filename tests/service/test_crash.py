"""What is said of a bug: nothing that a patient's file says."""

from __future__ import annotations

import os

import pytest

import tui
from tui.errors import OutputError, ReaderCrashedError
from tui.service import crash

SECRET = "Doe^Jane"


def failed() -> Exception:
    name = SECRET

    def inner(value: str) -> None:
        raise KeyError(f"no {value}")

    try:
        inner(name)
    except KeyError as error:
        try:
            raise ValueError(name) from error
        except ValueError as second:
            return second


def test_the_report_holds_places_of_the_whole_chain_and_no_value() -> None:
    report = crash.report(failed())
    assert "builtins.ValueError" in report
    assert "builtins.KeyError" in report
    assert " inner\n" in report
    assert SECRET not in report
    assert crash.sentence(failed()).startswith("Safelight failed: ValueError at test_crash.py:")
    assert SECRET not in crash.sentence(failed())


def test_a_safelight_error_brings_its_hint() -> None:
    assert "Choose a shorter name." in crash.sentence(OutputError("Doe^Jane is too long", "Choose a shorter name."))
    assert SECRET not in crash.sentence(OutputError("Doe^Jane is too long"))


def test_our_own_code_is_named_rather_than_a_library() -> None:
    from tui.ui.keymap import key_name

    with pytest.raises(Exception) as caught:
        key_name("")
    assert crash.place(caught.value).startswith("tui/ui/keymap.py:")


def test_a_bug_in_the_process_that_reads_keeps_its_place() -> None:
    inside = f"{os.path.dirname(tui.__file__)}/core/voi.py:12 choose"
    error = ReaderCrashedError("KeyError", ("/usr/lib/python3/x.py:3 run", inside))
    assert crash.sentence(error).startswith("Safelight failed: KeyError at tui/core/voi.py:12.")
    assert inside in crash.report(error)


def test_a_bug_beyond_our_code_has_a_place_too() -> None:
    assert crash.place(ValueError(SECRET)) == "an unknown place"
    assert crash.sentence(ValueError(SECRET)).startswith("Safelight failed: ValueError at an unknown place.")
