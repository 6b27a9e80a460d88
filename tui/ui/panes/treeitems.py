"""What the tree is made of: patients, studies and series of the library, or folders; their keys, counts and texts."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from tui.service.values import (
    PATIENT,
    Instance,
    Library,
    Packed,
    Patient,
    Ref,
    Series,
    SeriesKey,
    Skipped,
    Stack,
    Study,
    person,
)
from tui.ui.panes.lines import Run
from tui.ui.panes.slices import Steps, finished
from tui.ui.panes.treefolders import AT_ONCE, Folder, Homes, Leaf, file_name, folder_steps, full_path, member_steps

Key = tuple[str, ...]
Place = tuple[Key, str, str]
"""Key of an item, and path and member of a file in it or two empty texts: what finds a row again."""


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
        yield from item.inner


def leaf_steps(item: Item) -> Steps[Sequence[Leaf]]:
    """Images of a series, files of a folder."""
    if isinstance(item, Series):
        return () if item.stacks else (yield from member_steps(item))
    if isinstance(item, Part):
        return (yield from member_steps(item.series))[item.stack.start : item.stack.stop]
    return (yield from item.file_steps()) if isinstance(item, Folder) else ()


def unsorted_steps(item: Item) -> Steps[Iterable[Leaf]]:
    """The same in any order, for what is counted: nothing is sorted, and nothing made that nobody has looked at."""
    if isinstance(item, Folder):
        return chain.from_iterable(item.unsorted)
    series = item.series if isinstance(item, Part) else item
    if isinstance(series, Series) and isinstance(series.instances, Packed) and not series.instances.is_made:
        return (series.first,)  # speaks for all
    return (yield from leaf_steps(item))


def leaves_of(item: Item) -> Sequence[Leaf]:
    """The same at once."""
    return finished(leaf_steps(item))


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

    def place(self, ref: Ref, series: SeriesKey) -> Place | None:
        """Where an instance of a series stands, whether it is seen or not."""
        if self.by_folder:
            keys, tops = list(folder_keys(ref)), {key_of(item) for item in self.roots}
            return (keys[0], ref.path, ref.member) if any(key in tops for key in keys) else None
        return next((place for one in self._series(series) if (place := _place_in(one, ref)) is not None), None)

    def _series(self, key: SeriesKey) -> Iterator[Series]:
        for patient in self.roots:
            if isinstance(patient, Patient) and patient.key == key.patient:
                for study in patient.studies:
                    if (at := study.place(key)) is not None:
                        yield study.series[at]


def _place_in(series: Series, ref: Ref) -> Place | None:
    """The place of an instance in a series; where that is one stack it is believed to be there."""
    if not series.stacks:
        return key_of(series), ref.path, ref.member
    at = series.index(ref)
    if at is None:
        return None
    number = next(number for number, stack in enumerate(series.stacks) if at < stack.stop)
    return key_of(Part(series, number)), ref.path, ref.member


def arrange_steps(library: Library, opened: Sequence[str], by_folder: bool, order: str, homes: Homes) -> Steps[Layout]:
    """The layout by patients, in the order of the library; or by folders, in this order."""
    if not by_folder:
        return Layout(library.patients, False)
    return Layout((yield from folder_steps(library, opened, order, homes)), True)


def arrange(library: Library, opened: Sequence[str], by_folder: bool, order: str = PATIENT) -> Layout:
    """The same at once."""
    return finished(arrange_steps(library, opened, by_folder, order, Homes()))


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


def instance_steps(item: Item) -> Iterator[list[Instance] | None]:
    """The same some at a time, with chances to do something else meanwhile."""
    for inner in walk((item,)):
        leaves: Sequence[Leaf] = ()
        steps = leaf_steps(inner)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                leaves = end.value
                break
            yield None
        for start in range(0, len(leaves), AT_ONCE):
            yield [leaf for leaf in leaves[start : start + AT_ONCE] if isinstance(leaf, Instance)]


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
