"""What other objects draw over pictures: what a user chooses, where such objects are looked for, and the view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from tui.core.overlaid import Chosen, Look, Spot
from tui.core.values import Facts, Instance, Library, Ref, SeriesKey, View, Viewport, Voi
from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.service.state import State

PRESENTATION = "presentation"  # the kind of overlay that a picture has one of
MOST_SOURCES = 500  # objects of one patient that are looked into
MOST_SLICES = 1000  # that are looked at for their distance
ZOOM_MAX = 64.0
_SEGMENTATION = "SEG"  # has pixels, and is no picture of the patient

Source = tuple[Ref, str]
"""Where an object lies, and its SOP Class; empty where that is not known."""


@frozen
class ShowOverlays:
    """Draw these objects over the pictures of the series, and not the planes of the file in ``hidden`` groups.

    A presentation state among them stays as it is.
    """

    chosen: tuple[Chosen, ...]
    hidden: tuple[int, ...] = ()


@frozen
class UseState:
    """Look at the pictures as a presentation state says: windows, rotation, flip, area, graphics. None: as before."""

    chosen: Chosen | None
    look: Look = Look()


@frozen
class SetOpacity:
    """How much areas hide of the picture, from 0, which leaves outlines, to 1."""

    opacity: float


OverlayAction = ShowOverlays | UseState | SetOpacity


def overlaid(state: State, view: View, action: OverlayAction) -> View:
    """The view after an action."""
    match action:
        case ShowOverlays():
            return replace(view, chosen=action.chosen, hidden=action.hidden, overlays=True)
        case SetOpacity():
            return replace(view, opacity=min(max(action.opacity, 0.0), 1.0))
        case UseState():
            facts = state.shown.facts if state.shown else Facts()
            return used(view, action.chosen, action.look, facts, state.viewport)


def used(view: View, chosen: Chosen | None, look: Look, facts: Facts, viewport: Viewport) -> View:
    """The view with another presentation state, or none; rotation and flip of one that goes, go with it."""
    others = tuple(one for one in view.chosen if one.kind != PRESENTATION)
    view = replace(
        view, chosen=others, voi=Voi(), invert=False, zoom=1.0, one_to_one=False, center_x=0.5, center_y=0.5,
        rotation=0, flip=False,
    )  # fmt: skip
    if chosen is None:
        return view
    view = replace(view, chosen=(*others, chosen), rotation=look.rotation, flip=look.flip, overlays=True)
    if look.area is None or not (facts.rows and facts.columns):
        return view
    zoom, x, y = aimed(look, facts, viewport)
    return replace(view, zoom=zoom, center_x=x, center_y=y)


def aimed(look: Look, facts: Facts, viewport: Viewport) -> tuple[float, float, float]:
    """Zoom and center, as the view has them, that show the area of a presentation state (PS3.3 C.10.4)."""
    left, top, right, bottom = look.area or (0.0, 0.0, facts.columns, facts.rows)
    wide, high = max(right - left, 1.0), max(bottom - top, 1.0)
    x, y = (left + right) / 2 / facts.columns, (top + bottom) / 2 / facts.rows
    if look.flip:
        x = 1 - x
    for _ in range(look.rotation % 4):
        x, y = 1 - y, x
    pane = viewport.width or 1, viewport.height or 1
    across, down = (pane[1], pane[0]) if look.rotation % 2 else pane
    whole = min(across / facts.columns, down / (facts.rows * facts.aspect))
    part = min(across / wide, down / (high * facts.aspect))
    if not (viewport.width and viewport.height) or abs(part / whole - 1) < 1e-3:
        return 1.0, 0.5, 0.5
    return min(max(part / whole, 0.1), ZOOM_MAX), min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


# ------------------------------------------------------------------------------------------------- where to look


def sources(library: Library, key: SeriesKey | None) -> tuple[Source, ...]:
    """Objects that may draw over the pictures of a series: of its study first, then of its patient."""
    if key is None:
        return ()
    found = [(study != key.study, one) for study, one in _candidates(library, key)]
    found.sort(key=lambda pair: pair[0])
    return tuple((one.ref, one.sop_class_uid) for _, one in found[:MOST_SOURCES])


def every_source(library: Library) -> tuple[Source, ...]:
    """Objects of a library that may draw over pictures."""
    return tuple((one.ref, one.sop_class_uid) for _, one in _candidates(library, None))[:MOST_SOURCES]


def _candidates(library: Library, key: SeriesKey | None) -> Iterator[tuple[str, Instance]]:
    """What has no picture, and segmentations; a series is taken for what its first instance is."""
    for patient in library.patients:
        for study in patient.studies:
            if key is not None and key.patient != patient.key and key.study != study.uid:
                continue
            for series in study.series:
                if not series.first.rows or series.first.modality == _SEGMENTATION:
                    yield from ((study.uid, one) for one in series.instances)


def spotted(instances: Sequence[Instance], spot: Spot) -> tuple[Instance, int] | None:
    """The picture of a series that a spot is on, and its frame; None if the series has none there."""
    for one in instances:
        if spot.uid and one.sop_instance_uid == spot.uid:
            return one, min(max(spot.frame, 0), max(one.frames - 1, 0))
    point = spot.point
    if point is None:
        return None
    near = [
        (abs(sum((b - a) * n for a, b, n in zip(one.position, point, _normal(one.orientation), strict=True))), at, one)
        for at, one in enumerate(instances)
        if one.position is not None and one.orientation is not None
    ]
    least = min(near, default=None)
    return (least[2], 0) if least is not None and least[0] <= max(apart(instances), 1.0) else None


def _normal(cosines: Sequence[float]) -> tuple[float, float, float]:
    a, b = cosines[:3], cosines[3:]
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def apart(instances: Sequence[Instance]) -> float:
    """The usual distance of the slices of a series in mm, in its first thousand; 0 where it is not known."""
    known = [one for one in instances[:MOST_SLICES] if one.position is not None and one.orientation is not None]
    if len(known) < 2:
        return 0.0
    first = known[0].orientation
    assert first is not None
    normal = _normal(first)
    heights = sorted(
        sum(x * n for x, n in zip(one.position or (), normal, strict=True)) for one in known if one.orientation == first
    )
    gaps = sorted(above - below for below, above in pairwise(heights) if above - below > 1e-3)
    return gaps[len(gaps) // 2] if gaps else 0.0
