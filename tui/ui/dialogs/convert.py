"""The sheet on ``I``: which pictures become DICOM, whose they are, and where to. Writes nothing itself."""

from __future__ import annotations

import os.path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.service.actions import Convert
from tui.service.values import Conversion
from tui.ui.dialogs.dialog import Choice, Dialog, plain

SYNTAXES = ("as they are", "native", "rle", "jpegls", "jpeg2000")
EMPTY = "empty: where Safelight was started"
ABOUT = (
    "PNG, JPEG, TIFF, BMP, WebP, GIF, MP4, npy and PDF become one series, in order of their names. JPEG is not coded "
    "anew. With a transfer syntax, DICOM files are written in it. `safelight convert --help` knows more."
)


class ConvertSheet(Dialog[Convert]):
    """What, whose, and where to. The result is the action to carry out, or None.

    Parameters
    ----------
    shown
        The DICOM file that is looked at, whose study the pictures may join; empty without one.
    folder
        Where to, if nothing else is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", show=False)]
    DEFAULT_CSS = """
    ConvertSheet #sheet { width: 84; }
    ConvertSheet #about { height: auto; margin: 0 0 1 0; color: $text-muted; }
    ConvertSheet .row { height: 1; }
    ConvertSheet .label { width: 10; }
    ConvertSheet Input { width: 1fr; }
    ConvertSheet #problem { height: auto; color: $warning; margin: 1 0 0 0; }
    """
    HEADING = "Import: pictures to DICOM"
    FOOTING = "left and right choose, tab moves, enter writes, esc closes"

    def __init__(self, shown: str, folder: str = "") -> None:
        super().__init__()
        self._shown, self._folder = shown, folder

    def body(self) -> ComposeResult:
        """Questions and answers, a row each."""
        yield Static(plain(ABOUT), id="about")
        yield from self._row("pictures", Input(id="paths", placeholder="a file or a folder; several with ; between"))
        study = ("a new one", "that of the image shown") if self._shown else ("a new one",)
        yield from self._row("study", Choice(study, id="study"))
        yield from self._row("patient", Input(id="patient", placeholder="name, such as Doe^Jane"))
        yield from self._row("ID", Input(id="number"))
        yield from self._row("modality", Input(id="modality", placeholder="OT; XC for photographs, US, ES, ..."))
        yield from self._row("syntax", Choice(SYNTAXES, id="syntax"))
        yield from self._row("folder", Input(self._folder, id="folder", placeholder=EMPTY))
        yield Static(id="problem")

    def _row(self, label: str, widget: Choice | Input) -> ComposeResult:
        if isinstance(widget, Input):
            widget.select_on_focus = False
        with Horizontal(classes="row"):
            yield Static(plain(label), classes="label")
            yield widget

    def on_mount(self) -> None:
        """Begin with the pictures."""
        self.query_one("#problem").display = False
        self.query_one("#paths").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text writes, too."""
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Close with the action, or say that there are no pictures."""
        paths = tuple(os.path.expanduser(path.strip()) for path in self._text("paths").split(";") if path.strip())
        if not paths:
            problem = self.query_one("#problem", Static)
            problem.update(plain("Type which pictures: a file or a folder."))
            problem.display = True
            return
        syntax = self.query_one("#syntax", Choice).chosen
        given = {
            "PatientName": self._text("patient"), "PatientID": self._text("number"), "Modality": self._text("modality"),
        }  # fmt: skip
        recipe = Conversion(
            values=tuple((keyword, value) for keyword, value in given.items() if value),
            like=self._shown if self.query_one("#study", Choice).chosen == 1 else "",
            transfer_syntax=SYNTAXES[syntax] if syntax else "",
        )
        self.dismiss(Convert(paths, recipe, self._text("folder")))

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()
