"""Patient, study, series, instances: the tree that the tags of the files make.

A library grows by :func:`extend`, batch after batch of a scan; what a batch does not touch stays the same object.
The tree depends on what was found, not on the order in which it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from tui.core.printable import printable
from tui.core.stacks import arrange, insert, merged
from tui.core.values import Instance, Library, Patient, Ref, Series, SeriesKey, Skipped, Study

T = TypeVar("T")


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
    """The library with more in it; the one given stays as it is.

    An instance that was found again replaces the old one of the same place (``ref``) in its series. A scan that
    starts over starts from an empty library, as files may have gone or moved to other series.
    """
    found: dict[str, dict[str, dict[SeriesKey, dict[Ref, Instance]]]] = {}
    for instance in instances:
        key = key_of(instance)
        found.setdefault(key.patient, {}).setdefault(key.study, {}).setdefault(key, {})[instance.ref] = instance
    patients = library.patients
    if found:
        old = {patient.key: patient for patient in patients if patient.key in found}
        changed = {key: _patient(old.get(key), key, studies) for key, studies in found.items()}
        patients = _replaced(patients, changed, _patient_key, _patient_order)
    return Library(patients, library.skipped + tuple(skipped))


def series_list(library: Library) -> tuple[Series, ...]:
    """All series, in the order of the tree."""
    return tuple(series for patient in library.patients for study in patient.studies for series in study.series)


def get(library: Library, key: SeriesKey) -> Series | None:
    """The series of that key."""
    for patient in library.patients:
        if patient.key == key.patient:
            for study in patient.studies:
                if study.uid == key.study:
                    return next((series for series in study.series if series.key == key), None)
    return None


def find(library: Library, ref: Ref, key: SeriesKey | None = None) -> tuple[Series, int] | None:
    """The series that holds the instance, and its index there; None if it is not in the library.

    With the key, which may be out of date, only that series is searched first.
    """
    if key and (series := get(library, key)) and (at := _index(series, ref)) is not None:
        return series, at
    for series in series_list(library):
        if (at := _index(series, ref)) is not None:
            return series, at
    return None


def _index(series: Series, ref: Ref) -> int | None:
    # Field by field: the == of two Refs makes tuples, and this runs for every key press.
    path, member = ref.path, ref.member
    for at, instance in enumerate(series.instances):
        if instance.ref.path == path and instance.ref.member == member:
            return at
    return None


def _folder(ref: Ref) -> str:
    place = f"{ref.path}/{ref.member}" if ref.member else ref.path
    return printable(place.rpartition("/")[0]) + "/"


def _replaced(
    old: tuple[T, ...], changed: Mapping[Any, T], identity: Callable[[T], Any], order: Callable[[T], Any]
) -> tuple[T, ...]:
    """A sorted tuple with some of its parts replaced or added."""
    kept = [part for part in old if identity(part) not in changed]
    return tuple(merged(kept, sorted(changed.values(), key=order), order))


def _patient(old: Patient | None, key: str, found: Mapping[str, Mapping[SeriesKey, Mapping[Ref, Instance]]]) -> Patient:
    studies = old.studies if old else ()
    known = {study.uid: study for study in studies}
    changed = {uid: _study(known.get(uid), uid, series) for uid, series in found.items()}
    return Patient(key, _replaced(studies, changed, _study_key, _study_order))


def _study(old: Study | None, uid: str, found: Mapping[SeriesKey, Mapping[Ref, Instance]]) -> Study:
    series = old.series if old else ()
    known = {one.key: one for one in series}
    changed = {key: _series(known.get(key), key, instances) for key, instances in found.items()}
    return Study(uid, _replaced(series, changed, _series_key, _series_order))


def _series(old: Series | None, key: SeriesKey, found: Mapping[Ref, Instance]) -> Series:
    if old is None:
        return Series(key, arrange(found.values()))
    paths = {ref.path for ref in found}
    if paths.isdisjoint([instance.ref.path for instance in old.instances]):
        return Series(key, insert(old.instances, list(found.values())))
    return Series(key, arrange({**{instance.ref: instance for instance in old.instances}, **found}.values()))


def _patient_key(patient: Patient) -> str:
    return patient.key


def _study_key(study: Study) -> str:
    return study.uid


def _series_key(series: Series) -> SeriesKey:
    return series.key


def _patient_order(patient: Patient) -> tuple[str, str]:
    return patient.first.patient_name.casefold(), patient.key


def _study_order(study: Study) -> tuple[bool, str, str, str]:
    first = study.first
    return not first.study_date, first.study_date, first.study_time, study.uid


def _series_order(series: Series) -> tuple[bool, int, str, str, str]:
    first = series.first
    number = first.series_number
    return number is None, number or 0, first.series_date, first.series_time, series.key.series
