"""What the dialogs offer: the sets of files to anonymize, the windows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.reduce import current_series
from tui.service.settings import Settings
from tui.service.state import State
from tui.service.values import Instance, Ref, Series, Voi, VoiKind, Window
from tui.service.windows import named_voi, preset_names
from tui.ui.commands import TREE
from tui.ui.dialogs.scope import Scope, same

if TYPE_CHECKING:
    from tui.ui.app import SafelightApp


def scopes(state: State, row: tuple[Ref, ...], marked: tuple[Ref, ...] = ()) -> tuple[tuple[Scope, ...], int]:
    """Image, series, study, the tree's row and what is marked in it; and which of them the row is.

    Parameters
    ----------
    row
        Instances of the row under the tree's cursor; empty while the tree has not the focus. Without a row the image.
    """
    offered: list[Scope] = []
    if state.cursor.ref is not None:
        offered.append(Scope("image", (state.cursor.ref,)))
    series = current_series(state)
    if series is not None:
        offered += [Scope("series", _refs((series,))), Scope("study", _refs(_study(state, series)))]
    if row:
        offered.append(Scope("row of the tree", row))
    if marked:
        offered.append(Scope("marked", marked))
    kept: list[Scope] = []
    for scope in offered:
        if not any(same(scope.refs, other.refs) for other in kept):
            kept.append(scope)
    return tuple(kept), next((at for at, scope in enumerate(kept) if same(scope.refs, row)), 0)


def scopes_seen(app: SafelightApp, marked: bool) -> tuple[tuple[Scope, ...], int]:
    """The same for what is on the screen; it begins with what is marked, if that is wished and there is any."""
    in_tree = app.panes.current_name == TREE
    row = tuple(instance.ref for instance in app.tree_pane.instances_under()) if in_tree else ()
    marks = app.tree_pane.marked
    offered, chosen = scopes(app.viewer.state, row, marks)
    if marked and marks:
        chosen = next(number for number, scope in enumerate(offered) if same(scope.refs, marks))
    return offered, chosen


def masked(state: State, series: bool) -> tuple[tuple[Ref, ...], int | None]:
    """The images of a mask, and the only frame that is meant: this picture, or all that lie with it in one stack."""
    ref = state.cursor.ref
    if ref is None:
        return (), None
    return (tuple(one.ref for one in _stacked(state)), None) if series else ((ref,), state.cursor.frame)


def slices(state: State) -> tuple[int, str]:
    """How many pictures lie with the one that is looked at, and in what: its series, or a stack of that."""
    series = current_series(state)
    count = sum(max(instance.frames, 1) for instance in _stacked(state))
    return count, "stack" if series and series.stacks else "series"


def _stacked(state: State) -> tuple[Instance, ...]:
    """The pictures of the stack that is looked at; of the series, where that is one stack."""
    series = current_series(state)
    if series is None:
        return ()
    found = series.instances
    at = next((n for n, instance in enumerate(found) if instance.ref == state.cursor.ref), 0)
    stack = next((stack for stack in series.stacks if stack.start <= at < stack.stop), None)
    return tuple(instance for instance in (found[stack.start : stack.stop] if stack else found) if instance.rows)


def _study(state: State, series: Series) -> tuple[Series, ...]:
    for patient in state.library.patients:
        for study in patient.studies:
            if any(other.key == series.key for other in study.series):
                return study.series
    return (series,)


def _refs(series: tuple[Series, ...]) -> tuple[Ref, ...]:
    return tuple(instance.ref for one in series for instance in one.instances)


def windows(state: State, settings: Settings) -> dict[str, Voi]:
    """Windows by name for the picture that is shown: the modality's presets and the user's own."""
    modality = state.shown.facts.modality if state.shown else ""
    found = {}
    for name in preset_names(modality):
        voi = named_voi(modality, name)
        if voi is not None:
            found[name] = voi
    for name, (center, width) in settings.presets.items():
        found[name] = Voi(VoiKind.PRESET, name=name, window=Window(center, width))
    return found
