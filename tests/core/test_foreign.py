from __future__ import annotations

import pytest

from tui.core.foreign import reason


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"", "empty file"),
        (b"Dear colleague,\r\n", "not DICOM (text)"),
        ("Überweisung".encode(), "not DICOM (text)"),
        (("x" * 1023 + "ü").encode(), "not DICOM (text)"),
        ("Überweisung".encode("latin-1"), "not DICOM"),
        (b"PK\x03\x04rest", "not DICOM (zip archive)"),
        (b"%PDF-1.4", "not DICOM (PDF)"),
        (b"\x1f\x8b\x08", "not DICOM (gzip)"),
        (bytes(257) + b"ustar\x0000", "not DICOM (tar archive)"),
        (bytes(344) + b"n+1\0", "not DICOM (NIfTI)"),
        (bytes(128), "not DICOM"),
        (b"\x07\x80\x11", "not DICOM"),
    ],
)
def test_reasons(head: bytes, wanted: str) -> None:
    assert reason(head) == wanted


def test_a_reason_holds_nothing_of_the_file() -> None:
    assert "SECRET" not in reason(b"SECRET name of a patient")
