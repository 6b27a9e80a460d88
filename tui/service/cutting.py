"""Planes through a series: what the user does, and its steps: (State, Action) to View, pure; and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from tui.core import series as library_of
from tui.core.cuts import ACROSS, NORMAL, Cut, Plane, Rendering, Volumed, Voxel
from tui.core.values import Instance, Ref, View, Wish
from tui.frozen import frozen
from tui.service.state import State

Slices = tuple[tuple[Ref, int], ...]
"""Instances and frames, in the order of the series."""


@frozen
class ToggleCut:
    """Cut the stack that is looked at into planes; or show the image again."""


@frozen
class NextPlane:
    """Let the keys move the next plane."""

    by: int = 1


@frozen
class StepCut:
    """Go along the normal of the plane: to the feet, to the back or to the left where ``by`` is above 0."""

    by: int


@frozen
class MoveCut:
    """Move the place where the planes meet inside of the plane, as it is seen on the screen."""

    right: int
    down: int


@frozen
class SizeSlab:
    """Make the slab thicker or thinner by voxels; one is a thin plane."""

    by: int


@frozen
class NextRendering:
    """The next way in which a slab is rendered."""


@frozen
class ToggleAlone:
    """Show the plane that the keys move alone, or all three."""


@frozen
class WritePlanes:
    """Write planes as pictures.

    Attributes
    ----------
    slices
        The volume.
    cut
        The plane to write; without a place the one in the middle.
    every
        All planes of that direction, one file each.
    name
        Of the one file; empty for a free one in ``folder``.
    """

    slices: Slices
    cut: Cut
    view: View = View()
    format: str = "png"
    wish: Wish = Wish()
    every: bool = False
    folder: str = ""
    name: str = ""


CutAction = ToggleCut | NextPlane | StepCut | MoveCut | SizeSlab | NextRendering | ToggleAlone

MOST_SLICES = 10_000  # they are listed anew at each key
_PLANES = list(Plane)
_WAYS = list(Rendering)


def cut_view(state: State, view: View, action: CutAction) -> View:
    """The view after an action on the planes."""
    cut = view.cut
    if isinstance(action, ToggleCut):
        if cut is not None:
            return replace(view, cut=None, zoom=1.0, one_to_one=False, center_x=0.5, center_y=0.5)
        return replace(view, cut=Cut(), probe=None, pins=(), gauge=None, zoom=1.0, one_to_one=False)
    if cut is None:
        return view
    match action:
        case NextPlane():
            changed = replace(cut, plane=_around(_PLANES, cut.plane, action.by))
        case NextRendering():
            changed = replace(cut, rendering=_around(_WAYS, cut.rendering, 1), slab=max(cut.slab, 2))
        case ToggleAlone():
            changed = replace(cut, alone=not cut.alone)
            view = replace(view, zoom=1.0, one_to_one=False, center_x=0.5, center_y=0.5)
        case StepCut() | MoveCut() | SizeSlab():
            found = volumed(state)
            changed = _moved(cut, found, action) if found is not None else cut
        case _:
            assert_never(action)
    return replace(view, cut=changed)


T = TypeVar("T")


def _around(choices: Sequence[T], now: T, by: int) -> T:
    return choices[(choices.index(now) + by) % len(choices)]


def _moved(cut: Cut, found: Volumed, action: StepCut | MoveCut | SizeSlab) -> Cut:
    if isinstance(action, SizeSlab):
        most = found.shape[NORMAL[cut.plane]]
        return replace(cut, slab=min(max(cut.slab + action.by, 1), most))
    at = list(cut.at or found.at)
    upright = cut.plane is not Plane.AXIAL
    if isinstance(action, StepCut):
        at[NORMAL[cut.plane]] += -action.by if cut.plane is Plane.AXIAL else action.by
    else:
        right, down = ACROSS[cut.plane]
        at[right] += action.right
        at[down] += -action.down if upright else action.down
    return replace(cut, at=_inside(at, found.shape))


def _inside(at: Sequence[int], shape: Voxel) -> Voxel:
    x, y, z = (min(max(one, 0), most - 1) for one, most in zip(at, shape, strict=True))
    return x, y, z


def volumed(state: State) -> Volumed | None:
    """What was found of the volume that is shown."""
    return state.shown.findings.volumed if state.shown else None


def slices(state: State) -> Slices:
    """The stack that is looked at: the frames of its one instance, or its instances."""
    ref, frames, among = _stack(state)
    if ref is not None:
        return tuple((ref, frame) for frame in range(frames))
    return tuple((one.ref, 0) for one in among if one.rows and one.frames <= 1)


def _stack(state: State) -> tuple[Ref | None, int, Sequence[Instance]]:
    """An instance and its frames, or instances."""
    place = library_of.find(state.library, state.cursor.ref, state.cursor.series) if state.cursor.ref else None
    if place is None:
        return None, 0, ()
    series, index = place
    instance = series.instances[index]
    if instance.frames > 1:
        return instance.ref, instance.frames, ()
    stack = next((one for one in series.stacks if one.start <= index < one.stop), None)
    return None, 0, series.instances[stack.start : stack.stop] if stack else series.instances


def reason(state: State, action: CutAction) -> str:
    """Why an action on the planes cannot be carried out now; empty where it can."""
    if isinstance(action, ToggleCut):
        if state.view.cut is not None:
            return ""
        if state.shown is not None and state.shown.facts.colour:
            return "Planes are made of grey pictures, and this one has colours."
        _, frames, among = _stack(state)
        if max(frames, len(among)) > MOST_SLICES:
            return f"{max(frames, len(among)):,} pictures are too many for planes, which take {MOST_SLICES:,} at most."
        return "" if len(slices(state)) > 1 else "One picture is no volume: planes need a series of slices."
    if state.view.cut is None:
        return "No planes are shown: O shows them."
    return ""


def cut_text(cut: Cut, found: Volumed) -> str:
    """``coronal 120/512 · MIP 10.0 mm``."""
    axis = NORMAL[cut.plane]
    place = found.at[axis] if cut.plane is not Plane.AXIAL else found.shape[axis] - 1 - found.at[axis]
    said = f"{cut.plane} {place + 1}/{found.shape[axis]}"
    return f"{said} · {cut.rendering} {found.slab_mm:.1f} mm" if cut.slab > 1 else said
