"""What the process that reads sends, seen from its own side; the process itself is in test_readers.py."""

from tui.adapters import serving


def test_places_are_files_and_lines() -> None:
    try:
        raise ValueError("a value of the patient")
    except ValueError as error:
        (place,) = serving._places(error)
    assert place.startswith(__file__) and "patient" not in place
