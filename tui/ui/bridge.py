"""The one crossing of the thread line, and what an event of the service changes on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.notifications import SeverityLevel

from tui.service import events as ev
from tui.service.batch import COPIED
from tui.service.boxing import RulesKept
from tui.service.editing import EDIT, SAVE, ChangeTag
from tui.service.measuring import MaskMade
from tui.service.questions import Answered, Progress
from tui.service.reduce import cine_rate
from tui.service.reviewing import AnonymizeReviewed
from tui.service.state import State
from tui.service.values import PATIENT, Findings, Gauged, Outcome, Probe, printable
from tui.ui.commands import TAGS, TREE

if TYPE_CHECKING:
    from textual.widget import Widget

    from tui.ui.app import SafelightApp
    from tui.ui.dialogs.anonymize import AnonymizeSheet

TOAST_SECONDS = 12.0
WARNING_SECONDS = 60.0
MOST_WARNINGS = 4


class ServiceEvent(Message, bubble=False):
    """Something that a lane sent, on its way to the viewer."""

    def __init__(self, event: ev.Event) -> None:
        super().__init__()
        self.event = event


class LaneFailed(Message, bubble=False):
    """A job let an exception through: a bug, which ends the program."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def show(app: SafelightApp, event: ev.Event) -> None:
    """Bring what the viewer tells to the panes. Called on the thread of the screen."""
    match event:
        case ev.StateChanged(before, after):
            _changed(app, before, after)
        case ev.TagsReady():
            app.tags_pane.show(event.ref, event.rows, event.problem)
            show_titles(app)
        case ev.TagsFiltered():
            app.tags_pane.filter_to(event.query, event.hits, event.matches)
            show_titles(app)
        case ev.AnonymizePreviewed():
            for sheet in _anonymize_sheets(app):
                sheet.previewed(event)
        case AnonymizeReviewed():
            from tui.ui.dialogs.review import ReviewSheet

            if isinstance(app.screen, ReviewSheet) and app.screen.made:
                app.screen.reviewed(event)
        case RulesKept():
            _rules_kept(app, event.rules)
            app.status.say(event.said, "error" if event.problem else "information")
            app.hints.show(app.mode)
        case MaskMade():
            mask_made(app, event)
        case ev.WritingEnded(verb="mask", outcomes=()):
            pass  # the size of the mask was all that was wanted
        case ev.WritingEnded() | ev.AnonymizeEnded():
            text, severity = written(event) if isinstance(event, ev.WritingEnded) else anonymized(event)
            seconds = TOAST_SECONDS if severity == "information" else WARNING_SECONDS
            app.notify(text, severity=severity, timeout=seconds, markup=False)
        case Answered():
            for asking in (app.screen, app.panes.beside):
                answered = getattr(asking, "answered", None)
                if callable(answered) and getattr(asking, "made", True):
                    answered(event)
        case Progress():
            progressed = getattr(app.screen, "progressed", None)
            if callable(progressed):
                progressed(event)
        case ev.Notice():
            app.status.say(event.text, event.severity)
        case ev.PictureDrawn():
            app.image_pane.courier.drawn(event)
        case ev.FilesFound() | ev.ScanEnded() | ev.LibrarySorted():
            pass  # the state holds what they brought
        case ev.PictureReady() | ev.PictureLikely() | ev.PictureFailed() | ev.Written():
            pass  # the state holds what they brought


def _changed(app: SafelightApp, before: State, after: State) -> None:
    app.image_pane.show(after)  # first of all: the picture is on its way while the rest follows
    app.tree_pane.show(after)
    app.tags_pane.follow(after.cursor.frame)
    if app.panes.beside is not None:
        app.panes.beside.follow(after)
    if before.view is not after.view:
        app.hints.show(app.mode)
    rate = cine_rate(after, app.settings) if after.cine.playing else 0.0
    pace = app.image_pane.courier.pace
    if rate != app.clock.rate:
        pace.recount()
    app.clock.run(rate, *_rhythm(after))
    app.status.show(after, app.clock.missed(pace.shown))
    told = before.library is after.library and before.order == after.order and before.viewport == after.viewport
    if not told or (before.shown is not after.shown and _noted(before) != _noted(after)):
        show_titles(app)


def _told(app: SafelightApp, findings: Findings) -> str:
    """What the pins have found, or the gauge where the pane has no room for its panel; or what a volume lacks."""
    if findings.volumed is not None:
        return findings.volumed.notes[-1] if findings.volumed.notes else ""
    if not findings.pins and findings.gauged is None:
        return ""
    from tui.ui.panes.readout import gauge_text, pins_text

    if findings.gauged is not None and any(not panel.display for panel in app.image_pane.query("GaugePanel")):
        return gauge_text(findings.gauged)
    return pins_text(findings)


def _noted(state: State) -> tuple[tuple[Probe, ...], Gauged | None, tuple[str, ...]]:
    findings = state.shown.findings if state.shown else Findings()
    return findings.pins, findings.gauged, findings.volumed.notes if findings.volumed else ()


def _rhythm(state: State) -> tuple[tuple[float, ...], int]:
    """How long each frame stands, where the file says so and the user chose no rate; and the one that stands now."""
    shown = state.shown
    if shown is None or state.cine.rate or shown.facts.order or len(shown.facts.rhythm) != shown.facts.frames:
        return (), 0
    return shown.facts.rhythm, state.cursor.frame


def show_titles(app: SafelightApp) -> None:
    """Say in the borders what the panes hold, and their filters."""
    state = app.viewer.state
    by = "" if state.order == PATIENT else f" by {state.order}"
    filtered = _filtered(app.filter_line.words(TREE), app.tree_pane.match_count)
    marks = app.tree_pane.mark_count
    layout = "Folders" if app.tree_pane.by_folder else "Patients"
    _entitle(app.tree_pane, layout + by, filtered, f"marked {marks:,}" if marks else "")
    _entitle(app.image_pane, "Image", _told(app, state.shown.findings) if state.shown else "")
    found = _filtered(app.filter_line.words(TAGS), app.tags_pane.match_count)
    changes = "only changes" if state.tag_changes else ""
    edits = len(state.edits_of(app.tags_pane.ref))
    unsaved = f"{edits:,} not saved" if edits else ""
    _entitle(app.tags_pane, "Tags", found, app.tags_pane.switched_off, changes, unsaved)


def _entitle(pane: Widget, title: str, *told: str) -> None:
    """Only what is another title than before: for each one that is set, Textual paints all of the pane anew."""
    above, below = Content(title), Content("  ".join(filter(None, told)))
    if pane.border_title != above.markup:
        pane.border_title = above
    if pane.border_subtitle != below.markup:
        pane.border_subtitle = below


def _filtered(words: str, matches: int) -> str:
    return f"/ {printable(words.strip(), 24)}: {matches:,}" if words.strip() else ""


def written(event: ev.WritingEnded) -> tuple[str, SeverityLevel]:
    """What a job that wrote came to, and how bad it is: counts, where to, the first failure, the same as a command."""
    done = [outcome for outcome in event.outcomes if not outcome.error]
    failed = [outcome for outcome in event.outcomes if outcome.error]
    lines = [_headline(event, done)]
    if failed:
        lines.append(f"{len(failed):,} failed: {failed[0].error}")
    if event.verb in (SAVE, EDIT):
        lines += list(dict.fromkeys(note for outcome in done for note in outcome.notes))[:1]
        if done and (event.verb == SAVE or not event.folder):  # copies in a folder of their own are not in the tree
            lines.append("ctrl+r reads the folder again.")
    if done and event.command:
        lines.append(f"The same as: {event.command}")
    if failed and not done:
        return "\n".join(lines), "error"
    return "\n".join(lines), "warning" if failed else "information"


def anonymized(event: ev.AnonymizeEnded) -> tuple[str, SeverityLevel]:
    """What a run that wrote de-identified copies came to, and how bad it is."""
    summary = event.summary
    copied = summary.count(*COPIED)
    lines = [f"{copied:,} {'copy' if copied == 1 else 'copies'} in {printable(event.folder)}", summary.line]
    if summary.stopped:
        lines = [f"Stopped: {printable(summary.stopped)}", *(lines if copied else ())]
    lines += [f"{count:,} not copied: {printable(reason)}" for reason, count in summary.reasons[:MOST_WARNINGS]]
    lines += [f"{count:,} with a warning: {printable(note)}" for note, count in summary.warnings[:MOST_WARNINGS]]
    if summary.report:
        lines.append(f"Report: {printable(summary.report)}")
    if copied and event.command:
        lines.append(f"The same as: {event.command}")
    if not copied:
        return "\n".join(lines), "error"
    return "\n".join(lines), "warning" if summary.reasons or summary.warnings or summary.stopped else "information"


def mask_made(app: SafelightApp, event: MaskMade) -> None:
    """Say how large a mask is, with what must be known of it, and the command that says the same."""
    if event.size is None:
        return  # what is wrong is told with what was to be written
    from tui.service.figures import size_text
    from tui.service.masking import mask_command

    lines = [f"Mask: {size_text(event.size)}", *event.size.notes]
    if not event.asked.format:
        lines.append(f"The same as: {mask_command(event.asked, '')}")
    severity: SeverityLevel = "warning" if event.size.notes else "information"
    app.notify("\n".join(lines), severity=severity, timeout=WARNING_SECONDS, markup=False)


def _headline(event: ev.WritingEnded, done: list[Outcome]) -> str:
    if len(done) == 1:
        return f"Written: {printable(done[0].output)}"
    if not event.outcomes:
        return "Stopped: nothing was written"
    if not event.folder:
        return f"{len(done):,} files, each in its place"
    what = "DICOM files" if event.verb == "convert" else "files"
    return f"{len(done):,} {what} in {printable(event.folder)}"


def change(app: SafelightApp, action: ChangeTag, told: str) -> None:
    """Edit the image that is looked at, or say why not."""
    reason = app.viewer.disabled(action)
    if reason:
        app.status.say(reason, "warning")
        return
    broken = app.tags_pane.broken_by(action.edit.path)  # of the file as it is before
    app.do(action)
    if broken:
        app.status.say(f"{told}. {broken}", "warning")
        return
    undo, save = app.keymap.shown("edit.undo", 1), app.keymap.shown("edit.save", 1)
    app.status.say(f"{told}: {undo} takes it back, {save} saves.")


def value_typed(app: SafelightApp, path: str, text: str | None) -> None:
    """What became of the line over a value: a new value, or none."""
    app.panes.go(app.panes.current_name)
    app.status.say("")
    from tui.service.tagvalues import Edit

    row = app.tags_pane.row
    if text is None or row is None or row.path != path or text == app.tags_pane.copy_text():
        return
    change(app, ChangeTag(Edit(path, text)), f"{row.keyword or row.tag} is changed, not saved")


def _anonymize_sheets(app: SafelightApp) -> list[AnonymizeSheet]:
    """The sheet, which may lie under the elements or pictures that are looked at."""
    from tui.ui.dialogs.anonymize import AnonymizeSheet

    return [screen for screen in app.screen_stack if isinstance(screen, AnonymizeSheet) and screen.made]


def _rules_kept(app: SafelightApp, rules: str) -> None:
    for sheet in _anonymize_sheets(app):
        sheet.rules_kept(rules)
