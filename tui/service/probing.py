"""Steps of the probe and of the mask: (State, Action) to View, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tui.core.quantities import OPACITIES, TINTS, Pixel, panel_width
from tui.core.values import View
from tui.service.measuring import (
    MoveProbe,
    NextOpacity,
    NextTint,
    PinProbe,
    ProbeAction,
    SetMask,
    ToggleMask,
    TogglePanels,
    ToggleProbe,
)
from tui.service.state import State


def probed(state: State, view: View, action: ProbeAction) -> View:
    """The view after an action on the probe or the mask."""
    match action:
        case ToggleProbe():
            if view.probe:
                return replace(view, probe=None, pins=())
            return replace(view, probe=middle(state, view), gauge=None)
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
        case TogglePanels():
            if view.panels and view.mask:
                return replace(view, panels=False)
            return replace(view, panels=True, mask=view.mask or state.recipe)
        case NextTint():
            names = list(TINTS)
            return replace(view, tint=replace(view.tint, colour=after(names, view.tint.colour)))
        case NextOpacity():
            return replace(view, tint=replace(view.tint, opacity=after(OPACITIES, view.tint.opacity)))


Value = TypeVar("Value")


def after(choices: Sequence[Value], now: Value) -> Value:
    """The choice that follows, around the end; the first one after what is none of them."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]


def moved(state: State, view: View, action: MoveProbe) -> Pixel | None:
    """The probe after a step as it is seen on the screen, inside of the image."""
    facts = state.shown.facts if state.shown else None
    if view.probe is None or facts is None or not facts.columns or not facts.rows:
        return view.probe
    right, down = turned_back(view, action.right, action.down)
    column, row = view.probe
    return min(max(column + right, 0), facts.columns - 1), min(max(row + down, 0), facts.rows - 1)


def turned_back(view: View, right: int, down: int) -> tuple[int, int]:
    """A step as it is seen on the screen, in columns and rows of the image."""
    for _ in range(view.rotation % 4):  # back through the clockwise turns
        right, down = down, -right
    return (-right if view.flip else right), down


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


def followed(state: State, view: View, pixel: Pixel | None = None) -> View:
    """The view panned so that the probe, or another pixel, is seen."""
    facts = state.shown.facts if state.shown else None
    pixel = pixel or view.probe
    if pixel is None or facts is None or not facts.columns or not facts.rows:
        return view
    x, y = (pixel[0] + 0.5) / facts.columns, (pixel[1] + 0.5) / facts.rows
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
    room = panel_width(state.viewport.width) if state.view.panels and state.view.mask else state.viewport.width
    return room / width, state.viewport.height / height
