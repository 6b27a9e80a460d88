"""A list with a cursor on a sheet, and sheets that show the answer to a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from tui.service.actions import Action
from tui.service.questions import Answer, Answered, Ask, Nothing, Progress, Question
from tui.service.values import printable
from tui.ui.dialogs.dialog import Dialog, Result, plain
from tui.ui.panes.lines import Lines, Run

Line = Callable[[int, int], list[Run]]
"""Makes the runs of a row, by its index, for a width in cells."""


class RowList(Lines):
    """Rows of any number; enter chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_down", show=False),
        Binding("k,up", "cursor_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("ctrl+d", "half_page_down", show=False),
        Binding("ctrl+u", "half_page_up", show=False),
        Binding("g,home", "cursor_first", show=False),
        Binding("G,end", "cursor_last", show=False),
        Binding("enter", "activate", show=False),
    ]

    class Chosen(Message):
        """Enter, or a click on the row of the cursor."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Moved(Message):
        """The cursor stands on another row, or the rows are others."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:
        super().__init__(id=id)
        self._count = 0
        self._line: Line = lambda index, width: []
        self._empty = empty

    def replace(self, count: int, line: Line, empty: str = "") -> None:
        """Show other rows."""
        self._count, self._line, self._empty = count, line, empty
        self.rows_changed(0, 0)
        self.moved()

    def moved(self) -> None:
        """Tell where the cursor stands."""
        self.post_message(self.Moved(self.cursor))

    @property
    def count(self) -> int:
        """Number of rows."""
        return self._count

    def runs(self, index: int, width: int) -> list[Run]:
        """A row in at most so many cells."""
        return self._line(index, width)

    @property
    def empty_text(self) -> str:
        """What to show where there are no rows."""
        return self._empty

    def action_activate(self) -> None:
        """Choose the row."""
        if self._count:
            self.post_message(self.Chosen(self.cursor))


class Asking(Dialog[Result], Generic[Result]):
    """A sheet that asks a question when it opens, and shows the answer in a list.

    Parameters
    ----------
    do
        Takes actions.
    """

    DEFAULT_CSS = """
    Asking #sheet { width: 120; height: 100%; max-height: 40; }
    Asking #said { height: auto; color: $text-muted; }
    Asking RowList { height: 1fr; margin: 1 0 0 0; }
    Asking #detail { margin: 1 0 0 0; }
    """
    WAITING = "reading..."
    DETAIL = 0  # lines below the list for what the row of the cursor has no room for

    def __init__(self, do: Callable[[Action], None]) -> None:
        super().__init__()
        self._do = do
        self._question: Question | None = None
        self._waits = False  # for an answer
        self._at = ""  # the file that was looked at when it was last heard of

    def body(self) -> ComposeResult:
        """What is asked, a sentence, the list."""
        yield from self.controls()
        yield Static(plain(self.WAITING), id="said")
        yield RowList(id="rows")
        if self.DETAIL:
            detail = Static(id="detail")
            detail.styles.height = self.DETAIL
            yield detail

    def detail(self, index: int, width: int) -> list[str]:
        """What a row says in full, in lines of at most so many cells."""
        return []

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        """Say in full what the row says."""
        message.stop()
        if self.DETAIL:
            there = message.index < self.query_one(RowList).count
            shown = self.query_one("#detail", Static)
            lines = self.detail(message.index, shown.content_size.width) if there else []
            shown.update(plain("\n".join(lines[: self.DETAIL])))

    def controls(self) -> ComposeResult:
        """What stands above the answer."""
        yield from ()

    def question(self) -> Question | None:
        """What is asked now; None for nothing."""
        raise NotImplementedError

    def take(self, answer: Answer) -> None:
        """Show an answer to the present question."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin."""
        self.begin()

    def begin(self) -> None:
        """Ask; Textual calls ``on_mount`` of every class, and this of the last one."""
        self.query_one(RowList).focus()
        self.ask()

    def ask(self) -> None:
        """Ask anew."""
        self._question = self.question()
        if self._question is None:
            return
        self._waits, self._at = True, ""
        self.say(self.WAITING)
        self._do(Ask(self._question))

    def progressed(self, event: Progress) -> None:
        """Say how far the answer is."""
        if self._waits:
            self._at = printable(event.ref.path)
            self.say(f"{event.done:,} of {event.total:,} images {event.what}. Esc stops.")

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        if self._waits:
            self._do(Ask(Nothing()))

    def answered(self, event: Answered) -> None:
        """Take the answer in; one to an older question is dropped."""
        if event.question != self._question:
            return
        self._waits = False
        if event.answer is None:
            self.say(f"{event.problem} It was looking at {self._at}." if self._at else event.problem)
            self.query_one(RowList).replace(0, lambda index, width: [])
        else:
            self.take(event.answer)

    def say(self, sentence: str) -> None:
        """Show a sentence above the list."""
        self.query_one("#said", Static).update(plain(sentence))
