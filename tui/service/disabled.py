"""Why an action cannot be carried out now, as a sentence; empty where it can."""

from __future__ import annotations

from tui.core import series as library_of
from tui.service import actions as act
from tui.service import cutting, editing
from tui.service.boxing import BoxAction, KeepBoxes
from tui.service.gauging import GaugeAction, MoveGauge, NextHandle, NextTool, SizeGauge
from tui.service.measuring import (
    MakeMask,
    Measure,
    MoveProbe,
    NextOpacity,
    NextTint,
    PinProbe,
    ProbeAction,
    SetMask,
    ToggleMask,
    TogglePanels,
)
from tui.service.questions import Ask
from tui.service.reduce import current_instance, current_series, current_window, stored_view
from tui.service.reviewing import ReviewAnonymize
from tui.service.state import State
from tui.service.travel import frame_after
from tui.service.windows import digit_voi

_NOT_ON_PLANES = (
    ProbeAction | BoxAction | GaugeAction | act.RotateBy | act.ToggleFlip | act.ToggleOverlays | act.ToggleProfile
)
_NOT_ON_THREE = act.ZoomBy | act.PanBy | act.ToggleFit
NOTHING = "Nothing is open: choose an image in the tree."


def reason(state: State, action: act.Action) -> str:
    """A sentence that says why not now, or the empty string."""
    match action:
        case act.Open() | act.ResizeViewport() | act.SearchTags() | act.AdvanceCine() | act.ToggleCorners():
            return ""
        case act.ToggleTagChanges():
            return NOTHING if state.cursor.ref is None else ""
        case act.Rescan():
            return "" if state.scan.paths else "No folder is open."
        case act.StopScan():
            return "" if state.scan.running else "No scan is running."
        case act.StopWriting():
            return "" if state.writing.verb else "Nothing is being written."
        case _ if isinstance(action, editing.EditAction):
            return editing.reason(state, action)
        case act.Select() | act.SortLibrary() | Measure() | Ask() | ReviewAnonymize() | KeepBoxes():
            return ""
        case act.Convert():
            if state.writing.verb:
                return f"The running {state.writing.verb} ends first."
            return "" if action.paths else "No picture is named that could become DICOM."
        case cutting.WritePlanes() if not action.slices:
            return NOTHING
        case MakeMask() | cutting.WritePlanes():
            return f"The running {state.writing.verb} ends first." if state.writing.verb else ""
        case act.Export():
            return _export(state, action)
        case act.Anonymize() | act.PreviewAnonymize():
            if isinstance(action, act.Anonymize) and state.writing.verb:
                return f"The running {state.writing.verb} ends first."
            return "" if action.refs or getattr(action, "paths", ()) else NOTHING
        case (
            act.StepImage() | act.JumpImage() | act.StepFrame() | act.StepSeries() | act.ToggleCine() | act.ScaleCine()
        ):
            return NOTHING if state.cursor.ref is None else _moving(state, action)
        case _:
            return _viewing(state, action)


def _export(state: State, action: act.Export) -> str:
    if state.writing.verb:
        return f"The running {state.writing.verb} ends first."
    return "" if action.targets else NOTHING


Moves = act.StepImage | act.JumpImage | act.StepFrame | act.StepSeries | act.ToggleCine | act.ScaleCine


def _moving(state: State, action: Moves) -> str:
    instance, series = current_instance(state), current_series(state)
    if instance is None or series is None:
        return NOTHING
    match action:
        case act.StepFrame():
            if instance.frames < 2:
                return "This image has one frame."
            at_end = frame_after(state, instance.frames, action.by) == state.cursor.frame
            return f"This is the {_edge(action.by)} frame." if at_end else ""
        case act.StepImage():
            if len(series.instances) < 2:
                return "This series has one image."
            end_ref = series.instances[0 if action.by < 0 else -1].ref
            return f"This is the {_edge(action.by)} image of the series." if state.cursor.ref == end_ref else ""
        case act.StepSeries():
            there = library_of.step(state.library, series.key, action.by)
            return f"This is the {_edge(action.by)} series." if there is series else ""
        case act.ToggleCine() | act.ScaleCine():
            return "" if instance.frames > 1 or len(series.instances) > 1 else "One picture cannot play."
        case _:
            return ""


def _edge(by: int) -> str:
    return "first" if by < 0 else "last"


def _viewing(state: State, action: act.Action) -> str:
    shown = state.shown
    if state.cursor.ref is None or shown is None:
        return NOTHING
    if isinstance(action, cutting.CutAction):
        return cutting.reason(state, action)
    if state.view.cut is not None and isinstance(action, _NOT_ON_PLANES):
        return "Planes are shown: O shows the image again, where this works."
    if state.view.cut is not None and not state.view.cut.alone and isinstance(action, _NOT_ON_THREE):
        return "Three planes are shown: enter shows one alone, which can be enlarged."
    if shown.picture is None:
        return "No picture is shown."
    match action:
        case ToggleMask() | SetMask() | TogglePanels():
            return "A colour picture has no values for a mask." if shown.facts.colour else ""
        case NextTint() | NextOpacity():
            return "" if state.view.mask else "There is no mask: m shows one."
        case NextTool() | NextHandle() | MoveGauge() | SizeGauge():
            return "" if state.view.gauge else "Nothing is measured: S begins."
        case MoveProbe() | PinProbe():
            return "" if state.view.probe else "The probe is off: p turns it on."
        case act.SetVoi() | act.UseDigit() | act.StepVoi() | act.ShiftLevel() | act.ScaleWidth():
            if shown.facts.colour:
                return "A colour picture has no window."
        case act.ToggleProfile():
            return "" if shown.facts.profile else "This picture has no colours with an ICC profile."
        case _:
            return ""
    match action:
        case act.UseDigit():
            if digit_voi(action.digit, shown.facts.modality, len(shown.facts.stored_views)) is None:
                if action.digit <= 2:
                    return _stored(len(shown.facts.stored_views))
                return f"No preset on {action.digit} for {shown.facts.modality or 'this modality'}."
        case act.StepVoi():
            count = len(shown.facts.stored_views)
            return _stored(count) if not count or (count == 1 and stored_view(state) == 0) else ""
        case act.ShiftLevel() | act.ScaleWidth():
            if current_window(state) is None:
                return "This picture has no window."
        case _:
            pass
    return ""


def _stored(count: int) -> str:
    number = {0: "no window", 1: "one window"}.get(count, f"{count} windows")
    return f"The file stores {number}."
