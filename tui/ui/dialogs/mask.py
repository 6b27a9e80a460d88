"""Typing the recipe of a mask: a range or its name, then what is done with it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.service.recipes import recipe_of, recipe_text
from tui.service.values import MASK_PRESETS, Recipe
from tui.ui.dialogs.dialog import Dialog, plain

_WORDS = (
    ("open 2, close 1.5mm", "opened, closed by a disk of that radius"),
    ("nofill", "leave holes open"),
    ("largest", "the largest piece alone"),
    ("smallest 20", "no piece below 20 mm²"),
)


def offered() -> list[str]:
    """Names with their ranges, and the words that may follow."""
    width = max(len(name) for name in (*MASK_PRESETS, *(word for word, _ in _WORDS))) + 2
    ranges = [f"{name:<{width}}{low:g} to {high:g}" for name, (low, high) in MASK_PRESETS.items()]
    return [*ranges, "", *(f"{word:<{width}}{what}" for word, what in _WORDS)]


class TypeMask(Dialog[Recipe]):
    """The sheet on ``M``."""

    HEADING = "Mask: values from, to, or a name"
    FOOTING = "enter shows it, esc closes"
    DEFAULT_CSS = """
    TypeMask #sheet { width: 64; }
    TypeMask #names { height: auto; color: $text-muted; padding: 0 1; }
    TypeMask #problem { height: auto; color: $warning; padding: 0 1; }
    """

    def __init__(self, now: Recipe) -> None:
        super().__init__()
        self._now = now

    def body(self) -> ComposeResult:
        """The line to type in, and what it takes."""
        yield Input(value=recipe_text(self._now), id="typed")
        yield Static(id="problem")
        yield Static(plain("\n".join(offered())), id="names")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#problem").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the recipe, or say what is wrong with it."""
        event.stop()
        if not event.value.strip():
            self.dismiss(None)
            return
        try:
            recipe = recipe_of(event.value)
        except UsageError as error:
            problem = self.query_one("#problem", Static)
            problem.update(plain(error.sentence()))
            problem.display = True
        else:
            self.dismiss(recipe)
