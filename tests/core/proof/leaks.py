"""Fifty ways in which a copy could give the patient away, each planted into a copy that is right."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import pydicom
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from tests import phantoms
from tui.core.deidentify.options import Options
from tui.core.deidentify.profile import Deidentifier

SECRET = bytes(range(32))
NAME, PATIENT_ID, ACCESSION = "Zwinglmeier^Ottilie", "1471190228", "ACC99120045"
INSTITUTION, SERIAL, PERSON = "Klinikum Quellental", "SN-7781234", "Brandstetter^Hedwig"
DATE, BIRTH = "20190317", "19480229"
ROOT = "1.2.826.0.1.3680043.8.498.77"
STUDY = f"{ROOT}.1"


def original(**more: object) -> bytes:
    """A CT slice with a patient whose values are found nowhere else."""
    ds = phantoms.ct(1, of=4, size=32)
    ds.PatientName, ds.PatientID, ds.AccessionNumber = NAME, PATIENT_ID, ACCESSION
    ds.InstitutionName, ds.DeviceSerialNumber, ds.ReferringPhysicianName = INSTITUTION, SERIAL, PERSON
    ds.StudyDate = ds.SeriesDate = ds.ContentDate = DATE
    ds.PatientBirthDate = BIRTH
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = STUDY, f"{ROOT}.2", f"{ROOT}.3"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.4"
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = ds.SOPClassUID, f"{ROOT}.5"
    reference.PurposeOfReferenceCodeSequence = [code("121311", "DCM", "Localizer")]
    ds.SourceImageSequence = [reference]
    ds.AnatomicRegionSequence = [code("69536005", "SCT", "Head")]
    for name, value in more.items():
        setattr(ds, name, value)
    return phantoms.data(ds)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def copied(data: bytes, options: Options = Options()) -> tuple[bytes, str]:
    """The right copy of an object, and its name."""
    done = Deidentifier(SECRET, options).apply(pydicom.dcmread(io.BytesIO(data), force=True))
    return written(done.dataset), done.name


def written(ds: FileDataset) -> bytes:
    out = io.BytesIO()
    ds.preamble = ds.preamble or bytes(128)
    pydicom.dcmwrite(out, ds, enforce_file_format=False)
    return out.getvalue()


Edit = Callable[[FileDataset], None]


def put(tag: int, vr: str, value: object) -> Edit:
    def edit(ds: FileDataset) -> None:
        ds[tag] = DataElement(tag, vr, value)

    return edit


def inside(tag: int, vr: str, value: object, depth: int = 1) -> Edit:
    """In an item of a sequence that may stay, ``depth`` deep."""

    def edit(ds: FileDataset) -> None:
        item = Dataset()
        item[tag] = DataElement(tag, vr, value)
        for outer in (0x00082218, 0x00089215, 0x0040A170)[:depth]:
            wrapped = Dataset()
            wrapped[outer] = DataElement(outer, "SQ", Sequence([item]))
            item = wrapped
        ds.update(item)

    return edit


def meta(tag: int, vr: str, value: object) -> Edit:
    def edit(ds: FileDataset) -> None:
        ds.file_meta[tag] = DataElement(tag, vr, value)

    return edit


def gone(tag: int) -> Edit:
    def edit(ds: FileDataset) -> None:
        del ds[tag]

    return edit


def private(ds: FileDataset) -> None:
    block = ds.private_block(0x0029, "ACME 1.1", create=True)
    block.add_new(0x10, "DS", "12.5")


def one_pixel(ds: FileDataset) -> None:
    pixels = bytearray(ds.PixelData)
    pixels[100] ^= 1
    ds.PixelData = bytes(pixels)


def behind_the_last_frame(ds: FileDataset) -> None:
    ds.PixelData = ds.PixelData + NAME.encode() + b" "


def no_code(ds: FileDataset) -> None:
    ds.DeidentificationMethodCodeSequence = [code("113105", "DCM", "Clean Descriptors Option")]


def preamble(ds: FileDataset) -> None:
    ds.preamble = PATIENT_ID.encode().ljust(128, b"\0")


EDITS: dict[str, Edit] = {
    "name back": put(0x00100010, "PN", NAME),
    "other name": put(0x00100010, "PN", "Muster^Erika"),
    "patient ID back": put(0x00100020, "LO", PATIENT_ID),
    "birth date back": put(0x00100030, "DA", BIRTH),
    "sex back": put(0x00100040, "CS", "F"),
    "address": put(0x00101040, "LO", "Am Hang 3"),
    "accession number back": put(0x00080050, "SH", ACCESSION),
    "institution back": put(0x00080080, "LO", INSTITUTION),
    "serial number back": put(0x00181000, "LO", SERIAL),
    "referring physician back": put(0x00080090, "PN", PERSON),
    "study date back": put(0x00080020, "DA", DATE),
    "study time": put(0x00080030, "TM", "101112"),
    "series date": put(0x00080021, "DA", DATE),
    "study UID back": put(0x0020000D, "UI", STUDY),
    "series UID back": put(0x0020000E, "UI", f"{ROOT}.2"),
    "frame of reference back": put(0x00200052, "UI", f"{ROOT}.3"),
    "illegal UID": put(0x0020000D, "UI", "2.25.007"),
    "UID of letters": put(0x0020000D, "UI", "ward.7"),
    "foreign UID": put(0x0020000D, "UI", "1.2.3.4.5.6"),
    "instance UID in a class": put(0x0008001A, "UI", f"{ROOT}.4"),
    "comments": put(0x00204000, "LT", "seen by the ward"),
    "study description": put(0x00081030, "LO", "Follow-up after fall"),
    "name in a label": put(0x00080104, "LO", "for Zwinglmeier"),
    "part of the name in capitals": put(0x00081090, "LO", "OTTILIE 64"),
    "patient ID in a number": put(0x00200011, "IS", "1471190228"),
    "date in a text": put(0x00280A04, "LO", "of 17.03.2019"),
    "date in words": put(0x00280A04, "LO", "17-Mar-2019"),
    "birth date in a text": put(0x00280A04, "LO", "b. 1948/02/29"),
    "UID in a text": put(0x00081090, "LO", f"see {STUDY}"),
    "name in bytes": put(0x00282000, "OB", b"\1\2" + b"Zwinglmeier" + b"\0"),
    "name in UTF-16": put(0x00282000, "OB", "Zwinglmeier".encode("utf-16-le")),
    "unlisted person": put(0x00402023, "PN", ""),
    "unlisted date": put(0x00181078, "DT", "20190317101112"),
    "unlisted UID": put(0x00081195, "UI", f"{ROOT}.9"),
    "address of the original": put(0x00081190, "UR", "https://pacs.example/1"),
    "nested name": inside(0x00100010, "PN", NAME),
    "nested patient ID, three deep": inside(0x00100020, "LO", PATIENT_ID, 3),
    "nested reference": inside(0x00081155, "UI", f"{ROOT}.5"),
    "nested date": inside(0x0040A121, "DA", DATE, 2),
    "nested institution": inside(0x00080080, "LO", INSTITUTION, 2),
    "nested private": inside(0x00291010, "LO", "x"),
    "private": private,
    "unknown element": put(0x0008FFFE, "LO", "x"),
    "overlay": put(0x60003000, "OW", bytes(128)),
    "curve": put(0x50003000, "OW", bytes(8)),
    "original attributes": put(0x04000561, "SQ", Sequence([code("1", "2", "3")])),
    "encrypted attributes": put(0x04000500, "SQ", Sequence([code("1", "2", "3")])),
    "directory record": put(0x00041500, "CS", "A"),
    "one pixel": one_pixel,
    "behind the last frame": behind_the_last_frame,
    "no method code": no_code,
    "not marked": put(0x00120062, "CS", "NO"),
    "no method": gone(0x00120063),
    "dates not marked": put(0x00280303, "CS", "UNMODIFIED"),
    "preamble": preamble,
    "source AE title": meta(0x00020016, "AE", "WARD7"),
    "private meta": meta(0x00020100, "UI", "1.2.3"),
    "another instance in the meta": meta(0x00020003, "UI", f"{ROOT}.4"),
}
del EDITS["unlisted person"]  # an empty one is right


def bytes_behind(data: bytes) -> bytes:
    return data + NAME.encode()


def padded(data: bytes) -> bytes:
    return data + struct.pack("<HH2sHL", 0xFFFC, 0xFFFC, b"OB", 0, 12) + b"Zwinglmeier\0"


def cut(data: bytes) -> bytes:
    return data[:-7]


def bare(data: bytes) -> bytes:
    return data[132:]


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "bytes behind": bytes_behind,
    "trailing padding": padded,
    "cut": cut,
    "no preamble": bare,
}


def leaking(data: bytes, name: str) -> bytes:
    """A copy with one of the leaks."""
    if name in BYTES:
        return BYTES[name](data)
    ds = pydicom.dcmread(io.BytesIO(data))
    EDITS[name](ds)
    return written(ds)


def compressed(comment: bytes = b"") -> bytes:
    """The same slice as JPEG, with a comment."""
    from imagecodecs import jpeg8_encode

    ds = pydicom.dcmread(io.BytesIO(original()))
    picture = np.clip(ds.pixel_array.astype(int) // 16, 0, 255).astype(np.uint8)
    stream = bytes(jpeg8_encode(picture, level=90))
    if comment:
        stream = stream[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + stream[2:]
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.PixelData = pydicom.encaps.encapsulate([stream + b"\0" * (len(stream) % 2)])
    ds["PixelData"].VR = "OB"
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"
    return written(ds)
