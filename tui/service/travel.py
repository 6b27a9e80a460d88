"""Which way the user goes through a series, and which pictures come next."""

from __future__ import annotations

from typing import assert_never

from tui.core import series as library_of
from tui.core.values import Ref
from tui.service import actions as act
from tui.service.state import State, Travel

REACH = 6  # steps to look ahead
MoveAction = act.Select | act.StepImage | act.JumpImage | act.StepFrame | act.StepSeries | act.AdvanceCine


def travel(action: MoveAction) -> Travel:
    """The direction that a move shows."""
    match action:
        case act.StepImage():
            return Travel(images=action.by, frames=0)
        case act.StepFrame():
            return Travel(images=0, frames=action.by)
        case act.AdvanceCine():
            return Travel(images=action.by, frames=action.by)
        case act.JumpImage():
            return Travel(images=-1 if action.to < 0 else 1, frames=0)
        case act.Select() | act.StepSeries():
            return Travel()
        case _:
            assert_never(action)


def ahead(state: State) -> tuple[tuple[Ref, int], ...]:
    """Instances and frames that are likely to be looked at next, the likeliest first; without the present one.

    Steps of the size and direction of the last one, then one step back. A cine goes round.
    """
    cursor, way = state.cursor, state.travel
    place = library_of.find(state.library, cursor.ref, cursor.series) if cursor.ref is not None else None
    if place is None:
        return ()
    series, index = place
    instance = series.instances[index]
    if way.frames and instance.frames > 1:
        order = frame_order(state)
        known = len(order) == instance.frames
        here = order.index(cursor.frame) if known else cursor.frame
        at = _along(here, instance.frames, way.frames, state.cine.playing)
        return tuple((instance.ref, order[place] if known else place) for place in at)
    along = _along(index, len(series.instances), way.images, state.cine.playing)
    return tuple((series.instances[n].ref, 0) for n in along if series.instances[n].rows)


def frame_order(state: State) -> tuple[int, ...]:
    """Indices of the frames of the instance at the cursor in the order of viewing, once one of them was shown.

    Empty where that is the order of the file.
    """
    shown = state.shown
    return shown.facts.order if shown is not None and shown.ref == state.cursor.ref else ()


def frame_after(state: State, frames: int, by: int, *, around: bool = False) -> int:
    """The frame that is so many steps from the one at the cursor; stays at an end, or goes ``around``."""
    order, frame = frame_order(state), state.cursor.frame
    known = len(order) == frames
    place = (order.index(frame) if known else frame) + by
    place = place % frames if around else min(max(place, 0), frames - 1)
    return order[place] if known else place


def _along(start: int, count: int, step: int, around: bool) -> list[int]:
    """Indices from ``start`` on, at most ``REACH``, then the one before it."""
    if not step:
        return []
    wanted = [start + step * n for n in range(1, REACH + 1)] + [start - (1 if step > 0 else -1)]
    found = [n % count if around else n for n in wanted]
    return [n for n in dict.fromkeys(found) if 0 <= n < count and n != start]
