import os

from hypothesis import given
from hypothesis import strategies as st

from tui.core.printable import printable

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def test_escape_sequences_become_signs() -> None:
    assert printable("a\x1b]0;title\x07b") == "a␛]0;title␇b"
    assert printable("\x9b31m\x7f") == "<U+009B>31m␡"
    assert printable("line\r\nline\tend") == "line␍␊line␉end"


def test_what_hides_or_reorders_is_named() -> None:
    assert printable("\u202egnp.exe") == "<U+202E>gnp.exe"
    assert printable("a\u200bb\ufeffc") == "a<U+200B>b<U+FEFF>c"
    assert "\U0010eeee" not in printable("\U0010eeee")  # what terminals keep for pictures


def test_bytes_of_a_name_that_is_no_utf_8() -> None:
    assert printable(os.fsdecode(b"scan\xff.dcm")) == "scan\\xff.dcm"


def test_honest_text_of_any_script_stays() -> None:
    for name in ("Müller^Jörg", "山田^太郎", "김^희중", "Люкceмбypг", "قباني^لنزار", "Διονυσιος", "שרון^דבורה"):
        assert printable(name) == name


def test_at_most_three_marks_on_a_letter() -> None:
    assert printable("a" + "\u0301" * 40) == "a" + "\u0301" * 3


def test_long_text_is_cut_and_says_so() -> None:
    assert printable("x" * 100, 10) == "x" * 9 + "…"
    assert printable("x" * 10, 10) == "x" * 10


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_that_a_terminal_obeys_passes(text: str) -> None:
    out = printable(text)
    assert out.isprintable()
    assert not set(out) & set(BIDI)
    out.encode("utf-8")  # no lone surrogate is left


@given(st.text(max_size=60))
def test_once_is_enough(text: str) -> None:
    assert printable(printable(text)) == printable(text)
