from concurrent.futures import ThreadPoolExecutor

from tui.late import late


def test_it_is_made_once_when_it_is_first_used() -> None:
    made: list[list[int]] = []

    def make() -> list[int]:
        made.append([1, 2])
        return made[0]

    found = late(make)
    assert made == []
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(found.count, [1, 2, 3] * 20))
    assert sum(counts) == 40 and len(made) == 1
