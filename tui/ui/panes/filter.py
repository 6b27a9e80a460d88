"""The line in which a filter is typed. It stands where the hints stand, so nothing moves."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.ui.courtesy import TURN, Restyled


class Words(Restyled, Input):
    """What is typed."""


class FilterLine(Horizontal):
    """Hidden until it is opened; every change of the text is sent at once.

    Over a slow line several keys come at once. So the focus comes and goes before the next key is looked at, and what
    the line has not taken in by then is still its own.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", show=False, priority=True),
        Binding("enter", "keep", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; display: none; }
    FilterLine Static { width: auto; color: $accent; }
    FilterLine #after { color: $text-muted; }
    FilterLine Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $background; }
    FilterLine Input:focus { border: none; background: $surface; }
    """

    class Changed(Message):
        """The words for a pane are now these."""

        def __init__(self, pane: str, words: str) -> None:
            super().__init__()
            self.pane = pane
            self.words = words

    class Ended(Message):
        """Typing is over; the filter of the pane stays as it is."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self) -> None:
        super().__init__(id="filter")
        self._pane = ""
        self._words: dict[str, str] = {}
        self.instead: Widget | None = None  # of what it stands

    async def on_mount(self) -> None:
        """Which pane, the words, what the keys do: each is made and styled in a turn in which there is room for it."""
        for make in (
            lambda: Static(id="before"),
            lambda: Words(id="words", select_on_focus=False),
            lambda: Static(Content("enter keeps, esc clears"), id="after"),
        ):
            await TURN.room()
            await self.mount(make())

    def words(self, pane: str) -> str:
        """The filter of a pane; empty where there is none."""
        return self._words.get(pane, "")

    def open(self, pane: str) -> None:
        """Type the filter of a pane; what it has stands there already."""
        self._pane = pane
        self._stand(True)
        self.query_one("#before", Static).update(Content(f"{pane} /"))
        line = self.query_one(Input)
        with line.prevent(Input.Changed):
            line.value = self.words(pane)
        line.cursor_position = len(line.value)
        self.screen.set_focus(line)

    def clear(self, pane: str) -> bool:
        """Drop the filter of a pane; False if it has none."""
        if not self.words(pane):
            return False
        self._set(pane, "")
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        if self._pane:
            self._set(self._pane, event.value)

    def action_keep(self) -> None:
        """Keep the filter and go back to the pane."""
        self._end()

    def action_clear(self) -> None:
        """Drop the filter and go back to the pane."""
        self.clear(self._pane)
        self._end()
        self._pane = ""

    def on_descendant_blur(self) -> None:
        """Tab or a click led elsewhere: the line closes, if it was not opened again before this was heard of."""
        if self.screen.focused is not self.query_one(Input):
            self._stand(False)

    def _set(self, pane: str, words: str) -> None:
        self._words[pane] = words
        self.post_message(self.Changed(pane, words))

    def _stand(self, here: bool) -> None:
        self.display = here
        if self.instead is not None:
            self.instead.display = not here  # a class of the screen would have all of it styled anew

    def _end(self) -> None:
        self._stand(False)
        self.screen.set_focus(None)
        self.post_message(self.Ended(self._pane))
