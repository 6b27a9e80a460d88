"""The job that writes de-identified copies, and what all jobs that write share. One bad file never stops the rest."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.core.deidentify import options
from tui.core.printable import printable
from tui.core.values import Outcome, Ref
from tui.errors import RefusedError, SafelightError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.ports import Cancelled, Emit, Ports
from tui.service.printing import sentence
from tui.service.settings import Settings

if TYPE_CHECKING:
    from tui.core.deidentify.profile import Deidentifier

Work = Callable[[Emit, Cancelled], None]
MANY = 8  # a command line names at most so many paths


def paths_of(refs: list[Ref]) -> list[str]:
    """The paths that a command line names: each file, or where there are many the folder that holds them."""
    paths = list(dict.fromkeys(ref.path for ref in refs))
    if len(paths) > MANY:
        return [os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in paths])]
    return paths


def command_line(words: list[str]) -> str:
    """Words as they are typed into a shell, safe to show."""
    import shlex

    return printable(shlex.join(words))


# ------------------------------------------------------------------------------------------------- anonymize


def preview(ports: Ports, settings: Settings, action: act.PreviewAnonymize, secret: bytes) -> Work:
    """What would change in the first instance, and the warnings for it."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        from tui.core.deidentify.profile import Deidentifier

        folder = _anonymize_folder(ports, settings, "")
        try:
            result = Deidentifier(secret, action.options).apply(ports.instances.whole(action.refs[0]))
        except (SafelightError, MemoryError) as error:
            emit(ev.AnonymizePreviewed(action.refs, (), (sentence(error),), folder))
        else:
            emit(ev.AnonymizePreviewed(action.refs, result.changes, result.warnings, folder))

    return work


def anonymize(ports: Ports, settings: Settings, action: act.Anonymize, secret: bytes, opened: tuple[str, ...]) -> Work:
    """Write de-identified copies, one :class:`Written` each. ``opened`` are the paths that hold sources."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        from tui.core.deidentify.profile import Deidentifier

        outcomes: list[Outcome] = []
        total, folder, key = len(action.refs), "", action.key or settings.anonymize_key
        try:
            folder = _anonymize_folder(ports, settings, action.folder)
            _refuse_inside(folder, action.refs, opened)
            deidentifier = Deidentifier(_secret(ports, key, folder, action.refs, opened) or secret, action.options)
        except SafelightError as error:
            outcomes = [Outcome(ref.path, error=error.sentence()) for ref in action.refs]
        else:
            for done, ref in enumerate(action.refs, 1):
                if cancelled():
                    break
                outcomes.append(_anonymize_one(ports, deidentifier, folder, ref))
                emit(ev.Written("anonymize", outcomes[-1], done, total))
        words = ["safelight", "anonymize", *paths_of(list(action.refs)), *options.words(action.options)]
        command = command_line([*words, *(("--key", key) if key else ()), "-o", folder])
        emit(ev.WritingEnded("anonymize", tuple(outcomes), total, folder, command))

    return work


def _anonymize_folder(ports: Ports, settings: Settings, wanted: str) -> str:
    folder = ports.output.folder(wanted, settings.anonymize_folder)
    return folder if wanted or settings.anonymize_folder else os.path.join(folder, "anonymized")


def _sources(refs: tuple[Ref, ...], opened: tuple[str, ...]) -> set[str]:
    """The folders that hold the originals."""
    sources = {os.path.realpath(path) for path in opened if os.path.isdir(path)}
    return sources | {os.path.dirname(os.path.realpath(ref.path)) for ref in refs}


def _secret(ports: Ports, key: str, folder: str, refs: tuple[Ref, ...], opened: tuple[str, ...]) -> bytes:
    """The key of the file that was chosen; empty without one. It never lies where data are, which are passed on."""
    if not key:
        return b""
    path = os.path.realpath(os.path.expanduser(key))
    for data in (os.path.realpath(folder), *_sources(refs, opened)):
        if os.path.commonpath([data, path]) == data:
            raise RefusedError("The key file would lie among the data", "Keep it where nothing is passed on from.")
    return ports.secrets.secret(path)


def _refuse_inside(folder: str, refs: tuple[Ref, ...], opened: tuple[str, ...]) -> None:
    """Copies never go into, or around, a folder that holds the originals."""
    target = os.path.realpath(folder)
    for source in _sources(refs, opened):
        if os.path.commonpath([source, target]) == source:
            raise RefusedError("The copies would lie among the originals", "Choose a folder outside of the data.")


def _anonymize_one(ports: Ports, deidentifier: Deidentifier, folder: str, ref: Ref) -> Outcome:
    try:
        result = deidentifier.apply(ports.instances.whole(ref))
        path = ports.output.write(os.path.join(folder, result.name), ports.output.dicom(result.dataset), numbered=True)
    except (SafelightError, MemoryError) as error:
        return Outcome(ref.path, error=sentence(error))
    return Outcome(ref.path, path, notes=result.warnings)
