"""PS3.15 Annex E, Basic Application Level Confidentiality Profile: one object in, its copy without the patient out.

The order of :meth:`Deidentifier.apply`: refuse what cannot be made safe, gather the identifiers of the patient, walk
all attributes (``walk.py``), clean the pixels' margins, name the patient anew, set the markers, make the file meta
information from nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.core.deidentify import checks, codestream, elements, pixels, tails
from tui.core.deidentify.copies import Copier, Copy
from tui.core.deidentify.dates import days_back
from tui.core.deidentify.harvest import harvest
from tui.core.deidentify.markers import Maker
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.patients import Identity
from tui.core.deidentify.plans import Planner
from tui.core.deidentify.table import EDITION
from tui.core.deidentify.uids import is_uid, keys, mapped, new_uid, short_name
from tui.core.deidentify.walk import Walk
from tui.core.values import Change
from tui.core.walk import Unsure
from tui.errors import RefusedError

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

IMPLEMENTATION_CLASS_UID = "2.25.192953943338639832260378280832471712685"
IMPLEMENTATION_VERSION_NAME = "SAFELIGHT"
METHOD = f"Safelight, PS3.15 {EDITION} Basic Profile"
MAKER = Maker(METHOD, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME)
_ENCODINGS = {
    (True, True): "1.2.840.10008.1.2",
    (False, True): "1.2.840.10008.1.2.1",
    (False, False): "1.2.840.10008.1.2.2",
}
_DEFLATED = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True)
class Deidentified:
    """A copy without the patient; all but the data set as in :class:`tui.core.deidentify.copies.Copy`."""

    dataset: FileDataset
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    name: str


class Deidentifier:
    """Applies the Basic Profile; one secret gives the same new UIDs and patients for all objects.

    Parameters
    ----------
    secret
        At least 16 bytes, better 32, that nobody can guess.
    options
        What may stay, and what is cleaned instead of removed.
    """

    def __init__(self, secret: bytes, options: Options = Options()) -> None:
        self._keys = keys(secret)
        self._options = options
        self._planner = lru_cache(maxsize=64)(lambda sop_class: Planner(sop_class, options, self._uid))
        self._copier = Copier(self._keys, options, self._planner, MAKER)

    def _uid(self, text: str) -> str:
        return new_uid(self._keys.uid, text)

    def new_uid(self, old: str) -> str:
        """The UID of the copies for one of the originals."""
        return mapped(self._keys.uid, old)

    def copy(self, data: bytes, whole: Callable[[int], FileDataset], encode: Callable[[FileDataset], bytes]) -> Copy:
        """De-identify a whole file.

        Parameters
        ----------
        whole
            Reads so many bytes of the same file as a data set, where they alone do not tell.
        encode
            Makes the bytes of a file.

        Raises
        ------
        RefusedError
            If the object cannot be made safe; the sentence holds no value.
        """
        with suppress(Unsure):
            return self._copier.copy(data)
        end = tails.end_of_data(data)
        cut = () if end == len(data) else (tails.WARNING,)
        if cut:
            with suppress(Unsure):
                copy = self._copier.copy(data[:end])
                return replace(copy, warnings=copy.warnings + cut)
        done = self.apply(whole(end))
        return Copy((encode(done.dataset),), done.changes, done.warnings + cut, done.name)

    def apply(self, dataset: FileDataset) -> Deidentified:
        """De-identify an object; the data set that is given is used up.

        Raises
        ------
        RefusedError
            If the object cannot be made safe; the sentence holds no value.
        """
        meta = getattr(dataset, "file_meta", None)
        syntax = _transfer_syntax(dataset, meta)
        sop_class = elements.first(dataset, 0x00080016) or _of_meta(meta, 0x00020002)
        checks.refuse(dataset, sop_class, syntax)
        warnings = [*checks.warnings(checks.facts(dataset, sop_class), replaced=not self._options.clean_content)]
        instance = elements.first(dataset, 0x00080018) or _of_meta(meta, 0x00020003)
        if not instance:
            instance = _digest(dataset)
            warnings.append("The file has no SOP Instance UID; one was made from its content.")
        identity = Identity(
            elements.first(dataset, 0x00100020),
            elements.first(dataset, 0x00100021),
            elements.first(dataset, 0x0020000D),
            instance,
        )
        if identity.is_weak:
            warnings.append(checks.NO_PATIENT_ID)
        series = elements.first(dataset, 0x0020000E)
        overlays = pixels.overlay_bits(dataset)
        planner = self._planner(sop_class)
        days = days_back(self._keys.date, identity.patient) if self._options.dates is Dates.SHIFT else 0
        walk = Walk(self._keys, planner, harvest(dataset, self._options), self._options, days)
        walk.clean(dataset)
        warnings += _clean_pixels(dataset, overlays, walk.changes)
        patient = identity.pseudonym(self._keys.patient)
        new_instance = instance if self._options.keep_uids and is_uid(instance) else mapped(self._keys.uid, instance)
        self._identify(dataset, patient, sop_class, new_instance)
        _mark(dataset, self._options)
        dataset.file_meta = _file_meta(sop_class, new_instance, syntax)
        dataset.preamble = b"\0" * 128
        dataset.filename = None
        study_name = short_name(self._keys.uid, "study", identity.study_uid, 8)
        series_name = short_name(self._keys.uid, "series", f"{identity.study_uid}\0{series}", 8)
        name = f"{patient}/study-{study_name}/series-{series_name}/{new_uid(self._keys.uid, instance)}.dcm"
        return Deidentified(dataset, tuple(walk.changes), tuple(warnings), name)

    def _identify(self, dataset: Dataset, patient: str, sop_class: str, instance: str) -> None:
        dataset[0x00100010] = _element(0x00100010, "PN", patient)
        dataset[0x00100020] = _element(0x00100020, "LO", patient)
        dataset[0x00080016] = _element(0x00080016, "UI", sop_class)
        dataset[0x00080018] = _element(0x00080018, "UI", instance)


def _clean_pixels(dataset: Dataset, overlays: int, changes: list[Change]) -> list[str]:
    """Take out of the pixels what is no picture; the pixels that are seen stay as they are."""
    warnings = []
    done = []
    if pixels.cut_excess(dataset):
        done.append("bytes behind the last frame")
        warnings.append("R09: bytes behind the last frame were cut.")
    if overlays and pixels.clear_bits(dataset, overlays):
        done.append("overlay in unused bits")
    if codestream.clean(dataset):
        done.append("text in the compressed picture")
    changes += [Change("7FE0,0010", "PixelData", "replaced", what) for what in done]
    return warnings


def _element(tag: int, vr: str, value: object) -> DataElement:
    from pydicom.dataelem import DataElement

    return DataElement(tag, vr, value)


def _of_meta(meta: Dataset | None, tag: int) -> str:
    return elements.first(meta, tag) if meta is not None else ""


def _transfer_syntax(dataset: FileDataset, meta: Dataset | None) -> str:
    """The transfer syntax as the file says; as it was read, where the file says nothing or says it wrongly."""
    from pydicom.uid import UID

    said = _of_meta(meta, 0x00020010)
    read: tuple[bool | None, bool | None] = dataset.original_encoding
    if None in read:
        read = (dataset.is_implicit_VR, dataset.is_little_endian) if not said else (None, None)
    known = UID(said) if said else None
    compressed = known is not None and known.is_transfer_syntax and known.is_encapsulated and not checks.is_video(said)
    if known and known.is_transfer_syntax and not (compressed and pixels.are_native(dataset)):
        if None in read or (known.is_implicit_VR, known.is_little_endian) == read:
            return said
        if known.is_compressed and known != _DEFLATED:
            return said
    if pixels.is_encapsulated(dataset) or None in read or (known and known.is_private):
        raise RefusedError("R09: the file is coded in a way that cannot be written (Transfer Syntax UID)")
    return _ENCODINGS[bool(read[0]), bool(read[1])]


def _digest(dataset: Dataset) -> str:
    """A name for an object that has none, from all its bytes."""
    digest = hashlib.sha256()
    for tag in sorted(dataset.keys()):
        element = elements.get(dataset, tag)
        value = elements.data(element) if element.VR != "SQ" else b""
        digest.update(tag.to_bytes(4, "big") + len(value).to_bytes(8, "big") + value)
    return "instance " + digest.hexdigest()


def _mark(dataset: Dataset, options: Options) -> None:
    """The attributes that say what was done (PS3.15 E.1.1, PS3.3 C.7.1.1): the method is added to those before it."""
    from pydicom.dataset import Dataset as Item
    from pydicom.sequence import Sequence

    texts = [t for t in elements.values(dataset, 0x00120063) if t]
    codes = (elements.items(dataset, 0x00120064) if 0x00120064 in dataset else None) or []
    if METHOD not in texts:
        texts.append(METHOD)
    there = {elements.first(code, 0x00080100) for code in codes}
    for value, meaning in options.codes:
        if value not in there:
            code = Item()
            code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
            codes.append(code)
    dataset[0x00120062] = _element(0x00120062, "CS", "YES")
    dataset[0x00120063] = _element(0x00120063, "LO", texts if len(texts) > 1 else texts[0])
    dataset[0x00120064] = _element(0x00120064, "SQ", Sequence(codes))
    dataset[0x00280303] = _element(0x00280303, "CS", options.longitudinal)


def _file_meta(sop_class: str, instance: str, syntax: str) -> FileMetaDataset:
    """File meta information of our own (PS3.10 7.1), nothing of the old one but the transfer syntax."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(instance)
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    return meta
