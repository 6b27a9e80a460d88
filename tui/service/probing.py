"""Steps of the probe and of the mask: (State, Action) to View, pure."""

from __future__ import annotations

from dataclasses import replace

from tui.core.quantities import Pixel
from tui.core.values import View
from tui.service.measuring import MoveProbe, PinProbe, ProbeAction, SetMask, ToggleMask, ToggleProbe
from tui.service.state import State


def probed(state: State, view: View, action: ProbeAction) -> View:
    """The view after an action on the probe or the mask."""
    match action:
        case ToggleProbe():
            return replace(view, probe=None, pins=()) if view.probe else replace(view, probe=middle(state, view))
        case MoveProbe():
            return followed(state, replace(view, probe=moved(state, view, action)))
        case PinProbe():
            at = view.probe
            if at is None:
                return view
            pins = tuple(pin for pin in view.pins if pin != at) if at in view.pins else (*view.pins, at)
            return replace(view, pins=pins)
        case ToggleMask():
            return replace(view, mask=None if view.mask else state.recipe)
        case SetMask():
            return replace(view, mask=action.recipe)


def moved(state: State, view: View, action: MoveProbe) -> Pixel | None:
    """The probe after a step as it is seen on the screen, inside of the image."""
    facts = state.shown.facts if state.shown else None
    if view.probe is None or facts is None or not facts.columns or not facts.rows:
        return view.probe
    right, down = action.right, action.down
    for _ in range(view.rotation % 4):  # back through the clockwise turns
        right, down = down, -right
    if view.flip:
        right = -right
    column, row = view.probe
    return min(max(column + right, 0), facts.columns - 1), min(max(row + down, 0), facts.rows - 1)


def middle(state: State, view: View) -> Pixel:
    """The pixel in the middle of what is seen."""
    facts = state.shown.facts if state.shown else None
    columns, rows = (facts.columns, facts.rows) if facts else (0, 0)
    x, y = view.center_x, view.center_y
    for _ in range(view.rotation % 4):
        x, y = y, 1 - x
    if view.flip:
        x = 1 - x
    return min(int(x * columns), max(columns - 1, 0)), min(int(y * rows), max(rows - 1, 0))


def followed(state: State, view: View) -> View:
    """The view panned so that the probe is seen."""
    facts = state.shown.facts if state.shown else None
    if view.probe is None or facts is None or not facts.columns or not facts.rows:
        return view
    x, y = (view.probe[0] + 0.5) / facts.columns, (view.probe[1] + 0.5) / facts.rows
    if view.flip:
        x = 1 - x
    for _ in range(view.rotation % 4):  # clockwise: what was left is now at the top
        x, y = 1 - y, x
    across, down = seen(state)
    return replace(view, center_x=_near(view.center_x, x, across), center_y=_near(view.center_y, y, down))


def _near(center: float, at: float, share: float) -> float:
    """The center nearest to this one from which a point is seen."""
    if share >= 1:
        return center
    half = share / 2
    return min(max(center, at - half, half), at + half, 1 - half)


def seen(state: State) -> tuple[float, float]:
    """Share of the image's width and height, as it stands on the screen, that fits into the viewport."""
    shown = state.shown
    if shown is None or shown.picture is None or not shown.facts.columns or shown.picture.scale <= 0:
        return 1.0, 1.0
    facts, scale = shown.facts, shown.picture.scale
    width, height = facts.columns * scale, facts.rows * scale * facts.aspect
    if state.view.rotation % 2:
        width, height = height, width
    return state.viewport.width / width, state.viewport.height / height
