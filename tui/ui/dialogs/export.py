"""The sheet on ``E``: what to export, in which format, and how. Writes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.service.actions import Export, Target
from tui.service.exporting import grouped
from tui.service.formats import Exporter, Makes
from tui.service.values import Instance, View, Voi, VoiKind, Wish
from tui.ui.dialogs.dialog import Choice, Dialog, Row, plain
from tui.ui.dialogs.scope import same

_SHEETS = {"no": None, "4x3": (4, 3), "6x4": (6, 4), "10x8": (10, 8)}
EMPTY = "empty: where Safelight was started"
_MOVING, _SLOWEST, _FASTEST = ("gif", "mp4"), 0.01, 1000
_WINDOWS = ("as shown", "of the file", "auto", "one for all")


@dataclass(frozen=True)
class Group:
    """One answer to "what".

    ``frame`` is the only frame that is meant, None for all; ``series`` the UIDs of what is meant whole.
    """

    name: str
    instances: tuple[Instance, ...]
    view: View
    frame: int | None = None
    series: tuple[str, ...] = ()

    @property
    def only(self) -> int | None:
        """The only frame that is meant; that of a picture with one is the first."""
        return 0 if len(self.instances) == 1 and self.instances[0].frames < 2 else self.frame

    def same(self, other: Group) -> bool:
        """Whether both mean the same pictures; of the same instances this is known at once, however many they are."""
        if self.only != other.only or len(self.instances) != len(other.instances):
            return False
        if all(one is another for one, another in zip(self.instances, other.instances, strict=True)):
            return True
        return same([one.ref for one in self.instances], [one.ref for one in other.instances])

    @property
    def count(self) -> int:
        """Pictures."""
        return 1 if self.frame is not None else sum(max(i.frames, 1) for i in self.instances)

    def targets(self, makes: Makes) -> tuple[Target, ...]:
        """What to export; where a file holds many frames, objects without pixels are left out."""
        chosen = self.instances
        if makes is not Makes.TAGS:
            chosen = tuple(i for i in chosen if i.rows) or chosen
        return tuple(
            grouped(i.ref, 0 if i.frames < 2 and self.frame is None else self.frame, i.frames, i.series_uid)
            for i in chosen
        )


class LongChoice(Choice):
    """One of more words than fit into the line: it begins further right, so that the chosen one is seen."""

    def render(self) -> RenderResult:
        """The words around the chosen one; signs where there are more."""
        first, room = 0, self.size.width - 2
        while first < self.chosen and sum(len(word) + 3 for word in self._words[first : self.chosen + 1]) > room:
            first += 1
        line = Text("‹" if first else "", self.get_component_rich_style("choice--other", partial=True), end="")
        for index, word in enumerate(self._words[first:], first):
            if line.cell_len + len(word) + 3 > room:
                line.append(" ›", self.get_component_rich_style("choice--other", partial=True))
                break
            style = "choice--chosen" if index == self.chosen else "choice--other"
            line.append(f" {word} ", self.get_component_rich_style(style, partial=True))
            line.append(" ")
        return line


class ExportSheet(Dialog[Export]):
    """What, format, how and where to. The result is the action to carry out, or None.

    Parameters
    ----------
    groups
        The answers to "what"; none is empty.
    formats
        By name.
    folder
        Where to, if nothing else is typed.
    chosen
        Index of the group that stands first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", show=False)]
    DEFAULT_CSS = """
    ExportSheet #sheet { width: 84; }
    ExportSheet .row { height: 1; }
    ExportSheet .label { width: 9; }
    ExportSheet Input { width: 1fr; }
    ExportSheet #about, ExportSheet #problem { height: auto; margin: 1 0 0 0; color: $text-muted; }
    ExportSheet #problem { color: $warning; margin: 0; }
    """
    HEADING = "Export"
    FOOTING = "left and right choose, tab moves, enter writes, esc closes"

    def __init__(
        self, groups: tuple[Group, ...], formats: Mapping[str, Exporter], folder: str = "", chosen: int = 0
    ) -> None:
        super().__init__()
        self._groups, self._formats, self._folder, self._first = groups, formats, folder, chosen
        self._names = tuple(sorted(formats, key=lambda name: (name != "png", name)))

    def body(self) -> ComposeResult:
        """Questions and answers, a row each."""
        what = tuple(f"{group.name} ({group.count:,})" for group in self._groups)
        yield from self._row("what", Choice(what, self._first, id="what"))
        yield from self._row("format", LongChoice(self._names, id="format"))
        yield from self._row("window", Choice(_WINDOWS, id="window"))
        yield from self._row("values", Choice(("usual", "stored", "modality"), id="values"))
        yield from self._row("overlays", Choice(("burned in", "left out"), id="overlays"))
        yield from self._row("texts", Choice(("none", "series, image, window, sides"), id="texts"))
        yield from self._row("pixels", Choice(("square", "as stored"), id="pixels"))
        yield from self._row("sheet", Choice(tuple(_SHEETS), id="tiles"))
        yield from self._row("longest", Input(id="size", placeholder="pixels of the longest side; empty: all"))
        yield from self._row("quality", Input("90", id="quality"))
        yield from self._row("rate", Input(id="rate", placeholder="pictures a second; empty: the stored rate"))
        yield from self._row("name", Input(id="name", placeholder="pattern, such as {modality}/{image:4}"))
        yield from self._row("folder", Input(self._folder, id="folder", placeholder=EMPTY))
        yield Static(id="about")
        yield Static(id="problem")

    def _row(self, label: str, widget: Choice | Input) -> ComposeResult:
        if isinstance(widget, Input):
            widget.select_on_focus = False
        with Row():
            yield Static(plain(label), classes="label")
            yield widget

    def on_mount(self) -> None:
        """Say what the format is; leave out what it does not ask for."""
        self.query_one("#problem").display = False
        self._settle()

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Another format asks for other things."""
        message.stop()
        self._settle()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text writes, too."""
        event.stop()
        self.action_write()

    def _settle(self) -> None:
        exporter = self._formats[self._format]
        tags, frames = exporter.makes is Makes.TAGS, exporter.makes is Makes.FRAME
        wanted = {
            "window": not tags, "values": not exporter.shows and not tags, "overlays": exporter.shows,
            "texts": exporter.shows, "pixels": exporter.shows, "tiles": exporter.shows and frames,
            "size": exporter.shows, "quality": self._format in ("jpeg", "webp", "mp4"),
            "rate": self._format in _MOVING,
        }  # fmt: skip
        for name, shown in wanted.items():
            row = self.query_one(f"#{name}").parent
            if row is not None and hasattr(row, "display"):
                row.display = shown
        self.query_one("#about", Static).update(plain(f"{self._format}: {exporter.about}"))

    @property
    def _format(self) -> str:
        return self._names[self._chosen("format")]

    def _chosen(self, name: str) -> int:
        return self.query_one(f"#{name}", Choice).chosen

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def action_write(self) -> None:
        """Close with the action, or say what is wrong with a number."""
        numbers = {name: self._number(name) for name in ("size", "quality")}
        rate = self._rate()
        if None in numbers.values() or not 0 < (numbers["quality"] or 0) <= 100 or rate is None:
            problem = self.query_one("#problem", Static)
            said = "The size is a number of pixels, the quality one from 1 to 100, the rate one from 0.01 to 1000."
            problem.update(plain(said))
            problem.display = True
            return
        exporter = self._formats[self._format]
        group = self._groups[self._chosen("what")]
        self.dismiss(
            Export(
                group.targets(exporter.makes),
                self._view(group),
                self._format,
                folder=self._text("folder"),
                wish=self._wish(exporter, numbers["size"] or 0, numbers["quality"] or 90, rate),
                pattern=self._text("name"),
                one_window=self._chosen("window") == 3 and exporter.makes is not Makes.TAGS,
                series=group.series,
            )
        )

    def _wish(self, exporter: Exporter, size: int, quality: int, rate: float) -> Wish:
        values = ("", "stored", "modality")[self._chosen("values")]
        if not exporter.shows:
            return Wish(values=values)
        lossy = self._format in ("jpeg", "webp", "mp4")
        return Wish(
            quality=quality if lossy else Wish().quality,
            keep_pixels=self._chosen("pixels") == 1,
            max_size=size,
            annotate=self._chosen("texts") == 1,
            rate=rate if self._format in _MOVING else 0.0,
            sheet=tuple(_SHEETS.values())[self._chosen("tiles")] if exporter.makes is Makes.FRAME else None,
        )

    def _view(self, group: Group) -> View:
        from dataclasses import replace

        voi = (group.view.voi, Voi(), Voi(VoiKind.AUTO), group.view.voi)[self._chosen("window")]
        return replace(group.view, voi=voi, overlays=self._chosen("overlays") == 0)

    def _rate(self) -> float | None:
        """Pictures a second; 0 for the stored rate, None for no rate at all."""
        text = self._text("rate") or "0"
        plainly = len(text) < 8 and text.isascii() and text.replace(".", "", 1).isdigit()
        return float(text) if plainly and (text == "0" or _SLOWEST <= float(text) <= _FASTEST) else None

    def _number(self, name: str) -> int | None:
        text = self._text(name) or "0"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
