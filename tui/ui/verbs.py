"""What commands do that change the screen alone, or ask before they act: one function a verb, named in the table.

A verb that opens a dialog gives what to wait for, so that keys which come at once with its own are the dialog's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.actions import Anonymize, Select, SetVoi
from tui.service.boxing import ToggleBoxes
from tui.service.cutting import ToggleCut
from tui.service.editing import unsaved
from tui.service.gauging import ToggleGauge
from tui.service.measuring import SetMask, ToggleProbe
from tui.service.reduce import current_window
from tui.service.values import Ref, Tool, Voi
from tui.ui import bridge, choices
from tui.ui.commands import IMAGE, TAGS, TREE
from tui.ui.courtesy import TURN

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from tui.ui.app import SafelightApp


def help_keys(app: SafelightApp) -> AwaitMount:
    """Show the keys of the pane."""
    from tui.ui.dialogs.help import HelpKeys

    return app.push_screen(HelpKeys(app.keymap, app.mode))


def palette(app: SafelightApp) -> AwaitMount:
    """Find a command by its name."""
    from tui.ui.dialogs.palette import Palette

    return app.push_screen(Palette(id="--command-palette"))


def suspend(app: SafelightApp) -> None:
    """Go to the background."""
    app.action_suspend_process()


def leave(app: SafelightApp) -> AwaitMount | None:
    """Quit; ask first while something is being written, or edits are not saved."""
    writing, edited = app.viewer.state.writing, unsaved(app.viewer.state)
    if writing.verb:
        question = f"The {writing.verb} has written {writing.done} of {writing.total}. Stop it and quit?"
    elif edited:
        count = f"{len(edited):,} image{'s have' if len(edited) > 1 else ' has'} edits that are not saved."
        question = f"{count} Quit and lose them?"
    else:
        app.exit()
        return None
    from tui.ui.dialogs.confirm import Confirm

    return app.push_screen(Confirm(question), lambda yes: app.exit() if yes else None)


def redraw(app: SafelightApp) -> None:
    """Paint everything anew."""
    app.image_pane.redraw()
    app.paint_all()


# ---------------------------------------------------------------------------------------------- panes and filters


async def filter(app: SafelightApp) -> None:
    """Filter the pane; from the image, the tags. The first screen need not wait for the line."""
    if not app.filter_line.is_attached:
        app.filter_line.instead = app.hints
        await app.mount(app.filter_line, before=app.hints)
    if app.panes.current_name == IMAGE:
        app.panes.bring(TAGS)
    await TURN.room()
    app.filter_line.open(app.panes.current_name)


def back(app: SafelightApp) -> None:
    """One step back: the filter of the pane, else the marks of the tree, else the pane alone."""
    if app.filter_line.clear(app.panes.current_name):
        return
    if app.panes.current_name == TREE and app.tree_pane.mark_count:
        app.tree_pane.unmark()
        bridge.show_titles(app)
        return
    if app.panes.alone:
        app.panes.action_maximize()


def next_match(app: SafelightApp, by: int = 1) -> None:
    """Go to the next row that the filter found."""
    name = app.panes.current_name
    if not app.filter_line.words(name):
        app.status.say(f"There is no filter: {app.keymap.shown('pane.filter')} types one.", "warning")
    elif not (app.tree_pane if name == TREE else app.tags_pane).next_match(by):
        app.status.say("Nothing matches the filter.", "warning")


def previous_match(app: SafelightApp) -> None:
    """Go to the previous row that the filter found."""
    next_match(app, -1)


def mark(app: SafelightApp) -> None:
    """Mark what the row of the tree holds, or take its marks away."""
    app.tree_pane.mark(lambda: bridge.show_titles(app))


def tree_layout(app: SafelightApp) -> None:
    """Patients and series, or folders and files."""
    app.tree_pane.toggle_layout()
    bridge.show_titles(app)


# ---------------------------------------------------------------------------------------------- copying


def copy_value(app: SafelightApp) -> None:
    """Copy the value under the cursor of the tags."""
    _copy(app, app.tags_pane.copy_text(), "value")


def copy_json(app: SafelightApp) -> None:
    """Copy the tag as JSON."""
    _copy(app, app.tags_pane.copy_row_json(), "tag as JSON")


def _copy(app: SafelightApp, text: str, what: str) -> None:
    if text:
        app.copy_to_clipboard(text)
        app.status.say(f"The {what} is on the clipboard.")
    else:
        app.status.say("There is nothing to copy.", "warning")


# ---------------------------------------------------------------------------------------------- dialogs


def skipped(app: SafelightApp) -> AwaitMount:
    """List the skipped files."""
    from tui.ui.dialogs.skipped import SkippedFiles

    return app.push_screen(SkippedFiles(app.viewer.state.library.skipped, app.viewer.state.scan.paths))


def type_window(app: SafelightApp) -> AwaitMount:
    """Type a window."""

    def use(voi: Voi | None) -> None:
        if voi is not None:
            app.do(SetVoi(voi))

    from tui.ui.dialogs.window import TypeWindow

    state = app.viewer.state
    return app.push_screen(TypeWindow(current_window(state), choices.windows(state, app.settings)), use)


def anonymize(app: SafelightApp, marked: bool = False) -> AwaitMount:
    """Choose what to anonymize, and where to."""

    def write(chosen: Anonymize | Ref | None) -> None:
        if isinstance(chosen, Ref):
            app.do(Select(chosen))
            app.panes.go(IMAGE)
            boxes(app)
        elif chosen is not None:
            app.do(chosen)

    from tui.ui.dialogs.anonymize import AnonymizeSheet

    offered, chosen = choices.scopes_seen(app, marked)
    return app.push_screen(
        AnonymizeSheet(offered, app.do, chosen, rules=app.viewer.state.rules, key=app.settings.anonymize_key), write
    )


def anonymize_marked(app: SafelightApp) -> AwaitMount | None:
    """The same, beginning with the images that are marked."""
    reason = app.viewer.disabled(Anonymize(app.tree_pane.marked))
    if not app.tree_pane.marked:
        app.status.say(f"Nothing is marked: {app.keymap.shown('tree.mark', 1)} marks in the tree.", "warning")
    elif reason:
        app.status.say(reason, "warning")
    else:
        return anonymize(app, marked=True)
    return None


# ---------------------------------------------------------------------------------------------- measuring


def probe(app: SafelightApp) -> None:
    """Show the value under a crosshair, which the arrows move in the image pane; or stop."""
    app.do(ToggleProbe())
    if app.viewer.state.view.probe:
        app.panes.go(IMAGE)
    app.hints.show(app.mode)


def statistics(app: SafelightApp) -> None:
    """Statistics of a region, first the whole picture; or stop."""
    _gauge(app, app.viewer.state.view.gauge.tool if app.viewer.state.view.gauge else Tool.WHOLE)


def length(app: SafelightApp) -> None:
    """Lay a line on the picture; or stop."""
    _gauge(app, Tool.LINE)


def angle(app: SafelightApp) -> None:
    """Lay an angle on the picture; or stop."""
    _gauge(app, Tool.ANGLE)


def planes(app: SafelightApp) -> None:
    """Cut the series into planes, which the keys move in the image pane; or show the image again."""
    app.do(ToggleCut())
    if app.viewer.state.view.cut:
        app.panes.go(IMAGE)
    app.hints.show(app.mode)


def stop_measuring(app: SafelightApp) -> None:
    """Take the gauge off the picture."""
    statistics(app)


def _gauge(app: SafelightApp, tool: Tool) -> None:
    app.do(ToggleGauge(tool))
    if app.viewer.state.view.gauge:
        app.panes.go(IMAGE)
    app.hints.show(app.mode)


def copy_numbers(app: SafelightApp) -> None:
    """Copy what was measured, and say which command measures the same."""
    from tui.service.gauging import command
    from tui.ui.panes.readout import findings_text

    state = app.viewer.state
    text = findings_text(state.shown.findings) if state.shown else ""
    if not text:
        app.status.say("There is nothing to copy yet.", "warning")
        return
    app.copy_to_clipboard(text)
    app.notify(f"The numbers are on the clipboard.\nThe same as: {command(state)}", markup=False)


def boxes(app: SafelightApp) -> None:
    """Lay boxes over text in the picture; or stop."""
    if not app.viewer.state.view.boxes:
        app.panes.go(IMAGE)
    app.do(ToggleBoxes())
    app.hints.show(app.mode)


def overlays(app: SafelightApp) -> AwaitMount | None:
    """Choose what is drawn over the picture, in the place of the tree; or give the tree its place back."""
    from tui.ui.panes.overlays import OverlayList

    there = app.panes.beside
    if isinstance(there, OverlayList) and app.focused is not None and there in app.focused.ancestors:
        app.panes.stand_back()
    elif isinstance(there, OverlayList):
        there.enter()
    else:
        return app.panes.stand(OverlayList(app.do, lambda: app.viewer.state))
    return None


def type_mask(app: SafelightApp) -> AwaitMount:
    """Type the range of a mask, of this picture or of the series, and where it is saved."""
    from tui.service.measuring import MakeMask
    from tui.ui.dialogs.mask import MaskWish, TypeMask

    state = app.viewer.state

    def use(wish: MaskWish | None) -> None:
        if wish is None:
            return
        app.do(SetMask(wish.recipe))
        if wish.series or wish.format:
            refs, frame = choices.masked(state, wish.series)
            action = MakeMask(refs, wish.recipe, frame, wish.format, wish.folder)
            reason = app.viewer.disabled(action)
            app.status.say(reason, "warning" if reason else "information")
            app.do(action)

    sheet = TypeMask(state.recipe, app.viewer.mask_formats, choices.slices(state), app.settings.export_folder)
    return app.push_screen(sheet, use)
