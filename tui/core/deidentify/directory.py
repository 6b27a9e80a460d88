"""A new DICOMDIR for copies, in the place of one that is never copied (PS3.3 Annex F, PS3.10 8).

All of it comes from the copies, which hold nothing of the patient. Where a directory wants a value that was removed, it
gets a dummy. File IDs have eight capital letters or digits between backslashes (PS3.10 8.2, 8.5), so the copies need
names of that kind, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.deidentify import dummies
from tui.core.deidentify.heads import element
from tui.core.deidentify.markers import Maker, meta

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SOP_CLASS = "1.2.840.10008.1.3.10"
_EXPLICIT = "1.2.840.10008.1.2.1"
_ITEM = b"\xfe\xff\x00\xe0"
_IN_USE = b"\xff\xff"
# Keys of each level: Type 1 in PS3.3 F.5, which need a value, and Type 2.
_PATIENT = ("PatientName PatientID", "")
_STUDY = ("StudyDate StudyTime StudyID StudyInstanceUID", "StudyDescription AccessionNumber")
_SERIES = ("Modality SeriesInstanceUID SeriesNumber", "")
_LEAVES = {
    "SR DOCUMENT": "InstanceNumber CompletionFlag VerificationFlag ContentDate ContentTime ConceptNameCodeSequence",
    "KEY OBJECT DOC": "InstanceNumber ContentDate ContentTime ConceptNameCodeSequence",
    "PRESENTATION": "InstanceNumber PresentationCreationDate PresentationCreationTime ContentLabel",
    "WAVEFORM": "InstanceNumber ContentDate ContentTime",
    "SPECTROSCOPY": "ImageType InstanceNumber ContentDate ContentTime",
    "RAW DATA": "InstanceNumber ContentDate ContentTime",
    "REGISTRATION": "InstanceNumber ContentLabel ContentDate ContentTime",
    "FIDUCIAL": "InstanceNumber ContentLabel ContentDate ContentTime",
    "VALUE MAP": "InstanceNumber ContentLabel ContentDate ContentTime",
    "RT DOSE": "InstanceNumber DoseSummationType",
    "RT STRUCTURE SET": "InstanceNumber StructureSetLabel",
    "RT PLAN": "InstanceNumber RTPlanLabel",
    "RT TREAT RECORD": "InstanceNumber",
    "ENCAP DOC": "InstanceNumber MIMETypeOfEncapsulatedDocument",
    "SURFACE": "InstanceNumber ContentLabel ContentDate ContentTime",
    "TRACT": "InstanceNumber ContentLabel ContentDate ContentTime",
    "IMAGE": "InstanceNumber",
}
# Parts of the names of SOP Classes, the first that fits.
_KINDS = (
    ("Waveform", "WAVEFORM"),
    ("PresentationState", "PRESENTATION"),
    ("KeyObjectSelection", "KEY OBJECT DOC"),
    ("Encapsulated", "ENCAP DOC"),
    ("SRStorage", "SR DOCUMENT"),
    ("TextSR", "SR DOCUMENT"),
    ("RTDose", "RT DOSE"),
    ("RTStructureSet", "RT STRUCTURE SET"),
    ("TreatmentRecord", "RT TREAT RECORD"),
    ("TreatmentSummaryRecord", "RT TREAT RECORD"),
    ("PlanStorage", "RT PLAN"),
    ("SpatialRegistration", "REGISTRATION"),
    ("SpatialFiducials", "FIDUCIAL"),
    ("RealWorldValueMapping", "VALUE MAP"),
    ("RawData", "RAW DATA"),
    ("MRSpectroscopy", "SPECTROSCOPY"),
    ("SurfaceSegmentation", "SURFACE"),
    ("Tractography", "TRACT"),
)
# Type 2 of the leaves.
_OTHERS = {
    "PRESENTATION": "ContentDescription ContentCreatorName ReferencedSeriesSequence",
    "RT DOSE": "DoseComment",
    "RT STRUCTURE SET": "StructureSetDate StructureSetTime",
    "RT PLAN": "RTPlanDate RTPlanTime",
    "RT TREAT RECORD": "TreatmentDate TreatmentTime",
    "ENCAP DOC": "ContentDate ContentTime DocumentTitle ConceptNameCodeSequence",
    **dict.fromkeys(("REGISTRATION", "FIDUCIAL", "VALUE MAP", "SURFACE", "TRACT"), "ContentDescription"),
}
_DUMMIES = {"SeriesNumber": "0", "InstanceNumber": "0", "StudyID": "ANON", "Modality": "OT"}
KEYWORDS = tuple(
    sorted(
        {
            word
            for words in (*_PATIENT, *_STUDY, *_SERIES, *_LEAVES.values(), *_OTHERS.values())
            for word in words.split()
        }
    )
)
"""What is asked of a copy, besides its SOP Class, its number and its transfer syntax."""


def kind_of(sop_class: str) -> str:
    """Directory Record Type for objects of a SOP Class."""
    from pydicom.uid import UID

    name = UID(sop_class).keyword
    return next((kind for part, kind in _KINDS if part in name), "IMAGE")


class Directory:
    """Gathers copies, and writes their directory."""

    def __init__(self) -> None:
        self._patients: dict[str, _Record] = {}

    def add(self, copy: Dataset, syntax: str) -> str:
        """Add a copy, of which at least :data:`KEYWORDS` were read; the name that the directory gives it."""
        sop_class, instance = str(copy.get("SOPClassUID", "")), str(copy.get("SOPInstanceUID", ""))
        kind = kind_of(sop_class)
        level, names = self._patients, ["DICOM"]
        steps = (
            ("PATIENT", "PT", str(copy.get("PatientID", "")), _PATIENT),
            ("STUDY", "ST", str(copy.get("StudyInstanceUID", "")), _STUDY),
            ("SERIES", "SE", str(copy.get("SeriesInstanceUID", "")), _SERIES),
        )
        for what, prefix, key, keys in steps:
            if key not in level:
                level[key] = _Record(f"{prefix}{len(level) + 1:06d}", _encoded(what, copy, *keys))
            names.append(level[key].name)
            level = level[key].below
        names.append(f"IM{len(level) + 1:06d}")
        reference = (
            (0x00041500, b"CS", "\\".join(names)),
            (0x00041510, b"UI", sop_class),
            (0x00041511, b"UI", instance),
            (0x00041512, b"UI", syntax),
        )
        said = b"".join(element(tag, vr, value.encode(), implicit=False) for tag, vr, value in reference)
        level[names[-1]] = _Record(names[-1], _encoded(kind, copy, _LEAVES[kind], _OTHERS.get(kind, ""), said))
        return "/".join(names)

    def written(self, instance: str, maker: Maker) -> bytes:
        """The whole file.

        Parameters
        ----------
        instance
            A UID for the directory.
        """
        preamble = meta(SOP_CLASS, instance, _EXPLICIT, maker)
        start = len(preamble) + sum(map(len, _root(0, 0, 0))) + 12  # of the sequence's own head
        last = _placed(self._patients, start)
        records = b"".join(_records(self._patients))
        roots = list(self._patients.values())
        head = _root(roots[0].at if roots else 0, roots[-1].at if roots else 0, 0)
        sequence = b"\x04\x00\x20\x12SQ\0\0" + len(records).to_bytes(4, "little")
        assert last == start + len(records)
        return b"".join((preamble, *head, sequence, records))


class _Record:
    """One directory record: its part of names, what it says behind its offsets, what is below it, where it lies."""

    __slots__ = ("at", "below", "name", "said")

    def __init__(self, name: str, said: bytes) -> None:
        self.name = name
        self.said = said
        self.below: dict[str, _Record] = {}
        self.at = 0

    def encoded(self, following: int) -> bytes:
        """The item (PS3.3 F.3.2.2)."""
        lower = next(iter(self.below.values())).at if self.below else 0
        value = b"".join((
            element(0x00041400, b"UL", following.to_bytes(4, "little"), implicit=False),
            element(0x00041410, b"US", _IN_USE, implicit=False),
            element(0x00041420, b"UL", lower.to_bytes(4, "little"), implicit=False),
            self.said,
        ))  # fmt: skip
        return _ITEM + len(value).to_bytes(4, "little") + value


def _placed(level: dict[str, _Record], at: int) -> int:
    """Give each record its place, one behind the other; where the last ends."""
    for record in level.values():
        record.at = at
        at = _placed(record.below, at + len(record.encoded(0)))
    return at


def _records(level: dict[str, _Record]) -> list[bytes]:
    made = []
    records = list(level.values())
    for index, record in enumerate(records):
        made.append(record.encoded(records[index + 1].at if index + 1 < len(records) else 0))
        made += _records(record.below)
    return made


def _encoded(kind: str, copy: Dataset, needed: str, others: str, reference: bytes = b"") -> bytes:
    """What a record says behind its offsets, in explicit little endian."""
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.dataset import Dataset
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset
    from pydicom.sequence import Sequence

    keys = Dataset()
    charset = copy.get("SpecificCharacterSet")
    if charset:
        keys.SpecificCharacterSet = charset
    for keyword in (*needed.split(), *others.split()):
        tag = tag_for_keyword(keyword)
        assert tag is not None
        vr = dictionary_VR(tag)
        value = copy.get(keyword)
        if value in (None, "") or (vr == "SQ" and not value):
            value = _dummy(keyword, tag, vr) if keyword in needed.split() else ""
        if keyword == "ReferencedSeriesSequence" and not value:
            continue
        keys.add_new(tag, vr, Sequence(value) if vr == "SQ" else value)
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    write_dataset(out, keys, charset or "iso8859")
    return element(0x00041430, b"CS", kind.encode(), implicit=False) + reference + out.getvalue()


def _dummy(keyword: str, tag: int, vr: str) -> object:
    if keyword in _DUMMIES:
        return _DUMMIES[keyword]
    if vr == "SQ":
        from pydicom.dataset import Dataset

        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "121144", "DCM", "Document Title"
        return [code]
    return "" if vr == "UI" else dummies.value(tag, vr)


def _root(first: int, last: int, flag: int) -> tuple[bytes, ...]:
    """What stands before the records (PS3.3 F.3.2.1, F.3.2.2)."""
    numbers = ((0x00041200, first), (0x00041202, last))
    return (
        element(0x00041130, b"CS", b"", implicit=False),
        *(element(tag, b"UL", value.to_bytes(4, "little"), implicit=False) for tag, value in numbers),
        element(0x00041212, b"US", flag.to_bytes(2, "little"), implicit=False),
    )
