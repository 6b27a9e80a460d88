"""Rectangles made blank: what is outside keeps its bytes, in every layout of pixels."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from tests import phantoms
from tui.core.deidentify import rectangles
from tui.errors import RefusedError

BOXES = ((2, 1, 5, 3), (20, 20, 100, 100))
INSIDE = np.zeros((24, 32), bool)
INSIDE[1:4, 2:7] = INSIDE[20:, 20:] = True


def made(array: np.ndarray, photometric: str, **more: object) -> FileDataset:
    """An object with these samples: (frames, rows, columns[, samples])."""
    ds = phantoms.colour(size=8)
    ds.Rows, ds.Columns = array.shape[1:3]
    ds.NumberOfFrames = array.shape[0]
    ds.SamplesPerPixel = array.shape[3] if array.ndim == 4 else 1
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = ds.BitsStored = array.dtype.itemsize * 8
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(array.dtype.kind == "i")
    if array.ndim == 4:
        ds.PlanarConfiguration = 0
    else:
        del ds.PlanarConfiguration
    data = array.tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)
    ds["PixelData"].VR = "OW" if array.dtype.itemsize > 1 else "OB"
    for name, value in more.items():
        setattr(ds, name, value)
    return pydicom.dcmread(io.BytesIO(phantoms.data(ds)))


def samples(rng: np.random.Generator, kind: str, *shape: int) -> np.ndarray:
    info = np.iinfo(kind)
    return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)


def stored(ds: FileDataset) -> np.ndarray:
    """The samples as an independent reader has them."""
    again = pydicom.dcmread(io.BytesIO(phantoms.data(ds)))
    array = pydicom.pixels.pixel_array(again, raw=True)
    return array if array.ndim == 4 or (array.ndim == 3 and ds.SamplesPerPixel == 1) else array[None]


@pytest.mark.parametrize(
    ("kind", "photometric", "count", "black"),
    [
        ("u1", "MONOCHROME2", 1, 0),
        ("u2", "MONOCHROME2", 1, 0),
        ("u2", "MONOCHROME1", 1, 65535),
        ("u4", "MONOCHROME2", 1, 0),
        ("i2", "MONOCHROME2", 1, None),
        ("u1", "RGB", 3, (0, 0, 0)),
        ("u1", "YBR_FULL", 3, (0, 128, 128)),
        ("u2", "RGB", 3, (0, 0, 0)),
    ],
)
def test_native_pixels(kind: str, photometric: str, count: int, black: object) -> None:
    array = samples(np.random.default_rng(1), kind, 3, 24, 32, *([count] if count > 1 else []))
    ds = made(array, photometric)
    rectangles.clean(ds, BOXES)
    after = stored(ds)
    assert np.array_equal(after[:, ~INSIDE], array[:, ~INSIDE])
    wanted = array.min() if black is None else black
    assert (after[:, INSIDE] == wanted).all()
    assert ds.BurnedInAnnotation == "NO"
    assert [code.CodeValue for code in ds.DeidentificationMethodCodeSequence] == ["113101"]


def test_planes_pairs_bits_and_the_other_byte_order() -> None:
    rng = np.random.default_rng(2)
    array = samples(rng, "u1", 2, 24, 32, 3)
    ds = made(array, "RGB", PlanarConfiguration=1)
    ds.PixelData = array.transpose(0, 3, 1, 2).tobytes()
    rectangles.clean(ds, BOXES)
    planes = np.frombuffer(ds.PixelData, np.uint8).reshape(2, 3, 24, 32).transpose(0, 2, 3, 1)
    assert np.array_equal(planes[:, ~INSIDE], array[:, ~INSIDE]) and not planes[:, INSIDE].any()

    pairs = samples(rng, "u1", 2, 24, 16, 4)
    ds = made(array, "YBR_FULL_422")
    ds.PixelData = pairs.tobytes()
    boxes = rectangles.blanked(ds, BOXES)
    assert boxes == ((2, 1, 6, 3), (20, 20, 12, 4))
    rectangles.clean(ds, boxes)
    after = np.frombuffer(ds.PixelData, np.uint8).reshape(2, 24, 16, 4)
    wide = np.zeros((24, 16), bool)
    wide[1:4, 1:4] = wide[20:, 10:] = True
    assert np.array_equal(after[:, ~wide], pairs[:, ~wide]) and (after[:, wide] == (0, 0, 128, 128)).all()

    bits = rng.integers(0, 2, (3, 24, 32), dtype=np.uint8)
    ds = made(bits, "MONOCHROME2", BitsAllocated=1, BitsStored=1, HighBit=0)
    ds.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    rectangles.clean(ds, BOXES)
    after = np.unpackbits(np.frombuffer(ds.PixelData, np.uint8), bitorder="little")[: bits.size].reshape(bits.shape)
    assert np.array_equal(after[:, ~INSIDE], bits[:, ~INSIDE]) and not after[:, INSIDE].any()


def test_a_palette_has_its_darkest_colour() -> None:
    ds = made(samples(np.random.default_rng(3), "u1", 1, 24, 32), "PALETTE COLOR")
    for number, colour in enumerate(("Red", "Green", "Blue")):
        ds.add_new(0x00281101 + number, "US", [4, 0, 16])
        table = np.array([900, 800, 1, 700], "<u2") + number
        setattr(ds, f"{colour}PaletteColorLookupTableData", table.tobytes())
    rectangles.clean(ds, BOXES)
    assert (stored(ds)[:, INSIDE] == 2).all()


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"])
def test_lossless_pixels_keep_their_values(syntax: str) -> None:
    import imagecodecs

    array = samples(np.random.default_rng(4), "u1", 2, 24, 32)
    ds = made(array, "MONOCHROME2")
    if syntax.endswith(".5"):
        ds.compress(UID(syntax))
    else:
        encode = imagecodecs.jpegls_encode if syntax.endswith("80") else imagecodecs.jpeg2k_encode
        more = {} if syntax.endswith("80") else {"level": 0, "codecformat": "j2k"}
        frames = [bytes(encode(frame, **more)) for frame in array]
        ds.PixelData = encapsulate([frame + b"\0" * (len(frame) % 2) for frame in frames])
        ds["PixelData"].is_undefined_length = True
        ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds = pydicom.dcmread(io.BytesIO(phantoms.data(ds)))
    rectangles.clean(ds, BOXES)
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    after = stored(ds)
    assert np.array_equal(after[:, ~INSIDE], array[:, ~INSIDE]) and not after[:, INSIDE].any()


def test_lossy_pixels_are_stored_as_they_decode_and_say_what_they_were() -> None:
    import imagecodecs

    array = np.kron(samples(np.random.default_rng(5), "u1", 1, 6, 8, 3), np.ones((1, 4, 4, 1), np.uint8))
    stream = bytes(imagecodecs.jpeg8_encode(array[0], level=80, colorspace="RGB", outcolorspace="YCBCR"))
    ds = made(array, "YBR_FULL_422", LossyImageCompression="01", LossyImageCompressionRatio=9)
    ds.PixelData = encapsulate([stream + b"\0" * (len(stream) % 2)])
    ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.50")
    ds = pydicom.dcmread(io.BytesIO(phantoms.data(ds)))
    rectangles.clean(ds, BOXES)
    assert ds.LossyImageCompression == "01" and ds.PhotometricInterpretation == "RGB" and ds.PlanarConfiguration == 0
    after, decoded = stored(ds), imagecodecs.jpeg8_decode(stream)[None]
    assert np.array_equal(after[:, ~INSIDE], decoded[:, ~INSIDE]) and not after[:, INSIDE].any()


def test_what_cannot_be_decoded_is_refused() -> None:
    ds = made(samples(np.random.default_rng(6), "u1", 1, 24, 32), "MONOCHROME2")
    ds.PixelData = encapsulate([b"no jpeg at all!!"])
    ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.50")
    ds = pydicom.dcmread(io.BytesIO(phantoms.data(ds)))
    with pytest.raises(RefusedError, match="R11"):
        rectangles.clean(ds, BOXES)
    short = made(samples(np.random.default_rng(6), "u1", 1, 24, 32), "MONOCHROME2")
    short.PixelData = short.PixelData[:100]
    with pytest.raises(RefusedError, match="R11"):
        rectangles.clean(short, BOXES)


def test_seen_to_be_clean_changes_no_pixel() -> None:
    ds = made(samples(np.random.default_rng(7), "u1", 1, 24, 32), "MONOCHROME2", BurnedInAnnotation="YES")
    before = ds.PixelData
    rectangles.clean(ds, ())
    assert ds.PixelData == before and ds.BurnedInAnnotation == "NO"
    assert rectangles.blanked(ds, ((40, 0, 5, 5), (-3, -3, 5, 5))) == ((0, 0, 2, 2),)
