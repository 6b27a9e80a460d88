"""Editing: what is changed and not yet saved, back and forth, and the jobs that write it."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.edits import Edit
from tui.core.printable import printable
from tui.core.values import Outcome, Ref
from tui.errors import SafelightError
from tui.frozen import frozen
from tui.service import events as ev
from tui.service.history import History
from tui.service.reading import edited_head

if TYPE_CHECKING:
    from tui.service.ports import Cancelled, Emit, Ports
    from tui.service.settings import Settings
    from tui.service.state import State

Work = Callable[["Emit", "Cancelled"], None]
SAVE, EDIT, TEXT = "save", "edit", "text"
NOTHING = "Nothing is open: choose an image in the tree."


# ------------------------------------------------------------------------------------------------- actions


@frozen
class ChangeTag:
    """Edit the instance that is looked at; nothing is written."""

    edit: Edit


@frozen
class UndoEdit:
    """Take the last edit of the instance that is looked at back."""


@frozen
class RedoEdit:
    """Make the edit again that was taken back last."""


@frozen
class SaveEdits:
    """Write the edited instance to a new file; ``in_place`` instead into its own, of which a backup is kept."""

    ref: Ref
    path: str = ""
    in_place: bool = False


@frozen
class WriteEdits:
    """Write edited copies of instances below a folder, or in place with backups.

    Attributes
    ----------
    files
        Instances and their edits.
    root
        Folder of the sources; what lies below it lies likewise below ``folder``.
    """

    files: tuple[tuple[Ref, tuple[Edit, ...]], ...]
    folder: str = ""
    root: str = ""
    in_place: bool = False


@frozen
class SaveText:
    """Write a text, such as a table of tags, to a new file."""

    path: str
    text: str


EditAction = ChangeTag | UndoEdit | RedoEdit | SaveEdits | WriteEdits | SaveText


# ------------------------------------------------------------------------------------------------- state


def unsaved(state: State) -> tuple[Ref, ...]:
    """Instances with edits that are not saved."""
    return tuple(ref for ref, history in state.edits.items() if history.done)


def apply(state: State, action: EditAction) -> State:
    """The state after an edit."""
    ref = state.cursor.ref
    match action:
        case SaveEdits():
            return replace(state, writing=replace(state.writing, verb=SAVE, done=0, total=1, failed=0))
        case WriteEdits():
            return replace(state, writing=replace(state.writing, verb=EDIT, done=0, total=len(action.files), failed=0))
        case SaveText():
            return replace(state, writing=replace(state.writing, verb=TEXT, done=0, total=1, failed=0))
        case _:
            pass
    if ref is None:
        return state
    history = state.edits.get(ref, History())
    match action:
        case ChangeTag():
            history = History((*history.done, action.edit))
        case UndoEdit() if history.done:
            history = History(history.done[:-1], (*history.undone, history.done[-1]))
        case RedoEdit() if history.undone:
            history = History((*history.done, history.undone[-1]), history.undone[:-1])
        case _:
            return state
    return replace(state, edits={**state.edits, ref: history})


def saved(state: State, outcomes: Iterable[Outcome]) -> State:
    """The state after instances were saved."""
    paths = {outcome.source for outcome in outcomes if not outcome.error}
    return replace(state, edits={ref: one for ref, one in state.edits.items() if ref.path not in paths})


def reason(state: State, action: EditAction) -> str:
    """Why an edit cannot be made now, as a sentence; empty where it can."""
    ref = state.cursor.ref
    if isinstance(action, SaveEdits | WriteEdits | SaveText) and state.writing.verb:
        return f"The running {state.writing.verb} ends first."
    if isinstance(action, WriteEdits):
        return "" if action.files else "There is nothing to write."
    history = state.edits.get(ref, History()) if ref is not None else History()
    match action:
        case ChangeTag():
            return _change(state, ref, action.edit)
        case UndoEdit():
            return "" if history.done else "There is no edit to take back."
        case RedoEdit():
            return "" if history.undone else "No edit was taken back."
        case SaveText():
            return ""
        case SaveEdits():
            return "" if state.edits_of(action.ref) else "There is no edit to save."


def _change(state: State, ref: Ref | None, edit: Edit) -> str:
    from tui.core.edits import refusal

    if ref is None:
        return NOTHING
    if ref.member:
        return "A file in an archive cannot be edited: copy it out first."
    return refusal(edit.path)


# ------------------------------------------------------------------------------------------------- jobs


def proposed(ref: Ref) -> str:
    """The path that an edited copy of an instance is saved to, until the user says another."""
    stem, suffix = os.path.splitext(os.path.abspath(ref.path))
    return f"{stem}-edited{suffix}" if len(suffix) <= 5 else f"{stem}{suffix}-edited"


def work(ports: Ports, settings: Settings, state: State, action: SaveEdits | WriteEdits | SaveText) -> Work:
    """The job of an action that writes."""
    if isinstance(action, SaveEdits):
        return save(ports, action, state.edits_of(action.ref))
    if isinstance(action, SaveText):
        return write_text(ports, action)
    return write(ports, action, ports.output.folder(action.folder, settings.export_folder))


def save(ports: Ports, action: SaveEdits, edits: tuple[Edit, ...]) -> Work:
    """Write one instance."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        target = action.path or proposed(action.ref)
        outcome = _write_one(ports, action.ref, edits, target, action.in_place)
        emit(ev.Written(SAVE, outcome, 1, 1))
        emit(ev.WritingEnded(SAVE, (outcome,), 1, os.path.dirname(outcome.output), ""))

    return work


def write(ports: Ports, action: WriteEdits, folder: str) -> Work:
    """Write many instances, one :class:`tui.service.events.Written` each."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        outcomes: list[Outcome] = []
        total = len(action.files)
        for done, (ref, edits) in enumerate(action.files, 1):
            if cancelled():
                break
            target = os.path.join(folder, _below(action.root, ref.path))
            outcomes.append(_write_one(ports, ref, edits, target, action.in_place))
            emit(ev.Written(EDIT, outcomes[-1], done, total))
        emit(ev.WritingEnded(EDIT, tuple(outcomes), total, "" if action.in_place else folder, ""))

    return work


def write_text(ports: Ports, action: SaveText) -> Work:
    """Write a text in UTF-8."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        try:
            outcome = Outcome("", ports.output.write(action.path, action.text.encode("utf-8", "backslashreplace")))
        except SafelightError as error:
            outcome = Outcome("", error=error.sentence())
        emit(ev.WritingEnded(TEXT, (outcome,), 1, "", ""))

    return work


def _write_one(ports: Ports, ref: Ref, edits: tuple[Edit, ...], target: str, in_place: bool) -> Outcome:
    try:
        head = edited_head(ports.instances, ref, edits)
        pieces = ports.instances.edited(ref, head, head.data)
        if in_place:
            backup = ports.output.replace(ref.path, pieces, head.stamp)
            return Outcome(ref.path, ref.path, notes=(f"The file as it was is kept: {printable(backup)}",))
        return Outcome(ref.path, ports.output.write(target, pieces))
    except SafelightError as error:
        return Outcome(ref.path, error=error.sentence())
    except MemoryError:
        return Outcome(ref.path, error="There is not enough memory for it.")


def _below(root: str, path: str) -> str:
    """A path as seen from the folder of the sources; the name alone where it lies elsewhere."""
    path = os.path.abspath(path)
    if root and os.path.commonpath([os.path.abspath(root), path]) == os.path.abspath(root):
        return os.path.relpath(path, os.path.abspath(root))
    return os.path.basename(path)


def common_root(paths: Iterable[str]) -> str:
    """The folder that holds all files; empty for none."""
    folders = [os.path.dirname(os.path.abspath(path)) for path in paths]
    return os.path.commonpath(folders) if folders else ""
