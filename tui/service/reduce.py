"""(State, Action) to State and (State, Event) to State: pure, no work is started here.

An action that cannot be carried out leaves the state as it is; why it cannot is said by ``disabled.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from tui.core import series as library_of
from tui.core.values import Instance, Series, SeriesKey, View, Voi, VoiKind, Window
from tui.service import actions as act
from tui.service import editing
from tui.service import events as ev
from tui.service.boxing import BoxAction, KeepBoxes, RulesKept, ToggleBoxes, boxed
from tui.service.cutting import CutAction, WritePlanes, cut_view
from tui.service.gauging import GaugeAction, gauged
from tui.service.measuring import MakeMask, MaskGrown, MaskMade, Measure, Measured, ProbeAction, SetMask
from tui.service.overlaying import PRESENTATION, OverlayAction, overlaid
from tui.service.probing import probed, seen
from tui.service.questions import Answered, Ask, Progress
from tui.service.reviewing import AnonymizeReviewed, ReviewAnonymize
from tui.service.settings import Settings
from tui.service.state import Cine, Cursor, Scan, Shown, State, Writing
from tui.service.travel import MoveAction, frame_after, travel
from tui.service.windows import digit_voi, narrowed, shifted

ZOOM_MIN, ZOOM_MAX = 0.1, 64.0
RATE_MIN, RATE_MAX = 0.5, 120.0


def apply(state: State, action: act.Action, settings: Settings) -> State:
    """The state after an action."""
    match action:
        case act.Open():
            kept = State(viewport=state.viewport, corners=state.corners, base=state.base, order=state.order)
            return _opened(kept, state.scan.number, action.paths)
        case act.Rescan():
            again = _opened(state, state.scan.number, state.scan.paths)
            return replace(again, scan=replace(again.scan, again=bool(state.library.patients)))
        case act.SortLibrary():
            return replace(state, order=action.order)
        case act.StopScan():
            return replace(state, scan=replace(state.scan, running=False))
        case act.Select() | act.StepImage() | act.JumpImage() | act.StepFrame() | act.StepSeries() | act.AdvanceCine():
            return replace(_moved(state, action), chosen=True, travel=travel(action))
        case act.ToggleCine():
            return replace(state, cine=replace(state.cine, playing=not state.cine.playing))
        case act.ScaleCine():
            rate = min(max(cine_rate(state, settings) * action.factor, RATE_MIN), RATE_MAX)
            return replace(state, cine=replace(state.cine, rate=rate))
        case act.ToggleCorners():
            return replace(state, corners=not state.corners)
        case act.ResizeViewport():
            return replace(state, viewport=replace(state.viewport, width=action.width, height=action.height))
        case act.SearchTags():
            return replace(state, tag_query=action.query)
        case act.ToggleTagChanges():
            return replace(state, tag_changes=not state.tag_changes)
        case act.Convert():
            return replace(state, writing=Writing("convert", 0, len(action.paths)))
        case act.Export():
            return replace(state, writing=Writing("export", 0, len(action.targets)))
        case act.Anonymize():
            return replace(state, writing=Writing("anonymize", 0, len(action.refs)))
        case MakeMask():
            return replace(state, writing=Writing("mask", 0, len(action.refs)))
        case WritePlanes():
            return replace(state, writing=Writing("planes", 0, len(action.slices)))
        case KeepBoxes():
            return _viewed(state, ToggleBoxes(), settings) if state.view.boxes else state
        case act.PreviewAnonymize() | ReviewAnonymize() | act.StopWriting() | Measure() | Ask():
            return state
        case SetMask():
            return _viewed(replace(state, recipe=action.recipe), action, settings)
        case _ if isinstance(action, editing.EditAction):
            return editing.apply(state, action)
        case _:
            return _viewed(state, action, settings)


ViewAction = (
    act.SetVoi | act.UseDigit | act.StepVoi | act.ShiftLevel | act.ScaleWidth | act.ToggleInvert | act.ZoomBy
    | act.ToggleFit | act.PanBy | act.RotateBy | act.ToggleFlip | act.ToggleSmooth | act.ToggleOverlays
    | act.ToggleProfile | act.ResetView
    | ProbeAction | BoxAction | GaugeAction | OverlayAction | CutAction
)  # fmt: skip


def absorb(state: State, event: ev.Event) -> State:
    """The state after something came back from a lane."""
    match event:
        case ev.FilesFound():
            return _found(state, event)
        case ev.ScanEnded():
            if event.scan != state.scan.number:
                return state
            return _ended(state, event)
        case ev.LibrarySorted():
            return replace(state, library=event.library) if event.before is state.library else state
        case ev.PictureReady():
            words = (event.serial, event.ref, event.frame, event.picture, event.facts)
            return _shown(state, Shown(*words, drawing=event.drawing, reduced=event.reduced, findings=event.findings))
        case ev.PictureFailed():
            return _shown(state, Shown(event.serial, event.ref, event.frame, problem=event.reason))
        case ev.Written():
            failed = state.writing.failed + bool(event.outcome.error)
            return replace(state, writing=Writing(event.verb, event.done, event.total, failed))
        case RulesKept():
            return replace(state, rules=event.rules)
        case ev.WritingEnded():
            state = editing.saved(state, event.outcomes) if event.verb == editing.SAVE else state
            return replace(state, writing=Writing())
        case ev.AnonymizeEnded():
            return replace(state, writing=Writing())
        case ev.StateChanged() | ev.PictureLikely() | ev.PictureDrawn() | ev.TagsReady() | ev.TagsFiltered():
            return state
        case ev.AnonymizePreviewed() | AnonymizeReviewed() | ev.Notice():
            return state
        case MaskGrown():
            return replace(state, writing=Writing("mask", event.done, event.total))
        case Measured() | MaskMade() | Answered() | Progress():
            return state
        case _:
            assert_never(event)


def cine_rate(state: State, settings: Settings) -> float:
    """Pictures a second: as chosen, else as stored in the file, else as set."""
    stored = state.shown.facts.rate if state.shown else 0.0
    return state.cine.rate or stored or settings.cine_rate


def current_series(state: State) -> Series | None:
    """The series that is looked at."""
    return library_of.get(state.library, state.cursor.series) if state.cursor.series else None


def current_instance(state: State) -> Instance | None:
    """The instance that is looked at."""
    found = _place(state)
    return found[0].instances[found[1]] if found else None


def current_window(state: State) -> Window | None:
    """The window that the next step starts from: the chosen one, else the one of the picture that is shown."""
    voi = state.view.voi
    if voi.window is not None:
        return voi.window
    return state.shown.picture.window if state.shown and state.shown.picture else None


def stored_view(state: State) -> int | None:
    """Which of the file's windows and VOI LUTs is chosen, or shown because nothing was; None for another window."""
    voi, shown = state.view.voi, state.shown
    if voi.kind is VoiKind.STORED:
        return voi.index
    if voi.kind is not VoiKind.DEFAULT or shown is None or shown.picture is None:
        return None
    label, stored = shown.picture.window_label, shown.facts.stored_views
    return stored.index(label) if label in stored else None


def _place(state: State) -> tuple[Series, int] | None:
    if state.cursor.ref is None:
        return None
    return library_of.find(state.library, state.cursor.ref, state.cursor.series)


def _opened(state: State, number: int, paths: tuple[str, ...]) -> State:
    return replace(state, scan=Scan(number=number + 1, paths=paths, running=True), cine=Cine(rate=state.cine.rate))


def _found(state: State, event: ev.FilesFound) -> State:
    scan = state.scan
    if event.scan != scan.number or not scan.running:
        return state
    counts = {name: getattr(event, name) for name in ("dicom", "skipped", "checked", "seconds")}
    state = replace(state, scan=replace(scan, **counts), library=event.library or state.library)
    first = event.first
    if state.cursor.ref is None and event.library and first is not None:  # without any, _ended takes the first file
        state = replace(state, cursor=Cursor(library_of.key_of(first), first.ref))
    return state


def _ended(state: State, event: ev.ScanEnded) -> State:
    """Until the user has chosen something, the end of the scan goes to the first image of the series that is shown."""
    scan = replace(state.scan, running=False, complete=event.complete, again=False)
    state = replace(state, scan=scan, library=event.library or state.library)
    if not state.library.patients:
        return replace(state, cursor=Cursor())
    here = library_of.get(state.library, state.cursor.series) if state.cursor.series else None
    if state.chosen and state.cursor.ref and library_of.find(state.library, state.cursor.ref, state.cursor.series):
        return state
    series = here or state.library.patients[0].studies[0].series[0]
    first = next((instance for instance in series.instances if instance.rows), series.first)
    return replace(state, cursor=Cursor(series.key, first.ref))


def _shown(state: State, answer: Shown) -> State:
    # Dropping only what is older than the screen keeps the picture moving under a held key.
    shown = state.shown
    if shown is not None and (answer.serial, not answer.reduced) <= (shown.serial, not shown.reduced):
        return state
    return replace(state, shown=answer)


# ------------------------------------------------------------------------------------------------- moving


def _moved(state: State, action: MoveAction) -> State:
    match action:
        case act.Select():
            found = library_of.find(state.library, action.ref, action.series)
            if found is None:
                return state
            instance = found[0].instances[found[1]]
            frame = min(max(action.frame, 0), max(instance.frames - 1, 0))
            return _looking(state, found[0].key, instance, frame)
        case act.StepSeries():
            return _step_series(state, action.by)
        case _:
            pass
    place = _place(state)
    if place is None:
        return state
    series, index = place
    instance, last = series.instances[index], len(series.instances) - 1
    frames = max(instance.frames, 1)
    match action:
        case act.StepImage():
            return _looking(state, series.key, series.instances[min(max(index + action.by, 0), last)])
        case act.JumpImage():
            index = action.to if action.to >= 0 else last + 1 + action.to
            return _looking(state, series.key, series.instances[min(max(index, 0), last)])
        case act.StepFrame():
            return _looking(state, series.key, instance, frame_after(state, frames, action.by))
        case act.AdvanceCine():
            if not state.cine.playing:
                return state
            if frames > 1:
                return _looking(state, series.key, instance, frame_after(state, frames, action.by, around=True))
            return _looking(state, series.key, series.instances[(index + action.by) % (last + 1)])
        case _:
            assert_never(action)


def _looking(state: State, key: SeriesKey, instance: Instance, frame: int = 0) -> State:
    cursor = Cursor(key, instance.ref, frame)
    if cursor == state.cursor:
        return state
    cine = state.cine if key == state.cursor.series else Cine()
    return replace(state, cursor=cursor, cine=cine)


def _step_series(state: State, by: int) -> State:
    key = state.cursor.series
    series = library_of.step(state.library, key, by) if key is not None else None
    if series is None or series.key == key:
        return state
    return _looking(state, series.key, next((i for i in series.instances if i.rows), series.first))


# ------------------------------------------------------------------------------------------------- viewing


def _viewed(state: State, action: ViewAction, settings: Settings) -> State:
    key, view = state.cursor.series, state.view
    if key is None:
        return state
    if isinstance(action, ProbeAction):
        changed: View | None = probed(state, view, action)
    elif isinstance(action, BoxAction):
        changed = boxed(state, view, action)
    elif isinstance(action, GaugeAction):
        changed = gauged(state, view, action)
    elif isinstance(action, OverlayAction):
        changed = overlaid(state, view, action)
    elif isinstance(action, CutAction):
        changed = cut_view(state, view, action)
    else:
        changed = _rewindowed(state, view, action, settings)
    if changed is None:
        changed = _replaced(state, view, action)
    if changed is None or changed == view:
        return state
    return replace(state, views={**state.views, key: changed})


def _rewindowed(state: State, view: View, action: ViewAction, settings: Settings) -> View | None:
    """The view after an action on the window; None if the action is about something else."""
    stored = state.shown.facts.stored_views if state.shown else ()
    grain = state.shown.facts.grain if state.shown else 1.0
    window = current_window(state)
    match action:
        case act.SetVoi():
            return replace(view, voi=action.voi)
        case act.UseDigit():
            modality = state.shown.facts.modality if state.shown else ""
            voi = digit_voi(action.digit, modality, len(stored))
            return replace(view, voi=voi) if voi else view
        case act.StepVoi():
            if not stored:
                return view
            here = stored_view(state)
            there = (0 if action.by > 0 else -1) if here is None else here + action.by
            return replace(view, voi=Voi(VoiKind.STORED, index=there % len(stored)))
        case act.ShiftLevel():
            moved = shifted(window, action.by, grain) if window else None
        case act.ScaleWidth():
            moved = narrowed(window, action.by, grain) if window else None
        case _:
            return None
    return replace(view, voi=Voi(VoiKind.MANUAL, window=moved)) if moved else view


def _replaced(state: State, view: View, action: ViewAction) -> View:
    match action:
        case act.ToggleInvert():
            return replace(view, invert=not view.invert)
        case act.ZoomBy():
            scale = min(seen(state))  # 0 where there is no room for the picture, or none was drawn yet
            zoom = 1 / scale if view.one_to_one and scale else view.zoom
            return replace(view, zoom=min(max(zoom * action.factor, ZOOM_MIN), ZOOM_MAX), one_to_one=False)
        case act.ToggleFit():
            fits = not view.one_to_one and view.zoom == 1.0
            return replace(view, one_to_one=fits, zoom=1.0, center_x=0.5, center_y=0.5)
        case act.PanBy():
            x, y = seen(state)
            return replace(
                view, center_x=_panned(view.center_x, action.x, x), center_y=_panned(view.center_y, action.y, y)
            )
        case act.RotateBy():
            for _ in range(action.quarters % 4):  # clockwise: what was left is now at the top
                view = replace(view, center_x=1 - view.center_y, center_y=view.center_x)
            return replace(view, rotation=(view.rotation + action.quarters) % 4)
        case act.ToggleFlip():
            if view.rotation % 2:
                return replace(view, flip=not view.flip, center_y=1 - view.center_y)
            return replace(view, flip=not view.flip, center_x=1 - view.center_x)
        case act.ToggleSmooth():
            return replace(view, smooth=not view.smooth)
        case act.ToggleOverlays():
            return replace(view, overlays=not view.overlays)
        case act.ToggleProfile():
            return replace(view, icc=not view.icc)
        case act.ResetView():
            kept = tuple(one for one in view.chosen if one.kind != PRESENTATION)
            return replace(state.base, chosen=kept, hidden=view.hidden, opacity=view.opacity)
        case _:
            return view


def _panned(center: float, by: float, seen: float) -> float:
    half = min(seen, 1.0) / 2
    return min(max(center + by * min(seen, 1.0), half), 1 - half)
