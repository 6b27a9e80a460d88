import pytest

from tui.core.quantities import MaskSize
from tui.service.figures import figure, plural, size_text


@pytest.mark.parametrize(
    ("value", "text"), [(-1024.0, "-1024"), (0.0, "0"), (2.0641, "2.064"), (12345.6, "1.235e+04"), (1e15, "1e+15")]
)
def test_whole_numbers_are_whole_and_others_have_four_digits(value: float, text: str) -> None:
    assert figure(value) == text


def test_the_size_of_a_mask_says_what_is_known() -> None:
    assert size_text(MaskSize(1)) == "1 pixel in 1 slice"
    assert size_text(MaskSize(1200, 14.05)) == "1,200 pixels in 1 slice, area 14.1 mm²"
    assert size_text(MaskSize(1200, None, 3.2, 12)) == "1,200 pixels in 12 slices, volume 3.20 mL"


def test_one_and_many() -> None:
    assert [plural(n, "file") for n in (0, 1, 1234)] == ["0 files", "1 file", "1,234 files"]
    assert plural(2, "study", "studies") == "2 studies"
