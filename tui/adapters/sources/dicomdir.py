"""A DICOMDIR: the files that its directory records name (PS3.3 Annex F, PS3.10 8).

The records are taken in the order in which they lie in the file. Their offsets to each other, which may run in
circles or past the end, are not followed: every record is met once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tui.adapters import careful, regular
from tui.core import walk
from tui.core.values import Ref, Skipped
from tui.errors import UnreadableError

NAME = "DICOMDIR"
MISSING = "listed in the DICOMDIR, but missing"
OUTSIDE = "listed in the DICOMDIR, but outside its folder"
NO_FILES = "a DICOMDIR that lists no files"
DAMAGED = "a damaged DICOMDIR"
INACTIVE = 0  # Record In-use Flag (PS3.3 F.3.2.2)
_HEAD = 1024
_PARTS = re.compile(r"[\\/]")  # the standard separates components by a backslash, some writers by a slash


@dataclass(frozen=True)
class DicomdirSource:
    """Reads the records of a DICOMDIR and looks for their files, below its own folder only."""

    name: str = "dicomdir"
    general: bool = False

    def accepts(self, path: str) -> bool:
        """A DICOM file that is called DICOMDIR, or whose SOP class says that it is one."""
        if os.path.isdir(path):
            return False
        try:
            head = _head(path)
        except UnreadableError:
            return False
        if head[128:132] != b"DICM":
            return False
        return os.path.basename(path).upper() == NAME or walk.DICOMDIR in head

    def scan(self, path: str, cancelled: Callable[[], bool]) -> Iterator[Ref | Skipped]:
        """The files of all records in use."""
        try:
            listed = _file_ids(path)
        except UnreadableError as error:
            yield Skipped(path, str(error))
            return
        if not listed:
            yield Skipped(path, NO_FILES)
        tree = _Tree(os.path.dirname(path))
        for parts in listed:
            if cancelled():
                return
            yield tree.find(parts)


def _head(path: str) -> bytes:
    opened, _ = regular.descriptor(path)
    try:
        return regular.head(opened, _HEAD)
    finally:
        os.close(opened)


def _file_ids(path: str) -> list[list[str]]:
    """Components of the Referenced File ID (0004,1500) of each record that has one."""
    from pydicom.filereader import dcmread

    opened, status = regular.descriptor(path)
    with regular.Clipped(opened, status.st_size) as file:
        try:
            careful.refuse_deflated(file)
            records = dcmread(file, force=True).get("DirectoryRecordSequence") or []
            return [_parts(record.ReferencedFileID) for record in records if _is_used(record)]
        except careful.pydicom_errors() as error:
            raise UnreadableError(DAMAGED) from error


def _is_used(record: object) -> bool:
    return bool(getattr(record, "ReferencedFileID", None)) and getattr(record, "RecordInUseFlag", 1) != INACTIVE


def _parts(file_id: object) -> list[str]:
    components = [file_id] if isinstance(file_id, str) else list(file_id)  # type: ignore[call-overload]
    return [part for component in components for part in _PARTS.split(str(component).strip(" \0"))]


@dataclass
class _Tree:
    """Finds files below a folder by names whose case may have changed on the way from the medium."""

    root: str
    _names: dict[str, dict[str, str]] = field(default_factory=dict)

    def find(self, parts: list[str]) -> Ref | Skipped:
        wanted = os.path.join(self.root, *(part.replace("\0", "") for part in parts if part != ""))
        if any(part in {"", ".", ".."} or "\0" in part for part in parts):
            return Skipped(wanted, OUTSIDE)
        path = self.root
        for part in parts:
            exact = os.path.join(path, part)
            if not os.path.lexists(exact):
                other = self._listing(path).get(_plain(part))
                if other is None:
                    return Skipped(wanted, MISSING)
                exact = os.path.join(path, other)
            path = exact
        root = os.path.realpath(self.root)
        if os.path.commonpath((root, os.path.realpath(path))) != root:
            return Skipped(wanted, OUTSIDE)
        return Ref(path)

    def _listing(self, folder: str) -> dict[str, str]:
        """Names of a folder by their plain form; none if it cannot be listed, as then the file is out of reach too."""
        known = self._names.get(folder)
        if known is None:
            try:
                known = {_plain(name): name for name in sorted(os.listdir(folder or "."), reverse=True)}
            except OSError:
                known = {}
            self._names[folder] = known
        return known


def _plain(name: str) -> str:
    """ISO 9660 in short: no version, no empty suffix, no case."""
    return name.partition(";")[0].rstrip(".").casefold()


SOURCE = DicomdirSource()
