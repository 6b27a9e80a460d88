"""Typing the recipe of a mask: a range or its name, what is done with it, of which pictures, and where it goes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.frozen import frozen
from tui.service.recipes import recipe_of, recipe_text
from tui.service.values import MASK_PRESETS, Recipe
from tui.ui.dialogs.dialog import Choice, Row, plain
from tui.ui.dialogs.typed import Typed

_WORDS = (
    ("open 2, close 1.5mm", "opened, closed by a disk of that radius"),
    ("nofill", "leave holes open"),
    ("largest", "the largest piece alone"),
    ("smallest 20", "no piece below 20 mm², mm³ in 3-D"),
    ("volume", "pieces reach through the series: 3-D"),
    ("background -1000", "value of the result outside of it"),
)
_FOLDER = "folder; empty: where Safelight was started"


@frozen
class MaskWish:
    """A recipe, whether it is for the whole series, and the format in which the mask is saved; empty for none."""

    recipe: Recipe
    series: bool = False
    format: str = ""
    folder: str = ""


def offered() -> list[str]:
    """Names with their ranges, and the words that may follow."""
    width = max(len(name) for name in (*MASK_PRESETS, *(word for word, _ in _WORDS))) + 2
    ranges = [f"{name:<{width}}{low:g} to {high:g}" for name, (low, high) in MASK_PRESETS.items()]
    return [*ranges, "", *(f"{word:<{width}}{what}" for word, what in _WORDS)]


class TypeMask(Typed[MaskWish]):
    """The sheet on ``M``.

    Parameters
    ----------
    formats
        Of masks, by name.
    slices
        How many pictures lie together, and what they are: a series, or a stack of one.
    """

    HEADING = "Mask: values from, to, or a name"
    FOOTING = "enter shows it, tab moves, esc closes"
    DEFAULT_CSS = """
    TypeMask #sheet { width: 68; }
    TypeMask .row { height: 1; padding: 0 1; }
    TypeMask .label { width: 7; }
    TypeMask #folder { width: 1fr; }
    """

    def __init__(
        self, now: Recipe, formats: tuple[str, ...] = (), slices: tuple[int, str] = (1, "series"), folder: str = ""
    ) -> None:
        super().__init__(offered(), recipe_text(now))
        self._formats, self._slices, self._folder = formats, slices, folder

    def more(self) -> ComposeResult:
        """Of which pictures, and where to."""
        count, what = self._slices
        of = ("this picture", f"all {count:,} of the {what}")[: 2 if count > 1 else 1]
        folder = Input(self._folder, placeholder=_FOLDER, id="folder", select_on_focus=False)
        rows = (("of", Choice(of, id="of")), ("save", Choice(("no", *self._formats), id="format")), ("into", folder))
        for label, widget in rows:
            with Row():
                yield Static(plain(label), classes="label")
                yield widget

    def on_mount(self) -> None:
        """Nowhere to, while nothing is saved."""
        super().on_mount()
        self._settle()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """What is saved needs a folder."""
        message.stop()
        self._settle()

    def _settle(self) -> None:
        row = self.query_one("#folder").parent
        if row is not None and hasattr(row, "display"):
            row.display = self.query_one("#format", Choice).chosen > 0

    def read(self, text: str) -> MaskWish:
        """The recipe and what is done with it."""
        chosen = self.query_one("#format", Choice).chosen
        return MaskWish(
            recipe_of(text),
            self.query_one("#of", Choice).chosen == 1,
            self._formats[chosen - 1] if chosen else "",
            self.query_one("#folder", Input).value.strip() if chosen else "",
        )
