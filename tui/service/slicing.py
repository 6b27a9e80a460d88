"""The job that writes planes through a volume as pictures."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from tui.core.cuts import NORMAL, Cut, Plane, Rendering
from tui.core.printable import printable
from tui.core.values import Outcome, View
from tui.errors import SafelightError, UsageError
from tui.service import events as ev
from tui.service import printing
from tui.service.cutting import WritePlanes
from tui.service.exporting import view_words, wish_words
from tui.service.formats import Exporter, Makes
from tui.service.ports import Cancelled, Emit, Ports
from tui.service.settings import Settings
from tui.service.volumes import block
from tui.service.writing import Work, command_line, paths_of

if TYPE_CHECKING:
    from tui.core.reformat import Block

RENDERINGS = {"mip": Rendering.MAXIMUM, "minip": Rendering.MINIMUM, "mean": Rendering.AVERAGE}
"""Names of the command line."""


def write(ports: Ports, settings: Settings, action: WritePlanes) -> Work:
    """Write planes, one :class:`Written` each."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        outcomes: list[Outcome] = []
        source = action.slices[0][0].path if action.slices else ""
        folder, places = "", [0]
        try:
            exporter = _exporter(ports, action)
            folder = ports.output.folder(action.folder, settings.export_folder)
            volume = block(ports.instances, settings.limits, action.slices)
            places = _places(volume, action)
            for done, place in enumerate(places):
                if cancelled():
                    break
                number = f"-{done + 1:04d}" if action.every else ""
                name = action.name or os.path.join(folder, f"{action.cut.plane}{number}{exporter.suffix}")
                data = _bytes(exporter, action, volume, place)
                path = ports.output.write(name, data, numbered=not action.name)
                outcome = Outcome(source, path, notes=volume.notes)
                outcomes.append(outcome)
                emit(ev.Written("planes", outcome, done + 1, len(places)))
        except (SafelightError, MemoryError) as error:
            outcomes.append(Outcome(source, error=printing.sentence(error)))
            emit(ev.Written("planes", outcomes[-1], len(outcomes), len(places)))
        command = planes_command(action, folder)
        emit(ev.WritingEnded("planes", tuple(outcomes), len(places), folder, command))

    return work


def _exporter(ports: Ports, action: WritePlanes) -> Exporter:
    exporter = ports.exporters.get(action.format)
    if exporter is None or exporter.makes is not Makes.FRAME:
        known = ", ".join(name for name, one in ports.exporters.items() if one.makes is Makes.FRAME)
        raise UsageError(f"Planes are not written as {printable(action.format, 40)}", f"Formats: {known}.")
    if action.every and action.name:
        raise UsageError("One file name cannot hold several planes", "Give a folder instead.")
    return exporter


def _places(volume: Block, action: WritePlanes) -> list[int]:
    """Indices along the normal, from the head, from the front, from the right."""
    axis = NORMAL[action.cut.plane]
    count = volume.shape[axis]
    if action.every:
        return list(range(count))[:: -1 if action.cut.plane is Plane.AXIAL else 1]
    at = action.cut.at
    return [count // 2 if at is None else volume.inside(at)[axis]]


def _bytes(exporter: Exporter, action: WritePlanes, volume: Block, place: int) -> bytes:
    """The file of one plane."""
    from tui.core.pages import Page, Pages
    from tui.core.pipeline import Renderer

    cut = action.cut
    frame = volume.frame(cut.plane, place, cut.slab, cut.rendering)
    view = View(voi=action.view.voi, invert=action.view.invert, overlays=False)
    page = Page(frame, view, action.wish, Renderer())
    return exporter.encode(Pages(frame.dataset, lambda: iter([page])), action.wish)


def planes_command(action: WritePlanes, folder: str) -> str:
    """The command line that does the same."""
    cut, plain = action.cut, Cut()
    words = ["safelight", "planes", *paths_of([ref for ref, _ in action.slices]), "--plane", str(cut.plane)]
    if action.every:
        words.append("--every")
    elif cut.at is not None:
        words.append("--at=" + ",".join(map(str, cut.at)))
    if cut.slab != plain.slab:
        words += ["--slab", str(cut.slab)]
        words += ["--render", next(name for name, one in RENDERINGS.items() if one is cut.rendering)]
    words += view_words(View(voi=action.view.voi, invert=action.view.invert)) + wish_words(action.wish)
    if action.format != "png":
        words += ["--format", action.format]
    return command_line([*words, "-o", action.name or folder])
