"""One scan: which files were met already, and what their headers say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from tui.adapters import archives, careful, imports, members, regular
from tui.adapters.readahead import ReadAhead
from tui.core import foreign, headers, rawvalues, walk
from tui.core.layouts import Layouts
from tui.core.values import Checked, Instance, Lost, Ref, Skipped
from tui.errors import DamagedError, NotDicomError, UnreadableError
from tui.service.known import Visit
from tui.service.ports import Cancelled
from tui.service.settings import Limits

if TYPE_CHECKING:
    from tui.adapters.sources.archive import Beginning

FIRST_READ = 8 * 2**10  # bytes; holds the header of most files
LONGEST_READ = 16 * 2**20  # a header that is longer is pydicom's, which seeks
SECOND_NAME = "a second name of a file that is listed already"
NO_DICOM = "an archive without DICOM files"
CHECKED_AT_ONCE = 500  # files between two messages

Found = Instance | Skipped | Checked | Lost


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

    def scan(self, path: str, cancelled: Cancelled) -> Iterator[Ref | Beginning | Skipped]:
        """The files that the path stands for, as they are met; never raises for a bad one."""


class Scan:
    """Reads the headers of files as sources name them, each file once.

    Parameters
    ----------
    limits
        What one file may cost.
    visit
        What the catalogue knows, and is told.
    """

    def __init__(self, limits: Limits, visit: Visit, cancelled: Cancelled) -> None:
        self._limits = limits
        self._visit = visit
        self._cancelled = cancelled
        self._layouts = Layouts()
        self._folders: set[tuple[int, int]] = set()  # those that were walked
        self._others: dict[int, str] = {}  # by inode; files that may have another name, too
        self._unchanged = 0
        self._ahead = ReadAhead(FIRST_READ)

    def path(self, source: Source, path: str) -> Iterator[Found]:
        """All that a path stands for."""
        if hasattr(source, "limits"):
            source = replace(source, limits=self._limits)  # type: ignore[type-var]
        if hasattr(source, "visited"):
            source = replace(source, visited=self._folders)  # type: ignore[type-var]
        named = not os.path.isdir(path)
        for found in self._ahead.over(source.scan(path, self._cancelled)):
            if self._cancelled():
                return
            if isinstance(found, Ref):
                yield from self._file(found, named)
            elif isinstance(found, Skipped):
                yield found
            else:
                yield self._beginning(found)
        if self._unchanged:
            yield Checked(self._unchanged)
            self._unchanged = 0

    def _file(self, ref: Ref, named: bool) -> Iterable[Found]:
        """What a file is; nothing where it was met already under the same path, as where folders were given twice."""
        known = self._visit.unchanged(ref.path)
        if known:
            self._unchanged += 1
            if self._unchanged < CHECKED_AT_ONCE:
                return ()
            found, self._unchanged = Checked(self._unchanged), 0
            return (found,)
        if known is False:
            return chain((self._visit.lose(ref.path),), self._new(ref, named))
        return self._new(ref, named)

    def _new(self, ref: Ref, named: bool) -> Iterable[Found]:
        try:
            found = regular.plain(ref.path)
            opened, status = found or regular.descriptor(ref.path)
        except UnreadableError as error:
            return (Skipped(ref.path, error.brief()),)
        try:
            if (place := self._met(ref, status, named or found is None)) is not None:
                if not place:
                    return ()
                self._visit.note(ref.path, status)
                return (Skipped(ref.path, place),)
            self._ahead.look(opened)
            self._visit.note(ref.path, status)
            return self._read(opened, status.st_size, ref, named)
        finally:
            os.close(opened)

    def _met(self, ref: Ref, status: os.stat_result, alone: bool) -> str | None:
        """None for a file that is new; else why it is skipped, or empty where there is nothing to say.

        A file with one name that lies in a folder is met once, as its folder is walked once. So what is remembered of
        a million files is little: those with hard links, links, and what came by its own name (``alone``).
        """
        place = status.st_dev << 64 | status.st_ino
        first = self._others.get(place)
        if first is not None:
            return "" if os.path.abspath(first) == os.path.abspath(ref.path) else SECOND_NAME
        if alone and self._folders:
            real = os.path.realpath(ref.path)
            with suppress(OSError):  # the folder has gone; the file is open
                folder = os.stat(os.path.dirname(real))
                if (folder.st_dev, folder.st_ino) in self._folders:
                    return "" if real == os.path.abspath(ref.path) else SECOND_NAME
        if alone or status.st_nlink > 1:
            self._others[place] = ref.path
        return None

    def _read(self, opened: int, size: int, ref: Ref, named: bool) -> Iterable[Found]:
        try:
            return (read_header(opened, size, ref, self._limits, self._layouts),)
        except NotDicomError as error:
            if members.kind(regular.head(opened, members.HEAD)) and not named:
                return self._archive(ref)
            return (Skipped(ref.path, error.brief()),)
        except UnreadableError as error:
            return (Skipped(ref.path, error.brief()),)

    def _archive(self, ref: Ref) -> Iterator[Instance | Skipped]:
        """An archive that was met in a folder; one without DICOM is one file that is skipped, whatever is in it."""
        from tui.adapters.sources.archive import SOURCE

        waiting: list[Skipped] = []
        found = False
        for item in replace(SOURCE, limits=self._limits).scan(ref.path, self._cancelled):
            one = item if isinstance(item, Skipped) else self._beginning(item)
            if isinstance(one, Instance) and not found:
                found = True
                yield from waiting
            if found or (isinstance(one, Skipped) and one.path == ref.path):
                yield one
            elif isinstance(one, Skipped):
                waiting.append(one)
        if waiting and not found:
            yield Skipped(ref.path, NO_DICOM)

    def _beginning(self, found: Beginning) -> Instance | Skipped:
        """A member of an archive, by as many of its bytes as it takes."""
        place = f"{found.ref.path}/{found.ref.member}"
        try:
            count = FIRST_READ
            while count <= LONGEST_READ:
                data = found.read(count)
                try:
                    size = found.size if len(data) == min(count, found.size) else len(data)
                    return self._layouts.read(data, size, found.ref)
                except walk.Short:
                    count *= 8
                except walk.Unsure:
                    break
            whole = members.Member(found.ref.member, found.size, found.read)
            return _of_bytes(members.whole(whole, self._limits), found.ref, self._limits)
        except UnreadableError as error:
            return Skipped(place, error.brief())
        except members.errors():
            return Skipped(place, members.BROKEN)


def _of_bytes(data: bytes, ref: Ref, limits: Limits) -> Instance:
    """The header of a file of which there are only the bytes, as pydicom reads it.

    Raises
    ------
    tui.errors.UnreadableError
    """
    opened, size = archives.in_memory(data)
    try:
        return _by_pydicom(opened, size, ref, limits)
    finally:
        os.close(opened)


def read_header(opened: int, size: int, ref: Ref, limits: Limits, layouts: Layouts | None = None) -> Instance:
    """The header of an open file, by as many bytes as it takes.

    Raises
    ------
    tui.errors.UnreadableError
        With a short reason as its message.
    """
    count = FIRST_READ
    read = headers.read if layouts is None else layouts.read
    while count <= LONGEST_READ:
        data = regular.beginning(opened, min(count, size))
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

    with regular.Clipped(os.dup(opened), size, limits.dataset_bytes) as file:
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
