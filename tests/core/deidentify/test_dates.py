"""Dates moved by whole days: order, intervals and precision stay (PS3.15 E.3.6)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.deidentify.dates import days_back, moved


@pytest.mark.parametrize(
    ("vr", "old", "days", "new"),
    [
        ("DA", "20200301", 1, "20200229"),
        ("DA", "20210301", 366, "20200229"),
        ("DA", "1992.03.01", 1, "1992.02.29"),
        ("DA", "20200301\\20200302", 1, "20200229\\20200301"),
        ("DA", "20200301\\", 1, "20200229\\"),
        ("DA", "", 5, ""),
        ("DA", "20200230", 1, None),
        ("DA", "00010101", 400, None),
        ("DA", "20200101-20200131", 1, None),
        ("DA", "Smith", 1, None),
        ("TM", "235959.999999", 1, "235959.999999"),
        ("TM", "10", 1, "10"),
        ("TM", "10:15:00", 1, "10:15:00"),
        ("TM", "1 Smith Street", 1, None),
        ("DT", "20200301120000.5+0130", 1, "20200229120000.5+0130"),
        ("DT", "20200301", 1, "20200229"),
        ("DT", "202003", 1, "202002"),
        ("DT", "2020", 1, "2019"),
        ("DT", "2020-0500", 1, "2019-0500"),
        ("DT", "20200301120000Z", 1, None),
        ("DT", "20201301", 1, None),
    ],
)
def test_moved(vr: str, old: str, days: int, new: str | None) -> None:
    assert moved(vr, old, days) == new


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(4000)),
    st.integers(365, 3650),
)
def test_intervals_are_exact_also_over_midnight(start: datetime, length: timedelta, days: int) -> None:
    form = "%Y%m%d%H%M%S.%f"
    first, last = (moved("DT", t.strftime(form), days) for t in (start, start + length))
    assert first and last
    assert datetime.strptime(last, form) - datetime.strptime(first, form) == length
    assert first[:8] == moved("DA", start.strftime("%Y%m%d"), days)


def test_days_are_the_patients_own_and_the_keys() -> None:
    key = bytes(range(32))
    some = [days_back(key, f"patient\0{n}\0") for n in range(500)]
    assert min(some) >= 365 and max(some) <= 3650 and len(set(some)) > 400
    assert some == [days_back(key, f"patient\0{n}\0") for n in range(500)]
    assert days_back(bytes(32), "patient\x001\0") != days_back(key, "patient\x001\0")
