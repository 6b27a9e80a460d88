"""What a scan makes: patients, their studies, their series; and what it was told on the way."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core.instance import Instance, Members, Ref
from tui.core.packed import Packed
from tui.frozen import frozen

PATIENT, DATE, MODALITY, SIZE = "patient", "date", "modality", "size"


@frozen
class Skipped:
    """A path that is no usable DICOM file, and the reason as a short phrase without patient values."""

    path: str
    reason: str


@frozen
class Checked:
    """So many files that were known already have not changed."""

    files: int


@frozen
class Lost:
    """Files that were known, and are gone or have changed; the series that had files in their folders."""

    paths: tuple[str, ...]
    series: tuple[SeriesKey, ...] = ()


@frozen
class SeriesKey:
    """What tells one series from all others: patient, study, series."""

    patient: str
    study: str
    series: str

    def __lt__(self, other: SeriesKey) -> bool:
        return (self.patient, self.study, self.series) < (other.patient, other.study, other.series)


@frozen
class Stack:
    """A part of a series that lies one behind another: its instances from ``start`` to before ``stop``."""

    label: str
    start: int
    stop: int


@frozen
class Series:
    """Instances of one series, sorted for viewing (PS3.3 C.7.6.2.1.1, see ``core/stacks.py``); never empty.

    ``stacks`` are empty where it is one stack. ``notes`` are sentences on what is wrong with it as a whole
    (``core/health.py``), made when a scan is complete.
    """

    key: SeriesKey
    instances: Sequence[Instance]
    stacks: tuple[Stack, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> Instance:
        """The first instance, which speaks for the series."""
        return self.instances[0]

    def index(self, ref: Ref) -> int | None:
        """Where an instance stands; None if it is not in the series."""
        if ref == self.first.ref:  # nothing is made for it
            return 0
        members = self.instances.all() if isinstance(self.instances, Packed) else self.instances
        if isinstance(members, Members):
            return members.place(ref)
        return next((at for at, one in enumerate(members) if one.ref == ref), None)

    @property
    def frames(self) -> int:
        """Pictures in the series: frames of all instances that have pixels."""
        if isinstance(self.instances, Packed):
            return self.instances.frames
        return sum(i.frames for i in self.instances if i.rows)

    @property
    def entries(self) -> int:
        """Pictures, where an object without any counts as one."""
        if isinstance(self.instances, Packed):
            return self.instances.frames + self.instances.blank
        return sum(i.head.frames if i.head.rows else 1 for i in self.instances)

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return self.instances.size if isinstance(self.instances, Packed) else sum(i.size for i in self.instances)


@frozen
class Study:
    """Series of one study, in order of Series Number; never empty."""

    uid: str
    series: tuple[Series, ...]

    @property
    def first(self) -> Instance:
        """The first instance of the first series, which speaks for the study."""
        return self.series[0].first

    def place(self, key: SeriesKey) -> int | None:
        """Where the series of that key stands; None if it is not in the study."""
        uid = key.series  # compared first, as the series of a study differ in little else
        return next((at for at, one in enumerate(self.series) if one.key.series == uid and one.key == key), None)


@frozen
class Patient:
    """Studies of one patient, in order of date; never empty."""

    key: str
    studies: tuple[Study, ...]

    @property
    def first(self) -> Instance:
        """The first instance of the first study, which speaks for the patient."""
        return self.studies[0].first


@frozen
class Library:
    """All that was found. Made and extended by ``core/series.py``, put in order by ``core/ordering.py``."""

    patients: tuple[Patient, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    order: str = PATIENT
