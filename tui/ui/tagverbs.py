"""What commands do with the tags: find, compare, copy, edit; one function a verb, as in ``verbs.py``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui.service.editing import NOTHING
from tui.service.reduce import current_series
from tui.ui import bridge
from tui.ui.commands import TAGS

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from tui.ui.app import SafelightApp


def toggle_private(app: SafelightApp) -> None:
    """Private elements on and off."""
    app.tags_pane.action_toggle_private()
    bridge.show_titles(app)


def toggle_empty(app: SafelightApp) -> None:
    """Empty elements on and off."""
    app.tags_pane.action_toggle_empty()
    bridge.show_titles(app)


def jump_to_tag(app: SafelightApp) -> AwaitMount:
    """Ask for a tag and go there; a filter that hides it is dropped."""
    from tui.ui.dialogs.jump import JumpToTag

    def go(index: int | None) -> None:
        if index is None or app.tags_pane.go_to(index):
            return
        app.filter_line.clear(TAGS)
        app.tags_pane.show_everything()
        app.tags_pane.go_to(index)
        bridge.show_titles(app)

    return app.push_screen(JumpToTag(app.tags_pane.meant), go)


# ---------------------------------------------------------------------------------------------- looking closer


def examine(app: SafelightApp) -> AwaitMount | None:
    """Show the whole value of the tag."""
    from tui.service.questions import ValueOf
    from tui.ui.dialogs.pager import ValuePager

    row, ref = app.tags_pane.row, app.tags_pane.ref
    if row is None or ref is None or row.vr in ("SQ", "--"):
        app.status.say("Put the cursor on a value.", "warning")
        return None
    question = ValueOf(ref, row.path, 0, app.viewer.state.edits_of(ref))
    return app.push_screen(ValuePager(question, app.do, _copier(app)))


def _copier(app: SafelightApp) -> Callable[[str, str], None]:
    def copy(text: str, what: str) -> None:
        app.copy_to_clipboard(text)
        app.status.say(f"The {what} is on the clipboard.")

    return copy


def _go_to(app: SafelightApp) -> Callable[[str | None], None]:
    def go(path: str | None) -> None:
        if path is None:
            return
        app.panes.go(TAGS)
        while path and not app.tags_pane.go_to_path(path):
            app.filter_line.clear(TAGS)
            app.tags_pane.show_everything()
            if app.tags_pane.go_to_path(path):
                break
            path = path[: path.rindex("[")] if path.endswith("]") else path.rpartition(".")[0]
        bridge.show_titles(app)

    return go


def compare(app: SafelightApp) -> AwaitMount | None:
    """What differs between this image and another."""
    from tui.ui.dialogs.compare import CompareSheet, partners

    ref = app.viewer.state.cursor.ref
    if ref is None:
        app.status.say(NOTHING, "warning")
        return None
    scopes = partners(app.viewer.state, ref, app.tree_pane.marked)
    return app.push_screen(CompareSheet(scopes, ref, app.do), _go_to(app))


def survey(app: SafelightApp) -> AwaitMount | None:
    """What is constant, varying and missing over the series."""
    from tui.ui.dialogs.survey import SurveySheet

    series = current_series(app.viewer.state)
    if series is None:
        app.status.say(NOTHING, "warning")
        return None
    return app.push_screen(SurveySheet(tuple(one.ref for one in series.instances), app.do), _go_to(app))


def validate(app: SafelightApp) -> AwaitMount | None:
    """What is wrong with the file."""
    from tui.ui.dialogs.findings import FindingsSheet

    state = app.viewer.state
    if state.cursor.ref is None:
        app.status.say(NOTHING, "warning")
        return None
    unsaved = bool(state.edits_of(state.cursor.ref))
    return app.push_screen(FindingsSheet(state.cursor.ref, unsaved, app.do), _go_to(app))


def summary(app: SafelightApp) -> AwaitMount | None:
    """Who and what the file is about."""
    from tui.ui.dialogs.sheet import SummarySheet

    state, series = app.viewer.state, current_series(app.viewer.state)
    if state.cursor.ref is None or series is None:
        app.status.say(NOTHING, "warning")
        return None
    return app.push_screen(SummarySheet(state.cursor.ref, len(series.instances), app.do, _copier(app)))


def write_out(app: SafelightApp) -> AwaitMount | None:
    """Write the tags, a row or a value to the clipboard or a file."""
    from tui.ui.dialogs.writeout import WriteOut, questions

    ref = app.tags_pane.ref
    if ref is None:
        app.status.say(NOTHING, "warning")
        return None
    row = app.tags_pane.row
    ask = questions(ref, row.path if row is not None else "", app.viewer.state.edits_of(ref))
    return app.push_screen(WriteOut(ask, app.tags_pane.copy_text(), app.do, _copier(app)))


# ---------------------------------------------------------------------------------------------- editing


async def edit_value(app: SafelightApp) -> None:
    """Type a value in its place; on a sequence or item, fold or unfold it."""
    from tui.service.editing import ChangeTag
    from tui.service.tagvalues import Edit, value_problem
    from tui.ui.panes.editline import ValueLine, editable

    pane, row = app.tags_pane, app.tags_pane.row
    if row is None or row.folds:
        pane.action_activate()
        return
    reason = app.viewer.disabled(ChangeTag(Edit(row.path, "")))
    if reason:
        app.status.say(reason, "warning")
        return
    text, note = editable(row.vr, pane.copy_text())
    line = ValueLine(
        row.path, row.vr, text,
        problem=value_problem, say=app.status.say, ended=partial(bridge.value_typed, app),
    )  # fmt: skip
    x, y, width = pane.value_region()
    region = pane.content_region
    line.stand(region.x + x, region.y + y, min(width, region.right - region.x - x))
    await app.screen.mount(line)
    app.screen.set_focus(line)
    app.status.say(note or "enter keeps the value, esc leaves it", "warning" if note else "information")


def add_element(app: SafelightApp) -> AwaitMount | None:
    """Add an element, or an item of the sequence that the cursor is on."""
    from tui.service.editing import ChangeTag
    from tui.service.tagvalues import Edit
    from tui.ui.dialogs.addtag import AddElement

    row = app.tags_pane.row
    if app.tags_pane.ref is None:
        app.status.say(NOTHING, "warning")
        return None
    path = row.path if row is not None else ""
    inside = path if path.endswith("]") else path.rpartition(".")[0]
    item = f"{path}[{row.vm}]" if row is not None and row.vr == "SQ" else ""

    def add(edit: Edit | None) -> None:
        if edit is not None:
            app.tags_pane.expect(edit.path)
            bridge.change(app, ChangeTag(edit), "It is added, not saved")

    return app.push_screen(AddElement(inside, item), add)


def remove_element(app: SafelightApp) -> None:
    """Take the element or item out."""
    from tui.service.editing import ChangeTag
    from tui.service.tagvalues import Edit

    row = app.tags_pane.row
    if row is None:
        app.status.say(NOTHING, "warning")
    else:
        bridge.change(app, ChangeTag(Edit(row.path)), f"{row.keyword or row.tag} is taken out, not saved")


def save(app: SafelightApp) -> AwaitMount | None:
    """Save the edits of the image that is looked at."""
    from tui.service.editing import SaveEdits
    from tui.ui.dialogs.save import SaveSheet

    state = app.viewer.state
    ref = state.cursor.ref
    reason = app.viewer.disabled(SaveEdits(ref)) if ref is not None else NOTHING
    if reason or ref is None:
        app.status.say(reason, "warning")
        return None

    def write(action: SaveEdits | None) -> None:
        if action is not None:
            app.do(action)

    edits = state.edits_of(ref)
    note = app.tags_pane.broken_by(*(edit.path for edit in edits)) if app.tags_pane.ref == ref else ""
    return app.push_screen(SaveSheet(ref, len(edits), note), write)


def batch(app: SafelightApp) -> AwaitMount | None:
    """Edit many files, with a preview."""
    from tui.service.editing import WriteEdits, common_root
    from tui.ui.choices import scopes_seen
    from tui.ui.dialogs.batch import BatchSheet

    offered, chosen = scopes_seen(app, True)
    if not offered:
        app.status.say(NOTHING, "warning")
        return None

    def write(action: WriteEdits | None) -> None:
        if action is not None:
            app.do(action)

    folder = f"{common_root(ref.path for ref in offered[chosen].refs)}-edited"
    return app.push_screen(BatchSheet(offered, folder, app.do, chosen), write)
