"""``safelight planes``: axial, coronal and sagittal planes of a series, and slabs."""

from __future__ import annotations

import argparse
import os.path

from tui import compose
from tui.cli.mask import of_one_series
from tui.cli.session import Session
from tui.cli.view import voi_of
from tui.cli.writing import Writer
from tui.errors import UsageError
from tui.service.cutting import Slices, WritePlanes
from tui.service.formats import Makes
from tui.service.slicing import RENDERINGS
from tui.service.values import Cut, Instance, Plane, View, Wish


def parser_words(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--plane", choices=[str(plane) for plane in Plane], default="coronal", help="without it coronal"
    )
    parser.add_argument("--at", metavar="X,Y,Z", help="a voxel that the plane goes through, counted from 0 to the "
                        "left, to the back, to the head; without it the middle")  # fmt: skip
    parser.add_argument("--every", action="store_true", help="all planes, one file each")
    parser.add_argument("--slab", type=int, default=1, metavar="N", help="so many voxels behind each other")
    parser.add_argument("--render", choices=list(RENDERINGS), default="mip", help="what a slab shows of them")
    parser.add_argument("--window", metavar="C,W|NAME|auto|file[:N]", help="as for export")
    parser.add_argument("--invert", action="store_true", help="exchange black and white")
    parser.add_argument("--format", default="", metavar="FORMAT", help="one of export for single pictures; else "
                        "as OUT ends, or png")  # fmt: skip
    parser.add_argument("-o", "--output", default="", metavar="OUT", help="a folder, or for one file its name")
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each file")


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    if options.slab < 1:
        raise UsageError("--slab is a number of voxels from 1", "One is a thin plane.")
    session = Session(settings, {"index", "write"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    instances = of_one_series(session, options.paths)
    view = View(voi=voi_of(options.window, instances[0].modality, settings), invert=options.invert)
    cut = Cut(Plane(options.plane), _voxel(options.at), slab=options.slab, rendering=RENDERINGS[options.render])
    named = _format_of(options.output)
    writer.write(
        WritePlanes(
            _slices(instances),
            cut,
            view,
            options.format or named or "png",
            Wish(),
            options.every,
            "" if named else options.output,
            options.output if named else "",
        )
    )
    return writer.code()


def _slices(instances: tuple[Instance, ...]) -> Slices:
    return tuple((one.ref, frame) for one in instances for frame in range(max(one.frames, 1)))


def _voxel(word: str | None) -> tuple[int, int, int] | None:
    if word is None:
        return None
    parts = word.split(",")
    if len(parts) != 3 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise UsageError("--at is a voxel, three whole numbers from 0", "For example --at 256,256,70.")
    x, y, z = (int(part.strip()[:9]) for part in parts)
    return x, y, z


def _format_of(output: str) -> str:
    """The format whose files end like this; empty for a folder."""
    if os.path.isdir(output):
        return ""
    one_each = {name: one for name, one in compose.exporters().items() if one.makes is Makes.FRAME}
    return next((name for name, one in one_each.items() if output.lower().endswith(one.suffix)), "")
