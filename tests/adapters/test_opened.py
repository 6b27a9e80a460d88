from __future__ import annotations

import gc
import os
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
)

from tests import phantoms
from tui.adapters.opened import OpenInstance, open_instance
from tui.errors import NoPictureError, NotDicomError, SafelightError, UnreadableError
from tui.service.settings import Limits

STACK = np.stack([phantoms.head(32, z) + 1024 for z in (-0.6, 0.0, 0.4, 0.8)]).astype(np.uint16)


def opened(path: Path, **limits: int) -> OpenInstance:
    return open_instance(str(path), Limits(**limits))


def stored(path: Path) -> np.ndarray:
    instance = opened(path)
    return np.stack([instance.frame(i).stored for i in range(instance.frames)])


def compressed(
    streams: list[bytes], *, table: bool = True, split: int = 1, extended: bool = False, syntax: str = JPEGLSLossless
) -> FileDataset:
    """STACK with these streams as its frames."""
    ds = phantoms.grey(STACK[: len(streams)], phantoms.US_MULTI)
    ds.file_meta.TransferSyntaxUID = syntax
    if extended:
        ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = encapsulate_extended(streams)
    else:
        ds.PixelData = encapsulate(streams, fragments_per_frame=split, has_bot=table)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def save_big(ds: FileDataset, path: Path) -> None:
    """Write a phantom, whose Pixel Data are big endian already, in explicit VR big endian."""
    ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    ds.set_original_encoding(False, False)
    ds.save_as(path, enforce_file_format=True)


STREAMS = [imagecodecs.jpegls_encode(frame) for frame in STACK]


# ------------------------------------------------------------------------------------------------ native


@pytest.mark.parametrize("how", ["explicit", "implicit", "big", "deflated", "bare"])
def test_native_frames_of_every_encoding(how: str, tmp_path: Path) -> None:
    ds = phantoms.grey(STACK, phantoms.US_MULTI)
    path = tmp_path / "x"
    if how == "bare":
        phantoms.save(ds, path)
        data = path.read_bytes()
        meta = struct.unpack_from("<L", data, 140)[0]
        path.write_bytes(data[144 + meta :])  # neither preamble nor file meta
    elif how == "big":
        ds.PixelData = STACK.astype(">u2").tobytes()
        save_big(ds, path)
    else:
        syntax = {"implicit": ImplicitVRLittleEndian, "deflated": DeflatedExplicitVRLittleEndian}.get(how)
        ds.file_meta.TransferSyntaxUID = syntax or ds.file_meta.TransferSyntaxUID
        ds.save_as(path, enforce_file_format=True, implicit_vr=how == "implicit", little_endian=True)
    np.testing.assert_array_equal(stored(path), STACK)
    assert "PixelData" not in opened(path).dataset


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(1, 9)), big=st.booleans(), seed=st.integers(0))
def test_frames_of_one_bit_share_bytes(shape: tuple[int, int, int], big: bool, seed: int, tmp_path: Path) -> None:
    bits = np.random.default_rng(seed).integers(0, 2, shape, np.uint8)
    packed = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    packed += b"\0" * (len(packed) % 2)
    ds = phantoms.grey(bits, phantoms.US_MULTI)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 1, 0
    if big:  # PS3.5 8.1.2: in 16-bit words, so bytes change places
        packed = np.frombuffer(packed, "<u2").byteswap().tobytes()
    ds.add_new("PixelData", "OW", packed)
    path = tmp_path / "bits"
    (save_big if big else phantoms.save)(ds, path)
    np.testing.assert_array_equal(stored(path), bits)


def test_big_endian_bytes_in_words_of_odd_frames(tmp_path: Path) -> None:
    values = np.arange(3 * 3 * 5, dtype=np.uint8).reshape(3, 3, 5)
    ds = phantoms.grey(values, phantoms.US_MULTI)
    words = np.frombuffer(values.tobytes() + b"\0", "<u2").byteswap().tobytes()
    ds.add_new("PixelData", "OW", words)
    save_big(ds, tmp_path / "x")
    np.testing.assert_array_equal(stored(tmp_path / "x"), values)


@pytest.mark.parametrize("keyword", ["FloatPixelData", "DoubleFloatPixelData"])
def test_float_pixels(keyword: str, tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 2 * 4 * 6).reshape(2, 4, 6).astype("<f4" if keyword == "FloatPixelData" else "<f8")
    ds = phantoms.grey(np.zeros((2, 4, 6), np.uint16), phantoms.US_MULTI)
    del ds.PixelData, ds.PixelRepresentation, ds.BitsStored, ds.HighBit
    ds.BitsAllocated = 8 * values.itemsize
    setattr(ds, keyword, values.tobytes())
    np.testing.assert_array_equal(stored(phantoms.save(ds, tmp_path / "x")), values)


def test_an_icon_is_not_the_picture(tmp_path: Path) -> None:
    ds = phantoms.grey(STACK[0])
    icon = Dataset()
    icon.Rows, icon.Columns, icon.PixelData = 2, 2, b"abcd"
    icon["PixelData"].VR = "OB"
    ds.IconImageSequence = Sequence([icon])
    np.testing.assert_array_equal(stored(phantoms.save(ds, tmp_path / "x"))[0], STACK[0])


def test_what_follows_the_pixels_is_read_if_it_is_sound(tmp_path: Path) -> None:
    ds = phantoms.grey(STACK[0])
    ds.add_new(0xFFFCFFFC, "OB", b"pad!")
    path = phantoms.save(ds, tmp_path / "x")
    assert opened(path).dataset[0xFFFCFFFC].value == b"pad!"
    path.write_bytes(path.read_bytes() + b"\x10\x00\x10\x00PN\xff\x7fEvil")
    instance = opened(path)
    assert str(instance.dataset.PatientName) == "Phantom^Formula"
    assert instance.notes == ("What follows the pixel data is damaged and not shown.",)
    np.testing.assert_array_equal(instance.frame(0).stored, STACK[0])


# ------------------------------------------------------------------------------------------------ encapsulated


@pytest.mark.parametrize(
    "ds",
    [
        compressed(STREAMS),
        compressed(STREAMS, table=False),
        compressed(STREAMS, split=3),
        compressed(STREAMS, split=3, table=False),
        compressed(STREAMS, extended=True),
        compressed(STREAMS[:1], split=4, table=False),
    ],
    ids=["table", "walk", "fragments", "fragments walked", "extended", "one frame"],
)
def test_encapsulated_frames_however_they_are_found(ds: FileDataset, tmp_path: Path) -> None:
    found = stored(phantoms.save(ds, tmp_path / "x"))
    np.testing.assert_array_equal(found, STACK[: len(found)])
    assert len(found) == ds.NumberOfFrames


def with_table(data: bytes, *offsets: int) -> bytes:
    """The bytes of a file with another Basic Offset Table of the same length."""
    at = data.index(b"\xfe\xff\x00\xe0" + struct.pack("<L", 4 * len(offsets)))
    return data[: at + 8] + struct.pack(f"<{len(offsets)}L", *offsets) + data[at + 8 + 4 * len(offsets) :]


@pytest.mark.parametrize(
    "offsets", [(0, 9, 2**31, 2**31 + 9), (300, 200, 100, 0), (0, 0, 0, 0), (0, 10, 20, 30), (4, 60, 90, 99)]
)
def test_an_offset_table_that_lies_is_not_believed(offsets: tuple[int, ...], tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(with_table(phantoms.data(compressed(STREAMS)), *offsets))
    np.testing.assert_array_equal(stored(path), STACK)
    instance = opened(path)
    assert any("offset table" in note for note in instance.frame(2).notes)


def test_an_offset_table_into_the_middle_of_a_frame_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    data = phantoms.data(compressed(STREAMS, split=2))
    at = data.index(b"\xfe\xff\x00\xe0" + struct.pack("<L", 16))
    right = struct.unpack_from("<4L", data, at + 8)
    first = 8 + struct.unpack_from("<L", data, at + 24 + 4)[0]
    path.write_bytes(with_table(data, 0, first, *right[2:]))
    np.testing.assert_array_equal(opened(path).frame(1).stored, STACK[1])


def test_frames_that_are_not_there_are_not_promised(tmp_path: Path) -> None:
    ds = compressed(STREAMS, table=False)
    ds.NumberOfFrames = 9
    instance = opened(phantoms.save(ds, tmp_path / "x"))
    assert instance.frames == 4
    assert "9 frames; 4" in instance.frame(3).notes[0]
    with pytest.raises(NoPictureError, match="no frame 5"):
        instance.frame(4)
    native = phantoms.grey(STACK, phantoms.US_MULTI)
    native.NumberOfFrames = 2**31 - 1
    assert opened(phantoms.save(native, tmp_path / "y")).frames == 4


def test_rle_frames(tmp_path: Path) -> None:
    ds = phantoms.grey(STACK, phantoms.US_MULTI)
    ds.compress(RLELossless, generate_instance_uid=False)
    np.testing.assert_array_equal(stored(phantoms.save(ds, tmp_path / "x")), STACK)


# ------------------------------------------------------------------------------------------------ limits and lies


def test_a_frame_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    instance = opened(phantoms.save(phantoms.grey(STACK[0]), tmp_path / "x"), frame_bytes=1000)
    with pytest.raises(NoPictureError, match="frame_bytes") as caught:
        instance.frame(0)
    assert caught.value.hint


@pytest.mark.parametrize("limit", [512 * 2**20, 2**40])
def test_65535_by_65535_of_two_bytes(limit: int, tmp_path: Path) -> None:
    ds = phantoms.grey(np.zeros((1, 1), np.uint16))
    ds.Rows = ds.Columns = 65535
    instance = opened(phantoms.save(ds, tmp_path / "x"), frame_bytes=limit)
    assert instance.frames == 1
    with pytest.raises(NoPictureError):
        instance.frame(0)


def deflated(dataset: bytes, path: Path) -> Path:
    ds = phantoms.grey(np.zeros((1, 1), np.uint8))
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = phantoms.data(ds)
    meta = 144 + struct.unpack_from("<L", data, 140)[0]
    packer = zlib.compressobj(9, wbits=-15)
    path.write_bytes(data[:meta] + packer.compress(dataset) + packer.flush())
    return path


def test_a_deflate_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    path = deflated(bytes(64 * 2**20), tmp_path / "bomb")
    assert path.stat().st_size < 2**18
    with pytest.raises(UnreadableError, match="dataset_bytes"):
        opened(path, dataset_bytes=2**20)


def test_millions_of_elements_stop_at_the_limit(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.report(), tmp_path / "x")
    path.write_bytes(path.read_bytes() + b"\x09\x00\x10\x00LO\x00\x00" * 5000)
    with pytest.raises(UnreadableError, match="elements"):
        opened(path, elements=500)
    assert len(opened(path, elements=100_000).dataset)


def test_a_length_of_two_gigabytes_reserves_no_memory(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.report(), tmp_path / "x")
    path.write_bytes(path.read_bytes() + b"\x09\x00\x01\x10OB\x00\x00" + struct.pack("<L", 2**31 - 2) + b"abc")
    instance = opened(path)
    assert instance.frames == 0
    assert instance.notes == ("The file ends inside its header.",)


def test_deep_nesting_is_no_crash(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.report(), tmp_path / "x")
    item = b"\x40\x00\x30\xa7SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    path.write_bytes(path.read_bytes() + item * 5000)
    before = sys.getrecursionlimit()
    assert "nested deeper" in opened(path).notes[0]
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"not DICOM\n" * 100, bytes(1000), b"\x89PNG\r\n\x1a\n" + bytes(500), b"\x02\x00" + b"x" * 300],
)
def test_what_is_no_dicom_is_said(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(NotDicomError):
        opened(tmp_path / "x")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(UnreadableError):
            opened(path)


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    path = phantoms.save(compressed(STREAMS), tmp_path / "x")
    before = len(os.listdir("/proc/self/fd"))
    instances = [opened(path) for _ in range(20)]
    assert all(instance.frame(2).stored.any() for instance in instances)
    (tmp_path / "text").write_bytes(b"hello, this is a text")
    for other in (tmp_path, tmp_path / "text"):
        with pytest.raises(UnreadableError):
            opened(other)
    assert len(os.listdir("/proc/self/fd")) == before


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.replace(other, path)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


@pytest.mark.parametrize("change", [replaced, cut, Path.unlink])
def test_a_file_that_changed_gives_no_picture_of_another(change: Callable[[Path], None], tmp_path: Path) -> None:
    path = phantoms.save(phantoms.grey(STACK[0]), tmp_path / "x")
    instance = opened(path)
    change(path)
    with pytest.raises(NoPictureError):
        instance.frame(0)


def test_an_object_without_pixels_has_no_frames(tmp_path: Path) -> None:
    instance = opened(phantoms.save(phantoms.report(), tmp_path / "x"))
    assert instance.frames == 0
    with pytest.raises(NoPictureError, match="no pixels"):
        instance.frame(0)


@pytest.mark.parametrize("kind", ["elements", "values", "items", "deflated"])
def test_what_an_open_file_takes_is_about_known(kind: str, tmp_path: Path) -> None:
    ds = phantoms.ct(size=4)
    if kind == "elements":
        ds.update({tag: DataElement(tag, "LO", "x") for tag in range(0x00111000, 0x00111000 + 5000)})
    elif kind == "values":
        ds.add_new(0x00111001, "OB", bytes(2**20))
    else:
        if kind == "deflated":
            ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        ds.ReferencedImageSequence = [Dataset() for _ in range(1000)]
        for number, item in enumerate(ds.ReferencedImageSequence):
            item.ReferencedSOPInstanceUID = f"1.2.{number}"
    path = phantoms.save(ds, tmp_path / "file")
    list(opened(path).dataset.iterall())  # what is imported and cached is no part of it
    gc.collect()
    tracemalloc.start()
    instance = opened(path)
    list(instance.dataset.iterall())  # as the table of tags looks at all of them
    gc.collect()
    there, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert there / 2 < instance.nbytes < 4 * there


def test_several_threads_may_ask_at_once(tmp_path: Path) -> None:
    instance = opened(phantoms.save(compressed(STREAMS, split=2, table=False), tmp_path / "x"))
    with ThreadPoolExecutor(4) as pool:
        for index, frame in enumerate(pool.map(lambda i: instance.frame(i % 4), range(32))):
            np.testing.assert_array_equal(frame.stored, STACK[index % 4])
            assert frame.index == index % 4


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutants_raise_sentences_only(data: st.DataObject, tmp_path: Path) -> None:
    whole = bytearray(data.draw(st.sampled_from(MUTANTS)))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "mutant"
    path.write_bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    try:
        instance = opened(path, frame_bytes=2**24)
        for index in range(min(instance.frames, 4)):
            instance.frame(index)
    except SafelightError as error:
        assert error.sentence().isprintable()


MUTANTS = [
    phantoms.data(ds) for ds in (phantoms.ct(size=16), compressed(STREAMS), phantoms.colour(8), phantoms.report())
]


@pytest.mark.parametrize(("name", "value"), [("pixels", 100), ("frame_bytes", 100)])
def test_a_frame_beyond_a_limit_is_refused_by_its_name(tmp_path: Path, name: str, value: int) -> None:
    path = phantoms.save(phantoms.ct(0, size=16), tmp_path / "a")
    with pytest.raises(NoPictureError, match=f"passes the limit {name}") as caught:
        opened(path, **{name: value}).frame(0)
    assert f"raise {name} under [limits]" in caught.value.sentence()
