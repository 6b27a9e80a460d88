"""What is wrong with the file that is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tui.service.actions import Action
from tui.service.figures import plural
from tui.service.questions import Answer, Check, Checked, Question
from tui.service.tagvalues import ERROR, OPEN, WARNING, Finding
from tui.service.values import Ref
from tui.ui.dialogs.rows import Asking, RowList
from tui.ui.panes.lines import Run, cut, wrapped

SEVERITY = 8
KINDS = (ERROR, WARNING, OPEN)


class FindingsSheet(Asking[str]):
    """The sheet on ``!``; the result is the path of the element of the finding that was chosen."""

    HEADING = "What is wrong with this file"
    FOOTING = "enter goes to the element, esc closes"
    WAITING = "checking..."
    DETAIL = 3

    def __init__(self, ref: Ref, unsaved: bool, do: Callable[[Action], None]) -> None:
        super().__init__(do)
        self._ref = ref
        self._unsaved = unsaved
        self._findings: tuple[Finding, ...] = ()

    def question(self) -> Question:
        """The file."""
        return Check(self._ref)

    def take(self, answer: Answer) -> None:
        """Show the findings, errors first, what is open last."""
        assert isinstance(answer, Checked)
        self._findings = tuple(sorted(answer.findings, key=lambda one: KINDS.index(one.severity)))
        counts = Counter(one.severity for one in self._findings)
        told = f"{plural(counts[ERROR], 'error')}, {plural(counts[WARNING], 'warning')}, by {answer.by}."
        if counts[OPEN]:
            told += f" Open: {plural(counts[OPEN], 'attribute')} that may be required, which the file does not tell."
        if self._unsaved:
            told += " The file on the disk was checked, without the edits that are not saved."
        self.say(told)
        self.query_one(RowList).replace(len(self._findings), self._line, "Nothing was found to be wrong.")

    def _line(self, index: int, width: int) -> list[Run]:
        one = self._findings[index]
        name = one.keyword or one.path
        head = f"{one.severity:<{SEVERITY}} "
        room = max(0, width - len(head) - len(name) - 2)
        return [(head, "warning" if one.severity == ERROR else "dim"), (f"{name}  ", ""), (cut(one.text, room), "dim")]

    def detail(self, index: int, width: int) -> list[str]:
        """The whole sentence."""
        one = self._findings[index]
        return wrapped(f"{one.path} {one.keyword}  {one.text}".strip(), width)

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """Close with the element; a finding without one stays."""
        if path := self._findings[message.index].path:
            self.dismiss(path)
