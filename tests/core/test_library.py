from __future__ import annotations

from tui.core.instance import Instance, Ref
from tui.core.library import Series, SeriesKey
from tui.core.packed import Packed


def test_a_series_counts_pictures_and_bytes_packed_or_not() -> None:
    every = (Instance(Ref("/a"), 100, rows=8, frames=5), Instance(Ref("/b"), 20, rows=0, frames=9))
    plain = Series(SeriesKey("p", "s", "1"), every)
    packed = Series(plain.key, Packed(every[0], 2, 5, 120, lambda: iter([list(every)])))
    assert (plain.frames, plain.size, plain.first) == (packed.frames, packed.size, packed.first) == (5, 120, every[0])
    assert plain == packed


def test_keys_go_by_patient_then_study_then_series() -> None:
    keys = [SeriesKey("b", "1", "1"), SeriesKey("a", "2", "1"), SeriesKey("a", "1", "2")]
    assert sorted(keys) == keys[::-1]
