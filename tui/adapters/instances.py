"""Finding and reading DICOM on disk: the port ``Instances``.

A drop-in of ``adapters/sources`` says which files belong to a path; here their headers are read. pydicom is imported
for the first file that the fast reader of ``core/headers.py`` leaves to it, and for whole data sets.
"""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from tui import dropins
from tui.adapters import careful, imports, regular
from tui.core import foreign, headers, rawvalues, walk
from tui.core.layouts import Layouts
from tui.core.printable import printable
from tui.core.values import Instance, Ref, Skipped
from tui.errors import DamagedError, NotDicomError, UnreadableError
from tui.service.ports import Cancelled, Instances
from tui.service.settings import Limits

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

    from tui.adapters.opened import OpenInstance
    from tui.core.heads import Head

FIRST_READ = 8 * 2**10  # bytes; holds the header of most files
LONGEST_READ = 16 * 2**20  # a header that is longer is pydicom's, which seeks
NO_SUCH = "no such file or folder"
SECOND_NAME = "a second name of a file that is listed already"


class Source(Protocol):
    """The record of a file in ``adapters/sources``: one way in which a path stands for files."""

    @property
    def name(self) -> str:
        """In one word."""

    @property
    def general(self) -> bool:
        """Whether it takes what no other source takes."""

    def accepts(self, path: str) -> bool:
        """Whether this path is of its kind. Never raises, and never waits for a FIFO."""

    def scan(self, path: str, cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        """The files that the path stands for, as they are met; never raises for a bad one."""


class DicomInstances(Instances):
    """DICOM files of folders, DICOMDIRs and whatever else a source knows.

    Parameters
    ----------
    limits
        What one file may cost.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def scan(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Instance | Skipped]:
        """All files of the paths, each real file once, in the order in which they are met."""
        from tui.adapters import sources

        layouts = Layouts()
        known = sorted(dropins.find(sources, "SOURCE").values(), key=lambda source: bool(source.general))
        seen: dict[tuple[int, int], str] = {}
        for path in paths:
            source: Source | None = next((source for source in known if source.accepts(path)), None)
            if source is None:
                yield Skipped(path, NO_SUCH)
                continue
            for found in source.scan(path, cancelled):
                if cancelled():
                    return
                one = found if isinstance(found, Skipped) else self._header(found, seen, layouts)
                if one is not None:
                    yield one

    def refs(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        """All files of the paths, each real file once, without a look into them."""
        from tui.adapters import sources

        known = sorted(dropins.find(sources, "SOURCE").values(), key=lambda source: bool(source.general))
        seen: set[tuple[int, int]] = set()
        for path in paths:
            source: Source | None = next((source for source in known if source.accepts(path)), None)
            if source is None:
                yield Skipped(path, NO_SUCH)
                continue
            for found in source.scan(path, cancelled):
                if cancelled():
                    return
                if isinstance(found, Skipped):
                    yield found
                    continue
                try:
                    status = os.stat(found.path)
                except (OSError, ValueError) as error:
                    yield Skipped(found.path, regular.reason(error))
                    continue
                place = (status.st_dev, status.st_ino)
                if place not in seen or found.member:
                    seen.add(place)
                    yield found

    def data(self, ref: Ref) -> bytes:
        """The bytes of a file."""
        try:
            opened, status = regular.descriptor(ref.path)
        except UnreadableError as error:
            raise UnreadableError(f"The file cannot be read: {error}") from error
        try:
            return regular.head(opened, status.st_size)
        finally:
            os.close(opened)

    def open(self, ref: Ref) -> OpenInstance:
        """An instance for looking."""
        imports.load()
        from tui.adapters.opened import open_instance

        return open_instance(ref.path, self._limits)

    def whole(self, ref: Ref, end: int | None = None) -> FileDataset:
        """The whole data set, pixels included; of the first ``end`` bytes of the file.

        Raises
        ------
        tui.errors.NotDicomError
        tui.errors.DamagedError
            Also if a part is missing: what is not whole must not pass for the whole.
        tui.errors.LimitError
            If a deflated data set is larger than ``Limits.dataset_bytes``.
        """
        imports.load()
        opened, status = regular.descriptor(ref.path)
        size = status.st_size if end is None else min(end, status.st_size)
        with regular.Clipped(opened, size) as file:
            instance = _read_header(opened, size, ref, self._limits)
            try:
                if instance.transfer_syntax_uid.encode() in headers.DEFLATED:
                    _, at = walk.meta(regular.head(opened, LONGEST_READ))
                    dataset = _inflated(file, at, self._limits.dataset_bytes)
                else:
                    dataset = _pydicom(file)
            except careful.pydicom_errors() as error:
                raise DamagedError("The file is damaged") from error
        if _is_cut(dataset) or file.rest.strip(b"\0"):
            raise DamagedError("The file is cut short")
        return dataset

    def head(self, ref: Ref, *, whole: bool = False) -> Head:
        """The bytes of a file up to its pixels, or all of them."""
        from tui.adapters import heads

        return heads.read(ref.path, self._limits, whole=whole)

    def bytes_at(self, ref: Ref, head: Head, at: int, count: int) -> bytes:
        """Bytes of the file behind its head."""
        from tui.adapters import heads

        return heads.bytes_at(ref.path, head.stamp, at, count)

    def edited(self, ref: Ref, head: Head, data: bytes) -> Iterator[bytes]:
        """The file with another head: what follows is as it is there."""
        from tui.adapters import heads

        return heads.joined(ref.path, head, data)

    def text(self, path: str) -> str:
        """A text file of the user, in UTF-8 or, where it is none, in Latin-1."""
        opened, status = regular.descriptor(path)
        try:
            if status.st_size > LONGEST_READ:
                raise UnreadableError(f"{printable(path)} is longer than {LONGEST_READ >> 20} MiB")
            data = regular.head(opened, status.st_size)
        finally:
            os.close(opened)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def _header(self, ref: Ref, seen: dict[tuple[int, int], str], layouts: Layouts) -> Instance | Skipped | None:
        """None for a file that was met already under the same path, as where folders were given twice."""
        try:
            opened, status = regular.descriptor(ref.path)
        except UnreadableError as error:
            return Skipped(ref.path, str(error))
        try:
            place = (status.st_dev, status.st_ino)
            first = seen.get(place)
            if first is not None:
                same = os.path.abspath(first) == os.path.abspath(ref.path)
                return None if same else Skipped(ref.path, SECOND_NAME)
            seen[place] = ref.path
            return _read_header(opened, status.st_size, ref, self._limits, layouts)
        except UnreadableError as error:
            return Skipped(ref.path, str(error))
        finally:
            os.close(opened)


def _read_header(opened: int, size: int, ref: Ref, limits: Limits, layouts: Layouts | None = None) -> Instance:
    """The header of an open file, by as many bytes as it takes.

    Raises
    ------
    tui.errors.UnreadableError
        With a short reason as its message.
    """
    count = FIRST_READ
    read = headers.read if layouts is None else layouts.read
    while count <= LONGEST_READ:
        data = regular.head(opened, min(count, size))
        try:
            # What was read decides where a file grows or shrinks meanwhile.
            return read(data, size if len(data) == min(count, size) else len(data), ref)
        except walk.Short:
            count *= 8
        except walk.Unsure:
            break
    return _by_pydicom(opened, size, ref, limits)


def _by_pydicom(opened: int, size: int, ref: Ref, limits: Limits) -> Instance:
    """As ``core/headers.py`` reads it, by pydicom: it seeks over long values, and stops after the header."""
    imports.load()
    from pydicom.filereader import read_partial
    from pydicom.tag import BaseTag

    data = regular.head(opened, FIRST_READ)
    seen: set[int] = set()
    count = 0

    def header_ends(tag: BaseTag, vr: str | None, length: int) -> bool:
        nonlocal count
        count += 1
        if tag in {0x00080018, 0x00100020, 0x0020000D}:
            seen.add(tag)
        # Where one of the three is missing by now, elements may be out of order.
        return count > limits.elements or (tag >> 16 > walk.LAST_GROUP and len(seen) == 3)

    with regular.Clipped(os.dup(opened), size) as file:
        try:
            careful.refuse_deflated(file)
            dataset = read_partial(file, header_ends, defer_size=limits.element_value, force=True)
            instance = rawvalues.from_dataset(dataset, size, ref)
        except careful.pydicom_errors() as error:
            raise DamagedError(headers.DAMAGED) from error
    headers.refuse_dicomdir(instance)
    marked = data[128:132] == b"DICM"
    if headers.is_plausible(instance) or (marked and len(dataset.file_meta) and len(dataset)):
        return instance
    if not marked:
        raise NotDicomError(foreign.reason(data))
    raise DamagedError(headers.DAMAGED)


def _pydicom(file: io.BufferedReader) -> FileDataset:
    from pydicom.filereader import dcmread

    careful.refuse_deflated(file)
    return dcmread(file, force=True)


def _inflated(file: io.BufferedReader, at: int, limit: int) -> FileDataset:
    """A deflated data set (PS3.5 A.5), inflated no further than the limit."""
    from pydicom.dataset import FileDataset
    from pydicom.filereader import read_dataset

    preamble, meta = careful.file_meta(file)
    inflated, whole = careful.inflated(file.fileno(), at, limit)
    if not whole:
        raise DamagedError("The file is cut short")
    dataset = FileDataset("", read_dataset(io.BytesIO(inflated), False, True), preamble, meta)
    dataset.set_original_encoding(False, True, dataset.original_character_set)
    return dataset


def _is_cut(dataset: FileDataset) -> bool:
    """Whether the file ended within a value, of which pydicom keeps what there is."""
    from pydicom.dataelem import RawDataElement

    return any(
        isinstance(element, RawDataElement)
        and element.length not in {0, 0xFFFFFFFF}
        and len(element.value or b"") < element.length
        for element in dataset.values()
    )
