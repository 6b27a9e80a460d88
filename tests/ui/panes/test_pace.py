import pytest

from tui.ui.panes.pace import SECONDS_A_PICTURE, Pace


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def carried(size: int, seconds: float, times: int = 1, pace: Pace | None = None, clock: Clock | None = None) -> Pace:
    clock = clock or Clock()
    pace = pace or Pace(clock)
    for _ in range(times):
        pace.sent(size)
        clock.time += seconds
        pace.answered()
    return pace


def test_a_fast_line_gets_exact_pictures() -> None:
    pace = carried(80_000, 0.006)
    pace.drawn(0, 80_000)
    assert pace.coarse() == 0


@pytest.mark.parametrize(("megabits", "level"), [(100, 0), (10, 0), (4, 1), (1, 2)])
def test_the_line_decides_how_coarse(megabits: float, level: int) -> None:
    pace = carried(80_000, 80_000 * 8 / (megabits * 1e6), 5)
    pace.drawn(0, 80_000)
    assert pace.speed == pytest.approx(megabits * 1e6 / 8)
    assert pace.coarse() == level
    assert SECONDS_A_PICTURE == 0.1


def test_sizes_that_are_known_count() -> None:
    pace = carried(80_000, 0.64, 3)
    pace.drawn(0, 80_000)
    pace.drawn(1, 9_000)
    assert pace.coarse() == 1


def test_nothing_is_coarse_before_the_line_and_a_size_are_known() -> None:
    assert Pace(Clock()).coarse() == 0
    assert carried(80_000, 10.0).coarse() == 0


def test_the_delay_of_the_line_is_not_its_speed() -> None:
    clock = Clock()
    pace = carried(0, 0.2, clock=clock)
    assert pace.delay == pytest.approx(0.2)
    carried(80_000, 0.2 + 0.064, 9, pace, clock)
    assert pace.speed == pytest.approx(80_000 / 0.132)  # at most half of the time is taken for delay
    carried(800_000, 0.2 + 0.64, 40, pace, clock)
    assert pace.speed == pytest.approx(1_250_000, rel=0.01)


def test_answers_that_nobody_waits_for_are_ignored() -> None:
    pace = Pace(Clock())
    pace.answered()
    assert pace.answers == 0 and pace.waiting == 0
    pace.sent(10)
    pace.lost()
    assert pace.waiting == 0 and pace.unanswered == 1
    pace.lost()
    assert pace.waiting == 0


def test_pictures_are_counted() -> None:
    pace = Pace(Clock())
    for _ in range(3):
        pace.drawn(0, 80_000)
    assert pace.shown == 3
    pace.recount()
    assert pace.shown == 0


def test_a_picture_that_the_terminal_had_kept_says_nothing_of_what_one_costs() -> None:
    pace = carried(80_000, 0.64, 5)
    pace.drawn(0, 80_000)
    pace.drawn(0, 31)
    assert pace.coarse() == 2 and pace.shown == 2


def test_two_pictures_are_on_their_way_where_answers_take_long() -> None:
    assert carried(0, 0.02).free
    for delay, free in ((0.02, False), (0.08, True)):
        pace = carried(0, delay)
        pace.sent(80_000)
        assert pace.free is free
        pace.sent(80_000)
        assert not pace.free


@pytest.mark.parametrize(("delay", "seconds"), [(0.1, 0.08), (0.06, 0.2), (0.3, 0.05)])
def test_a_picture_behind_another_is_measured_by_itself(delay: float, seconds: float) -> None:
    clock = Clock()
    pace = carried(0, delay, clock=clock)
    free, answers = clock.time, []

    def send() -> None:
        nonlocal free
        free = max(free, clock.time) + seconds
        answers.append(free + delay)
        pace.sent(100_000)

    send()
    send()
    for _ in range(40):
        clock.time = answers.pop(0)
        pace.answered()
        send()
    assert 0.3 * 100_000 / seconds <= pace.speed <= 1.01 * 100_000 / seconds
    if seconds >= delay:  # the line is never idle
        assert pace.speed >= 0.99 * 100_000 / seconds


def test_what_is_lost_is_lost_together() -> None:
    pace = Pace(Clock())
    pace.sent(0)
    pace.sent(80_000)
    pace.lost()
    assert pace.free and pace.waiting == 0 and pace.unanswered == 1


def test_a_line_that_becomes_slow_is_believed_at_once() -> None:
    clock = Clock()
    pace = carried(80_000, 0.004, 5, clock=clock)
    pace.drawn(0, 80_000)
    carried(80_000, 0.64, 1, pace, clock)
    assert pace.speed < 3 * 125_000 and pace.coarse() == 2
    carried(80_000, 0.004, 5, pace, clock)
    assert pace.coarse() == 0
