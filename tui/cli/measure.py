"""``safelight measure``: values, statistics, lengths and angles of one picture."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from tui import compose
from tui.cli import DONE, NOTHING_READABLE
from tui.cli.session import Session, tell
from tui.errors import UsageError
from tui.service.figures import figure
from tui.service.measuring import Measure, Measured, Point
from tui.service.recipes import recipe_of
from tui.service.values import Line, Probe, Region, RegionKind, Statistics

ROI = "circle:X,Y,R"


def parser_words(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--frame", type=int, default=1, metavar="N", help="which frame, from 1")
    parser.add_argument("--at", action="append", default=[], metavar="X,Y", help="the value at a column and row")
    parser.add_argument(
        "--roi",
        action="append",
        default=[],
        metavar="SHAPE",
        help="statistics of circle:X,Y,RADIUS, rectangle:X,Y,X2,Y2, in columns and rows, whole, or mask:RANGE such as "
        "mask:bone",
    )
    parser.add_argument("--line", action="append", default=[], metavar="X,Y,X2,Y2", help="length and profile of a line")
    parser.add_argument(
        "--angle", action="append", default=[], metavar="X,Y,X2,Y2,X3,Y3", help="the angle at the second point"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "open"})
    if options.frame < 1:
        raise UsageError("frames count from 1", "For example --frame 1.")
    regions = tuple(region(word) for word in options.roi)
    recipes = [recipe_of(word.partition(":")[2]) for word in options.roi if word.startswith("mask:")]
    if len(set(recipes)) > 1:
        raise UsageError("one mask is measured at a time", "Call it once for each.")
    points = tuple(_pixel(word) for word in options.at)
    lines = tuple(_points(word, 2, "--line") for word in options.line)
    angles = tuple(_points(word, 3, "--angle") for word in options.angle)
    if not (regions or points or lines or angles):
        regions = (Region(),)
    found = session.only(options.file)
    session.do(
        Measure(
            found.ref,
            options.frame - 1,
            points,
            regions,
            tuple((a, b) for a, b in lines),
            tuple((a, b, c) for a, b, c in angles),
            *recipes[:1],
        )
    )
    measured = session.last(Measured)
    if measured is None or measured.problem:
        tell(options.file, measured.problem if measured else "nothing was measured")
        return NOTHING_READABLE
    if options.json:
        print(json.dumps(_as_data(measured), ensure_ascii=True))
        return DONE
    notes = [note for statistics in measured.statistics for note in statistics.notes]
    notes += [note for line in measured.lines for note in line.notes]
    for note in dict.fromkeys(notes):
        print(f"safelight: {note}", file=sys.stderr)
    lines_out = [
        *map(of_probe, measured.probes),
        *(of_statistics(*pair) for pair in zip(measured.asked.regions, measured.statistics, strict=True)),
        *map(of_line, measured.lines),
        *("angle  " + ("none: a leg has no length" if angle is None else f"{angle:.1f}°") for angle in measured.angles),
    ]
    print("\n".join(lines_out))
    return DONE


# ------------------------------------------------------------------------------------------------- words


def region(word: str) -> Region:
    """A region from ``circle:X,Y,RADIUS``, ``rectangle:X,Y,X2,Y2``, ``whole`` or ``mask:RANGE``.

    Raises
    ------
    tui.errors.UsageError
    """
    kind, _, rest = word.partition(":")
    numbers = _numbers(rest) if rest else []
    if kind == "whole" and not rest:
        return Region()
    if kind == "mask" and rest:
        return Region(RegionKind.MASK)
    if kind == "circle" and len(numbers) == 3 and numbers[2] >= 0:
        return Region(RegionKind.CIRCLE, numbers[0], numbers[1], radius=numbers[2])
    if kind in ("rectangle", "rect") and len(numbers) == 4:
        return Region(RegionKind.RECTANGLE, *numbers)
    shapes = "circle:X,Y,RADIUS, rectangle:X,Y,X2,Y2, whole or mask:RANGE"
    raise UsageError(f"--roi is {shapes}", "For example --roi circle:256,256,20.")


def _numbers(word: str) -> list[float]:
    try:
        found = [float(part) for part in word.split(",")]
    except ValueError:
        return []
    return found if all(abs(number) < 1e6 for number in found) else []


def _pixel(word: str) -> tuple[int, int]:
    found = _numbers(word)
    if len(found) != 2:
        raise UsageError("--at is a column and a row, from 0", "For example --at 256,256.")
    return round(found[0]), round(found[1])


def _points(word: str, count: int, option: str) -> tuple[Point, ...]:
    found = _numbers(word)
    if len(found) != 2 * count:
        raise UsageError(f"{option} is {count} points, each a column and a row", "For example 10,10,50,10.")
    return tuple((found[2 * n], found[2 * n + 1]) for n in range(count))


# ------------------------------------------------------------------------------------------------- lines


def of_probe(probe: Probe) -> str:
    """A probe as a line."""
    parts = [f"{probe.column},{probe.row}"]
    if probe.rgb:
        parts.append(f"RGB {probe.rgb[0]} {probe.rgb[1]} {probe.rgb[2]}")
    for reading in probe.readings:
        parts.append(" ".join(filter(None, (reading.label, figure(reading.value), reading.unit))))
    parts.append("stored " + " ".join(figure(value) for value in probe.stored))
    if probe.position_mm:
        parts.append("at " + ", ".join(f"{axis:.1f}" for axis in probe.position_mm) + " mm")
    return "  ".join((*parts, *probe.notes))


def of_statistics(region: Region, found: Statistics) -> str:
    """Statistics as a line."""
    if found.mean is None or found.deviation is None or found.least is None or found.greatest is None:
        return f"{region.kind}  no pixel of the picture"
    numbers = f"mean {figure(found.mean)}  SD {figure(found.deviation)}"
    ends = f"min {figure(found.least)}  max {figure(found.greatest)}"
    median = next((value for percent, value in found.percentiles if percent == 50), found.mean)
    area = f"area {found.area:.1f} {found.area_unit}"
    return f"{region.kind}  n {found.count}  {numbers}  {ends}  median {figure(median)}  {found.unit}  {area}"


def of_line(line: Line) -> str:
    """A line's length and the ends of its profile."""
    values = [value for value in line.values if value is not None]
    ends = f"  min {figure(min(values))}  max {figure(max(values))}  {line.unit}" if values else ""
    return f"line  {line.length:.1f} {line.length_unit}{ends}".rstrip()


def _as_data(measured: Measured) -> dict[str, Any]:
    return {
        "frame": measured.asked.frame + 1,
        "points": [asdict(probe) for probe in measured.probes],
        "regions": [
            {"region": asdict(asked), **asdict(found), "percentiles": {f"{p:g}": v for p, v in found.percentiles}}
            for asked, found in zip(measured.asked.regions, measured.statistics, strict=True)
        ],
        "lines": [asdict(line) for line in measured.lines],
        "angles": list(measured.angles),
    }
