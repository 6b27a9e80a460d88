"""The raw values of a header as an instance: text decoded and made safe, numbers parsed, odd ones left to pydicom."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from tui.core import attributes, charsets
from tui.core.instance import OWN, Head, Instance, Ref
from tui.core.printable import printable
from tui.core.walk import Unsure

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SPECTROSCOPY = "1.2.840.10008.5.1.4.1.1.4.2"  # has Rows and Columns, and no pixels (PS3.3 C.8.14.4)
TEXT_LIMIT = 1024  # characters of one value
NUMBER_LIMIT = 1e12  # no count and no millimetre is larger
HEADS = 4096  # that are kept

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
    ("image_type", 0x0008, 0x0008, "CS", "ImageType"),
)
_NUMBERS = (
    ("series_number", 0x0020, 0x0011, "IS", "SeriesNumber"),
    ("number", 0x0020, 0x0013, "IS", "InstanceNumber"),
    ("frames", 0x0028, 0x0008, "IS", "NumberOfFrames"),
    ("rows", 0x0028, 0x0010, "US", "Rows"),
    ("columns", 0x0028, 0x0011, "US", "Columns"),
    ("position", 0x0020, 0x0032, "DS", "ImagePositionPatient"),
    ("orientation", 0x0020, 0x0037, "DS", "ImageOrientationPatient"),
    ("echo_time", 0x0018, 0x0081, "DS", "EchoTime"),
    ("echo_number", 0x0018, 0x0086, "IS", "EchoNumbers"),
    ("trigger", 0x0018, 0x1060, "DS", "TriggerTime"),
    ("b_value", 0x0018, 0x9087, "FD", "DiffusionBValue"),
    ("acquisition", 0x0020, 0x0012, "IS", "AcquisitionNumber"),
    ("temporal", 0x0020, 0x0100, "IS", "TemporalPositionIdentifier"),
)
_KEYWORDS = {name: keyword for name, _, _, _, keyword in _TEXT + _NUMBERS}
_CHARSET = "charset"
# The tag as the file has it, one little-endian number: group in the low half.
WANTED = {group | element << 16: (name, vr.encode()) for name, group, element, vr, _ in _TEXT + _NUMBERS} | {
    0x0005_0008: (_CHARSET, b"CS")
}
_CODED = frozenset(name for name, _, _, vr, _ in _TEXT if vr in {"PN", "LO", "SH"})  # VRs under the character set

_SHARED = (*(name for name, _, _, _, _ in _TEXT + _NUMBERS if name not in OWN), _CHARSET)


class Heads:
    """Makes instances of raw values; those with the same shared values share one :class:`Head`."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes | None, ...], Head] = {}

    def made(self, found: Mapping[str, bytes], size: int, ref: Ref, syntax: bytes) -> Instance:
        """An instance of what a walk has kept, by the names of :data:`WANTED`.

        Raises
        ------
        tui.core.walk.Unsure
        """
        key = (syntax, *map(found.get, _SHARED))
        head = self._known.get(key)
        if head is None:
            head = _head(found, syntax)
            if len(self._known) >= HEADS:
                self._known.clear()
            self._known[key] = head
        own: list[Any] = [parse(found.get(name, b"")) for name, parse in PARSERS.items()]
        own.append(head)
        return Instance(ref, size, *own)


def from_dataset(dataset: Dataset, size: int, ref: Ref) -> Instance:
    """The same of a data set that pydicom has read, with its ``file_meta`` if there is one.

    Missing and unreadable attributes are empty.
    """

    def text(name: str) -> str:
        return _shown(attributes.text(dataset, _KEYWORDS[name]))

    def numbers(name: str) -> list[float]:
        return attributes.numbers(dataset, _KEYWORDS[name])

    syntax = attributes.text(file_meta, "TransferSyntaxUID") if (file_meta := _file_meta(dataset)) is not None else ""
    return Instance(
        ref,
        size,
        text("sop_instance_uid"),
        _whole(numbers("number")),
        _place(numbers("position"), 3),
        _whole(numbers("temporal")),
        _real(numbers("trigger")),
        _whole(numbers("acquisition")),
        _made(text, numbers, syntax),
    )


def _file_meta(dataset: Dataset) -> Dataset | None:
    return cast("Dataset | None", getattr(dataset, "file_meta", None))


def _head(found: Mapping[str, bytes], syntax: bytes) -> Head:
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
        if name == "b_value":
            if len(raw) % 8:
                raise Unsure
            return [n for (n,) in struct.iter_unpack("<d", raw) if math.isfinite(n)]
        return _decimals(raw)

    return _made(text, numbers, _shown(syntax.decode("latin-1")))


def _made(text: Callable[[str], str], numbers: Callable[[str], Sequence[float]], syntax: str) -> Head:
    values: dict[str, Any] = {name: text(name) for name, _, _, _, _ in _TEXT if name not in OWN}
    # Empty groups at the end of a name say nothing (PS3.5 6.2.1.1).
    values["patient_name"] = values["patient_name"].rstrip("=")
    spectroscopy = values["sop_class_uid"] == SPECTROSCOPY
    values |= {
        "transfer_syntax_uid": syntax,
        "series_number": _whole(numbers("series_number")),
        "frames": max(1, _whole(numbers("frames")) or 1),
        "rows": 0 if spectroscopy else max(0, _whole(numbers("rows")) or 0),
        "columns": 0 if spectroscopy else max(0, _whole(numbers("columns")) or 0),
        "orientation": _place(numbers("orientation"), 6),
        "echo_time": _real(numbers("echo_time")),
        "echo_number": _whole(numbers("echo_number")),
        "b_value": _real(numbers("b_value")),
    }
    return Head(**values)


def _place(found: Sequence[float], count: int) -> Any:
    """So many numbers of a reasonable size as a tuple, else None."""
    return tuple(found) if len(found) == count and all(abs(x) < NUMBER_LIMIT for x in found) else None


def _plain(uid: bytes) -> str:
    text = uid.rstrip(b"\0").decode("latin-1")
    if text.isascii() and text.replace(".", "").isdigit() and len(text) <= 64:
        return text
    return _decoded(uid, ("latin-1",)) if uid else ""


def _count(raw: bytes) -> int | None:
    """A whole number, quickly where it is plain."""
    digits = raw.strip(b" ")
    return int(digits) if digits.isdigit() and len(digits) < 10 else _whole(_decimals(raw))


def _three(raw: bytes) -> Any:
    """As the general way, quick for three plain numbers."""
    try:
        x, y, z = map(float, raw.split(b"\\"))
    except ValueError:
        return _place(_decimals(raw), 3)
    return (x, y, z) if abs(x) < NUMBER_LIMIT > abs(y) and abs(z) < NUMBER_LIMIT else _place(_decimals(raw), 3)


def _real(found: Sequence[float]) -> float | None:
    """The first number, if it is of a reasonable size."""
    return found[0] if found and abs(found[0]) < NUMBER_LIMIT else None


def _whole(found: Sequence[float]) -> int | None:
    """The first number, as a whole one, if it is of a reasonable size."""
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


def _decimals(raw: bytes) -> list[float]:
    """The numbers of a DS or IS; what is no number is left out."""
    return [n for n in map(_number, raw.decode("latin-1").split("\\")) if n is not None]


def _number(part: str) -> float | None:
    part = part.strip(" \0")
    if part.count(",") == 1 and "." not in part:
        part = part.replace(",", ".")  # a decimal comma, as some consoles write it
    try:
        number = float(part)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moment(raw: bytes) -> float | None:
    return _real(_decimals(raw)) if raw else None


PARSERS: dict[str, Callable[[bytes], Any]] = dict(
    zip(OWN, (_plain, _count, _three, _count, _moment, _count), strict=True)
)
"""How the values of :data:`tui.core.instance.OWN` are read, in its order; of no bytes they make what is missing."""
