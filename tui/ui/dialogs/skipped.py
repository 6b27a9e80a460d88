"""The files that were skipped, each with its reason."""

from __future__ import annotations

from collections import Counter

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widgets import Static

from tui.service.values import Skipped, printable
from tui.ui.dialogs.dialog import Dialog, LongText, Run, plain

MOST_REASONS = 6
LOOKED = 2000  # files by which the width is known
WIDEST = 32  # cells of a name after which the reasons are aligned; with a reason they fit 80 cells


class SkippedFiles(Dialog[None]):
    """The sheet on ``F``: how many for which reason, then one line a file."""

    DEFAULT_CSS = """
    SkippedFiles #sheet { width: 110; }
    SkippedFiles #reasons { height: auto; margin: 0 0 1 0; }
    """

    def __init__(self, skipped: tuple[Skipped, ...], opened: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._skipped = skipped
        roots = {path.rstrip("/") + "/" for path in opened}
        self._root = roots.pop() if len(roots) == 1 else ""  # of several each path says which it is

    def heading(self) -> str:
        """How many there are."""
        return f"Skipped files: {len(self._skipped):,}"

    def body(self) -> ComposeResult:
        """Counts, then the list."""
        reasons = Counter(item.reason for item in self._skipped).most_common()
        told = [f"{count:>8,}  {reason}" for reason, count in reasons[:MOST_REASONS]]
        if len(reasons) > MOST_REASONS:
            rest = sum(count for _, count in reasons[MOST_REASONS:])
            told.append(f"{rest:>8,}  other reasons")
        yield Static(plain("\n".join(told) or "No file was skipped."), id="reasons")

        def line(index: int) -> list[Run]:
            item = self._skipped[index]
            name = printable(item.path.removeprefix(self._root) or item.path)
            return [(name + " " * (names - cell_len(name)), ""), (f"  {item.reason}", "muted")]

        looked, names = range(min(len(self._skipped), LOOKED)), 0
        names = min(max((cell_len(line(index)[0][0]) for index in looked), default=0), WIDEST)
        width = max((sum(cell_len(text) for text, _ in line(index)) for index in looked), default=0)
        yield LongText(len(self._skipped), line, width)
