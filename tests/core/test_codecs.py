from __future__ import annotations

import struct
import time
import zlib

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels.encoders.native import _encode_frame as pydicom_rle  # the oracle of PS3.5 annex G
from pydicom.uid import UID

from tests import phantoms
from tui.core import codecs
from tui.core.codecs import Wanted, decompress
from tui.core.codestreams import reversible_blocks
from tui.core.frames import decode
from tui.errors import NoDecoderError, NoPictureError, UndecodableError

J = "1.2.840.10008.1.2.4."
RLE = "1.2.840.10008.1.2.5"
GREY = (phantoms.head(64) + 1024).astype(np.uint16)
HU = phantoms.head(64).astype(np.int16)
GREY8 = (GREY >> 4).astype(np.uint8)
COLOUR = np.stack(np.broadcast_arrays(np.arange(64), np.arange(64)[:, None] * 2, 90), -1).astype(np.uint8)


def wanted(array: np.ndarray, photometric: str = "") -> Wanted:
    samples = array.shape[2] if array.ndim == 3 else 1
    return Wanted(
        *array.shape[:2], samples, 8 * array.itemsize, photometric or ("RGB" if samples == 3 else "MONOCHROME2")
    )


LOSSLESS = [
    ("57", imagecodecs.ljpeg_encode(GREY, bitspersample=16), GREY),
    ("70", imagecodecs.jpeg8_encode(GREY8, lossless=True), GREY8),
    ("70", imagecodecs.jpeg8_encode(COLOUR, lossless=True), COLOUR),
    ("80", imagecodecs.jpegls_encode(GREY), GREY),
    ("80", imagecodecs.jpegls_encode(COLOUR), COLOUR),
    ("90", imagecodecs.jpeg2k_encode(GREY, codecformat="j2k", level=0), GREY),
    ("90", imagecodecs.jpeg2k_encode(COLOUR, codecformat="jp2", level=0), COLOUR),
    ("90", imagecodecs.jpeg2k_encode(HU, codecformat="j2k", level=0), HU),
    ("110", imagecodecs.jpegxl_encode(GREY, lossless=True), GREY),
    ("110", imagecodecs.jpegxl_encode(COLOUR, lossless=True), COLOUR),
    ("201", imagecodecs.htj2k_encode(GREY), GREY),
    ("202", imagecodecs.htj2k_encode(COLOUR), COLOUR),
]  # fmt: skip


@pytest.mark.parametrize(("syntax", "stream", "expected"), LOSSLESS)
def test_lossless_streams_come_back_bit_for_bit(syntax: str, stream: bytes, expected: np.ndarray) -> None:
    decoded = decompress(J + syntax, stream, wanted(expected))
    np.testing.assert_array_equal(decoded.array, expected)
    assert decoded.notes == ()


# ------------------------------------------------------------------------------------------------ RLE and deflate


def rle(array: np.ndarray) -> bytes:
    from pydicom.pixels.encoders.base import EncodeRunner

    runner = EncodeRunner(UID(RLE))
    samples = array.shape[2] if array.ndim == 3 else 1
    runner.set_options(
        rows=array.shape[0], columns=array.shape[1], samples_per_pixel=samples, number_of_frames=1,
        pixel_representation=0,
        bits_allocated=8 * array.itemsize, bits_stored=8 * array.itemsize, planar_configuration=0,
        photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2", byteorder="<",
    )  # fmt: skip
    return bytes(pydicom_rle(array.tobytes(), runner))


@pytest.mark.parametrize("array", [GREY8, GREY, GREY.astype("<u4") * 70001, COLOUR, COLOUR.astype("<u2") * 257])
def test_rle_as_pydicom_encodes_it(array: np.ndarray) -> None:
    decoded = decompress(RLE, rle(array), wanted(array))
    np.testing.assert_array_equal(decoded.array, array)


def frame_of(*segments: bytes) -> bytes:
    offsets = np.cumsum([64, *map(len, segments)])[:-1]
    return struct.pack("<16L", len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


def test_rle_that_grows_to_megabytes_is_cut_at_the_frame() -> None:
    decoded = decompress(RLE, frame_of(b"\x81\x07" * 100_000), Wanted(16, 16, 1, 8, "MONOCHROME2"))
    assert decoded.array.shape == (16, 16)
    assert (decoded.array == 7).all()


def test_rle_that_ends_early_is_noted_or_refused() -> None:
    some = Wanted(16, 16, 1, 8, "MONOCHROME2")
    decoded = decompress(RLE, frame_of(bytes([127, *range(128)]) + bytes([63, *range(64)])), some)
    assert decoded.array.reshape(-1)[:192].tolist() == [*range(128), *range(64)]
    assert "25 %" in decoded.notes[0]
    with pytest.raises(NoPictureError, match="40 of 256"):
        decompress(RLE, frame_of(bytes([39, *range(40)])), some)


@pytest.mark.parametrize("count", [0, 2, 15, 2**32 - 1])
def test_rle_with_another_number_of_segments_is_refused(count: int) -> None:
    data = struct.pack("<16L", count, *[64] * 15) + b"\x7f" * 200
    with pytest.raises(NoPictureError, match="segments"):
        decompress(RLE, data, Wanted(16, 16, 1, 8, "MONOCHROME2"))


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_deflated_frames(bits: int) -> None:
    native = np.random.default_rng(bits).integers(0, 256, 64 * 64 * bits // 8, np.uint8).tobytes()
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(native) + packer.flush()
    decoded = decompress("1.2.840.10008.1.2.8.1", data, Wanted(64, 64, 1, bits, "MONOCHROME2"))
    back = np.packbits(decoded.array, bitorder="little") if bits == 1 else decoded.array
    assert back.tobytes() == native
    with pytest.raises(NoPictureError, match="of"):
        decompress("1.2.840.10008.1.2.8.1", data[: len(data) // 2], Wanted(64, 64, 1, bits, "MONOCHROME2"))


# ------------------------------------------------------------------------------------------------ colour of JPEG


def without(stream: bytes, marker: int) -> bytes:
    """The stream without its segments of that marker."""
    at = 2
    while stream[at] == 0xFF and stream[at + 1] != 0xDA:
        length = 2 + struct.unpack_from(">H", stream, at + 2)[0]
        if stream[at + 1] == marker:
            stream = stream[:at] + stream[at + length :]
        else:
            at += length
    return stream


def renamed(stream: bytes, names: bytes) -> bytes:
    """The stream with other component identifiers, in SOF0 and SOS."""
    data = bytearray(stream)
    frame, scan = stream.index(b"\xff\xc0"), stream.index(b"\xff\xda")
    for i, name in enumerate(names):
        data[frame + 10 + 3 * i] = name
        data[scan + 5 + 2 * i] = name
    return bytes(data)


YCC = without(
    without(
        imagecodecs.jpeg8_encode(COLOUR, level=98, colorspace="RGB", outcolorspace="YCBCR", subsampling="444"), 0xE0
    ),
    0xEE,
)
HALF = without(without(imagecodecs.jpeg8_encode(COLOUR, level=98, subsampling="420"), 0xE0), 0xEE)
PLAIN = renamed(
    without(without(imagecodecs.jpeg8_encode(COLOUR, level=98, colorspace="RGB", outcolorspace="RGB"), 0xE0), 0xEE),
    b"\1\2\3",
)
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def adobe(transform: int) -> bytes:
    return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])


@pytest.mark.parametrize(
    ("stream", "photometric", "noted"),
    [
        (YCC, "YBR_FULL_422", False),
        (YCC, "YBR_FULL", False),
        (PLAIN, "RGB", False),
        (YCC, "RGB", None),
        (YCC[:2] + JFIF + YCC[2:], "RGB", True),
        (HALF, "RGB", True),
        (YCC[:2] + adobe(1) + YCC[2:], "RGB", True),
        (PLAIN[:2] + adobe(0) + PLAIN[2:], "YBR_FULL_422", True),
        (renamed(PLAIN, b"RGB"), "YBR_FULL_422", True),
        (renamed(PLAIN, b"rgb"), "RGB", False),
    ],
)
def test_jpeg_colours_are_those_of_the_stream(stream: bytes, photometric: str, noted: bool | None) -> None:
    """``noted`` None: nothing in the stream contradicts the header, so its (wrong) word is taken."""
    decoded = decompress(J + "50", stream, wanted(COLOUR, photometric))
    assert decoded.photometric == "RGB"
    assert (np.abs(decoded.array.astype(int) - COLOUR).max() < 12) == (noted is not None)
    assert bool(decoded.notes) == bool(noted)


def test_lossless_ybr_stays_ybr() -> None:
    stream = imagecodecs.jpegls_encode(COLOUR)
    decoded = decompress(J + "80", stream, wanted(COLOUR, "YBR_FULL"))
    assert decoded.photometric == "YBR_FULL"


@pytest.mark.parametrize("photometric", ["YBR_RCT", "YBR_ICT", "RGB"])
def test_the_transforms_of_jpeg_2000_are_undone(photometric: str) -> None:
    stream = imagecodecs.jpeg2k_encode(COLOUR, codecformat="j2k", level=0, mct=True)
    decoded = decompress(J + "90", stream, wanted(COLOUR, photometric))
    assert decoded.photometric == "RGB"
    assert (decoded.array == COLOUR).all()


# ------------------------------------------------------------------------------------------------ streams that lie


def test_a_wrong_scan_header_is_mended_with_a_note() -> None:
    good = imagecodecs.jpeg8_encode(GREY8, level=90)
    scan = good.index(b"\xff\xda")
    broken = good[: scan + 8] + b"\x05" + good[scan + 9 :]
    assert good[scan + 7 : scan + 9] == b"\x00\x3f"
    expected = decompress(J + "51", good, wanted(GREY8))
    decoded = decompress(J + "51", broken, wanted(GREY8))
    assert (decoded.array == expected.array).all()
    assert expected.notes == ()
    assert "scan header" in decoded.notes[0]


def grown(stream: bytes, rows: int, columns: int) -> bytes:
    """The stream with another size in its head."""
    data = bytearray(stream)
    if stream.startswith(b"\xff\x4f"):
        struct.pack_into(">II", data, 8, columns, rows)
    else:
        at = next(stream.index(m) for m in (b"\xff\xc0", b"\xff\xc3", b"\xff\xf7") if m in stream)
        struct.pack_into(">HH", data, at + 5, rows, columns)
    return bytes(data)


@pytest.mark.parametrize(
    ("syntax", "stream", "size"),
    [
        ("50", imagecodecs.jpeg8_encode(GREY8), 65500),
        ("70", imagecodecs.jpeg8_encode(GREY8, lossless=True), 65500),
        ("80", imagecodecs.jpegls_encode(GREY8), 65000),
        ("90", imagecodecs.jpeg2k_encode(GREY8, codecformat="j2k"), 1 << 30),
    ],
)
def test_a_stream_of_another_size_is_refused_before_decoding(syntax: str, stream: bytes, size: int) -> None:
    with pytest.raises(NoPictureError, match=f"64 x 64 pixels, the compressed stream {size} x {size}"):
        decompress(J + syntax, grown(stream, size, size), wanted(GREY8))


def test_a_stream_of_millions_of_tiles_is_refused() -> None:
    data = bytearray(imagecodecs.jpeg2k_encode(np.zeros((1024, 1024), np.uint8), codecformat="j2k"))
    struct.pack_into(">II", data, 24, 1, 1)
    with pytest.raises(NoPictureError, match="1048576 tiles"):
        decompress(J + "90", bytes(data), Wanted(1024, 1024, 1, 8, "MONOCHROME2"))


def test_samples_must_agree() -> None:
    with pytest.raises(NoPictureError, match="1 samples a pixel, the compressed stream has 3"):
        decompress(J + "50", imagecodecs.jpeg8_encode(COLOUR), Wanted(64, 64, 1, 8, "MONOCHROME2"))


def test_a_stream_of_another_family_is_decoded_by_what_it_is() -> None:
    decoded = decompress(J + "90", imagecodecs.jpegls_encode(GREY), wanted(GREY))
    assert (decoded.array == GREY).all()
    assert "JPEG-LS" in decoded.notes[0]


@pytest.mark.parametrize(("syntax", "stream", "expected"), LOSSLESS)
def test_noise_after_the_head_is_a_sentence(syntax: str, stream: bytes, expected: np.ndarray) -> None:
    noise = np.random.default_rng(5).bytes(500)
    with pytest.raises(NoPictureError):
        decompress(J + syntax, stream[:12] + noise, wanted(expected))
    with pytest.raises(NoPictureError, match="does not begin"):
        decompress(J + syntax, noise, wanted(expected))


def test_the_overshoot_of_an_irreversible_htj2k_stream_is_clipped() -> None:
    hard = np.where(np.indices((64, 64)).sum(0) // 5 % 2, 255, 0).astype(np.uint8)
    stream = imagecodecs.htj2k_encode(hard, level=0.02, reversible=False)
    for syntax in ("201", "203"):
        decoded = decompress(J + syntax, stream, wanted(hard))
        assert np.abs(decoded.array.astype(int) - hard).max() < 20  # OpenJPH wraps: 255


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.9])
def test_a_cut_htj2k_stream_is_never_taken_for_whole(cut: float) -> None:
    stream = imagecodecs.htj2k_encode(GREY)
    assert reversible_blocks(stream)
    assert reversible_blocks(stream + b"\0")
    assert not reversible_blocks(stream[: int(len(stream) * cut)])
    assert not reversible_blocks(imagecodecs.htj2k_encode(GREY, level=0.02, reversible=False))
    assert not reversible_blocks(imagecodecs.jpeg2k_encode(GREY, level=0, codecformat="j2k"))


def test_a_broken_htj2k_stream_is_no_picture() -> None:
    stream = imagecodecs.htj2k_encode(GREY)
    with pytest.raises(NoPictureError):
        decompress(J + "201", stream[: len(stream) // 2], wanted(GREY))


def test_a_cut_jpeg_ls_stream_fails_at_once() -> None:
    """CharLS would count for seconds at some of these cuts."""
    stream = imagecodecs.jpegls_encode(GREY)
    before = time.process_time()
    for end in range(100, len(stream) - 4, len(stream) // 150):
        with pytest.raises(NoPictureError):
            decompress(J + "80", stream[:end], wanted(GREY))
    assert time.process_time() - before < 2  # one slow cut alone takes 4


def test_what_no_decoder_knows_is_named() -> None:
    with pytest.raises(NoDecoderError, match="video"):
        decompress(J + "102", b"\0\0\0\x18ftyp", wanted(GREY8))
    with pytest.raises(NoDecoderError, match="1\\.2\\.3␛"):
        decompress("1.2.3\x1b", b"", wanted(GREY8))


def test_the_next_decoder_is_tried_and_named() -> None:
    def fails(*_: object) -> codecs.Decoded:
        raise RuntimeError("no \x1b luck")

    def absent(*_: object) -> codecs.Decoded:
        raise ImportError

    stream = imagecodecs.jpeg8_encode(GREY8, level=95)
    table = codecs._DECODERS
    original = dict(table)
    try:
        table["jpeg8"] = fails
        decoded = decompress(J + "50", stream, wanted(GREY8))
        assert np.abs(decoded.array.astype(int) - GREY8).max() < 30
        assert "pillow" in decoded.notes[0]
        assert "no ␛ luck" in decoded.notes[0]
        table["jpeg8"] = table["pillow"] = absent
        with pytest.raises(NoDecoderError, match="not installed"):
            decompress(J + "50", stream, wanted(GREY8))
    finally:
        table.update(original)


# ------------------------------------------------------------------------------------------------ sign and depth


def compressed_header(array: np.ndarray, syntax: str, **values: object) -> Dataset:
    ds = phantoms.grey(array)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(J + syntax)
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def test_jpeg_ls_has_its_sign_from_the_header() -> None:
    values = np.arange(-2048, 2048, dtype=np.int16).reshape(64, 64)
    stream = imagecodecs.jpegls_encode(values.view(np.uint16))
    frame = decode(compressed_header(values, "80", BitsStored=12, HighBit=11, PixelRepresentation=1), 0, stream)
    assert (frame.stored == values).all()
    assert frame.stored.dtype == np.int16


@pytest.mark.parametrize("signed", [False, True])
def test_the_header_wins_where_jpeg_2000_has_another_sign(signed: bool) -> None:
    values = np.arange(4096, dtype=np.int16).reshape(64, 64) - 2048
    pattern = values if not signed else values.view(np.uint16)  # the stream says the opposite of the header
    stream = imagecodecs.jpeg2k_encode(pattern, codecformat="j2k", level=0)
    frame = decode(compressed_header(values, "90", PixelRepresentation=int(signed)), 0, stream)
    assert (frame.stored == (values if signed else values.view(np.uint16))).all()


def test_garbage_above_bits_stored_is_dropped_from_lossless_and_kept_from_lossy() -> None:
    values = np.full((64, 64), 0x1234, np.uint16)
    stream = imagecodecs.jpegls_encode(values)
    header = {"BitsStored": 12, "HighBit": 11}
    assert (decode(compressed_header(values, "80", **header), 0, stream).stored == 0x234).all()
    assert (decode(compressed_header(values, "81", **header), 0, stream).stored == 0x1234).all()


def test_eight_bit_streams_in_sixteen_bits_allocated() -> None:
    frame = decode(
        compressed_header(GREY8.astype(np.uint16), "70", BitsStored=8, HighBit=7), 0,
        imagecodecs.jpeg8_encode(GREY8, lossless=True),
    )  # fmt: skip
    assert frame.stored.dtype == np.uint16
    assert (frame.stored == GREY8).all()


def test_a_jpeg_that_is_cut_is_shown_with_a_note() -> None:
    whole = imagecodecs.jpeg8_encode(GREY8)
    ds = compressed_header(GREY8, "50")
    assert decode(ds, 0, whole + b"\0" * 200).notes == ()
    assert "a part of it may be missing" in decode(ds, 0, whole[: len(whole) // 2]).notes[0]


def test_who_decoded_and_what_others_said_is_kept() -> None:
    stream = imagecodecs.jpegls_encode(GREY8)
    assert decode(compressed_header(GREY8, "80"), 0, stream).decoder == "jpegls"
    with pytest.raises(
        UndecodableError, match="No decoder can read the JPEG-LS Lossless frame: it is damaged"
    ) as caught:
        decode(compressed_header(GREY8, "80"), 0, stream[: len(stream) // 2])
    assert caught.value.reasons[0].startswith("jpegls: ")
    assert len(str(caught.value)) < 80


def test_where_the_first_decoder_refuses_the_next_one_tries_and_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refusing(*words: object) -> codecs.Decoded:
        raise ValueError("not this one")

    monkeypatch.setitem(codecs._DECODERS, "jpeg8", refusing)
    frame = decode(compressed_header(GREY8, "50"), 0, imagecodecs.jpeg8_encode(GREY8, level=100))
    assert frame.decoder == "pillow"
    assert "jpeg8: not this one" in frame.notes[0]
    assert np.abs(frame.stored.astype(int) - GREY8).max() <= 2
