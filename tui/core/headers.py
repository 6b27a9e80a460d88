"""The header of one file from its first bytes, in plain Python: fast, bounded, and exact or not at all.

It reads explicit and implicit little endian and deflated data sets, with or without the preamble of PS3.10 7.1.
Whatever is unusual raises :class:`Unsure`, so that pydicom, which is slower, decides it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.core import foreign, walk
from tui.core.instance import Instance, Ref
from tui.core.rawvalues import WANTED, Heads
from tui.core.walk import VR_HEADER, Short, Unsure
from tui.errors import DamagedError, NotDicomError

if TYPE_CHECKING:
    from tui.core.runs import Runs

IMPLICIT = b"1.2.840.10008.1.2"
DEFLATED = frozenset((b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.2.4.205"))
BIG_ENDIAN = b"1.2.840.10008.1.2.2"

CUT = "cut short"
DAMAGED = "damaged"

INFLATED = 1 << 22  # bytes of a deflated data set that are looked at

_NAMING = frozenset(("sop_instance_uid", "study_uid"))  # one of these is in every object, and one of the next
_OWNING = frozenset(("patient_id", "patient_name"))
_DICOMDIR = walk.DICOMDIR.decode()
_UID = re.compile(r"[0-9]+(\.[0-9]+){2,}")


def read(data: bytes, size: int, ref: Ref, heads: Heads | None = None, runs: Runs | None = None) -> Instance:
    """What the header says.

    Parameters
    ----------
    data
        The first bytes of the file; 8 KiB do for most.
    size
        Size of the whole file; ``data`` is all of it if it is no longer.
    heads
        Instances that are read with the same one share what they have in common.
    runs
        Stretches of elements that were met before.

    Raises
    ------
    Short
        If the header goes on after ``data``.
    Unsure
        If pydicom must read it.
    tui.errors.NotDicomError
        The message is a short reason, as for ``Skipped``. A DICOMDIR is one.
    tui.errors.DamagedError
        Likewise.
    """
    bare = data[128:132] != b"DICM"
    if bare and not _starts_bare(data):
        raise NotDicomError(foreign.reason(data))
    complete = len(data) >= size
    try:
        syntax, at = walk.meta(data)
    except struct.error:
        if complete:
            raise DamagedError(CUT) from None
        raise Short from None
    if syntax in DEFLATED:
        return _deflated(data, at, size, ref, syntax)
    if syntax == BIG_ENDIAN or not (syntax or bare):
        raise Unsure
    implicit = syntax == IMPLICIT if syntax else data[at + 4 : at + 6] not in VR_HEADER
    found: dict[str, bytes] = {}
    wanted = runs.wanted(implicit) if runs else WANTED
    rest = (walk.implicit if implicit else walk.explicit)(data, at, wanted, found)
    ended = rest == walk.COMPLETE or (complete and rest == len(data))
    if not (ended or complete):
        raise Short
    if not ended and not bare and _NAMING.isdisjoint(found):
        raise DamagedError(CUT)
    if not is_expected(found):
        raise Unsure  # elements may be out of order, or a length wrong
    instance = (heads or Heads()).made(found, size, ref, syntax)
    refuse_dicomdir(instance)
    if bare and not is_plausible(instance):
        raise NotDicomError(foreign.reason(data))
    return instance


def is_expected(found: Mapping[str, object]) -> bool:
    """Whether one of each group of attributes is there that every object has."""
    return not (_NAMING.isdisjoint(found) or _OWNING.isdisjoint(found))


def is_plausible(instance: Instance) -> bool:
    """Whether bytes without the mark ``DICM`` were DICOM indeed: they hold a UID, or a modality as ACR-NEMA has it."""
    uids = (instance.sop_class_uid, instance.sop_instance_uid, instance.study_uid, instance.series_uid)
    return any(map(_UID.fullmatch, uids)) or bool(re.fullmatch("[A-Z]{2,16}", instance.modality))


def refuse_dicomdir(instance: Instance) -> None:
    """Raise ``NotDicomError`` for a directory whose file meta information does not say so."""
    if instance.head.sop_class_uid == _DICOMDIR:
        raise NotDicomError(walk.IS_DICOMDIR)


def _starts_bare(data: bytes) -> bool:
    """Whether a file without preamble starts as a data set may: file meta or group 0008, in any byte order."""
    if len(data) < 16:
        return False
    group, element, vr, length = data[:2], data[2:4], data[4:6], int.from_bytes(data[4:8], "little")
    if group == b"\x02\0":
        return element[1] < 2 and vr in VR_HEADER
    if group == b"\x08\0":
        return vr in VR_HEADER or length < 1024
    return group == b"\0\x08" and vr in VR_HEADER


def _deflated(data: bytes, at: int, size: int, ref: Ref, syntax: bytes) -> Instance:
    """As ``read``, after inflating no more than a header may need (PS3.5 A.5)."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = stream.decompress(data[at:], INFLATED)
    except zlib.error:
        raise DamagedError(f"{DAMAGED} (no deflate stream)") from None
    found: dict[str, bytes] = {}
    try:
        rest = walk.explicit(inflated, 0, WANTED, found)
        ended = rest == walk.COMPLETE or (stream.eof and rest == len(inflated))
        if not ended and len(data) < size and len(inflated) < INFLATED and not stream.eof:
            raise Short
        if not found:
            raise DamagedError(DAMAGED if ended else CUT)
        return Heads().made(found, size, ref, syntax)
    except Unsure:
        # pydicom would inflate all of it, whatever its size.
        raise DamagedError(f"{DAMAGED} (an odd data set in a deflate stream)") from None
