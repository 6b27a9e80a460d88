"""Typing a window: center and width, or the name of a preset."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import zip_longest

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.service.values import Voi, VoiKind, Window
from tui.ui.dialogs.dialog import Dialog, plain

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


class TypeWindow(Dialog[Voi]):
    """The sheet on ``w``."""

    HEADING = "Window: center and width, or a name"
    FOOTING = "enter sets it, esc closes"
    DEFAULT_CSS = """
    TypeWindow #sheet { width: 60; }
    TypeWindow #names { height: auto; color: $text-muted; padding: 0 1; }
    TypeWindow #problem { height: auto; color: $warning; padding: 0 1; }
    """

    def __init__(self, now: Window | None, presets: Mapping[str, Voi]) -> None:
        super().__init__()
        self._now = now
        self._presets = presets

    def body(self) -> ComposeResult:
        """The line to type in, and the names."""
        now = f"now {self._now.center:g} {self._now.width:g}" if self._now else "40 400"
        yield Input(placeholder=now, id="typed")
        yield Static(id="problem")
        yield Static(plain("\n".join(offered(self._presets))), id="names")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#problem").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Set the window, or say what is wrong with it."""
        event.stop()
        if not event.value.strip():
            self.dismiss(None)
            return
        try:
            voi = parse(event.value, self._presets)
        except UsageError as error:
            problem = self.query_one("#problem", Static)
            problem.update(plain(error.sentence()))
            problem.display = True
        else:
            self.dismiss(voi)
