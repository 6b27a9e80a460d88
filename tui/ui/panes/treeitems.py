"""What the tree is made of: patients, studies and series of the library, or folders; their keys, counts and texts."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tui.service.values import (
    Instance,
    Library,
    Patient,
    Ref,
    Series,
    SeriesKey,
    Skipped,
    Stack,
    Study,
    person,
    printable,
)
from tui.ui.panes.lines import Run

Key = tuple[str, ...]
Leaf = Instance | Skipped
Place = tuple[Key, str, str]
"""Key of an item, and path and member of a file in it or two empty texts: what finds a row again."""


@dataclass(slots=True, eq=False)
class Folder:
    """A folder or archive; ``dicom`` counts the DICOM files at and below it."""

    path: str
    name: str
    folders: dict[str, Folder] = field(default_factory=dict)
    unsorted: list[Leaf] = field(default_factory=list)
    dicom: int = 0
    _files: tuple[Leaf, ...] | None = None

    @property
    def files(self) -> tuple[Leaf, ...]:
        """Files in the order of people: ``IM2`` before ``IM10``."""
        if self._files is None:
            self._files = tuple(sorted(self.unsorted, key=lambda leaf: _natural(file_name(leaf))))
        return self._files


@dataclass(frozen=True, slots=True)
class Part:
    """A stack of a series that is more than one."""

    series: Series
    number: int

    @property
    def stack(self) -> Stack:
        """Which of its instances."""
        return self.series.stacks[self.number]

    @property
    def first(self) -> Instance:
        """The first instance."""
        return self.series.instances[self.stack.start]


Item = Patient | Study | Series | Part | Folder


class Memo:
    """Counts and search texts, kept for items that stay the same from one library to the next."""

    def __init__(self) -> None:
        self._counts: dict[Key, tuple[Item, int]] = {}
        self._texts: dict[Key, tuple[Sequence[Leaf], list[str]]] = {}

    def pictures(self, item: Item) -> int:
        """Pictures of an item; of a series without pictures its objects; of a folder its DICOM files."""
        if isinstance(item, Folder):
            return item.dicom
        key = key_of(item)
        known = self._counts.get(key)
        if known is None or known[0] is not item:
            if isinstance(item, Series):
                number = item.frames or len(item.instances)
            elif isinstance(item, Part):
                members = leaves_of(item)
                number = sum(one.frames for one in members if isinstance(one, Instance) and one.rows) or len(members)
            else:
                number = sum(self.pictures(inner) for inner in children(item))
            known = self._counts[key] = (item, number)
        return known[1]

    def texts(self, key: Key, leaves: Sequence[Leaf]) -> list[str]:
        """What a filter finds the leaves by, in lower case."""
        known = self._texts.get(key)
        if known is None or known[0] is not leaves:
            known = self._texts[key] = (leaves, [leaf_text(leaf).lower() for leaf in leaves])
        return known[1]


def key_of(item: Item) -> Key:
    """What tells an item from all others of a tree, over batches of a scan."""
    if isinstance(item, Folder):
        return ("folder", item.path)
    if isinstance(item, Patient):
        return ("patient", item.key)
    if isinstance(item, Study):
        own = item.series[0].key
        return ("study", own.patient, own.study)
    key = item.series.key if isinstance(item, Part) else item.key
    if isinstance(item, Part):
        return ("stack", key.patient, key.study, key.series, str(item.number))
    return ("series", key.patient, key.study, key.series)


def children(item: Item) -> Iterator[Item]:
    """Items inside an item, without its leaves."""
    if isinstance(item, Patient):
        yield from item.studies
    elif isinstance(item, Study):
        yield from item.series
    elif isinstance(item, Series):
        yield from (Part(item, number) for number in range(len(item.stacks)))
    elif isinstance(item, Folder):
        yield from (item.folders[name] for name in sorted(item.folders, key=_natural))


def leaves_of(item: Item) -> Sequence[Leaf]:
    """Images of a series, files of a folder."""
    if isinstance(item, Series):
        return () if item.stacks else item.instances
    if isinstance(item, Part):
        return item.series.instances[item.stack.start : item.stack.stop]
    return item.files if isinstance(item, Folder) else ()


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


@lru_cache(maxsize=65536)
def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part[:18]), part) if part.isdecimal() and part.isascii() else (-1, part.lower())
            for part in re.split(r"([0-9]+)", name) if part]  # fmt: skip


def folders(library: Library, opened: Sequence[str]) -> tuple[Folder, ...]:
    """The files as they lie below the opened paths; a file outside them is shown below its own folder."""
    roots = {os.path.normpath(path) for path in opened} | {os.path.abspath(path) for path in opened}
    known: dict[str, Folder] = {}
    tops: list[Folder] = []

    def folder(path: str) -> Folder:
        missing: list[str] = []
        while path not in known:
            above = os.path.dirname(path)
            if path in roots or above == path or not _inside(above, roots):
                known[path] = Folder(path, printable(os.path.basename(path) or path))
                tops.append(known[path])
            else:
                missing.append(path)
                path = above
        found = known[path]
        for inner in reversed(missing):
            name = os.path.basename(inner)
            found.folders[name] = known[inner] = Folder(inner, printable(name))
            found = known[inner]
        return found

    homes: dict[str, Folder] = {}
    studies = (study for patient in library.patients for study in patient.studies)
    leaves: list[Leaf] = [leaf for study in studies for series in study.series for leaf in series.instances]
    for leaf in (*leaves, *library.skipped):
        path = full_path(leaf.ref) if isinstance(leaf, Instance) else leaf.path
        above = path[: path.rfind("/") + 1]
        home = homes.get(above)
        if home is None:
            home = homes[above] = folder(os.path.normpath(os.path.dirname(path)))
        home.unsorted.append(leaf)
        home.dicom += isinstance(leaf, Instance)
    for path in sorted(known, key=len, reverse=True):
        above = os.path.dirname(path)
        if known[path] not in tops:
            known[above].dicom += known[path].dicom
    return tuple(sorted(tops, key=lambda top: _natural(top.path)))


@dataclass(frozen=True)
class Layout:
    """What stands at the top of the tree, and where an instance is found below it."""

    roots: tuple[Item, ...]
    by_folder: bool

    def above(self, key: Key) -> list[Key]:
        """Keys of what an item is in, from the outside in."""
        if key[0] == "folder":
            return list(reversed([outer for outer in folder_keys(Ref(f"{key[1]}/")) if outer != key]))
        return [
            (kind, *key[1 : 2 + depth]) for depth, kind in enumerate(("patient", "study", "series")[: len(key) - 2])
        ]

    def place(self, ref: Ref, series: SeriesKey | None) -> Place | None:
        """Where an instance stands, whether it is seen or not; without its series all of them are searched."""
        if self.by_folder:
            keys, tops = list(folder_keys(ref)), {key_of(item) for item in self.roots}
            return (keys[0], ref.path, ref.member) if any(key in tops for key in keys) else None
        for item in walk(self.roots) if series is None else self._series(series):
            if isinstance(item, Series) and (found := _place_in(item, ref, searched=series is None)) is not None:
                return found
        return None

    def _series(self, key: SeriesKey) -> Iterator[Series]:
        for patient in self.roots:
            if isinstance(patient, Patient) and patient.key == key.patient:
                for study in patient.studies:
                    yield from (one for one in study.series if one.key == key)


def _place_in(series: Series, ref: Ref, *, searched: bool) -> Place | None:
    """The place of an instance in a series; without a search it is believed to be there."""
    if not series.stacks:
        if searched and all(instance.ref != ref for instance in series.instances):
            return None
        return key_of(series), ref.path, ref.member
    at = next((index for index, instance in enumerate(series.instances) if instance.ref == ref), None)
    if at is None:
        return None
    number = next(number for number, stack in enumerate(series.stacks) if at < stack.stop)
    return key_of(Part(series, number)), ref.path, ref.member


def arrange(library: Library, opened: Sequence[str], by_folder: bool) -> Layout:
    """The layout by patients, or by folders."""
    return Layout(folders(library, opened) if by_folder else library.patients, by_folder)


def walk(roots: Iterable[Item]) -> Iterator[Item]:
    """All items at and below these, in the order of the tree."""
    waiting = list(roots)[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        waiting.extend(list(children(item))[::-1])


def instances_of(item: Item) -> Iterator[Instance]:
    """All instances at and below an item, in the order of the tree."""
    for inner in walk((item,)):
        for leaf in leaves_of(inner):
            if isinstance(leaf, Instance):
                yield leaf


def _inside(path: str, roots: set[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


def folder_keys(ref: Ref) -> Iterator[Key]:
    """Keys of the folders that a file may be in, from the inside out."""
    path = os.path.normpath(os.path.dirname(full_path(ref)))
    while True:
        yield ("folder", path)
        above = os.path.dirname(path)
        if above == path or not above:
            return
        path = above


def label(item: Item) -> list[Run]:
    """Text of an item, with its date, as the row and the filter have it; the columns on the right are apart."""
    if isinstance(item, Folder):
        return [(f"{item.name.rstrip('/')}/", "strong")]
    first = item.first
    if isinstance(item, Patient):
        name = person(first.patient_name)
        if not name:
            return [(first.patient_id or "(no name)", "strong")]
        return [(name, "strong"), (f"  {first.patient_id}" if first.patient_id else "", "dim")]
    if isinstance(item, Study):
        text = first.study_description or (f"Study {first.study_id}" if first.study_id else "(no description)")
        return [(text, ""), (f"  {first.accession_number}" if first.accession_number else "", "dim")]
    if isinstance(item, Part):
        return [(item.stack.label, "")]
    number = "" if first.series_number is None else str(first.series_number)
    text = first.series_description or first.body_part or "(no description)"
    return [(f"{first.modality or '??':<2} ", "accent"), (f"{number:>2} ", "dim"), (text, ""),
            *((f"  ! {note}", "warning") for note in item.notes)]  # fmt: skip


def leaf_text(leaf: Leaf) -> str:
    """What a filter finds a leaf by."""
    if isinstance(leaf, Skipped):
        return f"{file_name(leaf)} {leaf.reason}"
    number = "" if leaf.number is None else f"#{leaf.number} "
    return f"{number}{file_name(leaf)}"
