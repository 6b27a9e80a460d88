"""A whole file to its copy over its bytes: syntax, identity, markers and file meta information around ``splice.py``."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from tui.core import walk
from tui.core.deidentify import checks, elements
from tui.core.deidentify.dates import days_back
from tui.core.deidentify.heads import element
from tui.core.deidentify.learned import Kept, Learned, as_ascii
from tui.core.deidentify.markers import (
    ITEM,
    LONGITUDINAL,
    METHOD,
    METHOD_CODES,
    REMOVED,
    Maker,
    markers,
    meta,
    more_codes,
)
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.patients import Identity
from tui.core.deidentify.plans import Planner
from tui.core.deidentify.repeats import Repeats
from tui.core.deidentify.splice import Splice
from tui.core.deidentify.toplevel import peek
from tui.core.deidentify.uids import Keys, is_uid, mapped, new_uid, short_name
from tui.core.values import Change
from tui.core.walk import VR_HEADER, Unsure
from tui.errors import NotDicomError

_SOP_CLASS, _SOP_INSTANCE, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
_NAME, _PATIENT_ID, _ISSUER = 0x00100010, 0x00100020, 0x00100021
_SLOTS = (_SOP_CLASS, _SOP_INSTANCE, _NAME, _PATIENT_ID, REMOVED, METHOD, METHOD_CODES, LONGITUDINAL)
# Modality, Image Type, Series Description, Burned In Annotation, Recognizable Visual Features, Slice Thickness, Body
# Part Examined, Patient Identity Removed
_TOLD = (0x00080060, 0x00080008, 0x0008103E, 0x00280301, 0x00280302, 0x00180050, 0x00180015, REMOVED)
_IMPLICIT = "1.2.840.10008.1.2"
_NATIVE = (_IMPLICIT, "1.2.840.10008.1.2.1")
_CLASS = re.compile(r"[0-9.]{1,64}")
_LONG = 2**16
_TEXT = "text in the compressed picture"


Piece: TypeAlias = bytes | memoryview


@dataclass(frozen=True)
class Copy:
    """A file without the patient.

    Attributes
    ----------
    pieces
        The whole file, in few pieces: pixels that stay are a view of the original.
    changes
        One for each element that was touched; no values.
    warnings
        Sentences, each with the code of its rule where it has one; no values.
    name
        Relative path for the copy, ``patient/study-…/series-…/uid.dcm``, made of keyed hashes alone.
    """

    pieces: tuple[Piece, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    name: str

    @property
    def data(self) -> bytes:
        """The whole file."""
        return b"".join(self.pieces)


class Copier:
    """Copies ordinary files without decoding what stays.

    Parameters
    ----------
    planner
        The plans for a SOP Class.
    """

    def __init__(self, keys: Keys, options: Options, planner: Callable[[str], Planner], maker: Maker) -> None:
        self._keys = keys
        self._options = options
        self._maker = maker
        self._learned = Learned(keys, options, planner)
        self._markers = {implicit: markers(options, maker.method, implicit) for implicit in (False, True)}
        self._names = lru_cache(maxsize=1024)(self._folder)
        self._repeats: dict[str, Repeats] = {}

    def copy(self, data: bytes) -> Copy:
        """The copy of a file.

        Raises
        ------
        Unsure
            If something about it is unusual.
        """
        try:
            said, at = walk.meta(data)
        except (struct.error, NotDicomError) as error:
            raise Unsure from error
        if data[128:132] != b"DICM":
            raise Unsure
        syntax = said.decode("latin-1")
        implicit = syntax == _IMPLICIT
        if not _is_ordinary(syntax) or (implicit and data[at + 4 : at + 6] in VR_HEADER):
            raise Unsure
        repeats = self._repeats.get(syntax)
        if repeats is None:
            repeats = self._repeats[syntax] = Repeats(_SLOTS, (_SOP_CLASS, *self._identifying()))
        followed = repeats.follow(data, at, implicit, lambda sop_class: self._splice(data, sop_class, syntax))
        if followed:
            template, splice = followed
            return self._finished(_Seen(splice, template.sop_class, syntax), implicit, template.kept)
        wanted = peek(data, at, implicit, (_SOP_CLASS, *self._identifying()))
        sop_class = wanted.get(_SOP_CLASS, b"").decode("latin-1").strip(" \0")
        if not _CLASS.fullmatch(sop_class) or checks.is_special(sop_class):
            raise Unsure
        splice, days = self._splice(data, sop_class, syntax), self._days(wanted)
        splice.begin(_SLOTS, days)
        splice.part(at, len(data))
        splice.end()
        copy = self._finished(_Seen(splice, sop_class, syntax), implicit, Kept())
        repeats.learn(data, at, implicit, self._splice(data, sop_class, syntax), days)
        return copy

    def _splice(self, data: bytes, sop_class: str, syntax: str) -> Splice:
        return Splice(self._learned, data, sop_class, implicit=syntax == _IMPLICIT, encapsulated=syntax not in _NATIVE)

    def _identifying(self) -> tuple[int, ...]:
        return (_PATIENT_ID, _ISSUER, _STUDY) if self._options.dates is Dates.SHIFT else ()

    def _days(self, values: dict[int, bytes]) -> int:
        """Dates come before the patient to whom they belong, so that one must be known in advance."""
        if self._options.dates is not Dates.SHIFT:
            return 0
        if not all(value.isascii() for value in values.values()):
            raise Unsure
        patient_id, issuer, study = (_first(values.get(tag, b"").decode("ascii")) for tag in self._identifying())
        if not patient_id and not study:
            raise Unsure
        return days_back(self._keys.date, Identity(patient_id, issuer, study, "").patient)

    def _finished(self, seen: _Seen, implicit: bool, settled: Kept) -> Copy:
        splice, facts = seen.splice, seen.facts()
        if (facts.burned_in.upper() == "YES" and facts.has_pixels) or not seen.has_right_length():
            raise Unsure
        instance = seen.first(_SOP_INSTANCE)
        if not instance or _SOP_CLASS not in splice.facts:
            raise Unsure
        charset = seen.charset()
        own = splice.facts.get(0x00080005, b"").strip(b" \0")
        if any(name.strip(b" \0") != own for name in (*splice.kept.charsets, *settled.charsets)):
            raise Unsure
        uids = splice.kept.all_uids(self._learned.old_uids) | settled.all_uids(self._learned.old_uids)
        identifiers = splice.kept.identifiers(charset, settled)
        splice.kept.judge(charset, identifiers, uids)
        settled.judge(charset, identifiers, uids)
        identity = Identity(seen.first(_PATIENT_ID), seen.first(_ISSUER), seen.first(_STUDY), instance)
        patient, folder = self._names(identity.patient, identity.study_uid, seen.first(_SERIES))
        number = instance if self._options.keep_uids and is_uid(instance) else mapped(self._keys.uid, instance)
        values = {
            _SOP_CLASS: element(_SOP_CLASS, b"UI", seen.sop_class.encode(), implicit),
            _SOP_INSTANCE: element(_SOP_INSTANCE, b"UI", number.encode(), implicit),
            _NAME: element(_NAME, b"PN", patient.encode(), implicit),
            _PATIENT_ID: element(_PATIENT_ID, b"LO", patient.encode(), implicit),
            **self._markers[implicit],
            **self._earlier(seen, implicit),
        }
        for tag, index in splice.slots.places.items():
            splice.out[index] = values[tag]
        warnings = checks.warnings(facts, replaced=not self._options.clean_content)
        if identity.is_weak:
            warnings += (checks.NO_PATIENT_ID,)
        changes = splice.changes
        if splice.has_comments:
            changes.append(Change("7FE0,0010", "PixelData", "replaced", _TEXT))
        head = meta(seen.sop_class, number, seen.syntax, self._maker)
        name = f"{folder}/{new_uid(self._keys.uid, instance)}.dcm"
        return Copy(_together((head, *splice.out)), tuple(changes), warnings, name)

    def _earlier(self, seen: _Seen, implicit: bool) -> dict[int, bytes]:
        """The markers of an object that was de-identified before: methods are added to those that are there."""
        there: dict[int, bytes] = {}
        method = self._maker.method
        if METHOD in seen.splice.facts:
            texts = [text.strip(" \0") for text in as_ascii(seen.splice.facts[METHOD]).split("\\")]
            texts = [text for text in texts if text]
            texts += [] if method in texts else [method]
            there[METHOD] = element(METHOD, b"LO", "\\".join(texts).encode(), implicit)
        if METHOD_CODES in seen.splice.facts:
            there[METHOD_CODES] = more_codes(seen.splice.facts[METHOD_CODES], self._options, implicit)
        return there

    def _folder(self, patient: str, study: str, series: str) -> tuple[str, str]:
        """What the patient is called, and the folder of the series."""
        kind, _, what = patient.partition("\0")
        name = "P-" + short_name(self._keys.patient, kind, what, 10)
        study_name = short_name(self._keys.uid, "study", study, 8)
        series_name = short_name(self._keys.uid, "series", f"{study}\0{series}", 8)
        return name, f"{name}/study-{study_name}/series-{series_name}"


@dataclass(frozen=True)
class _Seen:
    """What the walk has met."""

    splice: Splice
    sop_class: str
    syntax: str

    def charset(self) -> str | list[str]:
        """Specific Character Set as pydicom wants it."""
        return _charset(self.splice.facts.get(0x00080005, b""))

    def text(self, tag: int) -> str:
        """All values of one of the facts."""
        value = self.splice.facts.get(tag, b"")
        return "" if value.startswith(ITEM) else elements.decoded_as(value, self.charset()).strip(" \0")

    def first(self, tag: int) -> str:
        """The first value of one of the facts."""
        return _first(self.text(tag))

    def facts(self) -> checks.Facts:
        """What the warnings depend on."""
        splice = self.splice
        values = tuple(splice.facts.get(tag, b"") for tag in _TOLD)
        charset, has_content = splice.facts.get(0x00080005, b""), 0x0040A730 in splice.facts
        return _facts(self.sop_class, charset, values, splice.has_pixels, has_content)

    def has_right_length(self) -> bool:
        """Whether native Pixel Data end with the last frame (PS3.5 8.1.1), or are too short."""
        native = self.splice.native
        if not native:
            return True
        if self.first(0x00280004) in ("YBR_FULL_422", "YBR_PARTIAL_422"):
            return False
        values = self.splice.facts
        rows, columns, samples, bits = (
            int.from_bytes(values.get(tag, default)[:2], "little")
            for tag, default in ((0x00280010, b""), (0x00280011, b""), (0x00280002, b"\1\0"), (0x00280100, b""))
        )
        frames = self.first(0x00280008) or "1"
        if not frames.isascii() or not frames.isdigit():
            return False
        length = (rows * columns * int(frames) * samples * bits + 7) // 8
        return native <= length + length % 2


def _together(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same bytes in few pieces; long ones stand alone."""
    whole: list[Piece] = []
    short: list[Piece] = []
    for piece in pieces:
        if len(piece) < _LONG:
            short.append(piece)
        else:
            whole += (b"".join(short), piece)
            short = []
    return (*whole, b"".join(short))


@lru_cache(maxsize=256)
def _facts(
    sop_class: str, charset: bytes, values: tuple[bytes, ...], has_pixels: bool, has_content: bool
) -> checks.Facts:
    texts = [elements.decoded_as(value, _charset(charset)).strip(" \0") for value in values]
    image_type = " ".join(value.strip(" \0") for value in texts[1].split("\\"))
    modality, _, description, burned_in, recognizable, thickness, part, removed = (_first(text) for text in texts)
    return checks.Facts(
        sop_class,
        modality,
        image_type,
        description,
        burned_in,
        recognizable,
        thickness,
        part,
        removed,
        has_pixels,
        has_document=False,
        has_content=has_content,
    )


@lru_cache(maxsize=64)
def _charset(value: bytes) -> str | list[str]:
    names = [name.strip(" \0") for name in value.decode("latin-1").split("\\")]
    return names if len(names) > 1 else names[0] or "iso8859"


def _first(text: str) -> str:
    return text.strip(" \0").split("\\")[0].strip(" \0")


@lru_cache(maxsize=256)
def _is_ordinary(syntax: str) -> bool:
    """Whether a transfer syntax is little endian, not deflated and no video."""
    from pydicom.uid import UID

    if syntax in _NATIVE:
        return True
    known = UID(syntax)
    return known.is_transfer_syntax and not known.is_private and known.is_encapsulated and not checks.is_video(syntax)
