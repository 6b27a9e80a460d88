"""The header of one file from its first bytes, in plain Python: fast, bounded, and exact or not at all.

It reads explicit and implicit little endian and deflated data sets, with or without the preamble of PS3.10 7.1.
Whatever is unusual raises :class:`Unsure`, so that pydicom, which is slower, decides it.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from tui.core import attributes, charsets, foreign, walk
from tui.core.printable import printable
from tui.core.values import Instance, Ref
from tui.core.walk import VR_HEADER, Short, Unsure
from tui.errors import DamagedError, NotDicomError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

IMPLICIT = b"1.2.840.10008.1.2"
DEFLATED = frozenset((b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.2.4.205"))
BIG_ENDIAN = b"1.2.840.10008.1.2.2"
SPECTROSCOPY = "1.2.840.10008.5.1.4.1.1.4.2"  # has Rows and Columns, and no pixels (PS3.3 C.8.14.4)

CUT = "cut short"
DAMAGED = "damaged"

TEXT_LIMIT = 1024  # characters of one value
NUMBER_LIMIT = 1e12  # no count and no millimetre is larger
INFLATED = 1 << 22  # bytes of a deflated data set that are looked at

_TEXT = (
    ("patient_name", 0x0010, 0x0010, "PN", "PatientName"),
    ("patient_id", 0x0010, 0x0020, "LO", "PatientID"),
    ("issuer", 0x0010, 0x0021, "LO", "IssuerOfPatientID"),
    ("birth_date", 0x0010, 0x0030, "DA", "PatientBirthDate"),
    ("sex", 0x0010, 0x0040, "CS", "PatientSex"),
    ("study_uid", 0x0020, 0x000D, "UI", "StudyInstanceUID"),
    ("study_id", 0x0020, 0x0010, "SH", "StudyID"),
    ("study_date", 0x0008, 0x0020, "DA", "StudyDate"),
    ("study_time", 0x0008, 0x0030, "TM", "StudyTime"),
    ("study_description", 0x0008, 0x1030, "LO", "StudyDescription"),
    ("accession_number", 0x0008, 0x0050, "SH", "AccessionNumber"),
    ("series_uid", 0x0020, 0x000E, "UI", "SeriesInstanceUID"),
    ("series_date", 0x0008, 0x0021, "DA", "SeriesDate"),
    ("series_time", 0x0008, 0x0031, "TM", "SeriesTime"),
    ("series_description", 0x0008, 0x103E, "LO", "SeriesDescription"),
    ("modality", 0x0008, 0x0060, "CS", "Modality"),
    ("body_part", 0x0018, 0x0015, "CS", "BodyPartExamined"),
    ("sop_class_uid", 0x0008, 0x0016, "UI", "SOPClassUID"),
    ("sop_instance_uid", 0x0008, 0x0018, "UI", "SOPInstanceUID"),
)
_NUMBERS = (
    ("series_number", 0x0020, 0x0011, "IS", "SeriesNumber"),
    ("number", 0x0020, 0x0013, "IS", "InstanceNumber"),
    ("frames", 0x0028, 0x0008, "IS", "NumberOfFrames"),
    ("rows", 0x0028, 0x0010, "US", "Rows"),
    ("columns", 0x0028, 0x0011, "US", "Columns"),
    ("position", 0x0020, 0x0032, "DS", "ImagePositionPatient"),
    ("orientation", 0x0020, 0x0037, "DS", "ImageOrientationPatient"),
)
_KEYWORDS = {name: keyword for name, _, _, _, keyword in _TEXT + _NUMBERS}
_CHARSET = "charset"
# The tag as the file has it, one little-endian number: group in the low half.
_WANTED = {group | element << 16: (name, vr.encode()) for name, group, element, vr, _ in _TEXT + _NUMBERS} | {
    0x0005_0008: (_CHARSET, b"CS")
}
_CODED = frozenset(name for name, _, _, vr, _ in _TEXT if vr in {"PN", "LO", "SH"})  # VRs under the character set

_NAMING = frozenset(("sop_instance_uid", "study_uid"))
_EXPECTED = (_NAMING, {"patient_id", "patient_name"})  # one of each is in every object
_UID = re.compile(r"[0-9]+(\.[0-9]+){2,}")


def read(data: bytes, size: int, ref: Ref) -> Instance:
    """What the header says.

    Parameters
    ----------
    data
        The first bytes of the file; 8 KiB do for most.
    size
        Size of the whole file; ``data`` is all of it if it is no longer.

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
    whole = len(data) >= size
    try:
        syntax, at = walk.meta(data)
    except struct.error:
        if whole:
            raise DamagedError(CUT) from None
        raise Short from None
    if syntax in DEFLATED:
        return _deflated(data, at, size, ref, syntax)
    if syntax == BIG_ENDIAN or not (syntax or bare):
        raise Unsure
    implicit = syntax == IMPLICIT if syntax else data[at + 4 : at + 6] not in VR_HEADER
    found: dict[str, bytes] = {}
    rest = (walk.implicit if implicit else walk.explicit)(data, at, _WANTED, found)
    ended = rest == walk.COMPLETE or (whole and rest == len(data))
    if not (ended or whole):
        raise Short
    if not ended and not bare and _NAMING.isdisjoint(found):
        raise DamagedError(CUT)
    if not all(map(found.keys().__and__, _EXPECTED)):
        raise Unsure  # elements may be out of order, or a length wrong
    instance = _instance(found, size, ref, syntax)
    refuse_dicomdir(instance)
    if bare and not is_plausible(instance):
        raise NotDicomError(foreign.reason(data))
    return instance


def from_dataset(dataset: Dataset, size: int, ref: Ref) -> Instance:
    """The same of a data set that pydicom has read, with its ``file_meta`` if there is one.

    Missing and unreadable attributes are empty.
    """

    def text(name: str) -> str:
        return _shown(attributes.text(dataset, _KEYWORDS[name]))

    def numbers(name: str) -> list[float]:
        return attributes.numbers(dataset, _KEYWORDS[name])

    syntax = attributes.text(file_meta, "TransferSyntaxUID") if (file_meta := _file_meta(dataset)) is not None else ""
    return _made(text, numbers, size, ref, syntax)


def is_plausible(instance: Instance) -> bool:
    """Whether bytes without the mark ``DICM`` were DICOM indeed: they hold a UID, or a modality as ACR-NEMA has it."""
    uids = (instance.sop_class_uid, instance.sop_instance_uid, instance.study_uid, instance.series_uid)
    return any(map(_UID.fullmatch, uids)) or bool(re.fullmatch("[A-Z]{2,16}", instance.modality))


def refuse_dicomdir(instance: Instance) -> None:
    """Raise ``NotDicomError`` for a directory whose file meta information does not say so."""
    if instance.sop_class_uid == walk.DICOMDIR.decode():
        raise NotDicomError(walk.IS_DICOMDIR)


def _file_meta(dataset: Dataset) -> Dataset | None:
    return cast("Dataset | None", getattr(dataset, "file_meta", None))


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
        rest = walk.explicit(inflated, 0, _WANTED, found)
        ended = rest == walk.COMPLETE or (stream.eof and rest == len(inflated))
        if not ended and len(data) < size and len(inflated) < INFLATED and not stream.eof:
            raise Short
        if not found:
            raise DamagedError(DAMAGED if ended else CUT)
        return _instance(found, size, ref, syntax)
    except Unsure:
        # pydicom would inflate all of it, whatever its size.
        raise DamagedError(f"{DAMAGED} (an odd data set in a deflate stream)") from None


# ---------------------------------------------------------------------------------------------- the values


def _instance(found: dict[str, bytes], size: int, ref: Ref, syntax: bytes) -> Instance:
    try:
        codecs = charsets.codecs_of(found.get(_CHARSET, b"").decode("latin-1"))
    except LookupError:
        raise Unsure from None

    def text(name: str) -> str:
        raw = found.get(name)
        return _decoded(raw, codecs if name in _CODED else ("latin-1",)) if raw else ""

    def numbers(name: str) -> list[float]:
        raw = found.get(name)
        if raw is None:
            return []
        if name in {"rows", "columns"}:
            if len(raw) not in {0, 2}:
                raise Unsure
            return [float(int.from_bytes(raw, "little"))]
        return [n for n in map(_number, raw.decode("latin-1").split("\\")) if n is not None]

    return _made(text, numbers, size, ref, _shown(syntax.decode("latin-1")))


def _made(
    text: Callable[[str], str], numbers: Callable[[str], Sequence[float]], size: int, ref: Ref, syntax: str
) -> Instance:
    values = {name: text(name) for name, _, _, _, _ in _TEXT}
    # Empty groups at the end of a name say nothing (PS3.5 6.2.1.1).
    values["patient_name"] = values["patient_name"].rstrip("=")
    spectroscopy = values["sop_class_uid"] == SPECTROSCOPY
    position, orientation = (
        tuple(n) if all(abs(x) < NUMBER_LIMIT for x in n) else () for n in map(numbers, ("position", "orientation"))
    )
    return Instance(
        ref,
        size,
        **values,
        transfer_syntax_uid=syntax,
        series_number=_whole(numbers("series_number")),
        number=_whole(numbers("number")),
        frames=max(1, _whole(numbers("frames")) or 1),
        rows=0 if spectroscopy else max(0, _whole(numbers("rows")) or 0),
        columns=0 if spectroscopy else max(0, _whole(numbers("columns")) or 0),
        position=position if len(position) == 3 else None,
        orientation=orientation if len(orientation) == 6 else None,
    )


def _whole(found: Sequence[float]) -> int | None:
    return int(found[0]) if found and abs(found[0]) < NUMBER_LIMIT else None


def _decoded(raw: bytes, codecs: tuple[str, ...]) -> str:
    if raw.isascii() and b"\x1b" not in raw:
        return _shown(raw.decode("ascii"))
    try:
        return _shown(charsets.decode(raw.rstrip(b" \0"), codecs))
    except (LookupError, UnicodeError):
        raise Unsure from None


def _shown(text: str) -> str:
    if "\\" in text:
        text = "\\".join(part.rstrip(" \0") for part in text.split("\\"))
    return printable(text.strip(" \0"), TEXT_LIMIT).strip(" ")  # other spaces have become plain ones


def _number(part: str) -> float | None:
    part = part.strip(" \0")
    if part.count(",") == 1 and "." not in part:
        part = part.replace(",", ".")  # a decimal comma, as some consoles write it
    try:
        number = float(part)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
