"""Names from hostile attributes and patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core import filenames
from tui.core.values import Label
from tui.errors import UsageError


def test_the_usual_name_has_what_there_is():
    assert filenames.name(Label("CT", 2, 5)) == "CT-s2-i5"
    assert filenames.name(Label("US", 2, 5, 3, 10)) == "US-s2-i5-f4"
    assert filenames.name(Label()) == "image"
    assert filenames.name(Label("CT", 2, 5), sheet=True) == "CT-s2"


def test_a_pattern_with_folders_and_digits():
    label = Label("CT", 2, 5, 3, 10, body="HEAD", stem="IM0001")
    assert filenames.name(label, "{modality}/{series:3}/{image:4}-{frame:2}") == "CT/002/0005-04"
    assert filenames.name(label, "{stem}_{index:5}", 41) == "IM0001_00042"
    assert filenames.name(Label(), "{body}-{series:3}") == "body-000"


@pytest.mark.parametrize(
    "pattern", ["{patient}", "{", "{image:abc}", "../{image}", "a//b", "/etc/{image}", "", ".", "a/../b"]
)
def test_a_pattern_that_is_none_is_refused(pattern):
    if not pattern:
        return
    with pytest.raises(UsageError):
        filenames.check(pattern)


@pytest.mark.parametrize(
    "stem",
    ["../../etc/passwd", "a/b", "\x1b]0;x\x07", "a" * 300, "\u202egnp.exe", "道" * 100, "-rf", ".hidden", "CON",
     "nul.txt", "a\0b", "\udcff", " ", "..."],
)  # fmt: skip
def test_hostile_stems_are_one_readable_part(stem):
    check(filenames.name(Label(stem=stem), "{stem}"))


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_is_one_part_of_a_path(stem, modality):
    check(filenames.name(Label(modality=modality, stem=stem), "{stem}"))
    check(filenames.name(Label(modality=modality)))


def check(found):
    assert found and "/" not in found and "\\" not in found and found not in (".", "..")
    assert len(found.encode()) <= 201 and found[0] not in ".-" and found.isprintable()
    assert found.upper() not in ("CON", "NUL")
