"""What commands do with files: export and import, which ask before they act; one function a verb."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.service.actions import Convert, Export
from tui.service.cutting import WritePlanes, slices, volumed
from tui.service.exporting import grouped
from tui.service.formats import Makes
from tui.service.reduce import current_instance, current_series
from tui.service.values import Ref, View

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from tui.service.actions import Target
    from tui.service.state import State
    from tui.ui.app import SafelightApp
    from tui.ui.dialogs.export import Group


def export(app: SafelightApp) -> None:
    """Write the picture as shown, or those that are marked."""
    state = app.viewer.state
    if state.view.cut is not None:
        found = volumed(state)
        cut = replace(state.view.cut, at=found.at) if found else state.view.cut
        app.do(WritePlanes(slices(state), cut, state.view))
        return
    marked = _marked(app)
    if marked is None:
        ref = state.cursor.ref
        app.do(Export((_target(state, ref),) if ref else (), state.view))
    else:
        app.do(Export(marked.targets(Makes.FRAME), marked.view, series=marked.series))


def export_sheet(app: SafelightApp) -> AwaitMount:
    """Choose what to export, and how."""
    from tui.ui.dialogs.export import ExportSheet

    def write(action: Export | None) -> None:
        if action is not None:
            app.do(action)

    groups = _groups(app)
    chosen = next((n for n, group in enumerate(groups) if group.name == "marked"), 0)
    return app.push_screen(ExportSheet(groups, app.viewer.formats, app.settings.export_folder, chosen), write)


def import_sheet(app: SafelightApp) -> AwaitMount:
    """Choose pictures that become DICOM."""
    from tui.ui.dialogs.convert import ConvertSheet

    def write(action: Convert | None) -> None:
        if action is not None:
            app.do(action)

    ref = app.viewer.state.cursor.ref
    return app.push_screen(ConvertSheet(ref.path if ref else "", app.settings.export_folder), write)


def _target(state: State, ref: Ref) -> Target:
    found = current_instance(state)
    series = found.series_uid if found else ""
    return grouped(ref, state.cursor.frame, found.frames if found else 1, series)


def _groups(app: SafelightApp) -> tuple[Group, ...]:
    """Image, all its frames, series, study, the tree's row, what is marked; each only where it is another set."""
    from tui.ui.dialogs.export import Group

    state = app.viewer.state
    offered: list[Group] = []
    instance, series = current_instance(state), current_series(state)
    if instance is not None:
        offered.append(Group("image", (instance,), state.view, state.cursor.frame))
        if instance.frames > 1:
            offered.append(Group("all frames", (instance,), state.view))
    if series is not None:
        offered.append(Group("series", tuple(series.instances), state.view, series=(series.first.series_uid,)))
        for patient in state.library.patients:
            for study in patient.studies:
                if any(other.key == series.key for other in study.series) and len(study.series) > 1:
                    whole = tuple(i for one in study.series for i in one.instances)
                    uids = tuple(one.first.series_uid for one in study.series)
                    offered.append(Group("study", whole, View(), series=uids))
    if app.panes.current_name == "tree" and (row := app.tree_pane.instances_under()):
        offered.append(Group("row of the tree", tuple(row), View()))
    if (marked := _marked(app)) is not None:
        offered.append(marked)
    kept: list[Group] = []
    for group in offered:
        if group.name == "marked" or not any(group.same(other) for other in kept):
            kept.append(group)
    return tuple(kept)


def _marked(app: SafelightApp) -> Group | None:
    """The instances that are marked, in the order of the tree."""
    from tui.ui.dialogs.export import Group
    from tui.ui.panes.manyrefs import ManyRefs

    marks = app.tree_pane.marked
    if not marks:
        return None
    state, refs = app.viewer.state, ManyRefs(marks)
    found = tuple(
        instance
        for patient in state.library.patients
        for study in patient.studies
        for series in study.series
        for instance in series.instances
        if instance.ref in refs
    )
    shown = current_series(state)
    one = {i.series_uid for i in found} == ({shown.first.series_uid} if shown else set())
    return Group("marked", found, state.view if one else View())
