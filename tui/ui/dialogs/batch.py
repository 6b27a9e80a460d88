"""The same edits for many files, with what they would change in each before anything is written."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.errors import UsageError
from tui.service.actions import Action
from tui.service.editing import WriteEdits, common_root
from tui.service.questions import Answer, FilePlan, PlanEdits, Planned, Question
from tui.service.tagvalues import Plan, Replacement, path_of
from tui.service.values import printable
from tui.ui.dialogs.anonymize import Scope
from tui.ui.dialogs.dialog import Choice, plain
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.panes.lines import Run, cut

EXAMPLE = "PatientID=P{patient:03}; AccessionNumber=A{n:04}; -StudyID; PatientName~old~new"


def plan_of(text: str, table: str, new_uids: bool) -> Plan:
    """The plan that was typed: ``Keyword=value``, ``-Keyword`` and ``Keyword~pattern~new``, separated by semicolons.

    Raises
    ------
    tui.errors.UsageError
    """
    sets, deletes, replacements = [], [], []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        if part.startswith("-"):
            deletes.append(path_of(part[1:].strip()))
            continue
        name, equals, value = part.partition("=")
        if "~" in name or not equals:
            pieces = part.split("~")
            if len(pieces) != 3:
                raise UsageError(f"{printable(part, 40)} is no edit", f"As in: {EXAMPLE}")
            replacements.append(Replacement(path_of(pieces[0].strip()), pieces[1], pieces[2]))
        else:
            sets.append((path_of(name.strip()), value.strip()))
    return Plan(tuple(sets), tuple(deletes), tuple(replacements), table, "", new_uids)


def lines_of(files: tuple[FilePlan, ...]) -> list[tuple[str, str, str]]:
    """The preview: a line for each file, then one for each element that changes: style, name, and what becomes."""
    out: list[tuple[str, str, str]] = []
    for file in files:
        out.append(("warning" if file.error else "accent", printable(file.ref.path), file.error))
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
    FOOTING = "enter shows what would change, enter again writes copies, tab moves, esc closes"
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
        with Horizontal(classes="row"):
            yield Static(plain("files  "), classes="label")
            yield Choice(tuple(f"{s.name} ({len(s.refs):,})" for s in self._scopes), self._first, id="what")
        for name, label, text, hint in (
            ("edits", "edits  ", "", EXAMPLE),
            ("table", "table  ", "", "path of a CSV file: key, then the keywords to set"),
            ("folder", "folder ", self._folder, ""),
        ):
            with Horizontal(classes="row"):
                yield Static(plain(label), classes="label")
                yield Input(text, id=name, placeholder=hint, select_on_focus=False)
        with Horizontal(classes="row"):
            yield Static(plain("UIDs   "), classes="label")
            yield Choice(("as they are", "new ones, the same wherever they are named"), id="uids")

    def begin(self) -> None:
        """Nothing is asked before something is typed."""
        self.query_one("#edits", Input).focus()
        self.say("Nothing is written before you have seen what would change.")

    def question(self) -> Question | None:
        """What was typed; None where that is nothing, or wrong."""
        try:
            plan = plan_of(
                self.query_one("#edits", Input).value,
                self.query_one("#table", Input).value.strip(),
                self.query_one("#uids", Choice).chosen == 1,
            )
        except UsageError as error:
            self.say(error.sentence())
            return None
        if not plan:
            self.say("Type an edit, or the path of a table.")
            return None
        return PlanEdits(self._scopes[self.query_one("#what", Choice).chosen].refs, plan)

    def take(self, answer: Answer) -> None:
        """Show what would change."""
        assert isinstance(answer, Planned)
        self._planned = answer
        self._lines = lines_of(answer.files)
        failed = sum(bool(file.error) for file in answer.files)
        changes = sum(len(file.differences) for file in answer.files)
        told = f"{changes:,} changes in {len(answer.files) - failed:,} files"
        self.say(
            f"{told}, {failed:,} cannot be edited. Enter writes the others." if failed else f"{told}. Enter writes."
        )
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
        """Likewise."""
        message.stop()
        self._planned = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show, or write what was shown."""
        event.stop()
        self._go()

    def on_key(self, event: object) -> None:
        """Enter on a choice does the same."""
        if getattr(event, "key", "") == "enter" and isinstance(self.focused, Choice):
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
        folder = self.query_one("#folder", Input).value.strip()
        if not made:
            self.say("There is nothing to write.")
        elif not folder:
            self.say("Type the folder that the copies go to.")
        else:
            self.dismiss(WriteEdits(made, folder, common_root(ref.path for ref, _ in made)))
