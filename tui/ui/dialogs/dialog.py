"""What all dialogs share: a sheet over the panes that escape closes, and a list of lines of any length."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.courtesy import TURN
from tui.ui.seethrough import SeeThrough

Result = TypeVar("Result")
Run = tuple[str, str]
"""A text, and its style: empty, ``accent`` or ``muted``."""


class Dialog(ModalScreen[Result], SeeThrough[Result]):
    """A sheet over the panes; the picture below stays as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", "Close", show=False)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: transparent; }
    #sheet {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        background: $panel; border: round $border; padding: 0 1;
        border-title-color: $accent; border-subtitle-color: $text-muted;
    }
    Dialog .label { color: $text-muted; height: 1; width: auto; }
    Dialog Input { height: 1; border: none; padding: 0 1; background: $surface; }
    Dialog Input:focus { border: none; background: $background; }
    """
    HEADING = ""
    FOOTING = "esc closes"
    made = False
    """Whether all of the sheet is there; an answer that comes before was asked for by one that is closed."""

    def on_mount(self) -> None:
        """All widgets are there, those of the body too: a screen is mounted last."""
        self.made = True

    def compose(self) -> ComposeResult:
        """The sheet around the body."""
        with Vertical(id="sheet") as sheet:
            yield from self.body()
        sheet.border_title = plain(self.heading())
        sheet.border_subtitle = plain(self.FOOTING)

    def heading(self) -> str:
        """The title of the sheet."""
        return self.HEADING

    def body(self) -> ComposeResult:
        """What stands on the sheet."""
        yield from ()

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)


class Row(Horizontal):
    """A line of a sheet; what stands in it is made and styled in a turn in which little was done."""

    def __init__(self) -> None:
        super().__init__(classes="row")

    async def _compose(self) -> None:
        await TURN.room()
        await super()._compose()


def plain(text: str) -> Content:
    """Text that is shown as it is, whatever brackets it holds."""
    return Content(text)


class LongText(ScrollView, can_focus=True):
    """A list of lines that is drawn line by line, so its length costs nothing.

    Parameters
    ----------
    count
        Number of lines.
    line
        Makes the runs of line ``i``, counted from 0.
    width
        Cells of the longest line, for scrolling to the side.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("l", "scroll_right", show=False),
        Binding("h", "scroll_left", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
        Binding("ctrl+d,space", "page_down", show=False),
        Binding("ctrl+u", "page_up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"longtext--accent", "longtext--muted"}
    DEFAULT_CSS = """
    LongText { height: auto; max-height: 100%; scrollbar-size: 1 1;
        .longtext--accent { color: $accent; }
        .longtext--muted { color: $text-muted; }
    }
    """

    def __init__(self, count: int, line: Callable[[int], list[Run]], width: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line = line
        self.virtual_size = Size(width, count)

    def replace(self, count: int, line: Callable[[int], list[Run]], width: int) -> None:
        """Show other lines."""
        self._line = line
        self.virtual_size = Size(width, count)
        self.scroll_to(0, 0, animate=False)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return self.virtual_size.height

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        if top + y >= self.virtual_size.height:
            return Strip.blank(width, self.rich_style)
        segments = [Segment(text, self._style(name)) for text, name in self._line(top + y)]
        return Strip(segments).crop_extend(left, left + width, Style()).apply_style(self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"longtext--{name}", partial=True) if name else Style()


class Choice(Widget, can_focus=True):
    """One of a few words, chosen by left and right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--other"}
    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr;
        .choice--chosen { color: $accent; text-style: bold; }
        .choice--other { color: $text-muted; }
        &:focus { background: $background; .choice--chosen { text-style: bold reverse; } }
    }
    """

    class Changed(Message):
        """Another word is chosen."""

    def __init__(self, words: tuple[str, ...], chosen: int = 0, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self.chosen = chosen

    def action_step(self, by: int) -> None:
        """Choose the next word, around the end."""
        self.chosen = (self.chosen + by) % len(self._words)
        self.refresh()
        self.post_message(self.Changed())

    def render(self) -> RenderResult:
        """All words, the chosen one in the accent's colour."""
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        for index, word in enumerate(self._words):
            style = "choice--chosen" if index == self.chosen else "choice--other"
            line.append(f" {word} ", self.get_component_rich_style(style, partial=True))
            line.append(" ")
        return line
