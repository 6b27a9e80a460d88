from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRBigEndian

from tests import phantoms
from tui.core.frames import Frame, decode
from tui.errors import NoPictureError


def header(rows: int, columns: int, **values: object) -> Dataset:
    """An Image Pixel module; 16 bits unsigned grey unless said otherwise."""
    ds = Dataset()
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = rows, columns, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    for keyword, value in values.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_stored_values_are_the_bits_from_high_bit_down_with_their_sign(data: st.DataObject) -> None:
    """PS3.5 8.1.1: value = bits HighBit-BitsStored+1 .. HighBit, two's complement if Pixel Representation is 1."""
    bits = data.draw(st.sampled_from([8, 16, 32]))
    stored = data.draw(st.integers(1, bits))
    high = data.draw(st.integers(stored - 1, bits - 1))
    signed = data.draw(st.booleans())
    cells = data.draw(stnp.arrays(f"<u{bits // 8}", (2, 3)))
    ds = header(2, 3, BitsAllocated=bits, BitsStored=stored, HighBit=high, PixelRepresentation=int(signed))
    found = decode(ds, 0, cells.tobytes()).stored
    for cell, value in zip(cells.flat, found.flat, strict=True):
        expected = (int(cell) >> (high - stored + 1)) & ((1 << stored) - 1)
        if signed and expected >> (stored - 1):
            expected -= 1 << stored
        assert int(value) == expected


def test_high_bit_15_of_12_bits_is_shifted_down() -> None:
    ds = header(1, 1, BitsStored=12, HighBit=15)
    assert decode(ds, 0, b"\x30\x12").stored[0, 0] == 0x123


@pytest.mark.parametrize("kind", ["<u4", "<i4", "<u8", "<i8"])
def test_32_and_64_bit_integers(kind: str) -> None:
    values = np.array([[0, 1, np.iinfo(kind).max, np.iinfo(kind).min]], kind)
    bits = 8 * values.itemsize
    ds = header(1, 4, BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=int(kind[1] == "i"))
    found = decode(ds, 0, values.tobytes()).stored
    assert found.dtype == values.dtype
    assert (found == values).all()


@pytest.mark.parametrize("kind", ["<f4", "<f8"])
def test_float_pixels_by_the_attributes_they_lack(kind: str) -> None:
    values = np.array([[0.5, np.nan, -np.inf]], kind)
    ds = header(1, 3, BitsAllocated=8 * values.itemsize, BitsStored=None, HighBit=None, PixelRepresentation=None)
    frame = decode(ds, 0, values.tobytes())
    np.testing.assert_array_equal(frame.stored, values)
    assert frame.stored.dtype.kind == "f"


def test_bits_are_unpacked_from_the_least_significant() -> None:
    ds = header(2, 5, BitsAllocated=1, BitsStored=1, HighBit=0)
    found = decode(ds, 0, b"\x05\x02").stored
    assert found.tolist() == [[1, 0, 1, 0, 0], [0, 0, 0, 0, 1]]


@settings(max_examples=20, deadline=None)
@given(stnp.arrays(np.uint16, (3, 5), elements=st.integers(0, 4095)))
def test_twelve_bits_packed(values: np.ndarray) -> None:
    stream = sum(int(v) << (12 * i) for i, v in enumerate(values.flat))
    ds = header(3, 5, BitsAllocated=12, BitsStored=12, HighBit=11)
    assert (decode(ds, 0, stream.to_bytes(23, "little")).stored == values).all()


def test_planes_are_interleaved() -> None:
    cube = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    common = {
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "RGB",
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
    }
    by_pixel = decode(header(2, 3, PlanarConfiguration=0, **common), 0, cube.tobytes())
    by_plane = decode(header(2, 3, PlanarConfiguration=1, **common), 0, np.moveaxis(cube, -1, 0).tobytes())
    assert (by_pixel.stored == cube).all()
    assert (by_plane.stored == cube).all()
    assert by_plane.stored.flags.c_contiguous


def ybr_422(rows: int, columns: int) -> Dataset:
    return header(
        rows, columns, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422", PlanarConfiguration=0,
        BitsAllocated=8, BitsStored=8, HighBit=7,
    )  # fmt: skip


def test_subsampled_colour_is_spread_and_named_full() -> None:
    frame = decode(ybr_422(1, 4), 0, bytes([1, 2, 100, 200, 3, 4, 110, 210]))
    assert frame.stored.tolist() == [[[1, 100, 200], [2, 100, 200], [3, 110, 210], [4, 110, 210]]]
    assert frame.photometric == "YBR_FULL"


def test_422_that_is_not_subsampled_is_taken_as_it_is() -> None:
    full = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
    frame = decode(ybr_422(1, 4), 0, full.tobytes())
    assert (frame.stored == full).all()
    assert frame.photometric == "YBR_FULL"
    assert frame.notes


def test_422_of_odd_size_has_all_its_pixels() -> None:
    frame = decode(ybr_422(1, 3), 0, bytes([1, 2, 100, 200, 3, 0]))
    assert frame.stored.shape == (1, 3, 3)
    assert frame.stored[0, :2].tolist() == [[1, 100, 200], [2, 100, 200]]


def test_big_endian_words() -> None:
    values = np.array([[1, 0x1234]], ">u2")
    ds = phantoms.grey(np.zeros((1, 2), np.uint16))
    ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    found = decode(ds, 0, values.tobytes()).stored
    assert found.tolist() == [[1, 0x1234]]
    assert found.dtype.isnative


def test_defaults_of_what_is_missing() -> None:
    ds = header(
        1, 2, SamplesPerPixel=None, PhotometricInterpretation=None, BitsStored=None, HighBit=None,
        PixelRepresentation=None,
    )  # fmt: skip
    frame = decode(ds, 0, b"\1\0\2\0")
    assert frame.stored.tolist() == [[1, 2]]
    assert frame.photometric == "MONOCHROME2"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Rows": None}, "Rows"),
        ({"Columns": 0}, "Columns"),
        ({"BitsAllocated": None, "BitsStored": None}, "BitsAllocated"),
        ({"BitsAllocated": 7}, "Bits Allocated is 7"),
        ({"SamplesPerPixel": 4}, "Samples per Pixel is 4"),
        ({"SamplesPerPixel": 0}, "Samples per Pixel is 0"),
    ],
)
def test_what_cannot_be_assumed_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(NoPictureError, match=named):
        decode(header(2, 2, **change), 0, bytes(8))


def test_a_frame_that_is_nearly_whole_is_shown_with_a_note_and_less_is_refused() -> None:
    ds = header(2, 2)
    frame = decode(ds, 0, b"\1\0\2\0\3\0")
    assert frame.stored.tolist() == [[1, 2], [3, 0]]
    assert "25 %" in frame.notes[0]
    with pytest.raises(NoPictureError, match="3 bytes, 8 are needed"):
        decode(ds, 0, b"\1\0\2")


def test_65535_by_65535_of_two_bytes_is_refused_at_once() -> None:
    with pytest.raises(NoPictureError, match="2 bytes"):
        decode(header(65535, 65535), 0, b"\0\0")


def test_uncompressed_pixels_under_a_compressed_syntax_are_read() -> None:
    ds: FileDataset = phantoms.grey(np.zeros((2, 2), np.uint8))
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"
    frame = decode(ds, 0, bytes([1, 2, 3, 4]))
    assert frame.stored.tolist() == [[1, 2], [3, 4]]
    assert "not compressed" in frame.notes[0]


def test_a_frame_says_how_much_it_takes() -> None:
    frame = Frame(np.zeros((4, 5), np.uint16), "MONOCHROME2", Dataset())
    assert frame.nbytes == 40


@pytest.mark.parametrize("how", ["native", "rle", "jpegls"])
def test_bits_beside_the_pixels_are_kept_where_overlays_lie_in_them(how: str) -> None:
    import imagecodecs
    from pydicom.pixels.encoders import RLELosslessEncoder

    cells = np.random.default_rng(3).integers(0, 1 << 16, (8, 9), dtype=np.uint16)
    ds = header(8, 9, BitsStored=12, HighBit=11)
    ds.file_meta = Dataset()
    ds.file_meta.TransferSyntaxUID = {
        "native": "1.2.840.10008.1.2.1", "rle": "1.2.840.10008.1.2.5", "jpegls": "1.2.840.10008.1.2.4.80",
    }[how]  # fmt: skip
    data = cells.tobytes()
    if how == "jpegls":
        data = imagecodecs.jpegls_encode(cells)
    if how == "rle":
        data = RLELosslessEncoder.encode(
            cells, rows=8, columns=9, samples_per_pixel=1, bits_allocated=16, bits_stored=16, pixel_representation=0,
            photometric_interpretation="MONOCHROME2", number_of_frames=1,
        )  # fmt: skip
    plain = decode(ds, 0, data)
    assert plain.raw is None
    ds.add_new((0x6002, 0x0102), "US", 14)
    found = decode(ds, 0, data)
    assert found.raw is not None
    assert np.array_equal(found.raw, cells)
    assert np.array_equal(found.stored, cells & 0x0FFF)
    assert found.nbytes == 2 * plain.nbytes
    ds.add_new((0x6002, 0x3000), "OW", b"\0" * 10)  # an overlay with data of its own
    assert decode(ds, 0, data).raw is None
