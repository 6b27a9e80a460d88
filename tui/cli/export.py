"""``safelight export``: pictures into files."""

from __future__ import annotations

import argparse
from itertools import groupby

from tui import compose
from tui.cli.session import Session
from tui.cli.view import view_of
from tui.cli.writing import Writer
from tui.errors import UsageError
from tui.service import actions as act
from tui.service.values import Instance, printable


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    formats = compose.exporters()
    picture_format = options.format or _format_of(options.output) or "png"
    if picture_format not in formats:
        raise UsageError(
            f"there is no export format {printable(picture_format, 40)!r}", f"There are: {', '.join(formats)}."
        )
    session = Session(settings, {"index", "write"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    pictures = [instance for instance in session.instances() if instance.rows] or list(session.instances())
    frame = None if options.frame is None else options.frame - 1
    name = ""
    if options.output.lower().endswith(formats[picture_format].suffix):
        name = options.output
        if len(pictures) > 1 or (pictures and frame is None and pictures[0].frames > 1):
            raise UsageError("one file cannot hold several pictures", "Give a folder with -o instead.")
    writer.refuse()
    for modality, instances in groupby(pictures, _modality):  # a preset means another window in each modality
        writer.write(
            act.Export(
                # all frames of an object with one frame are that frame, and one frame may have a name
                tuple(act.Target(i.ref, 0 if frame is None and i.frames == 1 else frame) for i in instances),
                view_of(options, modality, settings),
                picture_format,
                folder="" if name else options.output,
                name=name,
            )
        )
    return writer.code()


def _modality(instance: Instance) -> str:
    return instance.modality


def _format_of(output: str) -> str:
    """The format whose files end like this one; empty for a folder."""
    formats = compose.exporters()
    return next((name for name, exporter in formats.items() if output.lower().endswith(exporter.suffix)), "")
