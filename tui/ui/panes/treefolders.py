"""Files as they lie on the disk: folders, what is in them, and in which order they stand."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

from tui.service.values import (
    DATE,
    MODALITY,
    PATIENT,
    SIZE,
    Instance,
    Library,
    Packed,
    Ref,
    Series,
    SeriesKey,
    Skipped,
    newest_first,
    printable,
)
from tui.ui.panes.leaving import drop
from tui.ui.panes.slices import Steps

Leaf = Instance | Skipped
AT_ONCE = 256  # files between two chances for a key
RUN = 1024  # files that are sorted at once; about 1 ms


@dataclass(slots=True, eq=False)
class Folder:
    """A folder or archive. ``count``, ``size`` and ``modalities`` are of the DICOM files at and below it.

    ``above`` is what it is in, while they grow. ``count`` counts pictures, and an object without any as one.
    """

    path: str
    name: str
    above: Folder | None = None
    order: str = PATIENT
    folders: dict[str, Folder] = field(default_factory=dict)
    inner: tuple[Folder, ...] = ()
    unsorted: list[list[Leaf]] = field(default_factory=list)
    count: int = 0
    size: int = 0
    newest: int = 0
    modalities: set[str] = field(default_factory=set)
    _files: Sequence[Leaf] | None = None

    def file_steps(self) -> Steps[Sequence[Leaf]]:
        """Its files in order; by name it is that of people: ``IM2`` before ``IM10``."""
        if self._files is None:
            runs: list[list[_Row]] = [[]]
            for number, leaf in enumerate(leaf for part in self.unsorted for leaf in part):
                runs[-1].append((_file_key(leaf, self.order), number, leaf))
                if len(runs[-1]) == RUN:
                    runs[-1].sort(key=_key_of)
                    runs.append([])
                if not number % AT_ONCE:
                    yield
            runs[-1].sort(key=_key_of)
            files: list[Leaf] = []
            merged = merge(*map(_spent, runs), key=_key_of)
            while some := [leaf for _, _, leaf in islice(merged, AT_ONCE)]:
                files += some
                yield
            self._files = files  # as it is: to copy a hundred thousand takes some ms
        return self._files


_Row = tuple[Any, int, Leaf]


def _key_of(row: _Row) -> Any:
    return row[0]


def _spent(run: list[_Row]) -> Iterator[_Row]:
    """The rows of a run, each forgotten when it was given: a hundred thousand at the end would take long."""
    run.reverse()
    while run:
        yield run.pop()


_DIGITS = re.compile("[0-9]+")


def natural(name: str) -> tuple[str, str]:
    """Sort key of a name in the order of people, whose numbers count as numbers and whose case does not."""
    return _DIGITS.sub(_padded, name.lower()), name


def _padded(digits: re.Match[str]) -> str:
    return digits.group()[:24].zfill(24)


def _file_key(leaf: Leaf, order: str) -> Any:
    name = natural(file_name(leaf))
    if order == PATIENT:
        return name
    if not isinstance(leaf, Instance):
        return (1, 0, name)
    if order == SIZE:
        return (0, -leaf.size, name)
    if order == DATE:
        return (0, newest_first(leaf.head.series_date or leaf.head.study_date), name)
    return (0, leaf.head.modality, name)


def _folder_key(folder: Folder) -> Any:
    name = natural(folder.path)
    if folder.order == SIZE:
        return -folder.size, name
    if folder.order == DATE:
        return folder.newest, name
    if folder.order == MODALITY:
        return " ".join(sorted(folder.modalities)), name
    return name


def file_of(leaf: Leaf) -> tuple[str, str]:
    """Path, and name inside the archive."""
    return (leaf.ref.path, leaf.ref.member) if isinstance(leaf, Instance) else (leaf.path, "")


def full_path(ref: Ref) -> str:
    """Path of a file as the folders count it; an archive counts as a folder."""
    return f"{ref.path}/{ref.member}" if ref.member else ref.path


def file_name(leaf: Leaf) -> str:
    """Printable name of the file, without its folder."""
    path = full_path(leaf.ref) if isinstance(leaf, Instance) else leaf.path
    return printable(path.rstrip("/").rpartition("/")[2] or path)


def member_steps(series: Series) -> Steps[Sequence[Instance]]:
    """The instances of a series; those that the catalogue has kept are made as they are asked for."""
    found = series.instances
    if isinstance(found, Packed):
        for _ in found.making():
            yield
    return found


class _Home:
    """The files of one folder that belong to one series, and what they come to."""

    __slots__ = ("count", "leaves", "modalities", "newest", "size")

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.count = self.size = self.newest = 0
        self.modalities: set[str] = set()


class Homes:
    """In which folders the files of a series lie, kept for series that stay the same from one library to the next."""

    def __init__(self) -> None:
        self._known: dict[SeriesKey, tuple[Series, dict[str, _Home]]] = {}

    def parts(self) -> tuple[dict[Any, Any]]:
        """All that it holds, to be forgotten."""
        return (self._known,)

    def steps(self, series: Series) -> Steps[dict[str, _Home]]:
        """Files by the path of their folder with the slash behind it."""
        known = self._known.get(series.key)
        if known is None or known[0] is not series:
            homes: dict[str, _Home] = {}
            for index, leaf in enumerate((yield from member_steps(series))):
                path = full_path(leaf.ref)
                above = path[: path.rfind("/") + 1]
                home = homes.get(above)
                if home is None:
                    home = homes[above] = _Home()
                head = leaf.head
                home.leaves.append(leaf)
                home.count += head.frames if head.rows else 1
                home.size += leaf.size
                home.modalities.add(head.modality)
                home.newest = min(home.newest, newest_first(head.study_date))
                if not index % AT_ONCE:
                    yield
            drop(known, len(series.instances))
            known = self._known[series.key] = (series, homes)
        return known[1]


class _Folders:
    """Grows folders below the opened paths; a file outside them is shown below its own folder."""

    def __init__(self, opened: Sequence[str], order: str) -> None:
        self._roots = {os.path.normpath(path) for path in opened} | {os.path.abspath(path) for path in opened}
        self._order = order
        self._homes: dict[str, Folder] = {}
        self.known: dict[str, Folder] = {}
        self.tops: list[Folder] = []

    def home(self, above: str) -> Folder:
        """The folder that is written so, with the slash behind it."""
        found = self._homes.get(above)
        if found is None:
            found = self._homes[above] = self._folder(os.path.normpath(os.path.dirname(above)))
        return found

    def _folder(self, path: str) -> Folder:
        missing: list[str] = []
        while path not in self.known:
            above = os.path.dirname(path)
            if path in self._roots or above == path or not _inside(above, self._roots):
                self.known[path] = Folder(path, printable(os.path.basename(path) or path), order=self._order)
                self.tops.append(self.known[path])
            else:
                missing.append(path)
                path = above
        found = self.known[path]
        for inner in reversed(missing):
            name = os.path.basename(inner)
            self.known[inner] = Folder(inner, printable(name), found, self._order)
            found.folders[name] = self.known[inner]
            found = self.known[inner]
        return found


def folder_steps(library: Library, opened: Sequence[str], order: str, homes: Homes) -> Steps[tuple[Folder, ...]]:
    """The files as they lie below the opened paths."""
    made = _Folders(opened, order)
    for patient in library.patients:
        for study in patient.studies:
            for series in study.series:
                for above, home in (yield from homes.steps(series)).items():
                    folder: Folder | None = made.home(above)
                    if folder is not None:
                        folder.unsorted.append(home.leaves)
                    while folder is not None:
                        folder.count += home.count
                        folder.size += home.size
                        folder.modalities |= home.modalities
                        folder.newest = min(folder.newest, home.newest)
                        folder = folder.above
                yield
    for index, leaf in enumerate(library.skipped):
        parts = made.home(leaf.path[: leaf.path.rfind("/") + 1]).unsorted
        if not parts or not isinstance(parts[-1][0], Skipped):
            parts.append([leaf])
        else:
            parts[-1].append(leaf)
        if not index % AT_ONCE:
            yield
    for folder in made.known.values():
        folder.inner = tuple(sorted(folder.folders.values(), key=_folder_key))
        folder.above = None  # a ring would stay until somebody looks for garbage
        yield
    return tuple(sorted(made.tops, key=_folder_key))


def _inside(path: str, roots: set[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)
