"""Both ways through an object give the same bytes: over the data set, and over the bytes of the file."""

import hashlib
import io
import os
import random
import struct
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit

from tests import phantoms
from tests.core.deidentify.planted import SECRET, element, mark, nested, planted, uid, written
from tui.core.deidentify.copies import Copy
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.profile import Deidentifier
from tui.core.deidentify.table import table
from tui.core.walk import Unsure
from tui.errors import SafelightError

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
OPTIONS = (
    Options(),
    Options(Dates.SHIFT, keep_patient=True, keep_device=True, clean_descriptors=True),
    Options(Dates.FULL, keep_uids=True, keep_institution=True, clean_content=True, clean_graphics=True),
)


def slow(data: bytes, options: Options) -> Copy:
    """The copy that the walk over the data set makes."""
    done = Deidentifier(SECRET, options).apply(pydicom.dcmread(io.BytesIO(data), force=True))
    return Copy((written(done.dataset),), done.changes, done.warnings, done.name)


def fast(data: bytes, options: Options = Options()) -> Copy:
    return Deidentifier(SECRET, options).copy(data, _never, _never)


def told(copy: Copy) -> tuple[object, ...]:
    """A copy, however its bytes are cut; those as their hash, so that a failure shows no value."""
    return copy.changes, copy.warnings, copy.name, hashlib.sha256(copy.data).hexdigest()


def _never(*_: object) -> bytes:
    raise AssertionError("taken as unusual")


def same(data: bytes, options: Options) -> None:
    """Compare part by part, so that a failure shows no value."""
    one, other = fast(data, options), slow(data, options)
    assert (one.changes, one.warnings, one.name) == (other.changes, other.warnings, other.name)
    assert one.data == other.data


def busy(syntax: pydicom.uid.UID) -> phantoms.FileDataset:
    """A CT with a value for each row that can be written, in sequences, too."""
    ds = phantoms.ct(size=16)
    ds.file_meta.TransferSyntaxUID = syntax
    inside = Dataset()
    for tag, row in table().rows.items():
        rare = tag in (0x00420011, 0x00700001, 0x0040A730) or row.vr in ("IS", "DS", "US", "UN")
        rare = rare or (row.vr == "SQ" and {"clean_desc", "clean_struct_cont"} & set(row.options))
        if tag >> 16 > 4 and tag < 0xFFFA0000 and not rare and (syntax != ImplicitVRLittleEndian or row.vr):
            inside.add(planted(tag, row))
            if tag not in (0x00080016, 0x00080018, 0x00100020, 0x00120064) and row.vr != "SQ":
                ds.add(planted(tag, row))
    del inside[0x00100021]
    ds.add_new(0x00089215, "SQ", Sequence([inside]))
    ds.add_new(0x00190010, "LO", mark(1))
    ds.add_new(0x00191001, "SQ", Sequence([Dataset()]))
    ds.add_new(0x60000010, "US", 16)
    ds.add_new(0x60003000, "OW", bytes(32))
    ds.PatientID, ds.AccessionNumber, ds.StudyDate = "471100", "ACC1", "20200301"
    ds.DeidentificationMethod = "By hand"
    return ds


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_every_row_in_both_ways(syntax: pydicom.uid.UID, options: Options) -> None:
    same(written(busy(syntax)), options)


@pytest.mark.parametrize("options", OPTIONS)
def test_phantoms_in_both_ways(options: Options) -> None:
    for ds in (phantoms.ct(size=16), phantoms.cine(frames=3, size=16), phantoms.colour(size=16), phantoms.base()):
        same(phantoms.data(ds), options)


def test_sequences_of_any_length() -> None:
    for outer in (False, True):
        for inner in (False, True):
            ds = phantoms.ct(size=8)
            item, deep = Dataset(), Dataset()
            deep.ReferencedSOPInstanceUID = uid(1)
            deep.PatientID = mark(2)
            item.add_new(0x00081199, "SQ", Sequence([deep, Dataset()]))
            item.CodeMeaning = "Kept"
            ds.add_new(0x00082218, "SQ", Sequence([item, item]))
            ds[0x00082218].is_undefined_length = outer
            item.is_undefined_length_sequence_item = inner
            same(phantoms.data(ds), Options())
            assert mark(2).encode() not in fast(phantoms.data(ds)).data


def test_text_in_compressed_pixels_is_blanked() -> None:
    ds = phantoms.ct(size=8)
    ds.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    comment = b"\xff\xd8\xff\xfe\x00\x0cSmith^John\xff\xd9\0\0"
    ds.PixelData = encapsulate([comment, comment])
    ds["PixelData"].is_undefined_length = True
    same(phantoms.data(ds), Options())
    assert b"Smith" not in fast(phantoms.data(ds)).data


UNUSUAL = {
    "big endian": lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", ExplicitVRBigEndian),
    "burned in": lambda ds: setattr(ds, "BurnedInAnnotation", "YES"),
    "a name in a comment": lambda ds: ds.add_new(0x00080070, "LO", "Formula"),
    "behind a NUL": lambda ds: ds.add_new(0x00080070, "LO", "Maker\0Smith"),
    "a number": lambda ds: ds.add(element(0x00185101, "LO", "471100")) or setattr(ds, "PatientID", "471100"),
    "a number in bytes": lambda ds: ds.add_new(0x00221465, "OB", b"PHANTOM-1 "),
    "a UID in a text": lambda ds: ds.add_new(0x00080070, "LO", f"of {ds.StudyInstanceUID}"),
    "a UID that is no class": lambda ds: ds.add_new(0x0008001A, "UI", ds.StudyInstanceUID),
    "a report": lambda ds: ds.add_new(0x00420011, "OB", b"%PDF"),
    "an overlay in the pixels": lambda ds: ds.add_new(0x60000010, "US", 16),
    "pixels too long": lambda ds: setattr(ds, "PixelData", ds.PixelData + b"Smith^John"),
    "no name": lambda ds: ds.__delitem__("SOPInstanceUID"),
    "another character set": lambda ds: ds.add(nested(element(0x00080005, "CS", "ISO_IR 144"), 1)),
}


@pytest.mark.parametrize("kind", UNUSUAL)
def test_what_is_unusual_is_left_to_the_walk_over_the_data_set(kind: str) -> None:
    ds = phantoms.ct(size=16)
    UNUSUAL[kind](ds)
    with pytest.raises(AssertionError, match="unusual"):
        fast(written(ds))


def test_bytes_in_gaps_are_unusual() -> None:
    data = phantoms.data(phantoms.ct(size=16))
    at = data.index(b"OW\0\0")
    reserved = data[: at + 2] + b"Sm" + data[at + 4 :]
    for odd in (data[:-7], reserved, data[:128] + data[132:]):
        with pytest.raises(AssertionError, match="unusual"):
            fast(odd)


def test_changed_bytes_give_the_same_copy_or_are_unusual() -> None:
    """Random damage, always the same: the way over the bytes never says more than the other one."""
    chance = random.Random(7)
    data = phantoms.data(busy(ExplicitVRLittleEndian))
    taken = 0
    deidentifier = Deidentifier(SECRET)
    for _ in range(120):
        odd = bytearray(data)
        at = chance.randrange(132, len(odd) - 600)
        odd[at : at + chance.choice((0, 1, 1, 2))] = bytes(
            chance.randrange(256) for _ in range(chance.choice((1, 1, 2)))
        )
        try:
            one = deidentifier._copier.copy(bytes(odd))
        except Unsure:
            continue
        taken += 1
        other = slow(bytes(odd), Options())
        assert one == other
    assert taken > 10


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore")
def test_real_files_in_both_ways() -> None:
    if not CORPUS.is_dir():
        assert not os.environ.get("CI"), "the corpus of real files is missing"
        pytest.skip("the corpus of real files is not beside the clone")
    files = sorted(p for p in CORPUS.rglob("*") if p.is_file() and 500 < p.stat().st_size < 200_000)
    taken = 0
    for path in files[::40]:
        data = path.read_bytes()
        for options in OPTIONS:
            try:
                one = Deidentifier(SECRET, options).copy(data, _never, _never)
            except AssertionError:
                continue
            taken += 1
            assert told(one) == told(slow(data, options)), path.name
    assert taken > 50


def test_what_is_taken_as_unusual_goes_the_other_way() -> None:
    ds = phantoms.ct(size=16)
    ds.Manufacturer = "Formula"
    data = phantoms.data(ds)
    copy = Deidentifier(SECRET).copy(data, lambda end: pydicom.dcmread(io.BytesIO(data[:end])), written)
    assert told(copy) == told(slow(data, Options())) and b"Formula" not in copy.data
    with pytest.raises(SafelightError):
        ds.BurnedInAnnotation = "YES"
        Deidentifier(SECRET).copy(
            phantoms.data(ds), lambda end: pydicom.dcmread(io.BytesIO(phantoms.data(ds))), written
        )


def test_the_head_of_the_file_is_made_from_nothing() -> None:
    ds = phantoms.ct(size=16)
    ds.preamble = b"Smith".ljust(128, b"x")
    ds.file_meta.SourceApplicationEntityTitle = "SMITH"
    copy = fast(written(ds))
    assert copy.data[:132] == bytes(128) + b"DICM" and b"SMITH" not in copy.data
    (length,) = struct.unpack_from("<L", copy.data, 140)
    assert copy.data[144 + length : 148 + length] == b"\x08\0\x05\0" or copy.data[144 + length :][:2] == b"\x08\0"


@pytest.mark.parametrize("tag", [0x00280004, 0x00080008, 0x00180050, 0x00080070, 0x00200013])
def test_nothing_hides_behind_a_nul(tag: int) -> None:
    ds = phantoms.ct(size=8)
    ds.add(element(tag, "LO"))
    data = phantoms.data(ds)
    value = ds[tag].value.encode()
    hidden = b"A\0" + value[2:]
    vr = {0x00280004: b"CS", 0x00080008: b"CS", 0x00180050: b"DS", 0x00200013: b"IS"}.get(tag, b"LO")
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    data = data.replace(head + b"LO", head + vr).replace(value, hidden)
    assert hidden in data
    copy = Deidentifier(SECRET).copy(data, lambda end: pydicom.dcmread(io.BytesIO(data)), written)
    assert value[2:] not in copy.data
