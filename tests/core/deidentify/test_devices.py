"""Rules for devices, in three languages."""

from __future__ import annotations

import pytest

from tui.core.deidentify.devices import Is, Not, Rule, Test, boxes_for, parse, written
from tui.errors import UsageError

OWN = """
[[rule]]
name = "LOGIQ, top line"
manufacturer = "GE"
model = "LOGIQE9"
modality = "us"
rows = 720
boxes = [[0, 0, 960, 70], [5, 6, 7, 8]]

[[rule]]
name = "seen to be clean"
SoftwareVersions = "3.1"
SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
boxes = []
"""


def at(text: str, **values: str) -> tuple[tuple[int, int, int, int], ...] | None:
    return boxes_for(parse(text), lambda name: values.get(name, values.get(f"t{name}", "")))


def test_our_own() -> None:
    device = {"Manufacturer": "GE Healthcare", "ManufacturerModelName": "LogiqE9", "Modality": "US", "Rows": "720"}
    assert at(OWN, **device) == ((0, 0, 960, 70), (5, 6, 7, 8))
    assert at(OWN, **{**device, "Rows": "7200"}) is None
    assert at(OWN, SoftwareVersions="v3.1.2", SOPClassUID="1.2.840.10008.5.1.4.1.1.7") == ()
    assert at(OWN, SoftwareVersions="v3.1.2", SOPClassUID="1.2.840.10008.5.1.4.1.1.7.1") is None


def test_our_own_are_written_as_they_are_read() -> None:
    assert parse(written(parse(OWN))) == parse(OWN)
    with pytest.raises(ValueError, match="our own"):
        written((Rule("x", Not(Is("Modality", Test.BLANK)), ()),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no rule"),
        ("[[rule]]\nmodality = 'US'\n", "has no boxes"),
        ("[[rule]]\nboxes = []\n", "every picture"),
        ("[[rule]]\nmodality = 'US'\nboxes = [[1, 2, 3]]\n", "has no boxes"),
        ("[[rule]]\nmodality = \n", "no TOML"),
        ("[[rule]]\nmodell = 'x'\nboxes = []\n", "is no attribute"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(text)
