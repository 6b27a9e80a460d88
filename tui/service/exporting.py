"""The job that exports: pictures into files, in order. One bad file never stops the rest."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.core.printable import printable
from tui.core.values import Outcome, View, VoiKind
from tui.errors import SafelightError, UsageError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.ports import Cancelled, Emit, Exporter, Ports
from tui.service.settings import Settings
from tui.service.writing import Work, command_line, paths_of, sentence

if TYPE_CHECKING:
    from tui.core.frames import Frame


def export(ports: Ports, settings: Settings, action: act.Export) -> Work:
    """Write pictures, one :class:`Written` each."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        outcomes: list[Outcome] = []
        total = len(action.targets)
        folder = ""
        try:
            exporter = _exporter(ports, action)
            folder = _export_folder(ports, settings, action)
        except SafelightError as error:
            outcomes = [Outcome(target.ref.path, error=error.sentence()) for target in action.targets]
        else:
            for done, target in enumerate(action.targets, 1):
                if cancelled():
                    break
                for outcome in _export_one(ports, exporter, folder, action, target):
                    outcomes.append(outcome)
                    emit(ev.Written("export", outcome, done, total))
        emit(ev.WritingEnded("export", tuple(outcomes), total, folder, export_command(action, folder)))

    return work


def _exporter(ports: Ports, action: act.Export) -> Exporter:
    exporter = ports.exporters.get(action.format)
    if exporter is None:
        raise UsageError(
            f"There is no export format {printable(action.format, 40)}", f"Formats: {', '.join(ports.exporters)}."
        )
    if action.name and (len(action.targets) != 1 or action.targets[0].frame is None):
        raise UsageError("One file name cannot hold several pictures", "Give a folder instead.")
    return exporter


def _export_folder(ports: Ports, settings: Settings, action: act.Export) -> str:
    """The folder to write to; never, unless asked for by name, one that holds the data."""
    if action.name:
        return os.path.dirname(os.path.abspath(action.name))
    folder = ports.output.folder(action.folder, settings.export_folder)
    beside_data = any(os.path.dirname(os.path.abspath(t.ref.path)) == folder for t in action.targets)
    if beside_data and not action.folder:
        return ports.output.folder("~/safelight", "")
    return folder


def _export_one(
    ports: Ports, exporter: Exporter, folder: str, action: act.Export, target: act.Target
) -> Iterator[Outcome]:
    from tui.core import pipeline

    source = target.ref.path
    try:
        opened = ports.instances.open(target.ref)
        indices = range(opened.frames) if target.frame is None else range(target.frame, target.frame + 1)
        if not indices:
            opened.frame(0)  # raises with the reason why there is no picture
    except (SafelightError, MemoryError) as error:
        yield Outcome(source, frame=target.frame, error=sentence(error))
        return
    for index in indices:
        try:
            frame = opened.frame(index)
            picture = pipeline.render(frame, action.view)
            name = action.name or os.path.join(folder, picture_name(frame, opened.frames) + exporter.suffix)
            path = ports.output.write(name, exporter.encode(picture), numbered=not action.name)
        except (SafelightError, MemoryError) as error:
            yield Outcome(source, frame=index, error=sentence(error))
        else:
            yield Outcome(source, path, index, notes=picture.notes)


def picture_name(frame: Frame, frames: int) -> str:
    """A file name of modality, series, image and frame number: nothing that names a patient."""
    import re

    from tui.core import attributes

    modality = re.sub(r"[^A-Z0-9]", "", attributes.text(frame.dataset, "Modality").upper())[:16] or "image"
    parts = [modality]
    for letter, keyword in (("s", "SeriesNumber"), ("i", "InstanceNumber")):
        number = attributes.integer(frame.dataset, keyword)
        if number is not None:
            parts.append(f"{letter}{number}")
    if frames > 1:
        parts.append(f"f{frame.index + 1}")
    return "-".join(parts)


def export_command(action: act.Export, folder: str) -> str:
    """The command line that does the same."""
    words = ["safelight", "export", *paths_of([target.ref for target in action.targets])]
    frames = {target.frame for target in action.targets}
    if frames == {None}:
        words += ["--frame", "all"]
    elif len(frames) == 1 and frames != {0}:
        words += ["--frame", str((next(iter(frames)) or 0) + 1)]
    words += view_words(action.view)
    if action.format != "png":
        words += ["--format", action.format]
    return command_line([*words, "-o", action.name or folder])


def view_words(view: View) -> list[str]:
    """Options of the command line that make this view."""
    words = []
    voi = view.voi
    match voi.kind:
        case VoiKind.AUTO:
            words += ["--window", "auto"]
        case VoiKind.STORED:
            words += ["--window", f"file:{voi.index + 1}"]
        case VoiKind.PRESET:
            words += ["--window", voi.name]
        case VoiKind.MANUAL if voi.window:
            words += [f"--window={voi.window.center:g},{voi.window.width:g}"]
        case _:
            pass
    flags = {"--invert": view.invert, "--flip": view.flip, "--no-overlays": not view.overlays, "--no-icc": not view.icc}
    words += [word for word, wanted in flags.items() if wanted]
    return words + (["--rotate", str(view.rotation * 90)] if view.rotation else [])
