"""The job that makes DICOM: of pictures and documents, and of DICOM in another transfer syntax."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core import descriptions, filenames
from tui.core.printable import printable
from tui.core.recipe import Recipe
from tui.core.values import Outcome, Ref
from tui.errors import RefusedError, SafelightError, UsageError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.formats import Pictures
from tui.service.ports import Cancelled, Emit, Ports
from tui.service.printing import sentence
from tui.service.settings import Settings
from tui.service.writing import Work, command_line

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

    from tui.core.making import Maker


def convert(ports: Ports, settings: Settings, action: act.Convert) -> Work:
    """Write DICOM files, one :class:`Written` each."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        wanted = action
        outcomes: list[Outcome] = []
        files: list[str] = []
        folder = ""
        try:
            folder = ports.output.folder(action.folder, settings.export_folder)
            wanted = replace(action, recipe=_with_table(ports, action))
            descriptions.check(wanted.recipe)
            maker = _maker(ports, wanted.recipe)
            pictures = ports.pictures
            files = sorted(set(pictures.find(action.paths, cancelled)), key=descriptions.natural)
            _refuse_sources(files, folder, action)
        except (SafelightError, MemoryError) as error:
            outcomes = [Outcome(path, error=sentence(error)) for path in action.paths]
        else:
            converter = _Converter(ports, pictures, wanted, folder, maker)
            for done, path in enumerate(files, 1):
                if cancelled():
                    break
                outcome = converter.one(path)
                if outcome is not None:
                    outcomes.append(outcome)
                    emit(ev.Written("convert", outcome, done, len(files)))
        emit(ev.WritingEnded("convert", tuple(outcomes), len(files), folder, convert_command(action, folder)))

    return work


class _Converter:
    """Makes one file after another."""

    def __init__(self, ports: Ports, pictures: Pictures, action: act.Convert, folder: str, maker: Maker) -> None:
        self._ports, self._pictures, self._action = ports, pictures, action
        self._folder, self._maker = folder, maker

    def one(self, path: str) -> Outcome | None:
        """What becomes of a file; None for one of a folder that is nothing to convert."""
        ports = self._ports
        try:
            kind = self._pictures.kind(path)
            if not kind and path not in self._action.paths:
                return None
            data, notes = self._dicom(path) if kind == "dicom" else self._picture(path)
            stem = filenames.safe(os.path.splitext(os.path.basename(path))[0])
            name = self._action.name or os.path.join(self._folder, f"{stem}.dcm")
            written = ports.output.write(name, data, numbered=not self._action.name)
        except (SafelightError, MemoryError) as error:
            return Outcome(path, error=sentence(error))
        return Outcome(path, written, notes=notes)

    def _picture(self, path: str) -> tuple[bytes, tuple[str, ...]]:
        from tui.core import transcoding

        raster = self._pictures.read(path, upright=self._action.recipe.upright)
        name = os.path.basename(path)
        values = descriptions.chosen(self._action.recipe, name, os.path.splitext(name)[0])
        originals = [transcoding.digest(frame) for frame in raster.frames]
        dataset = self._maker.make(raster, values)
        data = self._ports.output.dicom(dataset)
        if raster.jpeg is None or self._action.recipe.transfer_syntax:
            transcoding.verify(data, originals)
        return data, raster.notes

    def _dicom(self, path: str) -> tuple[bytes, tuple[str, ...]]:
        from tui.core import transcoding

        name = self._action.recipe.transfer_syntax
        if not name:
            raise UsageError("It is DICOM already", "Choose a transfer syntax to write it in another one.")
        ref = Ref(path)
        opened, dataset = self._ports.instances.open(ref), self._ports.instances.whole(ref)
        digests = transcoding.transcode(dataset, opened.frames, opened.frame, name)
        _own_meta(dataset)
        data = self._ports.output.dicom(dataset)
        transcoding.verify(data, digests)
        return data, ()


def _own_meta(dataset: FileDataset) -> None:
    """The file is written by this program now (PS3.10 7.1)."""
    from pydicom.uid import UID

    from tui.core.making import IMPLEMENTATION

    dataset.file_meta.ImplementationClassUID = UID(IMPLEMENTATION)
    dataset.file_meta.ImplementationVersionName = "SAFELIGHT"


def _with_table(ports: Ports, action: act.Convert) -> Recipe:
    """The recipe with its table, which the screen knows by its path alone."""
    if not action.table_path or action.recipe.table:
        return action.recipe
    try:
        text = ports.instances.text(action.table_path)
    except SafelightError as error:
        raise UsageError(f"the table {printable(action.table_path)} cannot be read: {error}") from error
    return replace(action.recipe, table=descriptions.from_csv(text))


def _maker(ports: Ports, wanted: Recipe) -> Maker:
    from tui.core.making import Maker

    like = _reference(ports, wanted.like)
    template = _reference(ports, wanted.template)
    if template is not None and "Rows" not in template:
        raise UsageError("The template has no pictures", "Give a DICOM image as template.")
    return Maker(wanted, new_uid, like, template)


def _reference(ports: Ports, path: str) -> Dataset | None:
    return ports.instances.open(Ref(path)).dataset if path else None


def new_uid() -> str:
    """A UID that nobody else has: 2.25 and a random UUID as one number (PS3.5 B.2)."""
    import uuid

    return f"2.25.{uuid.uuid4().int}"


def _refuse_sources(files: Sequence[str], folder: str, action: act.Convert) -> None:
    """Raise where what is written would be found again among the sources, or has no name of its own."""
    if not files:
        raise UsageError("There is nothing to convert", f"Known are: {', '.join(descriptions.PICTURES)}, and DICOM.")
    if action.name and len(files) > 1:
        raise UsageError("One file name cannot hold several objects", "Give a folder instead.")
    target = os.path.realpath(folder)
    for path in action.paths:
        if not action.name and os.path.isdir(path) and os.path.realpath(path) == target:
            raise RefusedError("The DICOM files would lie among the pictures", "Choose another folder.")


def convert_command(action: act.Convert, folder: str) -> str:
    """The command line that does the same."""
    wanted, usual = action.recipe, Recipe()
    words = ["safelight", "convert", *action.paths]
    for keyword, value in wanted.values:
        words += ["--set", f"{keyword}={value}"]
    for option, value in (
        ("--csv", action.table_path), ("--from-name", wanted.from_name), ("--like", wanted.like),
        ("--template", wanted.template), ("--transfer-syntax", wanted.transfer_syntax),
    ):  # fmt: skip
        words += [option, value] if value else []
    if wanted.conversion != usual.conversion:
        words += ["--conversion-type", wanted.conversion]
    words += [] if wanted.burned_in else ["--no-burned-in"]
    words += ["--upright"] * wanted.upright
    words += ["--rate", f"{wanted.rate:g}"] if wanted.rate else []
    return command_line([*words, "-o", action.name or folder])
