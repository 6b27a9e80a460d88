"""Statistics, lengths and angles by keys: what a gauge is laid on, and its steps: (State, Action) to View, pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from tui.core.quantities import HANDLES, Gauge, Gauged, Handle, Pixel, Tool
from tui.core.values import View, Voi, VoiKind, Window
from tui.frozen import frozen
from tui.service.probing import after, followed, middle, turned_back
from tui.service.state import State
from tui.service.windows import edged

STEP_SHARE = 0.02  # of the longer side of the picture, for a region
EDGE_SHARE = 1 / 64  # of what the histogram shows
FAR = 5
_FIRST_SHARE = 0.1  # of the shorter side: the radius of the first circle


@frozen
class ToggleGauge:
    """Measure with this tool, or stop where it is used already."""

    tool: Tool = Tool.WHOLE


@frozen
class NextTool:
    """The next tool, or the one before, around the end."""

    by: int = 1


@frozen
class NextHandle:
    """Let the keys move the next part of the tool, around the end."""


@frozen
class MoveGauge:
    """Move what is held, to the right and down as it is seen on the screen: regions by steps, or by pixels if ``fine``;
    points by pixels; an edge of the window along the histogram."""

    right: int
    down: int
    fine: bool = False


@frozen
class SizeGauge:
    """Make the region wider and higher; move a point, or an edge of the window, further at once."""

    right: int
    down: int


GaugeAction = ToggleGauge | NextTool | NextHandle | MoveGauge | SizeGauge


def gauged(state: State, view: View, action: GaugeAction) -> View:
    """The view after an action on the gauge."""
    gauge = view.gauge
    if isinstance(action, ToggleGauge):
        if gauge is not None and gauge.tool is action.tool:
            return replace(view, gauge=None)
        return _with(state, view, action.tool)
    if gauge is None:
        return view
    match action:
        case NextTool():
            tools = [tool for tool in Tool if tool is not Tool.MASK or not _colour(state)]
            return _with(state, view, tools[(tools.index(gauge.tool) + action.by) % len(tools)])
        case NextHandle():
            return replace(view, gauge=replace(gauge, held=after(HANDLES[gauge.tool], gauge.held)))
        case MoveGauge() | SizeGauge():
            if gauge.held in (Handle.LOWER, Handle.UPPER):
                return _dragged(state, view, gauge, action)
            return _moved(state, view, gauge, action)
        case _:
            assert_never(action)


def _with(state: State, view: View, tool: Tool) -> View:
    """The tool in the middle of what is seen; the mask's own needs a mask."""
    columns, rows = _sides(state)
    x, y = middle(state, view)
    first = max(round(min(columns, rows) * _FIRST_SHARE), 1)
    at = {
        Tool.CIRCLE: ((x, y),),
        Tool.RECTANGLE: ((x - first, y - first), (x + first, y + first)),
        Tool.LINE: ((x - first, y), (x + first, y)),
        Tool.ANGLE: ((x - first, y), (x, y), (x, y - first)),
    }.get(tool, ())
    points = tuple(_inside(point, columns, rows) for point in at)
    gauge = Gauge(tool, points, first if tool is Tool.CIRCLE else 0, HANDLES[tool][0])
    mask = view.mask or state.recipe if tool is Tool.MASK else view.mask
    return replace(view, gauge=gauge, mask=mask, probe=None, pins=())


def _colour(state: State) -> bool:
    return state.shown is not None and state.shown.facts.colour


def _sides(state: State) -> tuple[int, int]:
    facts = state.shown.facts if state.shown else None
    return (facts.columns, facts.rows) if facts else (0, 0)


def _inside(point: Pixel, columns: int, rows: int) -> Pixel:
    return min(max(point[0], 0), max(columns - 1, 0)), min(max(point[1], 0), max(rows - 1, 0))


def _moved(state: State, view: View, gauge: Gauge, action: MoveGauge | SizeGauge) -> View:
    columns, rows = _sides(state)
    region = gauge.region is not None
    held = gauge.held
    step = max(round(max(columns, rows) * STEP_SHARE), 1) if region else 1
    if isinstance(action, SizeGauge):
        step, held = (step, Handle.RIM) if region else (FAR, held)
    elif action.fine:
        step = 1
    right, down = action.right * step, action.down * step
    if held is Handle.RIM and gauge.tool is Tool.CIRCLE:
        most = max(columns, rows, 1)
        return replace(view, gauge=replace(gauge, radius=min(max(gauge.radius + right - down, 0), most)))
    right, down = turned_back(view, right, down)
    moving = {Handle.FIRST: (0,), Handle.SECOND: (1,), Handle.RIM: (1,), Handle.THIRD: (2,)}.get(
        held, tuple(range(len(gauge.points)))
    )
    least_right = max(-gauge.points[n][0] for n in moving)
    most_right = min(columns - 1 - gauge.points[n][0] for n in moving)
    least_down, most_down = max(-gauge.points[n][1] for n in moving), min(rows - 1 - gauge.points[n][1] for n in moving)
    right, down = max(min(right, most_right), least_right), max(min(down, most_down), least_down)
    points = tuple((x + right, y + down) if n in moving else (x, y) for n, (x, y) in enumerate(gauge.points))
    return followed(state, replace(view, gauge=replace(gauge, points=points)), points[moving[0]])


def found(state: State) -> Gauged | None:
    """What the gauge has found in the picture that is shown, if it was laid on it already."""
    return state.shown.findings.gauged if state.shown else None


def _dragged(state: State, view: View, gauge: Gauge, action: MoveGauge | SizeGauge) -> View:
    """The view with one edge of its window moved along the histogram."""
    shown, there = state.shown, found(state)
    window = view.voi.window or (shown.picture.window if shown and shown.picture else None)
    if shown is None or window is None or there is None or there.histogram is None:
        return view
    fine = isinstance(action, MoveGauge) and action.fine
    step = max((there.histogram.high - there.histogram.low) * EDGE_SHARE, shown.facts.grain)
    step = shown.facts.grain or step / 8 if fine else step
    by = (action.right - action.down) * step * (FAR if isinstance(action, SizeGauge) else 1)
    lower, upper = (by, 0.0) if gauge.held is Handle.LOWER else (0.0, by)
    return replace(view, voi=Voi(VoiKind.MANUAL, window=edged(window, lower, upper, shown.facts.grain)))


def edges(window: Window) -> tuple[float, float]:
    """The values at which a window begins and ends."""
    return window.center - window.width / 2, window.center + window.width / 2


# ------------------------------------------------------------------------------------------------- words


def command(state: State) -> str:
    """The command line that measures what is measured on the screen; empty where nothing is."""
    from tui.service.writing import command_line

    ref, view = state.cursor.ref, state.view
    if ref is None:
        return ""
    words = [f"--at={column},{row}" for column, row in (*((view.probe,) if view.probe else ()), *view.pins)]
    if view.gauge is not None:
        words += _gauge_words(state, view.gauge)
    if not words:
        return ""
    frame = ["--frame", str(state.cursor.frame + 1)] if state.cursor.frame else []
    return command_line(["safelight", "measure", ref.path, *frame, *words])


def _gauge_words(state: State, gauge: Gauge) -> list[str]:
    numbers = ",".join(str(part) for point in gauge.points for part in point)
    match gauge.tool:
        case Tool.LINE | Tool.ANGLE:
            return [f"--{gauge.tool}={numbers}"]
        case Tool.CIRCLE:
            return [f"--roi=circle:{numbers},{gauge.radius}"]
        case Tool.RECTANGLE:
            return [f"--roi=rectangle:{numbers}"]
        case Tool.MASK:
            from tui.service.recipes import recipe_text

            return [f"--roi=mask:{recipe_text(state.view.mask or state.recipe)}"]
        case Tool.WHOLE:
            return ["--roi=whole"]
