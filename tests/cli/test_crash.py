"""What is said of a bug."""

from tui.cli import crash
from tui.core.values import Library, Patient


def test_the_place_in_our_code_and_no_message():
    try:
        _ = Patient("", ()).first
    except IndexError as error:
        said = crash.sentence(error)
    assert said.startswith("Safelight failed: IndexError at tui/core/values.py:")
    assert "tuple index" not in said


def test_a_bug_beyond_our_code():
    try:
        Library().nothing  # noqa: B018
    except AttributeError as error:
        said = crash.sentence(error)
    assert "AttributeError at an unknown place" in said
    assert "nothing" not in said
