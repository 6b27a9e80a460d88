"""The two lines at the bottom: what is going on, and the keys of the pane with the focus."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.app import RenderResult
from textual.strip import Strip
from textual.widget import Widget

from tui.service.reduce import cine_rate
from tui.service.settings import Settings
from tui.service.state import State
from tui.service.values import Library, View, Window
from tui.ui.commands import COMMANDS, Command
from tui.ui.keymap import Keymap, shown_key
from tui.ui.panes.corners import cut, place_text
from tui.ui.panes.painted import Painted

GAP = "   "
LEAST_SECONDS = 0.5  # of a scan from which on its rate says something
MOST_HINTS = 8
MARKS = {"information": "", "warning": "! ", "error": "!! "}


def number(value: float) -> str:
    """A number of a window without needless digits."""
    return f"{value:.5g}" if abs(value) < 1e5 else f"{value:.0f}"


def window_text(window: Window | None, label: str, unit: str) -> str:
    """``C 40 W 400 HU brain``; empty without a window."""
    if window is None:
        return label
    return " ".join(filter(None, (f"C {number(window.center)} W {number(window.width)}", unit, label)))


def series_count(library: Library) -> int:
    """How many series there are."""
    return sum(len(study.series) for patient in library.patients for study in patient.studies)


def counts_text(state: State, series: int) -> str:
    """What was found so far, with so many series."""
    scan = state.scan
    if not scan.number:
        return "nothing is open"
    words = [f"{series:,} series", f"{scan.dicom:,} DICOM file{'s' * (scan.dicom != 1)}"]
    if scan.skipped:
        words.append(f"{scan.skipped:,} skipped")
    text = ", ".join(words)
    if scan.running:
        rate = f", {(scan.dicom + scan.skipped) / scan.seconds:,.0f}/s" if scan.seconds >= LEAST_SECONDS else ""
        if scan.checked:
            return f"checking {scan.checked:,}: {text}"
        return f"scanning{' again' if scan.again else ''}: {text}{rate}"
    return text if scan.complete else f"{text}, scan left"


def overlays_text(view: View, drawn: int) -> str:
    """How many overlays are drawn over the picture; empty where none is chosen and there is none."""
    if view.chosen and not view.overlays:
        return "overlays off"
    if drawn:
        return f"{drawn} overlay{'s' * (drawn != 1)}"
    return "no overlay here" if view.chosen else ""


def facts_texts(state: State, settings: Settings, missed: int = 0) -> list[str]:
    """What is to be said of the picture and of the work in hand, the most important first.

    Parameters
    ----------
    missed
        Pictures of the running cine that were left out: it goes by the clock, and does not show what comes too late.
    """
    texts = []
    writing, shown, picture = state.writing, state.shown, None
    if writing.verb:
        failed = f", {writing.failed} failed" if writing.failed else ""
        texts.append(f"{writing.verb} {writing.done}/{writing.total}{failed}")
    if shown is not None and shown.picture is not None:  # it stands there until the next one is drawn
        picture = shown.picture
    texts.append(place_text(state))
    if state.cine.playing:
        rate = cine_rate(state, settings)
        texts.append(f"cine {rate:.3g}/s" + (f", {missed:,} left out" if missed else ""))
    if picture is not None:
        texts.append(overlays_text(state.view, picture.overlays))
        texts.append(window_text(picture.window, picture.window_label, picture.unit))
    return [text for text in texts if text]


class StatusLine(Painted):
    """One line: on the left what was found or the last message, on the right the picture's window and frame."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--fact", "status--note", "status--warning", "status--error"}
    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; color: $text-muted;
        .status--fact { color: $foreground; }
        .status--note { color: $accent; }
        .status--warning { color: $warning; }
        .status--error { color: $error; }
    }
    """

    def __init__(self, settings: Settings, graphics_note: str = "") -> None:
        super().__init__(id="status")
        self._settings = settings
        self._graphics_note = graphics_note
        self._left = ""
        self._facts: list[str] = []
        self._notes: list[str] = []
        self._message = ("", "information")
        self._counted = (Library(), 0)

    @property
    def message(self) -> str:
        """The sentence that stands there now, or empty."""
        return self._message[0]

    def show(self, state: State, missed: int = 0) -> None:
        """Take over what the state says; ``missed`` as for :func:`facts_texts`."""
        notes: list[str] = []
        if state.shown is not None and state.shown.picture is not None:
            notes += state.shown.picture.notes
        if self._graphics_note:
            notes.append(self._graphics_note)
        if state.library is not self._counted[0]:
            self._counted = state.library, series_count(state.library)
        left, facts = counts_text(state, self._counted[1]), facts_texts(state, self._settings, missed)
        if (left, facts, notes) != (self._left, self._facts, self._notes):
            self._left, self._facts, self._notes = left, facts, notes
            self.refresh()

    def say(self, sentence: str, severity: str = "information") -> None:
        """Show a sentence in place of the counts; an empty one brings them back."""
        if (sentence, severity) != self._message:
            self._message = (sentence, severity)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.content_size.width
        sentence, severity = self._message
        left = MARKS.get(severity, "") + sentence if sentence else self._left
        fact, ground = self.style("status--fact"), self.style()
        pieces = [(text, fact) for text in self._facts]
        pieces += [] if sentence else [(note, ground) for note in self._notes]
        right: list[Segment] = []
        used, long = 0, cell_len(left)
        kept = long if sentence else min(long, max(12, width // 2))  # a sentence comes first
        for text, style in pieces:
            gap, needed = (GAP if right else ""), cell_len(text)
            if needed <= width - used - len(gap) - kept - len(GAP):
                right += [Segment(gap, ground), Segment(text, style)] if gap else [Segment(text, style)]
                used += len(gap) + needed
        left = cut(left, max(0, width - used - (len(GAP) if right else 0)))
        spaces = " " * max(0, width - cell_len(left) - used)
        said = self.style(_style_of(severity)) if sentence else ground
        return Strip([Segment(left, said), Segment(spaces, ground), *right], width)


def _style_of(severity: str) -> str:
    return {"warning": "status--warning", "error": "status--error"}.get(severity, "status--note")


class KeyHints(Widget):
    """One line: 4 to 8 keys that matter most in the pane with the focus."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key"}
    DEFAULT_CSS = """
    KeyHints { height: 1; padding: 0 1; color: $text-muted;
        .hints--key { color: $accent; }
    }
    """

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="hints")
        self._keymap = keymap
        self._pane = ""

    def show(self, pane: str) -> None:
        """Show the keys of this pane."""
        if pane != self._pane:
            self._pane = pane
            self.refresh()

    def hints(self, room: int) -> list[tuple[str, str]]:
        """Keys and labels that fit: those of the pane, of its files, of the program; the second yield first."""
        kinds: tuple[list[Command], list[Command], list[Command]] = ([], [], [])
        for command in COMMANDS:
            if command.hint and self._keymap.keys(command.id) and (not command.panes or self._pane in command.panes):
                kinds[0 if command.panes else 2 if command.group == "Program" else 1].append(command)
        for kind in (kinds[1], kinds[0], kinds[2]):
            while kind and (sum(map(len, kinds)) > MOST_HINTS or self._width(kinds) > room):
                kind.pop()
        return [self._hint(command) for kind in kinds for command in kind]

    def _hint(self, command: Command) -> tuple[str, str]:
        return shown_key(self._keymap.keys(command.id)[0]), command.hint

    def _width(self, kinds: tuple[list[Command], ...]) -> int:
        hints = [self._hint(command) for kind in kinds for command in kind]
        return sum(len(key) + 1 + len(label) + len(GAP) for key, label in hints) - len(GAP)

    def render(self) -> RenderResult:
        """The line."""
        style = self.get_component_rich_style("hints--key", partial=True)
        line = Text(no_wrap=True, overflow="crop", end="")
        for key, label in self.hints(self.content_size.width):
            line.append(GAP if line else "")
            line.append_text(Text.assemble((key, style), " ", label))
        return line
