"""Orders of a library: by patient, date, modality or size.

By patient: patients by name, studies by date, series by number. By date the newest patient and study come first, and
the series of a study as they were made. By modality those of one kind stand together. By size the largest come first.
Instances keep the order of viewing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tui.core.library import DATE, MODALITY, PATIENT, SIZE, Library, Patient, Series, Study
from tui.core.sorting import in_order

ORDERS = (PATIENT, DATE, MODALITY, SIZE)
Key = tuple[Any, ...]


def patient_key(patient: Patient) -> Key:
    """Patients by name."""
    return patient.first.patient_name.casefold(), patient.key


def study_key(study: Study) -> Key:
    """Studies by date; those without one come last."""
    first = study.first
    return not first.study_date, first.study_date, first.study_time, study.uid


def series_key(series: Series) -> Key:
    """Series by number; those without one come last."""
    first = series.first
    number = first.series_number
    return number is None, number or 0, first.series_date, first.series_time, series.key.series


def newest_first(date: str) -> int:
    """Sort key of a DA value (PS3.5 6.2) that puts the newest first and what is no date last."""
    digits = date.replace(".", "")
    return -int(digits) if digits.isascii() and digits.isdecimal() else 0


class Ordering:
    """Puts one library after another in order. What has not changed stays the same object. For one thread."""

    def __init__(self) -> None:
        self._order = ""
        self._known: dict[str, tuple[Patient, Patient, Key]] = {}
        self._sizes: dict[tuple[str, str, str], tuple[Series, int]] = {}

    def apply(self, library: Library, order: str) -> Library:
        """The same patients, studies and series in this order."""
        if order == library.order:
            return library
        if order != self._order:
            self._order, self._known = order, {}
        rows = []
        for patient in library.patients:
            known = self._known.get(patient.key)
            if known is None or known[0] is not patient:
                known = self._known[patient.key] = (patient, *self._patient(patient))
            rows.append(known)
        return Library(tuple(made for _, made, _ in in_order(rows, _last_of)), library.skipped, order)

    def _patient(self, patient: Patient) -> tuple[Patient, Key]:
        studies = [Study(one.uid, tuple(in_order(list(one.series), self._series_key))) for one in patient.studies]
        keyed = in_order([(one, self._study_key(one)) for one in studies], _last_of)
        made = Patient(patient.key, tuple(one for one, _ in keyed))
        first = patient_key(made)
        if self._order == PATIENT:
            return made, first
        if self._order == SIZE:
            return made, (sum(key[0] for _, key in keyed), *first)
        if self._order == DATE:
            return made, (*keyed[0][1], *first)
        return made, (_words(series for study in studies for series in study.series), *first)

    def _study_key(self, study: Study) -> Key:
        usual = study_key(study)
        if self._order == SIZE:
            return sum(self._size(one) for one in study.series), *usual
        if self._order == DATE:
            return newest_first(study.first.study_date), -_seconds(study.first.study_time), *usual
        return (_words(study.series), *usual) if self._order == MODALITY else usual

    def _series_key(self, series: Series) -> Key:
        usual, first = series_key(series), series.first
        if self._order == SIZE:
            return self._size(series), *usual
        if self._order == DATE:
            return first.series_date or first.study_date, first.series_time, *usual
        return (first.modality, *usual) if self._order == MODALITY else usual

    def _size(self, series: Series) -> int:
        """Bytes, negative so that much comes first."""
        key = (series.key.patient, series.key.study, series.key.series)
        known = self._sizes.get(key)
        if known is None or known[0] is not series:
            known = self._sizes[key] = (series, -series.size)
        return known[1]


def _last_of(row: tuple[Any, ...]) -> Key:
    key: Key = row[-1]
    return key


def _words(series: Iterable[Series]) -> str:
    return " ".join(sorted({one.first.modality for one in series}))


def _seconds(time: str) -> int:
    """A TM value (PS3.5 6.2), also of ACR-NEMA, as a number that rises with it."""
    digits = time.partition(".")[0].replace(":", "")[:6].ljust(6, "0")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
