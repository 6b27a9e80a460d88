"""Recipes of masks as words, for the sheet and the command line: ``bone``, ``90 3071 open 2mm largest``."""

from __future__ import annotations

import math
import re

from tui.core.quantities import LARGEST_RADIUS, MASK_PRESETS, Recipe
from tui.errors import UsageError

EXAMPLE = "For example bone, or 90 3071 open 2mm close 1mm largest."
_SWITCHES = {"nofill": ("fill", False), "largest": ("largest", True), "volume": ("volume", True)}
_SEPARATORS = re.compile(r"[\s,;，；]+")


def range_of(words: list[str]) -> tuple[float, float, list[str]]:
    """Low and high of a name or two numbers, and the words that follow.

    Raises
    ------
    tui.errors.UsageError
    """
    for count in (2, 1):
        name = " ".join(words[:count]).lower()
        if name in MASK_PRESETS:
            return (*MASK_PRESETS[name], words[count:])
    try:
        low, high = float(words[0]), float(words[1])
    except (ValueError, IndexError) as error:
        raise UsageError(f"a range is two numbers or one of {', '.join(MASK_PRESETS)}", EXAMPLE) from error
    return low, high, words[2:]


def recipe_of(text: str) -> Recipe:
    """The recipe that was typed: a range, then any of ``open R``, ``close R``, ``smallest SIZE``, ``background VALUE``,
    ``nofill``, ``largest``, ``volume``; a radius may end in ``mm``.

    Raises
    ------
    tui.errors.UsageError
    """
    low, high, words = range_of([word for word in _SEPARATORS.split(text.strip()) if word])
    found: dict[str, float | bool] = {}
    units: set[bool] = set()
    while words:
        word = words.pop(0).lower()
        if word in _SWITCHES:
            name, value = _SWITCHES[word]
            found[name] = value
        elif word == "background" and words:
            found[word] = length_of(words.pop(0))[0]
        elif word in ("open", "close", "smallest") and words:
            number, in_mm = length_of(words.pop(0))
            found[{"open": "opening", "close": "closing"}.get(word, word)] = number
            units |= {in_mm} if word != "smallest" and number else set()
        else:
            raise UsageError(f"{word[:20]!r} is no part of a recipe", EXAMPLE)
    if len(units) > 1:
        raise UsageError("both radii are in mm, or both in columns", EXAMPLE)
    recipe = Recipe(
        low=low,
        high=high,
        fill=bool(found.get("fill", True)),
        opening=float(found.get("opening", Recipe().opening)),
        closing=float(found.get("closing", 0.0)),
        millimetres=True in units,
        largest=bool(found.get("largest", False)),
        smallest=float(found.get("smallest", 0.0)),
        volume=bool(found.get("volume", False)),
        background=found.get("background"),
    )
    check(recipe)
    return recipe


def check(recipe: Recipe) -> None:
    """Refuse a recipe that cannot be followed.

    Raises
    ------
    tui.errors.UsageError
    """
    numbers = (recipe.low, recipe.high, recipe.opening, recipe.closing, recipe.smallest, recipe.background or 0.0)
    if not all(math.isfinite(number) for number in numbers) or recipe.low > recipe.high:
        raise UsageError("a range of values must rise from low to high", EXAMPLE)
    if not (0 <= recipe.opening <= LARGEST_RADIUS and 0 <= recipe.closing <= LARGEST_RADIUS):
        raise UsageError(f"a radius must be from 0 to {LARGEST_RADIUS:g}", "0 leaves the step out.")


def length_of(word: str) -> tuple[float, bool]:
    """A length and whether it is in mm.

    Raises
    ------
    tui.errors.UsageError
    """
    number = word.lower().removesuffix("mm")
    try:
        return float(number), number != word.lower()
    except ValueError as error:
        raise UsageError(f"{word[:20]!r} is no length such as 1 or 1.5mm", EXAMPLE) from error


def recipe_text(recipe: Recipe) -> str:
    """The words that make this recipe."""
    name = next((name for name, ends in MASK_PRESETS.items() if ends == (recipe.low, recipe.high)), "")
    unit = "mm" if recipe.millimetres else ""
    words = [name or f"{recipe.low:g} {recipe.high:g}"]
    words += [] if recipe.fill else ["nofill"]
    words += [] if recipe.opening == Recipe().opening and not unit else [f"open {recipe.opening:g}{unit}"]
    words += [f"close {recipe.closing:g}{unit}"] if recipe.closing else []
    words += ["largest"] if recipe.largest else []
    words += [f"smallest {recipe.smallest:g}"] if recipe.smallest else []
    words += [f"background {recipe.background:g}"] if recipe.background is not None else []
    return " ".join([*words, "volume"] if recipe.volume else words)
