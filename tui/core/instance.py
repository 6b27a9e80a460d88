"""One file as the tree knows it: where it lies, and what its header says.

What the instances of a series have in common is one :class:`Head` that they share, so that a hundred thousand of them
cost little.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from tui.frozen import frozen

_put = object.__setattr__


class Ref:
    """Where an instance lies.

    ``path`` is the file's path as ``os.fsdecode`` gives it (lone surrogates possible: pass it through
    ``printable`` before showing it); ``member`` the name inside an archive, or empty.
    """

    __slots__ = ("member", "path")
    path: str
    member: str

    def __init__(self, path: str, member: str = "") -> None:
        _put(self, "path", path)
        _put(self, "member", member)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Ref.{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Ref.{name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and self.path == other.path and self.member == other.member

    def __hash__(self) -> int:
        return hash((self.path, self.member))

    def __lt__(self, other: Ref) -> bool:
        return (self.path, self.member) < (other.path, other.member)

    def __repr__(self) -> str:
        return f"Ref({self.path!r}, {self.member!r})" if self.member else f"Ref({self.path!r})"

    def __reduce__(self) -> tuple[type[Ref], tuple[str, str]]:
        return Ref, (self.path, self.member)


@frozen
class Head:
    """What instances of one series mostly share, as printable text; missing attributes are empty, ``None`` or 0.

    ``rows`` is 0 for an object without pixels. ``orientation`` are the six cosines of Image Orientation (Patient), for
    multi-frame objects those of the first frame. ``echo_time`` is in ms, ``b_value`` in s/mm².
    """

    patient_name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""
    study_uid: str = ""
    study_id: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    accession_number: str = ""
    series_uid: str = ""
    series_number: int | None = None
    series_date: str = ""
    series_time: str = ""
    series_description: str = ""
    modality: str = ""
    body_part: str = ""
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    image_type: str = ""
    frames: int = 1
    rows: int = 0
    columns: int = 0
    orientation: tuple[float, float, float, float, float, float] | None = None
    echo_time: float | None = None
    echo_number: int | None = None
    b_value: float | None = None


EMPTY = Head()
SHARED = tuple(Head.__annotations__)
NEAR = 16  # instances around one that was asked for
RECENT = 4  # of those that are remembered
LONG = 1000  # instances that are too many to be looked through one by one
_SIGN = 8
OWN = ("sop_instance_uid", "number", "position", "temporal", "trigger", "acquisition")
"""Names of what an instance has for itself besides ``ref`` and ``size``, in the order in which it is made of them."""


class Instance:
    """What the header of one file says: the attributes that the tree needs.

    ``number`` is the Instance Number; ``position`` is Image Position (Patient) in mm, for multi-frame objects that of
    the first frame; ``temporal`` the Temporal Position Identifier, ``trigger`` the Trigger Time in ms, ``acquisition``
    the Acquisition Number. The attributes of :class:`Head` can be asked for, and given, as its own.
    """

    __slots__ = ("acquisition", "head", "number", "position", "ref", "size", "sop_instance_uid", "temporal", "trigger")

    ref: Ref
    head: Head
    size: int
    sop_instance_uid: str
    number: int | None
    position: tuple[float, float, float] | None
    temporal: int | None
    trigger: float | None
    acquisition: int | None

    # those of the head, set below
    patient_name: str
    patient_id: str
    issuer: str
    birth_date: str
    sex: str
    study_uid: str
    study_id: str
    study_date: str
    study_time: str
    study_description: str
    accession_number: str
    series_uid: str
    series_number: int | None
    series_date: str
    series_time: str
    series_description: str
    modality: str
    body_part: str
    sop_class_uid: str
    transfer_syntax_uid: str
    image_type: str
    frames: int
    rows: int
    columns: int
    orientation: tuple[float, float, float, float, float, float] | None
    echo_time: float | None
    echo_number: int | None
    b_value: float | None

    def __init__(  # noqa: PLR0917
        self,
        ref: Ref,
        size: int = 0,
        sop_instance_uid: str = "",
        number: int | None = None,
        position: tuple[float, float, float] | None = None,
        temporal: int | None = None,
        trigger: float | None = None,
        acquisition: int | None = None,
        head: Head = EMPTY,
        **shared: Any,
    ) -> None:
        _put(self, "ref", ref)
        _put(self, "size", size)
        _put(self, "sop_instance_uid", sop_instance_uid)
        _put(self, "number", number)
        _put(self, "position", position)
        _put(self, "temporal", temporal)
        _put(self, "trigger", trigger)
        _put(self, "acquisition", acquisition)
        _put(self, "head", Head(**shared) if shared else head)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Instance.{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Instance.{name} cannot be deleted")

    def _values(self) -> tuple[Any, ...]:
        return (
            self.ref,
            self.size,
            self.sop_instance_uid,
            self.number,
            self.position,
            self.temporal,
            self.trigger,
            self.acquisition,
            self.head,
        )

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Instance) and self._values() == other._values())

    def __hash__(self) -> int:
        return hash(self.ref)

    def __repr__(self) -> str:
        return f"Instance({self.ref!r})"  # no attribute of the patient

    def __reduce__(self) -> tuple[type[Instance], tuple[Any, ...]]:
        return Instance, self._values()


def signs_of(instances: Iterable[Instance]) -> bytes:
    """Eight bytes for each, by which its place is found: one block, where a dictionary would take long to forget."""
    return array("q", [hash(one.ref.path) ^ hash(one.ref.member) for one in instances]).tobytes()


class Members(tuple[Instance, ...]):
    """Instances in order, which know where each stands: they are asked at every key press."""

    _recent: tuple[int, ...] = ()
    _signs: bytes = b""

    def learn(self, signs: bytes = b"") -> None:
        """Make every place quick to find; takes about as long as to look for one, so not to be done between keys.

        Parameters
        ----------
        signs
            What :func:`signs_of` says of them, where that is known.
        """
        self._signs = signs or signs_of(self)

    @property
    def learnt(self) -> bool:
        """Whether a place is found without looking at what stands before it."""
        return bool(self._signs)

    def __reduce__(self) -> tuple[type[Members], tuple[tuple[Instance, ...]]]:
        return Members, (tuple(self),)  # what was learnt is true in one process only

    def place(self, ref: Ref) -> int | None:
        """Index of an instance; the next one that is asked for is mostly near one of the last."""
        path, member = ref.path, ref.member
        for recent in self._recent:
            for at in range(max(0, recent - NEAR), min(recent + NEAR, len(self))):
                here = self[at].ref  # field by field: the == of two Refs makes tuples
                if here.path == path and here.member == member:
                    self._recent = (at, *(one for one in self._recent if one != recent))
                    return at
        for at in self._like(path, member):
            here = self[at].ref
            if here.path == path and here.member == member:
                self._recent = (at, *self._recent[: RECENT - 1])
                return at
        return None

    def _like(self, path: str, member: str) -> Iterable[int]:
        """Where it may stand."""
        if not self._signs:
            yield from range(len(self))
            return
        sign = (hash(path) ^ hash(member)).to_bytes(_SIGN, sys.byteorder, signed=True)
        found = self._signs.find(sign)
        while found >= 0:
            if not found % _SIGN:
                yield found // _SIGN
            found = self._signs.find(sign, found + 1)


for _name in SHARED:
    setattr(Instance, _name, property(attrgetter(f"head.{_name}")))
