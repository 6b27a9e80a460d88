import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.values import VoiKind, Window
from tui.service.windows import digit_voi, named_voi, narrowed, preset_names, shifted

windows = st.builds(Window, st.floats(-5000, 5000), st.floats(0.001, 10000))


def test_the_level_moves_by_five_percent_of_the_width() -> None:
    assert shifted(Window(40, 400), 1) == Window(60, 400)
    assert shifted(Window(40, 400), -3) == Window(-20, 400)


def test_a_narrow_window_still_moves_by_a_unit_and_a_tiny_one_by_its_share() -> None:
    assert shifted(Window(40, 10), 1).center == 41
    assert shifted(Window(0.5, 1.0), 1).center == pytest.approx(0.55)


def test_steps_of_uptake_are_parts_of_a_unit() -> None:
    """0 to 7 SUV, whose values lie a thousandth apart."""
    assert shifted(Window(3.5, 7), 1, 0.001) == Window(3.85, 7)
    assert narrowed(Window(3.5, 7), 1, 0.001).width == pytest.approx(7.7)
    assert narrowed(Window(3.5, 7), -1, 0.0).width == pytest.approx(6.36364)


def test_a_step_is_never_less_than_that_between_two_values() -> None:
    assert shifted(Window(100, 30), 1, 4.0).center == 104
    assert narrowed(Window(100, 30), -1, 4.0).width == 26


def test_the_width_grows_by_a_tenth_and_comes_back() -> None:
    assert narrowed(Window(40, 400), 1).width == 440
    assert narrowed(Window(40, 440), -1).width == 400
    assert narrowed(Window(40, 5), 1).width == 6
    assert narrowed(Window(40, 5), -1).width == 4


@given(windows, st.integers(-60, 60))
def test_the_width_stays_positive_and_follows_the_sign(window: Window, by: int) -> None:
    width = narrowed(window, by).width
    assert width > 0
    assert (width - window.width) * by >= -0.5  # whole units round a fractional start


def test_digits() -> None:
    assert digit_voi(0, "CT", 0).kind is VoiKind.AUTO
    assert digit_voi(2, "CT", 2).index == 1
    assert digit_voi(2, "CT", 1) is None
    assert digit_voi(7, "CT", 0).window == Window(-600, 1500)


@pytest.mark.parametrize("modality", ["CT", "MR", "PT", "XX", ""])
def test_names_are_those_of_the_digits_and_go_on_beyond_them(modality: str) -> None:
    names = preset_names(modality)
    digits = [voi for voi in (digit_voi(digit, modality, 0) for digit in range(3, 10)) if voi]
    assert [named_voi(modality, name) for name in names][: len(digits)] == digits
    assert all(voi and voi.kind is VoiKind.PRESET for voi in (named_voi(modality, name.upper()) for name in names))


def test_a_preset_without_a_key_is_reached_by_its_name() -> None:
    assert named_voi("CT", "Liver").window == Window(60, 150)
    assert named_voi("MR", "liver") is None
