"""A list that makes only the lines on the screen: any number of rows, a cursor, and the motions of every list.

The keys are in ``ui/commands.py`` alone, so that rebinding one frees it.

A row is a list of runs, each a text and the name of a style. Texts are what terminals may show (see
``core/printable.py``); they never pass Textual's or Rich's markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.service.actions import Action
from tui.ui.courtesy import Restyled

Run = tuple[str, str]
"""A text, and its style: empty, a component class of :class:`Lines` without ``lines--``, or a colour ``#rrggbb``."""

ELLIPSIS = "…"
GUTTER = 1  # cells on the left that hold the sign of the cursor


class Doer(Protocol):
    """The one door for actions: the app."""

    def do(self, action: Action) -> None:
        """Do it."""


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, ``…`` at its end if it was longer; wide characters are never halved."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    head = text[: 4 * width + 4]  # printable text has at most three marks on a letter
    if len(head) == len(text) and cell_len(text) <= width:
        return text
    return set_cell_size(head, width - 1) + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly so many cells."""
    text = cut(text, width)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


class Lines(Restyled, ScrollView, can_focus=True, inherit_bindings=False):
    """A list of rows with a cursor. Subclasses give :attr:`count` and :meth:`runs`, and may take :meth:`moved`."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--plain", "lines--cursor", "lines--dim", "lines--faint", "lines--accent", "lines--strong", "lines--match",
        "lines--warning",
    }  # fmt: skip

    DEFAULT_CSS = """
    Lines {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .lines--cursor { background: $block-cursor-blurred-background; }
        & > .lines--dim { color: $text-muted; }
        & > .lines--faint { color: $text-disabled; }
        & > .lines--accent { color: $text-accent; }
        & > .lines--strong { text-style: bold; }
        & > .lines--match { color: $text-accent; text-style: bold underline; }
        & > .lines--warning { color: $text-warning; }
        &:focus > .lines--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cursor = 0

    # ------------------------------------------------------------------------------------- what subclasses give

    @property
    def count(self) -> int:
        """Number of rows."""
        raise NotImplementedError

    def runs(self, index: int, width: int) -> list[Run]:
        """A row in at most so many cells."""
        raise NotImplementedError

    def moved(self) -> None:
        """The user moved the cursor to another row."""

    @property
    def empty_text(self) -> str:
        """What to show where there are no rows."""
        return ""

    def action_activate(self) -> None:
        """Enter, or a click on the row of the cursor."""

    def action_expand(self) -> None:
        """Show what is inside the row."""

    def action_collapse(self) -> None:
        """Hide what is inside the row."""

    def action_expand_all(self) -> None:
        """Show everything, or fold everything if it is shown."""

    def action_cursor_parent(self) -> None:
        """To the row that this one is in."""

    # ------------------------------------------------------------------------------------- cursor

    @property
    def cursor(self) -> int:
        """Index of the row that the keys act on."""
        return self._cursor

    @property
    def top(self) -> int:
        """Index of the first row on the screen."""
        return self.scroll_offset.y

    @property
    def page(self) -> int:
        """Rows on the screen."""
        return max(1, self.scrollable_content_region.height)

    def rows_changed(self, cursor: int, top: int | None = None) -> None:
        """Take new rows: draw them, with the cursor at an index and, if it fits, this row at the top."""
        self._cursor = max(0, min(cursor, self.count - 1))
        size = Size(1, self.count)
        if self.virtual_size != size:
            self.virtual_size = size
        if top is not None:
            self.scroll_to(y=max(0, top), animate=False, force=True)
        self._keep_cursor_in_view()
        self.refresh()

    def place_cursor(self, index: int) -> None:
        """Put the cursor on a row without the effects of a move by the user."""
        index = max(0, min(index, self.count - 1))
        if index != self._cursor:
            self.refresh_line(self._cursor)
            self._cursor = index
            self.refresh_line(index)
        self._keep_cursor_in_view()

    def move_cursor(self, index: int) -> None:
        """Put the cursor on a row as the user's keys do; beyond the ends is the first or last."""
        before = self._cursor
        self.place_cursor(index)
        if self._cursor != before and self.count:
            self.moved()

    def action_cursor_up(self) -> None:
        """One row up."""
        self.move_cursor(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self.move_cursor(self._cursor + 1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_cursor(self._cursor - self.page)

    def action_page_down(self) -> None:
        """One page down."""
        self.move_cursor(self._cursor + self.page)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self.move_cursor(self._cursor - max(1, self.page // 2))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self.move_cursor(self._cursor + max(1, self.page // 2))

    def action_cursor_first(self) -> None:
        """To the first row."""
        self.move_cursor(0)

    def action_cursor_last(self) -> None:
        """To the last row."""
        self.move_cursor(self.count - 1)

    def _keep_cursor_in_view(self) -> None:
        if not self.scrollable_content_region.height:
            return  # not laid out; the first resize comes back here
        if self._cursor < self.top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= self.top + self.page:
            self.scroll_to(y=self._cursor - self.page + 1, animate=False, force=True)

    # ------------------------------------------------------------------------------------- events

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._keep_cursor_in_view()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without Textual's animation."""
        self._wheel(event, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without Textual's animation."""
        self._wheel(event, -3)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_to(y=max(0, self.top + by), animate=False)

    def on_click(self, event: events.Click) -> None:
        """Move to the row; on the cursor's row do what enter does."""
        place = event.get_content_offset(self)
        if place is None:
            return
        index = self.top + place.y
        if index >= self.count:
            return
        event.stop()
        if index == self._cursor:
            self.action_activate()
        else:
            self.move_cursor(index)

    # ------------------------------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        index = self.top + y
        if not self.count:
            lines = wrapped(self.empty_text, width - 2 * GUTTER)
            text = " " * GUTTER + lines[y - 1] if 1 <= y <= len(lines) else ""
            return Strip([Segment(fit(text, width), self._style("dim"))], width)
        if index >= self.count:
            return Strip([Segment(" " * width, self._style(""))], width)
        runs = self.runs(index, width - GUTTER)
        if index == self._cursor:
            return Strip(self._segments([("›" if GUTTER else "", ""), *runs], width, self._style("cursor")), width)
        return Strip(self._segments([(" " * GUTTER, ""), *runs], width, None), width)

    def _segments(self, runs: Iterable[Run], width: int, base: Style | None) -> list[Segment]:
        """One segment for neighbours of one style, filled or cut to the width."""
        segments: list[Segment] = []
        text, style, left = "", base or self._style(""), width
        for part, name in runs:
            part = cut(part, left)
            left -= cell_len(part)
            own = self._style(name) if base is None else _under_cursor(base, name)
            if own == style:
                text += part
                continue
            if text:
                segments.append(Segment(text, style))
            text, style = part, own
        if left and style != (base or self._style("")):
            segments.append(Segment(text, style))
            text, style = "", base or self._style("")
        segments.append(Segment(text + " " * left, style))
        return segments

    def _style(self, name: str) -> Style:
        if name.startswith("#"):
            return self._style("") + Style(color=name)
        return self.get_component_rich_style(_COMPONENTS[name])

    # ------------------------------------------------------------------------------------- actions

    def send(self, action: Action) -> None:
        """Hand an action to the app."""
        cast(Doer, self.app).do(action)


_EMPHASIS = Style(underline=True)
_COMPONENTS = {
    name.removeprefix("lines--").replace("plain", ""): name for name in Lines.COMPONENT_CLASSES
}  # Textual keeps their styles until the style sheet changes; the widget's own is computed anew each time


def _under_cursor(base: Style, name: str) -> Style:
    """How a run looks in the row of the cursor: what the filter found, and colours of the data, are seen there, too."""
    if name == "match":
        return base + _EMPHASIS
    return base + Style(color=name) if name.startswith("#") else base


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most so many cells, broken between words where that goes."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, max(2, width))
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces, none of which takes more cells."""
    pieces, used = [""], 0
    for letter in word:
        cells = cell_len(letter)
        if used + cells > width:
            pieces.append("")
            used = 0
        pieces[-1] += letter
        used += cells
    return pieces
