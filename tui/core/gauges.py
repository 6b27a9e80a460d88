"""A gauge laid on a frame: what it measures, and its outline on the picture."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.marks import Over
from tui.core.measure import Measured, corners
from tui.core.quantities import Findings, Gauge, Gauged, Handle, Recipe, Tool
from tui.core.scale import Point, Scale, scale_of

if TYPE_CHECKING:
    from tui.core.frames import Frame
    from tui.core.values import View

Path = tuple[Point, ...]
"""Points of the image that straight lines join."""

_SIDES = 96  # of the polygon that stands for a circle


class Measuring:
    """Measures one frame for the screen. Keeps what the gauge found, which a new window does not change."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._there = Measured(frame)
        self._gauged: tuple[Gauge, Recipe | None, Gauged] | None = None

    def findings(self, view: View) -> tuple[Findings, Over]:
        """What is measured in a view, and what that draws over the picture.

        Raises
        ------
        tui.errors.UsageError
            For a mask that cannot be made.
        """
        there = self._there
        mask, size = there.mask(view.mask) if view.mask else (None, None)
        probe = there.probe(*view.probe) if view.probe else None
        pins = tuple(there.probe(*pin) for pin in view.pins)
        gauge = view.gauge
        if gauge is None:
            return Findings(probe, pins, size), Over(mask)
        found = Findings(probe, pins, size, self._measured(gauge, view.mask))
        return found, Over(mask, outline(there, gauge), handle(gauge))

    def _measured(self, gauge: Gauge, recipe: Recipe | None) -> Gauged:
        asked = replace(gauge, held=Handle.LOWER)  # whatever the keys move
        recipe = recipe if gauge.tool is Tool.MASK else None
        if self._gauged is None or self._gauged[:2] != (asked, recipe):
            self._gauged = asked, recipe, measured(self._there, asked, recipe)
        return replace(self._gauged[2], gauge=gauge)


def measured(there: Measured, gauge: Gauge, recipe: Recipe | None = None) -> Gauged:
    """What a gauge measures of a frame.

    Parameters
    ----------
    recipe
        Of the mask whose statistics are wanted.
    """
    region = gauge.region
    if region is not None:
        drawn = there.mask(recipe)[0] if gauge.tool is Tool.MASK and recipe else None
        inside = there.inside(region, drawn)
        statistics = there.statistics(region, drawn, inside)
        return Gauged(gauge, statistics, there.histogram(region, drawn, inside=inside), notes=statistics.notes)
    if gauge.tool is Tool.LINE:
        line = there.profile(*gauge.points)
        return Gauged(gauge, line=line, notes=line.notes)
    first, corner, last = gauge.points
    scale = scale_of(there.dataset, there.frame.index, gauge.points)
    return Gauged(gauge, angle=scale.angle(first, corner, last), notes=(scale.note,) if scale.note else ())


def outline(there: Measured, gauge: Gauge) -> tuple[Path, ...]:
    """The lines to draw, in columns and rows of the image."""
    paths: list[Path] = []
    points = gauge.points
    if gauge.tool is Tool.CIRCLE:
        scale = _scale(there, gauge)
        paths.append(_circle(points[0], gauge.radius, gauge.radius * scale.horizontal / scale.vertical))
    elif gauge.tool is Tool.RECTANGLE:
        left, right = sorted((points[0][0], points[1][0]))
        top, bottom = sorted((points[0][1], points[1][1]))
        paths.append(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)))
    elif points:
        paths.append(points)
    return tuple(paths)


def handle(gauge: Gauge) -> Point | None:
    """The point of the image at which the keys take hold; None for an edge of the window."""
    points = gauge.points
    if not points or gauge.held in (Handle.LOWER, Handle.UPPER):
        return None
    if gauge.tool is Tool.CIRCLE:
        x, y = points[0]
        return (x + gauge.radius, y) if gauge.held is Handle.RIM else (x, y)
    if gauge.held is Handle.ALL:
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    return points[{Handle.FIRST: 0, Handle.SECOND: 1, Handle.RIM: 1, Handle.THIRD: 2}[gauge.held]]


def _scale(there: Measured, gauge: Gauge) -> Scale:
    region = gauge.region
    return scale_of(there.dataset, there.frame.index, corners(region) if region else gauge.points)


def _circle(center: Point, across: float, down: float) -> Path:
    turns = [2 * math.pi * n / _SIDES for n in range(_SIDES + 1)]
    return tuple((center[0] + across * math.cos(a), center[1] + down * math.sin(a)) for a in turns)
