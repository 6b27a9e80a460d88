import pytest

from tui.service.figures import figure


@pytest.mark.parametrize(
    ("value", "text"), [(-1024.0, "-1024"), (0.0, "0"), (2.0641, "2.064"), (12345.6, "1.235e+04"), (1e15, "1e+15")]
)
def test_whole_numbers_are_whole_and_others_have_four_digits(value: float, text: str) -> None:
    assert figure(value) == text
