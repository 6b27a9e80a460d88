"""DICOM files made by formula: no patient, no download. Every test and every picture of the README uses these."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.1338"  # only in tests
CT = UID("1.2.840.10008.5.1.4.1.1.2")
MR = UID("1.2.840.10008.5.1.4.1.1.4")
SC = UID("1.2.840.10008.5.1.4.1.1.7")
US_MULTI = UID("1.2.840.10008.5.1.4.1.1.3.1")


def head(size: int = 128, z: float = 0.0) -> np.ndarray:
    """A head-like slice in HU, int16, shape (size, size): skin, skull, brain, two ventricles, a bright lesion."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    shrink = max(0.2, 1.0 - 0.5 * z * z)

    def ellipse(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
        return ((x / shrink - cx) / rx) ** 2 + ((y / shrink - cy) / ry) ** 2 < 1

    picture = np.full((size, size), -1000.0)
    picture[ellipse(0, 0, 0.72, 0.90)] = 60
    picture[ellipse(0, 0, 0.69, 0.87)] = 1100
    picture[ellipse(0, 0, 0.63, 0.81)] = 35
    picture[ellipse(-0.18, -0.05, 0.10, 0.30)] = 8
    picture[ellipse(0.18, -0.05, 0.10, 0.30)] = 8
    picture[ellipse(0.30, 0.40, 0.10, 0.08)] = 72
    brain = ellipse(0, 0, 0.62, 0.80)
    picture[brain] += (4 * np.sin(9 * x) * np.cos(7 * y + 3 * z))[brain]
    return np.round(picture).astype(np.int16)


def base(sop_class: UID = SC, *, study: int = 1, series: int = 1, instance: int = 1) -> FileDataset:
    """A data set with patient, study and series, without pixels."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.{study}.{series}.{instance}")
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.PatientName = "Phantom^Formula"
    ds.PatientID = "PHANTOM-1"
    ds.PatientBirthDate = ""
    ds.PatientSex = "O"
    ds.StudyInstanceUID = f"{ROOT}.{study}"
    ds.SeriesInstanceUID = f"{ROOT}.{study}.{series}"
    ds.StudyDate = "20260102"
    ds.StudyTime = "101500"
    ds.StudyID = str(study)
    ds.StudyDescription = "Phantom study"
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.SeriesNumber = series
    ds.InstanceNumber = instance
    ds.Modality = "OT"
    return ds


def grey(
    pixels: np.ndarray, sop_class: UID = SC, *, photometric: str = "MONOCHROME2", stored: int = 0, **where: int
) -> FileDataset:
    """Grey, integers, shape (rows, columns) or (frames, rows, columns); native, explicit little endian."""
    ds = base(sop_class, **where)
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = photometric
    if pixels.ndim == 3:
        ds.NumberOfFrames = len(pixels)
    ds.Rows, ds.Columns = pixels.shape[-2:]
    ds.BitsAllocated = pixels.itemsize * 8
    ds.BitsStored = stored or ds.BitsAllocated
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    ds.add_new("PixelData", "OW" if ds.BitsAllocated > 8 else "OB", data + b"\0" * (len(data) % 2))
    return ds


def ct(z: int = 0, *, size: int = 128, of: int = 12, **where: int) -> FileDataset:
    """One axial CT slice of the head; 12 bits with intercept -1024, brain and bone windows, 5 mm apart."""
    ds = grey((head(size, 2 * z / of - 1) + 1024).astype(np.uint16), CT, stored=12, **{"instance": z + 1, **where})
    ds.Modality = "CT"
    ds.SeriesDescription = "Head 5 mm"
    ds.BodyPartExamined = "HEAD"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.FrameOfReferenceUID = f"{ROOT}.9"
    ds.ImagePositionPatient = [-120.0, -120.0, 5.0 * z]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing = [240 / size, 240 / size]
    ds.SliceThickness = 5
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = -1024, 1, "HU"
    ds.WindowCenter, ds.WindowWidth = [40, 400], [80, 1800]
    ds.WindowCenterWidthExplanation = ["BRAIN", "BONE"]
    return ds


def colour(size: int = 64, frames: int = 1, **where: int) -> FileDataset:
    """RGB, 8 bit: red rises to the right, green downwards, blue with the frame."""
    y, x = np.mgrid[0 : 255 : size * 1j, 0 : 255 : size * 1j]
    pixels = np.stack([np.stack([x, y, np.full_like(x, 40 + 200 * f / max(frames, 2))], -1) for f in range(frames)])
    ds = base(US_MULTI if frames > 1 else SC, **where)
    ds.Modality = "US"
    ds.SeriesDescription = "Colour ramp"
    ds.SamplesPerPixel, ds.PlanarConfiguration, ds.PhotometricInterpretation = 3, 0, "RGB"
    ds.Rows = ds.Columns = size
    if frames > 1:
        ds.NumberOfFrames = frames
        ds.FrameTime = 40
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.add_new("PixelData", "OB", pixels.astype(np.uint8).tobytes())
    return ds


def cine(frames: int = 20, size: int = 96, **where: int) -> FileDataset:
    """Grey, 8 bit, multi-frame: a bright disc that goes round; 25 frames a second."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    angles = 2 * np.pi * np.arange(frames) / frames
    pixels = np.stack([40 + 200 * ((x - 0.5 * np.cos(a)) ** 2 + (y - 0.5 * np.sin(a)) ** 2 < 0.06) for a in angles])
    ds = grey(pixels.astype(np.uint8), US_MULTI, **where)
    ds.Modality = "US"
    ds.SeriesDescription = "Disc"
    ds.FrameTime = 40
    return ds


def report(**where: int) -> FileDataset:
    """A structured report without pixels, with nested sequences."""
    ds = base(UID("1.2.840.10008.5.1.4.1.1.88.11"), **where)
    ds.Modality = "SR"
    ds.ValueType = "CONTAINER"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "18748-4", "LN", "Diagnostic imaging report"
    ds.ConceptNameCodeSequence = Sequence([code])
    item = Dataset()
    item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", "No finding."
    item.ConceptNameCodeSequence = Sequence([code])
    ds.ContentSequence = Sequence([item])
    return ds


def data(ds: FileDataset) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


def save(ds: FileDataset, path: Path) -> Path:
    """Write a phantom; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data(ds))
    return path


def folder(root: Path, slices: int = 12, size: int = 128) -> Path:
    """A small server folder: a CT series, a colour cine, a grey cine, a report, a text file and an empty file."""
    for z in range(slices):
        save(ct(z, of=slices, size=size), root / "ct" / f"IM{z:04d}")
    save(colour(frames=8, series=2), root / "us" / "ramp.dcm")
    save(cine(series=3), root / "us" / "disc.dcm")
    save(report(series=4), root / "report.dcm")
    (root / "notes.txt").write_text("not DICOM\n")
    (root / "empty").write_bytes(b"")
    return root


def reread(ds: FileDataset) -> FileDataset:
    """The data set as pydicom reads it back from its own bytes."""
    return dcmread(io.BytesIO(data(ds)))
