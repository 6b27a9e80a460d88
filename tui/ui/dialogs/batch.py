"""The same edits for many files, with what they would change in each before anything is written."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable

from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.service.actions import Action
from tui.service.editing import WriteEdits, common_root
from tui.service.figures import plural
from tui.service.questions import Answer, FilePlan, PlanEdits, Planned, Question
from tui.service.tagvalues import Plan, Replacement, path_of, setting
from tui.service.values import printable
from tui.ui.dialogs.dialog import Choice, Row, plain
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.dialogs.scope import Scope
from tui.ui.panes.lines import Run, cut

NAMES = r"""a regular expression: (?P<number>\d+) makes {number} a field"""
INTO = ("copies in a folder", "the same files, backups are kept")
EXAMPLE = "PatientID=P{patient:03}; AccessionNumber=A{n:04}; -StudyID; PatientName~old~new"


def plan_of(text: str, table: str = "", new_uids: bool = False, from_name: str = "", first: str = "1") -> Plan:
    r"""The plan that was typed: ``Keyword=value``, ``-Keyword`` and ``Keyword~pattern~new``, separated by semicolons.

    Parameters
    ----------
    text
        A semicolon within a value or pattern is written ``\;``.
    first
        Where the counters begin, as it was typed.

    Raises
    ------
    tui.errors.UsageError
    """
    if not first.isascii() or not first.isdigit() or len(first) > 9:
        raise UsageError("The counters begin at a whole number", "For example: 1")
    sets, deletes, replacements = [], [], []
    for part in filter(None, (part.strip() for part in re.split(r"(?<!\\);", text))):
        part = part.replace("\\;", ";")
        if part.startswith("-"):
            deletes.append(path_of(part[1:].strip()))
            continue
        name, equals, _ = part.partition("=")
        if "~" in name or not equals:
            pieces = part.split("~")
            if len(pieces) != 3:
                raise UsageError(f"{printable(part, 40)} is no edit", f"As in: {EXAMPLE}")
            replacements.append(Replacement(path_of(pieces[0].strip()), pieces[1], pieces[2]))
        else:
            path, value, vr = setting(part)
            sets.append((path, value.strip(), vr))
    set_values, vrs = tuple((p, value) for p, value, _ in sets), tuple((p, vr) for p, _, vr in sets if vr)
    plan = Plan(set_values, tuple(deletes), tuple(replacements), table, from_name, new_uids, int(first), vrs)
    if not plan and from_name:
        raise UsageError("The pattern makes fields, and nothing takes them", "For example: InstanceNumber={number}")
    return plan


def lines_of(files: tuple[FilePlan, ...]) -> list[tuple[str, str, str]]:
    """The preview: a line for each file, then one for each element that changes: style, name, and what becomes.

    Files are named by their place below the folder that holds them all.
    """
    out: list[tuple[str, str, str]] = []
    root = common_root(file.ref.path for file in files)
    for file in files:
        told = file.error or file.note
        out.append(("warning" if told else "accent", printable(os.path.relpath(file.ref.path, root)), told))
        for one in file.differences:
            before = "(none)" if one.before is None else printable(one.before, 200) or '""'
            after = "(removed)" if one.after is None else one.after or '""'
            out.append(("", f"  {one.keyword or one.path}", f"{before} → {after}"))
    return out


class BatchSheet(Asking[WriteEdits]):
    """The sheet on ``b``.

    Parameters
    ----------
    scopes
        Sets of files.
    folder
        Where the copies go, until another is typed.
    """

    HEADING = "Edit many files"
    FOOTING = "enter shows what would change, again writes, tab moves, esc closes"
    WAITING = "looking at the files..."
    DEFAULT_CSS = """
    BatchSheet .row { height: 1; }
    BatchSheet .row Input { width: 1fr; }
    """

    def __init__(self, scopes: tuple[Scope, ...], folder: str, do: Callable[[Action], None], chosen: int = 0) -> None:
        super().__init__(do)
        self._scopes = scopes
        self._folder = folder
        self._first = chosen
        self._planned: Planned | None = None
        self._lines: list[tuple[str, str, str]] = []

    def controls(self) -> ComposeResult:
        """Which files, which edits, where to."""
        with Row():
            yield Static(plain("files  "), classes="label")
            yield Choice(tuple(f"{s.name} ({len(s.refs):,})" for s in self._scopes), self._first, id="what")
        for name, label, text, hint in (
            ("edits", "edits  ", "", EXAMPLE),
            ("table", "table  ", "", "path of a CSV file: key, then the keywords to set"),
            ("names", "names  ", "", NAMES),
            ("first", "count  ", "1", "where {n} {patient} {study} {series} begin"),
        ):
            with Row():
                yield Static(plain(label), classes="label")
                yield Input(text, id=name, placeholder=hint, select_on_focus=False)
        with Row():
            yield Static(plain("UIDs   "), classes="label")
            yield Choice(("as they are", "new ones, the same wherever they are named"), id="uids")
        with Row():
            yield Static(plain("into   "), classes="label")
            yield Choice(INTO, id="into")
        with Row():
            yield Static(plain("folder "), classes="label")
            yield Input(self._folder, id="folder", select_on_focus=False)

    def begin(self) -> None:
        """Nothing is asked before something is typed."""
        self.query_one("#edits", Input).focus()
        self.say("Nothing is written before you have seen what would change.")

    def question(self) -> Question | None:
        """What was typed; None where that is nothing, or wrong."""
        try:
            plan = plan_of(
                self._typed("edits"),
                os.path.expanduser(self._typed("table")),
                self.query_one("#uids", Choice).chosen == 1,
                self._typed("names"),
                self._typed("first"),
            )
        except UsageError as error:
            self.say(error.sentence())
            return None
        if not plan:
            self.say("Type an edit, or the path of a table.")
            return None
        return PlanEdits(self._scopes[self.query_one("#what", Choice).chosen].refs, plan)

    def _typed(self, line: str) -> str:
        return self.query_one(f"#{line}", Input).value.strip()

    @property
    def _in_place(self) -> bool:
        return self.query_one("#into", Choice).chosen == 1

    def take(self, answer: Answer) -> None:
        """Show what would change."""
        assert isinstance(answer, Planned)
        self._planned = answer
        self._lines = lines_of(answer.files)
        failed = sum(bool(file.error) for file in answer.files)
        changes = sum(len(file.differences) for file in answer.files)
        told = f"{plural(changes, 'change')} in {plural(len(answer.files) - failed, 'file')}"
        if failed:
            told = f"{told}, {failed:,} cannot be edited"
        write = " Enter writes the others." if failed else " Enter writes."
        self.say(f"{told}.{write if changes else ''}")
        self.query_one("#rows", RowList).replace(len(self._lines), self._line, "Nothing would change.")

    def _line(self, index: int, width: int) -> list[Run]:
        style, name, text = self._lines[index]
        return [(f"{name}  ", style), (cut(text, max(0, width - len(name) - 2)), "dim" if style else "")]

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was shown is of another plan."""
        event.stop()
        if event.input.id != "folder":
            self._planned = None

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Likewise, unless it is where to that changes; the same files have no folder."""
        message.stop()
        self.query_one("#folder", Input).disabled = self._in_place
        if self.query_one("#into", Choice) is not self.focused:
            self._planned = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show, or write what was shown."""
        event.stop()
        self._go()

    def on_key(self, event: Key) -> None:
        """Enter on a choice does the same, and in the list while it is empty."""
        here = self.focused
        if event.key == "enter" and (isinstance(here, Choice) or (isinstance(here, RowList) and not here.count)):
            event.stop()  # the list, which may have rows by then, would take it for one of its own
            self._go()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """Enter in the list does the same."""
        message.stop()
        self._go()

    def _go(self) -> None:
        planned = self._planned
        if planned is None or self.question() != self._question:
            self._planned = None
            self.ask()
            return
        made = tuple((file.ref, file.edits) for file in planned.files if not file.error and file.differences)
        folder, in_place = self._typed("folder"), self._in_place
        if not made:
            self.say("There is nothing to write.")
        elif not folder and not in_place:
            self.say("Type the folder that the copies go to.")
        else:
            root = common_root(ref.path for ref, _ in made)
            self.dismiss(WriteEdits(made, "" if in_place else folder, root, in_place))
