"""A file that is like those before gives the copy that it would give alone."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit

from tests import phantoms
from tests.core.deidentify.planted import SECRET, mark, uid
from tui.core.deidentify.copies import Copy
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.profile import Deidentifier


class RefusedError(Exception):
    """The bytes alone did not tell."""


def _never(*_: object) -> bytes:
    raise RefusedError


def alone(data: bytes, options: Options = Options()) -> Copy | None:
    return together(Deidentifier(SECRET, options), data)


def together(deidentifier: Deidentifier, data: bytes) -> Copy | None:
    try:
        return deidentifier.copy(data, _never, _never)
    except RefusedError:
        return None


def same(one: Copy | None, other: Copy | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.data, one.changes, one.warnings, one.name) == (other.data, other.changes, other.warnings, other.name)


def slice_of(number: int, syntax: str = ExplicitVRLittleEndian) -> FileDataset:
    """One of a series: what differs in a real one, of different lengths."""
    ds = phantoms.ct(number % 4, of=4, size=8)
    ds.file_meta.TransferSyntaxUID = syntax
    ds.PatientName, ds.PatientID, ds.AccessionNumber, ds.StudyDate = "Vogelsang^Ida", "471100", "ACC4711", "20200301"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid(9 * 10 ** (number % 3) + number)
    ds.InstanceNumber, ds.SliceLocation = number, str(number * 1.5)
    ds.ContentTime, ds.AcquisitionTime = f"1010{number:02d}.5", f"1011{number:02d}"
    ds.Manufacturer, ds.ProtocolName = "Maker", "Head"
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = ds.SOPClassUID, uid(700 + number)
    ds.ReferencedImageSequence = Sequence([item] * (1 + number % 2))
    ds["ReferencedImageSequence"].is_undefined_length = True
    ds.add_new(0x00190010, "LO", "MAKER 1.0")
    ds.add_new(0x00191001, "LO", mark(number))
    if syntax == JPEGBaseline8Bit:
        ds.PixelData = encapsulate([b"\xff\xd8" + bytes(2 + 2 * number) + b"\xff\xd9", b"\xff\xd8\xff\xd9"])
        ds["PixelData"].is_undefined_length = True
    return ds


@pytest.mark.parametrize("options", [Options(), Options(Dates.SHIFT, keep_device=True), Options(keep_uids=True)])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit])
def test_a_series_is_as_its_files_alone(syntax: str, options: Options) -> None:
    deidentifier = Deidentifier(SECRET, options)
    for number in range(8):
        data = phantoms.data(slice_of(number, syntax))
        copy = together(deidentifier, data)
        assert copy is not None
        assert same(copy, alone(data, options)), number


CHANGES: dict[str, Callable[[FileDataset], object]] = {
    "another patient": lambda ds: setattr(ds, "PatientName", "Maker^Ernst"),
    "the number of an order stands in what was the same": lambda ds: setattr(ds, "AccessionNumber", "Head"),
    "another order": lambda ds: setattr(ds, "AccessionNumber", "ACC900"),
    "another day": lambda ds: setattr(ds, "StudyDate", "20200302"),
    "another study": lambda ds: setattr(ds, "StudyInstanceUID", uid(3)),
    "a UID as a class": lambda ds: setattr(ds, "SOPInstanceUID", ds.SOPClassUID + ".1"),
    "a name in a comment": lambda ds: setattr(ds, "ProtocolName", "Head of Vogelsang"),
    "a name in what differs": lambda ds: setattr(ds, "SliceLocation", "471100"),
    "an element more": lambda ds: ds.add_new(0x00180022, "CS", "OPTION"),
    "an element less": lambda ds: ds.__delitem__("Manufacturer"),
    "another VR": lambda ds: ds.add_new(0x00191001, "UN", b"1234"),
    "another class": lambda ds: setattr(ds, "SOPClassUID", "1.2.840.10008.5.1.4.1.1.7"),
    "another charset": lambda ds: setattr(ds, "SpecificCharacterSet", "ISO_IR 192"),
    "burned in": lambda ds: setattr(ds, "BurnedInAnnotation", "YES"),
    "done before": lambda ds: setattr(ds, "DeidentificationMethod", "By hand"),
    "too many pixels": lambda ds: setattr(ds, "PixelData", ds.PixelData + bytes(64)),
    "no pixels": lambda ds: ds.__delitem__("PixelData"),
    "other pixels": lambda ds: setattr(ds, "PixelData", bytes(len(ds.PixelData))),
    "padding": lambda ds: ds.add_new(0xFFFCFFFC, "OB", b"Vogelsang "),
}


@pytest.mark.parametrize("options", [Options(), Options(Dates.SHIFT)])
@pytest.mark.parametrize("change", CHANGES)
def test_one_that_is_other_than_the_rest(change: str, options: Options) -> None:
    deidentifier = Deidentifier(SECRET, options)
    for number in range(4):
        assert together(deidentifier, phantoms.data(slice_of(number)))
    for number in (5, 6):
        ds = slice_of(number)
        CHANGES[change](ds)
        data = phantoms.data(ds)
        assert same(together(deidentifier, data), alone(data, options))
    data = phantoms.data(slice_of(7))
    assert same(together(deidentifier, data), alone(data, options))


def test_bytes_that_are_changed_at_random() -> None:
    random.seed(7)
    deidentifier = Deidentifier(SECRET)
    files = [phantoms.data(slice_of(number)) for number in range(6)]
    for data in files:
        together(deidentifier, data)
    for _ in range(150):
        data = bytearray(random.choice(files))
        for _ in range(random.randrange(1, 4)):
            data[random.randrange(140, len(data))] = random.choice(b"\0\xff1 \\^Az")
        assert same(together(deidentifier, bytes(data)), alone(bytes(data)))
    cut = files[-1][:-3]
    assert same(together(deidentifier, cut), alone(cut))


def test_two_series_by_turns() -> None:
    deidentifier = Deidentifier(SECRET)
    for number in range(10):
        ds = slice_of(number)
        if number % 2:
            ds.SeriesDescription, ds.KVP = "Other", "120"
        data = phantoms.data(ds)
        assert same(together(deidentifier, data), alone(data))
