"""Patient, study, series, instances: the tree that the tags of the files make.

A library grows by :class:`Growth`, batch after batch of a scan; what a batch does not touch stays the same object.
The tree depends on what was found, not on the order in which it was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tui.core import health
from tui.core.instance import Head, Instance, Ref
from tui.core.ordering import patient_key, series_key, study_key
from tui.core.packed import Packed
from tui.core.printable import printable
from tui.core.sorting import in_order
from tui.core.stacks import arrange
from tui.core.values import Library, Lost, Patient, Series, SeriesKey, Skipped, Study


def key_of(instance: Instance) -> SeriesKey:
    """The series that an instance belongs to.

    A patient is a Patient ID with its issuer, or a name where there is no ID. A study or series without a UID
    is the folder in which the file lies; such a key ends in ``/``.
    """
    patient = (
        f"{instance.patient_id}\\{instance.issuer}" if instance.patient_id else f"\\{instance.patient_name.casefold()}"
    )
    study = instance.study_uid or _folder(instance.ref)
    return SeriesKey(patient, study, instance.series_uid or f"{_folder(instance.ref)}{instance.modality}/")


def extend(library: Library, instances: Iterable[Instance], skipped: Iterable[Skipped] = ()) -> Library:
    """The library with more in it; the one given stays as it is."""
    growth = Growth(library)
    for instance in instances:
        growth.add(instance)
    for one in skipped:
        growth.skip(one)
    return growth.library()


class Growth:
    """A library that grows. What a new :meth:`library` has in common with the one before stays the same object.

    An instance that was found again replaces the old one of the same place (``ref``) in its series. A scan that
    starts over starts from an empty library, as files may have gone or moved to other series.
    """

    def __init__(self, library: Library = Library()) -> None:
        self._last = library
        self._skipped: dict[str, Skipped] = {one.path: one for one in library.skipped}
        self._skips_changed = False
        self._patients: dict[str, _Patient] = {}
        self._by_head: dict[int, tuple[Head, _Series]] = {}
        self._changed: set[str] = set()
        for patient in library.patients:
            studies = {study.uid: _study(study) for study in patient.studies}
            self._patients[patient.key] = _Patient(studies, patient, patient_key(patient))

    def add(self, instance: Instance) -> None:
        """Take in an instance."""
        head = instance.head
        known = self._by_head.get(id(head))
        if known is None:
            series = self._series(key_of(instance))
            if head.study_uid and head.series_uid:  # else the folder decides, too
                self._by_head[id(head)] = (head, series)
        else:
            series = known[1]
            if series.made is not None:
                self._touch(series)
        series.found.append(instance)

    def put(self, made: Series) -> None:
        """Take in a whole series, in place of what is known of it."""
        series = self._series(made.key)
        series.found, series.made = [], made

    def drop(self, key: SeriesKey) -> None:
        """Forget a series."""
        series = self._series(key)
        series.found, series.made, series.gone = [], None, True

    def skip(self, skipped: Skipped) -> None:
        """Take in a file that is not shown."""
        self._skipped[skipped.path] = skipped
        self._skips_changed = True

    def forget(self, lost: Lost) -> None:
        """Files are gone; what is found of them later is taken in anew."""
        for key in lost.series:
            self._series(key).lost.update(lost.paths)
        for path in lost.paths:
            self._skips_changed |= self._skipped.pop(path, None) is not None
        inside = tuple(f"{path}/" for path in lost.paths)
        for path in [path for path in self._skipped if path.startswith(inside)]:
            del self._skipped[path]

    def _series(self, key: SeriesKey) -> _Series:
        patient = self._patients.get(key.patient)
        if patient is None:
            patient = self._patients[key.patient] = _Patient({}, None, ())
        study = patient.studies.get(key.study)
        if study is None:
            study = patient.studies[key.study] = _Study({}, None)
        series = study.series.get(key)
        if series is None:
            series = study.series[key] = _Series(key, [], None)
        series.gone = False
        self._touch(series)
        return series

    def _touch(self, series: _Series) -> None:
        key = series.key
        self._changed.add(key.patient)
        patient = self._patients[key.patient]
        patient.changed.add(key.study)
        patient.studies[key.study].changed.add(key)

    def library(self, complete: bool = False) -> Library:
        """All that was taken in.

        Parameters
        ----------
        complete
            Nothing follows, so that one can say what is missing.
        """
        patients = self._last.patients
        mixed = self._mixed() if complete else frozenset()
        if complete:
            self._check(mixed)
        if self._changed:
            for key in self._changed:
                self._renew(self._patients[key], key)
            gone = [key for key in self._changed if self._patients[key].made is None]
            for key in gone:
                del self._patients[key]
            rows = in_order([(patient.order, patient.made) for patient in self._patients.values()], _first_of)
            patients = tuple(made for _, made in rows if made is not None)
            self._changed = set()
        skipped = tuple(self._skipped.values()) if self._skips_changed else self._last.skipped
        self._skips_changed = False
        self._last = Library(patients, skipped)
        return self._last

    def _renew(self, patient: _Patient, key: str) -> None:
        for uid in patient.changed:
            study = patient.studies[uid]
            for changed in study.changed:
                series = study.series[changed]
                if series.gone:
                    del study.series[changed]
                elif series.found or series.lost or series.made is None:
                    series.made = _made(series)
                    series.found, series.lost = [], set()
                    if series.made is None:
                        del study.series[changed]
            study.changed = set()
            whole = in_order([one.made for one in study.series.values() if one.made is not None], series_key)
            study.made = Study(uid, tuple(whole)) if whole else None
            if not whole:
                del patient.studies[uid]
        patient.changed = set()
        studies = in_order([one.made for one in patient.studies.values() if one.made is not None], study_key)
        patient.made = Patient(key, tuple(studies)) if studies else None
        patient.order = patient_key(patient.made) if patient.made is not None else ()

    def _mixed(self) -> frozenset[str]:
        """UIDs of studies that stand under more than one patient."""
        first: dict[str, str] = {}
        return frozenset(
            uid
            for key, patient in self._patients.items()
            for uid in patient.studies
            if first.setdefault(uid, key) != key and not uid.endswith("/")
        )

    def _check(self, mixed: frozenset[str]) -> None:
        """Say of each series what is wrong with it."""
        for patient in self._patients.values():
            for uid, study in patient.studies.items():
                for series in study.series.values():
                    if series.gone:
                        continue
                    if series.found or series.lost or series.made is None:
                        series.made, series.found, series.lost = _made(series), [], set()
                    made = series.made
                    if made is None:
                        continue
                    if isinstance(made.instances, Packed) and not made.instances.is_made:
                        notes = tuple(note for note in made.notes if note != health.MIXED)
                    else:
                        notes = health.notes(made.instances, made.stacks)
                    notes += (health.MIXED,) if uid in mixed else ()
                    if notes != made.notes:
                        series.made = Series(made.key, made.instances, made.stacks, notes)
                        self._touch(series)


class _Series:
    """A series that grows: ``found`` is what came since it was made, ``lost`` what went."""

    __slots__ = ("found", "gone", "key", "lost", "made")

    def __init__(self, key: SeriesKey, found: list[Instance], made: Series | None, gone: bool = False) -> None:
        self.key, self.found, self.made, self.gone = key, found, made, gone
        self.lost: set[str] = set()  # paths that were in it when it was made


class _Study:
    """A study that grows, and which of its series changed."""

    __slots__ = ("changed", "made", "series")

    def __init__(self, series: dict[SeriesKey, _Series], made: Study | None) -> None:
        self.series, self.made = series, made
        self.changed: set[SeriesKey] = set()


class _Patient:
    """A patient that grows, and which studies changed."""

    __slots__ = ("changed", "made", "order", "studies")

    def __init__(self, studies: dict[str, _Study], made: Patient | None, order: tuple[Any, ...]) -> None:
        self.studies, self.made, self.order = studies, made, order
        self.changed: set[str] = set()


def _study(study: Study) -> _Study:
    return _Study({one.key: _Series(one.key, [], one) for one in study.series}, study)


def _made(series: _Series) -> Series | None:
    found = series.found
    if series.made is not None:
        new, lost = {instance.ref for instance in found}, series.lost
        old = series.made.instances
        found = [one for one in old if one.ref not in new and one.ref.path not in lost] + found
    if not found:
        return None
    if len({instance.ref for instance in series.found}) < len(series.found):
        found = list({instance.ref: instance for instance in found}.values())
    return Series(series.key, *arrange(found))


def _first_of(row: tuple[tuple[Any, ...], Patient | None]) -> tuple[Any, ...]:
    return row[0]


def series_list(library: Library) -> tuple[Series, ...]:
    """All series, in the order of the tree."""
    return tuple(series for patient in library.patients for study in patient.studies for series in study.series)


def get(library: Library, key: SeriesKey) -> Series | None:
    """The series of that key."""
    for patient in library.patients:
        if patient.key == key.patient:
            for study in patient.studies:
                if study.uid == key.study:
                    at = study.place(key)
                    return None if at is None else study.series[at]
    return None


def step(library: Library, key: SeriesKey, by: int) -> Series | None:
    """The series so many further down the tree, or the last one there; None if the library has none of that key."""
    studies = [study for patient in library.patients for study in patient.studies]
    for number, study in enumerate(studies):
        if study.uid != key.study:
            continue
        at = study.place(key)
        if at is None:
            continue
        at += by
        while at < 0 < number:
            number -= 1
            at += len(studies[number].series)
        while at >= len(studies[number].series) and number + 1 < len(studies):
            at -= len(studies[number].series)
            number += 1
        found = studies[number].series
        return found[min(max(at, 0), len(found) - 1)]
    return None


def find(library: Library, ref: Ref, key: SeriesKey | None = None) -> tuple[Series, int] | None:
    """The series that holds the instance, and its index there; None if it is not in the library.

    With the key, which may be out of date, only that series is searched first.
    """
    if key and (series := get(library, key)) and (at := series.index(ref)) is not None:
        return series, at
    for series in series_list(library):
        if (at := series.index(ref)) is not None:
            return series, at
    return None


def _folder(ref: Ref) -> str:
    place = f"{ref.path}/{ref.member}" if ref.member else ref.path
    return printable(place.rpartition("/")[0]) + "/"
