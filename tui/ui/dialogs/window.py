"""Typing a window: center and width, or the name of a preset."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import zip_longest

from tui.errors import UsageError
from tui.service.values import Voi, VoiKind, Window
from tui.ui.dialogs.typed import Typed

_SEPARATORS = re.compile(r"[\s,;/，、；]+")


def parse(text: str, presets: Mapping[str, Voi]) -> Voi:
    """The window that was typed: ``40 400``, ``40,400`` or a name of ``presets``, also its beginning.

    Raises
    ------
    tui.errors.UsageError
        With what was expected.
    """
    words = [word for word in _SEPARATORS.split(text.strip()) if word]
    numbers = [_number(word) for word in words]
    if len(numbers) == 2 and None not in numbers:
        center, width = (value for value in numbers if value is not None)
        if width <= 0:
            raise UsageError("The width must be more than 0", "Type center, space, width.")
        return Voi(VoiKind.MANUAL, window=Window(center, width))
    wanted = " ".join(words).casefold()
    if wanted == "auto":
        return Voi(VoiKind.AUTO)
    if wanted == "file":
        return Voi()
    exact = [voi for name, voi in presets.items() if name.casefold() == wanted]
    begun = [voi for name, voi in presets.items() if wanted and name.casefold().startswith(wanted)]
    for found in (exact, begun):
        if len(found) == 1:
            return found[0]
    raise UsageError("This is no window", "Type center and width such as 40 400, or a name below.")


def offered(presets: Mapping[str, Voi]) -> list[str]:
    """The names and what they mean, two to a line."""
    known = {"auto": "of the picture", "file": "as stored"}
    known |= {
        name: f"{voi.window.center:g} {voi.window.width:g}" if voi.window else "" for name, voi in presets.items()
    }
    width = max(map(len, known)) + 2
    told = [f"{name:<{width}}{meaning}" for name, meaning in known.items()]
    half = (len(told) + 1) // 2
    column = max(map(len, told[:half])) + 4
    return [f"{left:<{column}}{right}".rstrip() for left, right in zip_longest(told[:half], told[half:], fillvalue="")]


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class TypeWindow(Typed[Voi]):
    """The sheet on ``w``."""

    HEADING = "Window: center and width, or a name"
    FOOTING = "enter sets it, esc closes"
    DEFAULT_CSS = "TypeWindow #sheet { width: 60; }"

    def __init__(self, now: Window | None, presets: Mapping[str, Voi]) -> None:
        super().__init__(offered(presets), placeholder=f"now {now.center:g} {now.width:g}" if now else "40 400")
        self._presets = presets

    def read(self, text: str) -> Voi:
        """The window."""
        return parse(text, self._presets)
