from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tui.service.cache import Cache


@dataclass
class Block:
    nbytes: int


def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[str, Block] = Cache(10)
    for name in "abc":
        cache.put(name, Block(3))
    cache.get("a")
    cache.put("d", Block(3))
    assert cache.get("b") is None
    assert [bool(cache.get(name)) for name in "acd"] == [True, True, True]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12)), max_size=40))
def test_never_over_the_limit_and_the_count_is_true(puts: list[tuple[int, int]]) -> None:
    cache: Cache[int, Block] = Cache(10)
    for key, size in puts:
        cache.put(key, Block(size))
        assert cache.nbytes <= 10
        assert cache.nbytes == sum(b.nbytes for k in range(6) if (b := cache.get(k)))
    cache.clear()
    assert (len(cache), cache.nbytes) == (0, 0)
