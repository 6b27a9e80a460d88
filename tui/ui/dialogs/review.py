"""Every element of a file before and after, with what is done to it and why: looked at before anything is written.

The values of the original are shown here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.service.reviewing import AnonymizeReviewed, ReviewAnonymize, Reviewed
from tui.service.values import Options, Ref, printable
from tui.ui.dialogs.dialog import Choice, Dialog, LongText, Row, Run, plain

ACTIONS = ("all", "removed", "emptied", "replaced", "new UID", "added", "kept")
ACTION_WIDTH, NAME_WIDTH, VALUE_WIDTH = 9, 26, 22


class ReviewSheet(Dialog[None]):
    """The elements of some files, one file at a time.

    Parameters
    ----------
    refs
        The files.
    options, rules
        As the run would have them.
    do
        The door for the action that asks for a file.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False),
        Binding("n", "file(1)", show=False),
        Binding("N,p", "file(-1)", show=False),
        Binding("tab", "next_action(1)", show=False, priority=True),
        Binding("shift+tab", "next_action(-1)", show=False, priority=True),
        Binding("down,enter", "list", show=False),
    ]
    DEFAULT_CSS = """
    ReviewSheet #sheet { width: 100%; height: 100%; max-width: 160; }
    ReviewSheet .row { height: 1; }
    ReviewSheet .label { width: 8; }
    ReviewSheet #words { width: 1fr; }
    ReviewSheet #file { height: 1; color: $text-muted; }
    ReviewSheet #problem { height: auto; max-height: 3; color: $warning; }
    ReviewSheet #rows { height: 1fr; margin: 1 0 0 0; }
    """
    HEADING = "What becomes of each element"
    FOOTING = "/ filters, tab what is done, n next file, esc closes"

    def __init__(
        self, refs: tuple[Ref, ...], options: Options, rules: str, do: Callable[[ReviewAnonymize], None]
    ) -> None:
        super().__init__()
        self._refs, self._options, self._rules, self._do = refs, options, rules, do
        self._at = 0
        self._rows: tuple[Reviewed, ...] = ()
        self._seen: list[Reviewed] = []

    def body(self) -> ComposeResult:
        """What is filtered by, and the list."""
        with Row():
            yield Static(plain("filter"), classes="label")
            yield Input(id="words", select_on_focus=False)
        with Row():
            yield Static(plain("done"), classes="label")
            yield Choice(ACTIONS, id="action")
        yield Static(id="file")
        yield Static(id="problem")
        yield LongText(0, lambda index: [], 0, id="rows")

    def on_mount(self) -> None:
        """Ask for the first file."""
        self.query_one("#problem").display = False
        self.query_one("#rows").focus()
        self._ask()

    def _ask(self) -> None:
        self._rows = ()
        self._say("reading...")
        self._show()
        self._do(ReviewAnonymize(self._refs[self._at], self._options, self._rules))

    def _say(self, counts: str) -> None:
        path = printable(self._refs[self._at].path)
        number = f"{self._at + 1:,} of {len(self._refs):,}"
        self.query_one("#file", Static).update(plain(f"{number}  {counts}  {path}"))

    def action_file(self, by: int) -> None:
        """Another file, around the end."""
        if len(self._refs) > 1:
            self._at = (self._at + by) % len(self._refs)
            self._ask()

    def action_search(self) -> None:
        """Type words to filter by."""
        self.query_one("#words").focus()

    def action_list(self) -> None:
        """Back to the list."""
        self.query_one("#rows").focus()

    def action_next_action(self, by: int) -> None:
        """Show what was done in another way."""
        self.query_one(Choice).action_step(by)

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Filter again."""
        message.stop()
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as the words change."""
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the list."""
        event.stop()
        self.action_list()

    def reviewed(self, event: AnonymizeReviewed) -> None:
        """Show a file; an answer about another one is dropped."""
        if event.ref != self._refs[self._at]:
            return
        self._rows = event.rows
        problem = self.query_one("#problem", Static)
        problem.update(plain(event.problem))
        problem.display = bool(event.problem)
        counts = Counter(row.action for row in event.rows)
        self._say(", ".join(f"{counts[action]:,} {action}" for action in ACTIONS if counts[action]))
        self._show()

    def _show(self) -> None:
        words = self.query_one("#words", Input).value.lower().split()
        wanted = ACTIONS[self.query_one(Choice).chosen]
        self._seen = [row for row in self._rows if wanted in ("all", row.action) and matches(row, words)]
        width = max((len(text(row)) for row in self._seen), default=0)
        self.query_one("#rows", LongText).replace(len(self._seen), self._line, width)

    def _line(self, index: int) -> list[Run]:
        row = self._seen[index]
        whole = text(row)
        style = "muted" if row.action == "kept" else ""
        return [
            (whole[: ACTION_WIDTH + 1], "muted" if row.action == "kept" else "accent"),
            (whole[ACTION_WIDTH + 1 :], style),
        ]


def matches(row: Reviewed, words: list[str]) -> bool:
    """Whether all words are in the row; those that begin with ``!`` must not be."""
    whole = " ".join((row.action, row.tag, row.path, row.keyword, row.vr, row.rule, row.before, row.after)).lower()
    return all((word[1:] not in whole) if word[:1] == "!" and word[1:] else word in whole for word in words)


def text(row: Reviewed) -> str:
    """One element as a line: what is done, what it is, before, after, why."""
    name = "  " * row.depth + (row.keyword or row.tag)
    before, after = cut(row.before, VALUE_WIDTH), cut(row.after, VALUE_WIDTH)
    if row.action == "kept":
        value = before
    elif row.action in ("removed", "emptied"):
        value = f"{before:<{VALUE_WIDTH}} → {'(empty)' if row.action == 'emptied' else '-'}"
    elif row.action == "added":
        value = f"{'-':<{VALUE_WIDTH}} → {after}"
    else:
        value = f"{before:<{VALUE_WIDTH}} → {after}"
    line = f"{row.action:<{ACTION_WIDTH}} {cut(name, NAME_WIDTH):<{NAME_WIDTH}} {value}"
    return f"{line}   [{row.rule}]" if row.rule else line


def cut(value: str, width: int) -> str:
    """A value of at most so many characters."""
    return value if len(value) <= width else value[: width - 1] + "…"
