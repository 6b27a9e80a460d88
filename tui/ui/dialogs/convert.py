"""The sheet on ``I``: which pictures become DICOM, whose they are, and where to. Writes nothing itself."""

from __future__ import annotations

import os.path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.service.actions import Convert
from tui.service.values import Conversion
from tui.ui.dialogs.dialog import Choice, Dialog, Row, plain

SYNTAXES = ("as they are", "native", "rle", "jpegls", "jpeg2000")
NEW, SHOWN, OTHER = "a new one", "that of the image shown", "that of a file"
TURNED = ("JPEG as stored", "all as the camera says")
TEXT = ("may be in the pixels", "is not: I have looked")
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
        self._studies = (NEW, SHOWN, OTHER) if shown else (NEW, OTHER)

    def body(self) -> ComposeResult:
        """Questions and answers, a row each."""
        yield Static(plain(ABOUT), id="about")
        yield from self._row("pictures", Input(id="paths", placeholder="a file or a folder; several with ; between"))
        yield from self._row("study", Choice(self._studies, id="study"))
        yield from self._row("of file", Input(id="like", placeholder="a DICOM file of that patient and study"))
        yield from self._row("patient", Input(id="patient", placeholder="name, such as Doe^Jane"))
        yield from self._row("ID", Input(id="number"))
        yield from self._row("modality", Input(id="modality", placeholder="OT; XC for photographs, US, ES, ..."))
        yield from self._row("table", Input(id="table", placeholder="CSV: file name, then PatientID, ... by heading"))
        yield from self._row("names", Input(id="names", placeholder="pattern, such as {PatientID}_{StudyDate}"))
        yield from self._row("template", Input(id="template", placeholder="a DICOM file: its class, such as CR"))
        yield from self._row("turned", Choice(TURNED, id="turned"))
        yield from self._row("text", Choice(TEXT, id="text"))
        yield from self._row("syntax", Choice(SYNTAXES, id="syntax"))
        yield from self._row("folder", Input(self._folder, id="folder", placeholder=EMPTY))
        yield Static(id="problem")

    def _row(self, label: str, widget: Choice | Input) -> ComposeResult:
        if isinstance(widget, Input):
            widget.select_on_focus = False
        with Row():
            yield Static(plain(label), classes="label")
            yield widget

    def on_mount(self) -> None:
        """Begin with the pictures."""
        self.query_one("#problem").display = False
        self._settle()
        self.query_one("#paths").focus()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """A study by its file asks for the file."""
        message.stop()
        self._settle()

    def _settle(self) -> None:
        row = self.query_one("#like").parent
        if row is not None and hasattr(row, "display"):
            row.display = self._study == OTHER

    @property
    def _study(self) -> str:
        return self._studies[self._chosen("study")]

    def _chosen(self, name: str) -> int:
        return self.query_one(f"#{name}", Choice).chosen

    def _path(self, name: str) -> str:
        return os.path.expanduser(self._text(name))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text writes, too."""
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Close with the action, or say that there are no pictures."""
        paths = tuple(os.path.expanduser(path.strip()) for path in self._text("paths").split(";") if path.strip())
        problem = "" if paths else "Type which pictures: a file or a folder."
        if self._study == OTHER and not self._text("like"):
            problem = "Type the DICOM file whose study they join."
        if problem:
            self.query_one("#problem", Static).update(plain(problem))
            self.query_one("#problem").display = True
            return
        syntax = self._chosen("syntax")
        given = {
            "PatientName": self._text("patient"), "PatientID": self._text("number"), "Modality": self._text("modality"),
        }  # fmt: skip
        recipe = Conversion(
            values=tuple((keyword, value) for keyword, value in given.items() if value),
            from_name=self._text("names"),
            like={SHOWN: self._shown, OTHER: self._path("like")}.get(self._study, ""),
            template=self._path("template"),
            transfer_syntax=SYNTAXES[syntax] if syntax else "",
            burned_in=self._chosen("text") == 0,
            upright=self._chosen("turned") == 1,
        )
        self.dismiss(Convert(paths, recipe, self._text("folder"), table_path=self._path("table")))

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()
