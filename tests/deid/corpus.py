"""The planted corpus: 130 objects with a sentinel in every attribute of Table E.1-1 and wherever else text can hide.

Three patients with images, and with reports, presentation states, key objects, structures and documents that refer to
them; then one object for each place that is easily forgotten.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

import tui.core.deidentify
from tests import phantoms
from tests.deid.sentinels import Planter, Sentinel

TABLE = Path(tui.core.deidentify.__file__).parent / "ps3.15-table-e1-1-2026d.csv"
HOLDERS = (0x00089215, 0x0040A170, 0x00082218)  # sequences that no row names
SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
GSPS, KO, SR, RTSTRUCT, PDF, SEG = (
    UID(f"1.2.840.10008.5.1.4.1.1.{n}") for n in ("11.1", "88.59", "88.22", "481.3", "104.1", "66.4")
)
PATIENTS = 3
SLICES = 8


@dataclass(frozen=True)
class Row:
    """One row of the table that can stand in a data set."""

    tag: int
    vr: str
    basic: str


@dataclass(frozen=True)
class Corpus:
    """What was written.

    Attributes
    ----------
    cohort
        Names of the files that belong together: their references must resolve.
    references
        How many there are.
    """

    folder: Path
    sentinels: tuple[Sentinel, ...]
    files: tuple[str, ...]
    cohort: tuple[str, ...]
    references: int


def rows() -> list[Row]:
    """The rows of Table E.1-1 but for masks and groups that stand in no data set."""
    found = []
    for line in csv.DictReader(TABLE.read_text("ascii").splitlines()):
        if len(line["tag"]) == 8 and "x" not in line["tag"]:
            tag = int(line["tag"], 16)
            if tag >> 16 > 4 and tag < 0xFFFA0000:
                found.append(Row(tag, line["vr"], line["basic"]))
    return found


class Maker:
    """Writes objects one by one and keeps count."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plant = Planter(folder)
        self.files: list[str] = []
        self.cohort: list[str] = []
        self.references = 0

    def name(self, word: str) -> str:
        """A file name with a sentinel, remembered for the file that is made next."""
        number = len(self.files) + 1
        self.plant.file = f"{word}/QN{number:06d}_Smith_John/IM{number:04d}.dcm"
        self.plant.remember(f"QN{number:06d}", "file name", "core")
        return self.plant.file

    def save(self, ds: FileDataset, tail: bytes = b"", *, cohort: bool = False) -> None:
        """Write the object under the name that was made last."""
        path = self.folder / self.plant.file
        path.parent.mkdir(parents=True, exist_ok=True)
        syntax = ds.file_meta.TransferSyntaxUID
        little = syntax != ExplicitVRBigEndian
        dcmwrite(path, ds, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=little, enforce_file_format=True)
        if tail:
            path.write_bytes(path.read_bytes() + tail)
        self.files.append(self.plant.file)
        if cohort:
            self.cohort.append(self.plant.file)

    def base(self, sop_class: UID, patient: int, series: int, instance: int) -> FileDataset:
        """An object of a patient of the cohort, with what each file has."""
        ds = phantoms.base(sop_class, study=patient, series=series, instance=instance)
        ds.PatientName = f"{self.plant.text('name', path=(0x00100010,))}^Given"
        ds.PatientID = f"PID{patient:05d}"
        ds.IssuerOfPatientID = "HOSPITAL"
        ds.StudyDate, ds.SeriesDate, ds.ContentDate = "20200301", "20200302", "20200302"
        ds.StudyTime = ds.SeriesTime = ds.ContentTime = "235959"
        ds.AccessionNumber = f"ACC{patient:05d}"
        ds.ReferringPhysicianName = "Doctor^Who"
        ds.PatientBirthDate = f"1950010{patient}"
        return ds


def make(folder: Path) -> Corpus:
    """Write the corpus into a new folder."""
    maker = Maker(folder)
    _cohort(maker)
    _carriers(maker)
    from tests.deid.places import PLACES

    for place in PLACES:
        place(maker)
    filler = 0
    while len(maker.files) < 130:  # the rest are plain slices
        filler += 1
        maker.name("rest")
        ds = image(maker, 1 + filler % PATIENTS, 50, filler)
        maker.save(ds)
    return Corpus(folder, tuple(maker.plant.planted), tuple(maker.files), tuple(maker.cohort), maker.references)


# ---------------------------------------------------------------------------------------------- the cohort


def image(maker: Maker, patient: int, series: int, instance: int) -> FileDataset:
    ds = maker.base(phantoms.CT, patient, series, instance)
    pixels = phantoms.ct(instance % 12, size=32)
    for element in pixels:
        if element.tag.group in (0x0018, 0x0028, 0x7FE0) or element.keyword in (
            "ImageType",
            "Modality",
            "ImagePositionPatient",
        ):
            ds.add(element)
    return ds


def _reference(maker: Maker, ds: Dataset) -> Dataset:
    maker.references += 1
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    return item


def _series(ds: Dataset, items: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = ds.SeriesInstanceUID
    item.ReferencedSOPSequence = Sequence(items)
    return item


def _evidence(maker: Maker, images: list[FileDataset]) -> Dataset:
    study = Dataset()
    study.StudyInstanceUID = images[0].StudyInstanceUID
    study.ReferencedSeriesSequence = [_series(images[0], [_reference(maker, image) for image in images])]
    return study


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _content(kind: str, **values: object) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    if kind != "IMAGE":
        item.ConceptNameCodeSequence = [_code("121071", "Finding")]
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def _cohort(maker: Maker) -> None:
    for patient in range(1, PATIENTS + 1):
        images = []
        for instance in range(1, SLICES + 1):
            maker.name(f"patient{patient}")
            images.append(image(maker, patient, 1, instance))
            maker.save(images[-1], cohort=True)
        for make_one in (_state, _key_object, _report, _structures, _document):
            maker.name(f"patient{patient}")
            ds = make_one(maker, patient, images)
            maker.save(ds, cohort=True)


def _state(maker: Maker, patient: int, images: list[FileDataset]) -> FileDataset:
    ds = maker.base(GSPS, patient, 2, 1)
    ds.Modality = "PR"
    ds.ContentLabel, ds.PresentationCreationDate = "STATE", "20200303"
    ds.ContentCreatorName = maker.plant.text("content creator", path=(0x00700084,))
    referenced = Dataset()
    referenced.SeriesInstanceUID = images[0].SeriesInstanceUID
    referenced.ReferencedImageSequence = [_reference(maker, image) for image in images]
    ds.ReferencedSeriesSequence = [referenced]
    layer = Dataset()
    layer.GraphicLayer, layer.GraphicLayerOrder = "LAYER", 1
    ds.GraphicLayerSequence = [layer]
    text = Dataset()
    text.UnformattedTextValue = maker.plant.text("annotation text", path=(0x00700001,))
    annotation = Dataset()
    annotation.GraphicLayer, annotation.TextObjectSequence = "LAYER", [text]
    ds.GraphicAnnotationSequence = [annotation]
    return ds


def _key_object(maker: Maker, patient: int, images: list[FileDataset]) -> FileDataset:
    ds = maker.base(KO, patient, 3, 1)
    ds.Modality, ds.ValueType = "KO", "CONTAINER"
    ds.CurrentRequestedProcedureEvidenceSequence = [_evidence(maker, images)]
    chosen = _content("IMAGE", ReferencedSOPSequence=[_reference(maker, images[0])])
    note = _content("TEXT", TextValue=maker.plant.text("key object text", path=(0x0040A730,)))
    ds.ContentSequence = [chosen, note]
    return ds


def _report(maker: Maker, patient: int, images: list[FileDataset]) -> FileDataset:
    ds = maker.base(SR, patient, 4, 1)
    ds.Modality, ds.ValueType, ds.VerificationFlag = "SR", "CONTAINER", "UNVERIFIED"
    ds.CurrentRequestedProcedureEvidenceSequence = [_evidence(maker, images)]
    deep = _content("TEXT", TextValue=maker.plant.text("report text, deep", path=(0x0040A730,)))
    inner = _content("CONTAINER", ContentSequence=[deep])
    person = _content("PNAME", PersonName=maker.plant.text("person in a report", path=(0x0040A730,)))
    top = _content("TEXT", TextValue=maker.plant.text("report text", path=(0x0040A730,)))
    ds.ContentSequence = [top, person, inner]
    return ds


def _structures(maker: Maker, patient: int, images: list[FileDataset]) -> FileDataset:
    ds = maker.base(RTSTRUCT, patient, 5, 1)
    ds.Modality = "RTSTRUCT"
    ds.StructureSetLabel = maker.plant.text("structure set label", path=(0x30060002,))
    contour = Dataset()
    contour.ContourImageSequence = [_reference(maker, image) for image in images]
    contour.ContourGeometricType, contour.NumberOfContourPoints, contour.ContourData = "POINT", 1, ["1", "2", "3"]
    region = Dataset()
    region.ReferencedROINumber, region.ContourSequence = 1, [contour]
    ds.ROIContourSequence = [region]
    roi = Dataset()
    roi.ROINumber, roi.ROIName, roi.ROIGenerationAlgorithm = 1, maker.plant.text("ROI name", path=(0x30060020,)), ""
    roi.ReferencedFrameOfReferenceUID = images[0].FrameOfReferenceUID if "FrameOfReferenceUID" in images[0] else "1.2.3"
    ds.StructureSetROISequence = [roi]
    return ds


def _document(maker: Maker, patient: int, images: list[FileDataset]) -> FileDataset:
    ds = maker.base(PDF, patient, 6, 1)
    ds.Modality, ds.MIMETypeOfEncapsulatedDocument = "DOC", "application/pdf"
    ds.EncapsulatedDocument = b"%PDF-1.4 " + maker.plant.text("PDF", path=(0x00420011,)).encode() + b" "
    ds.DocumentTitle = maker.plant.text("document title", "free", path=(0x00420010,))
    return ds


# ---------------------------------------------------------------------------------------------- carriers of the rows


def _carriers(maker: Maker) -> None:
    """Each row at the top level of one file and three deep in another, in four transfer syntaxes and three classes."""
    every = rows()
    classes = (phantoms.CT, phantoms.MR, phantoms.SC)
    for part in range(16):
        share = every[part::16]
        for deep in (False, True):
            maker.name("rows")
            ds = maker.base(classes[part % 3], 1 + part % 3, 10 + part, 2 if deep else 1)
            ds.file_meta.TransferSyntaxUID = SYNTAXES[part % 4]
            path = HOLDERS if deep else ()
            inside = Dataset()
            for row in share:
                # what tells which object it is, is planted once a file by other means
                if not deep and row.tag in (0x00080016, 0x00080018, 0x00100010, 0x00100020, 0x0020000D, 0x0020000E):
                    continue
                element = maker.plant.element(row.tag, row.vr, path)
                if element is not None:
                    inside.add(element)
            if deep:
                for holder in reversed(HOLDERS):
                    outer = Dataset()
                    outer.add_new(holder, "SQ", Sequence([inside]))
                    inside = outer
            ds.update(inside)
            maker.save(ds)
