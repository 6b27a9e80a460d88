"""``safelight mask``: masks by a range of values, their area and volume."""

from __future__ import annotations

import argparse
import json
import os.path
from dataclasses import asdict

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, tell
from tui.errors import UnreadableError, UsageError
from tui.service import events as ev
from tui.service.figures import size_text
from tui.service.measuring import MakeMask, MaskMade
from tui.service.recipes import check, length_of, range_of
from tui.service.values import MASK_PRESETS, Instance, Recipe, printable


def parser_words(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--range",
        default="bone",
        metavar="LOW,HIGH|NAME",
        help=f"values inside: two numbers, or {', '.join(MASK_PRESETS)}",
    )
    parser.add_argument("--no-fill", action="store_true", help="leave holes open")
    parser.add_argument(
        "--open", default="1", metavar="R[mm]", help="radius of the opening, in columns or mm; 0 for none"
    )
    parser.add_argument("--close", default="0", metavar="R[mm]", help="radius of the closing that follows it")
    parser.add_argument("--largest", action="store_true", help="keep the largest piece")
    parser.add_argument("--smallest", type=float, default=0.0, metavar="SIZE", help="drop pieces below, in mm² or mm³")
    parser.add_argument("--volume", action="store_true", help="pieces reach through all slices")
    parser.add_argument("--frame", type=int, metavar="N", help="one frame of one file, from 1; without it all of them")
    parser.add_argument(
        "-o", "--output", default="", metavar="OUT", help="a folder, or a file that ends as its format does"
    )
    parser.add_argument(
        "--format", default="", metavar="FORMAT", help="png, npy, nifti or seg; by the name of OUT else"
    )
    parser.add_argument("--json", action="store_true", help="a JSON object a line: each file, then the size")


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    recipe = recipe_of(options)
    session = Session(compose.settings(), {"index", "write"})
    session.open(options.paths)
    instances = of_one_series(session, options.paths)
    if options.frame is not None and (options.frame < 1 or len(instances) != 1):
        raise UsageError("--frame is a number from 1, of one file", "Without it all frames are taken.")
    format_, name, folder = _output(options)
    frame = options.frame - 1 if options.frame is not None else None
    session.do(MakeMask(tuple(i.ref for i in instances), recipe, frame, format_, folder, name))
    made, ended = session.last(MaskMade), session.last(ev.WritingEnded)
    written = ended.outcomes if ended else ()
    for outcome in written:
        if options.json:
            found = outcome.frame + 1 if outcome.frame is not None else None
            error = outcome.error or None
            print(json.dumps({"source": outcome.source, "frame": found, "output": outcome.output, "error": error}))
        elif outcome.error:
            tell(outcome.source, outcome.error)
        else:
            print(printable(outcome.output))
    if made is None or made.size is None:
        return NOTHING_READABLE
    if options.json:
        print(json.dumps(asdict(made.size)))
    else:
        print(of_size(made))
    return SOME_FAILED if any(outcome.error for outcome in written) else DONE


def of_size(made: MaskMade) -> str:
    """The size of a mask as a line, and what must be known of it."""
    size = made.size
    if size is None:
        return made.problem
    return "\n".join((size_text(size), *size.notes))


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The recipe that the options make.

    Raises
    ------
    tui.errors.UsageError
    """
    low, high, more = range_of(options.range.split(",") if "," in options.range else [options.range])
    if more:
        raise UsageError("--range is LOW,HIGH or a name", "For example --range=-950,-500.")
    (opening, first), (closing, second) = length_of(options.open), length_of(options.close)
    if opening and closing and first != second:
        raise UsageError("--open and --close are both in mm or both in columns", "For example --open 1mm --close 2mm.")
    in_mm = first if opening else second
    recipe = Recipe(
        low, high, not options.no_fill, opening, closing, in_mm, options.largest, options.smallest, options.volume
    )
    check(recipe)
    return recipe


def of_one_series(session: Session, paths: list[str]) -> tuple[Instance, ...]:
    """The pictures that were found, which must be of one series."""
    series = [s for p in session.state.library.patients for study in p.studies for s in study.series]
    series = [one for one in series if any(instance.rows for instance in one.instances)]
    if not series:
        reason = next((skipped.reason for skipped in session.state.library.skipped), "no picture was found")
        raise UnreadableError(f"{printable(paths[0])}: {printable(reason)}")
    if len(series) > 1:
        numbers = ", ".join(str(one.first.series_number) for one in series[:8] if one.first.series_number is not None)
        raise UsageError(f"{len(series)} series were found (numbers {numbers})", "Give the files of one.")
    return tuple(instance for instance in series[0].instances if instance.rows)


def _output(options: argparse.Namespace) -> tuple[str, str, str]:
    """Format, file name and folder."""
    suffixes = {format_.suffix: name for name, format_ in compose.mask_formats().items()}
    named = next((name for suffix, name in suffixes.items() if options.output.endswith(suffix)), "")
    if not options.output:
        if options.format:
            return options.format, "", ""
        return "", "", ""
    if named and not os.path.isdir(options.output):
        if options.format not in ("", named):
            raise UsageError(f"the name of the file is one for {named}", "Leave --format out.")
        return named, options.output, ""
    if not options.format:
        raise UsageError("--format says what to write into a folder", "For example --format seg.")
    return options.format, "", options.output
