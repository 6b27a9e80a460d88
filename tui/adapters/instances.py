"""Finding and reading DICOM on disk: the port ``Instances``.

A drop-in of ``adapters/sources`` says which files belong to a path; here their headers are read. pydicom is imported
for the first file that the fast reader of ``core/headers.py`` leaves to it, and for whole data sets.
"""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tui import dropins
from tui.adapters import careful, imports, regular
from tui.adapters.archives import Archives
from tui.adapters.scan import LONGEST_READ, Found, Scan, Source, read_header
from tui.core import headers, walk
from tui.core.printable import printable
from tui.core.values import Ref, Skipped
from tui.errors import DamagedError, LimitError, UnreadableError
from tui.service.known import Visit
from tui.service.ports import Cancelled, Instances
from tui.service.settings import Limits, trust

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

    from tui.adapters.opened import OpenInstance
    from tui.core.heads import Head
    from tui.core.plain import Plain

NO_SUCH = "no such file or folder"
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz")


class DicomInstances(Instances):
    """DICOM files of folders, DICOMDIRs and whatever else a source knows.

    Parameters
    ----------
    limits
        What one file may cost.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._archives = Archives(limits)

    def scan(self, paths: Collection[str], cancelled: Cancelled, visit: Visit | None = None) -> Iterator[Found]:
        """All files of the paths, each real file once, in the order in which they are met.

        What the visit of a catalogue knows already and has not changed is only counted; what is gone is named.
        """
        visit = visit or Visit()
        scan = Scan(self._limits, visit, cancelled)
        for path in paths:
            source = _source(path)
            if source is None:
                yield Skipped(path, NO_SUCH)
            else:
                yield from scan.path(source, path)
            if cancelled():
                return
        yield from visit.unmet()

    def refs(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        """All files of the paths, each real file once, without a look into them; of archives their members."""
        seen: set[tuple[int, int]] = set()
        for path in paths:
            source = _source(path)
            if source is None:
                yield Skipped(path, NO_SUCH)
                continue
            for found in source.scan(path, cancelled):
                if cancelled():
                    return
                if isinstance(found, Skipped):
                    yield found
                elif not isinstance(found, Ref):
                    yield found.ref
                else:
                    yield from _once(found, seen, cancelled)

    def data(self, ref: Ref) -> bytes:
        """The bytes of a file.

        Raises
        ------
        tui.errors.UnreadableError
        tui.errors.LimitError
            It is too large to be held, or what it holds beside its pixels is.
        """
        try:
            opened, size, _ = self._archives.descriptor(ref)
        except UnreadableError as error:
            raise UnreadableError(f"The file cannot be read: {error}") from error
        try:
            if size > min(self._limits.dataset_bytes, self._limits.copy_bytes):
                self._refuse_large(ref, size)
            return regular.head(opened, size)
        finally:
            os.close(opened)

    def _refuse_large(self, ref: Ref, size: int) -> None:
        limits = self._limits
        if size > limits.copy_bytes:
            said = f"The file of {size >> 20} MiB passes the limit copy_bytes ({limits.copy_bytes >> 20} MiB)"
            raise LimitError(said, trust("copy_bytes"))
        if size - self.open(ref).pixel_bytes > limits.dataset_bytes:
            said = f"The header passes the limit dataset_bytes ({limits.dataset_bytes >> 20} MiB)"
            raise LimitError(said, trust("dataset_bytes"))

    def open(self, ref: Ref) -> OpenInstance:
        """An instance for looking."""
        imports.load()
        from tui.adapters.opened import open_instance

        return open_instance(ref.path, self._limits, ref.member, self._archives)

    def plain(self, ref: Ref) -> tuple[Plain, bytes] | None:
        """The header and the pixels of a plain file on the disk; None for what another reader must see or explain."""
        if ref.member:
            return None
        from tui.adapters.heads import plain

        try:
            return plain(ref.path, self._limits)
        except UnreadableError:
            return None

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
        opened, size, _ = self._archives.descriptor(ref)
        size = size if end is None else min(end, size)
        with regular.Clipped(opened, size) as file:
            instance = read_header(opened, size, ref, self._limits)
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


def _source(path: str) -> Source | None:
    """The source that takes a path."""
    from tui.adapters import sources

    known: list[Source] = sorted(dropins.find(sources, "SOURCE").values(), key=lambda source: bool(source.general))
    return next((source for source in known if source.accepts(path)), None)


def _once(ref: Ref, seen: set[tuple[int, int]], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
    """A file that was not met yet; where its name says that it is an archive, its members."""
    try:
        status = os.stat(ref.path)
    except (OSError, ValueError) as error:
        yield Skipped(ref.path, regular.reason(error))
        return
    place = (status.st_dev, status.st_ino)
    if place in seen:
        return
    seen.add(place)
    if ref.path.lower().endswith(ARCHIVES):
        from tui.adapters.sources.archive import SOURCE

        if SOURCE.accepts(ref.path):
            members = SOURCE.scan(ref.path, cancelled)
            yield from (one if isinstance(one, Skipped) else one.ref for one in members)
            return
    yield ref


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
