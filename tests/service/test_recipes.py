from __future__ import annotations

import math

import pytest

from tui.core.quantities import MASK_PRESETS, Recipe
from tui.errors import UsageError
from tui.service.recipes import check, length_of, recipe_of, recipe_text


@pytest.mark.parametrize(
    ("text", "recipe"),
    [
        ("bone", Recipe()),
        ("90 3071", Recipe()),
        ("90,3071", Recipe()),
        (" Soft  Tissue ", Recipe(-20, 100)),
        ("-950;-500 nofill open 0", Recipe(-950, -500, fill=False, opening=0)),
        ("bone open 2mm close 1.5mm", Recipe(opening=2, closing=1.5, millimetres=True)),
        ("bone open 0 close 2mm", Recipe(opening=0, closing=2, millimetres=True)),
        ("lung largest smallest 20 volume", Recipe(-950, -500, largest=True, smallest=20, volume=True)),
    ],
)
def test_what_is_typed(text: str, recipe: Recipe) -> None:
    assert recipe_of(text) == recipe
    assert recipe_of(recipe_text(recipe)) == recipe


@pytest.mark.parametrize(
    "text", ["", "90", "bones", "90 x", "9 1", "bone open", "bone open wide", "bone turn", "bone open 2mm close 1",
             "nan 3", "1 inf", "bone open -1", "bone close 900"],
)  # fmt: skip
def test_what_is_no_recipe_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        recipe_of(text)
    assert caught.value.hint


def test_each_name_is_shown_by_its_name() -> None:
    for name, (low, high) in MASK_PRESETS.items():
        assert recipe_text(Recipe(low, high)) == name


def test_a_recipe_that_cannot_be_followed_is_refused() -> None:
    for recipe in (Recipe(math.nan, 4), Recipe(closing=1e9), Recipe(smallest=math.inf)):
        with pytest.raises(UsageError):
            check(recipe)
    assert length_of("1.5MM") == (1.5, True)
