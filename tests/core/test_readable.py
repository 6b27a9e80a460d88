from __future__ import annotations

from datetime import date as day
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.readable import READABLE, explained, readable


@pytest.mark.parametrize(
    ("vr", "stored", "shown"),
    [
        ("DA", "20210304", "2021-03-04"),
        ("DA", "2021.03.04", "2021-03-04"),
        ("DA", "20211304", "20211304"),
        ("DA", "yesterday", "yesterday"),
        ("DA", "20210304\\20210305", "2021-03-04\\2021-03-05"),
        ("TM", "134510.5", "13:45:10.5"),
        ("TM", "134510.500000", "13:45:10.5"),
        ("TM", "134510.000000", "13:45:10"),
        ("TM", "1345", "13:45"),
        ("TM", "13", "13"),
        ("TM", "13:45:10", "13:45:10"),
        ("TM", "256161", "256161"),
        ("DT", "20210304134510.5+0100", "2021-03-04 13:45:10.5 +0100"),
        ("DT", "20210304", "2021-03-04"),
        ("DT", "20210304-0500", "2021-03-04 -0500"),
        ("DT", "2021", "2021"),
        ("AS", "034Y", "34 years"),
        ("AS", "001M", "1 month"),
        ("AS", "34Y", "34Y"),
        ("PN", "Doe^Jane", "Doe, Jane"),
        ("PN", "Buc^Jérôme", "Buc, Jérôme"),
        ("PN", "Adams^John^Quincy^Rev.^B.A.", "Adams, John Quincy Rev. B.A."),
        ("PN", "Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎, やまだ たろう)"),
        ("PN", "=山田^太郎", "山田 太郎"),
        ("PN", "Phantom", "Phantom"),
        ("PN", "^^", "^^"),
        ("PN", "", ""),
        ("LO", "20210304", "20210304"),
    ],
)
def test_values_for_reading(vr: str, stored: str, shown: str) -> None:
    assert readable(vr, stored) == shown


@given(st.dates(), st.times())
def test_dates_and_times_read_as_iso_8601_has_them(some: day, clock: time) -> None:
    assert day.fromisoformat(readable("DA", f"{some:%Y%m%d}".zfill(8))) == some
    assert time.fromisoformat(_six(readable("TM", f"{clock:%H%M%S.%f}"))) == clock


def _six(text: str) -> str:
    """Python 3.11 reads three or six digits of a second."""
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<6}"


@given(st.sampled_from(sorted(READABLE)), st.text())
def test_any_text_is_taken(vr: str, text: str) -> None:
    assert isinstance(readable(vr, text), str)
    assert isinstance(explained(vr, text), list)


def test_what_a_value_says_beyond_its_text() -> None:
    assert explained("PN", "Yamada^Tarou=山田^太郎") == [
        "alphabetic   family Yamada, given Tarou",
        "ideographic  family 山田, given 太郎",
    ]
    assert explained("DT", "20210304134510.5+0100") == ["2021-03-04 13:45:10.5 +0100"]
    assert explained("LO", "20210304") == explained("DA", "nonsense") == []
