"""The bytes of one frame → its stored values (PS3.5 sections 8.1 and 8.2, PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import own_integer, text
from tui.core.codecs import Decoded, Wanted, decompress
from tui.core.codestreams import NATIVE, SYNTAXES, sniff
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

_BIG_ENDIAN = frozenset({"1.2.840.10008.1.2.2", "1.2.840.113619.5.2"})


@dataclass(frozen=True, eq=False)
class Frame:
    """One decoded frame, before any look-up table.

    Attributes
    ----------
    stored
        Stored values with sign and Bits Stored already applied, shape (rows, columns) or (rows, columns, 3); an integer
        type, or float32/float64. Do not write to it: it may be shared.
    photometric
        What the array is after decoding: ``RGB`` when the codec converted, whatever the file says; ``YBR_FULL`` when
        subsampled chroma were spread over all pixels.
    dataset
        Header of the instance, without pixels.
    index
        Frame number, from 0.
    notes
        Sentences on what had to be mended or assumed.
    raw
        The same samples with all Bits Allocated, unsigned, where overlays lie in those that the pixels do not use.
    """

    stored: NDArray[Any]
    photometric: str
    dataset: Dataset
    index: int = 0
    notes: tuple[str, ...] = ()
    raw: NDArray[Any] | None = None

    @property
    def nbytes(self) -> int:
        """Size of the samples in bytes, for the cache."""
        return int(self.stored.nbytes) + (0 if self.raw is None else int(self.raw.nbytes))


@dataclass(frozen=True, slots=True)
class Layout:
    """The Image Pixel module of an instance (PS3.3 C.7.6.3), defaults filled in.

    Attributes
    ----------
    bits, stored, high
        Bits Allocated, Bits Stored, High Bit.
    floating
        The values are Float or Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25).
    syntax
        Transfer syntax UID, empty where the file names none.
    shared
        Overlays lie in bits of the samples that the pixels do not use (PS3.3 C.9.2).
    """

    rows: int
    columns: int
    samples: int
    bits: int
    stored: int
    high: int
    signed: bool
    planar: bool
    photometric: str
    floating: bool
    syntax: str
    big_endian: bool
    notes: tuple[str, ...] = ()
    shared: bool = False

    @property
    def pixels(self) -> int:
        """Pixels of a frame."""
        return self.rows * self.columns

    @property
    def subsampled(self) -> bool:
        """Native pixels share their chroma by two (PS3.3 C.7.6.3.1.2)."""
        return self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422") and self.samples == 3

    @property
    def native_bits(self) -> int:
        """Length of a native frame in bits; frames of 1 and 12 bits follow each other without padding (PS3.5 8.1.1)."""
        samples = 1 if self.samples == 1 else 2 if self.subsampled else self.samples
        return self.rows * self.columns * self.bits * samples

    @property
    def decoded_bytes(self) -> int:
        """Size of :attr:`Frame.stored`."""
        return self.pixels * self.samples * max(1, (self.bits + 7) // 8)

    def fitted(self, length: int, frames: int) -> Layout:
        """The same, without subsampling where native pixel data of that many bytes have room for full colour."""
        if not self.subsampled or 8 * length < frames * self.pixels * self.samples * self.bits:
            return self
        note = f"Photometric Interpretation is {self.photometric}, but every pixel has its own colour."
        return replace(self, photometric=self.photometric.removesuffix("_422"), notes=(*self.notes, note))


def layout(dataset: Dataset, *, floating: bool | None = None) -> Layout:
    """How the pixels of an instance are laid out.

    Parameters
    ----------
    floating
        Whether the pixels are Float or Double Float Pixel Data; None to judge by the attributes, which both lack.

    Raises
    ------
    tui.errors.NoPictureError
        Names the attribute that is missing or impossible.
    """
    photometric = text(dataset, "PhotometricInterpretation").upper()
    samples = own_integer(dataset, "SamplesPerPixel")
    if samples is None:
        samples = 3 if photometric.startswith(("RGB", "YBR")) else 1
    if samples not in (1, 3):
        raise NoPictureError(f"Samples per Pixel is {samples}; 1 and 3 are known")
    sides = {name: own_integer(dataset, name) for name in ("Rows", "Columns")}
    for name, side in sides.items():
        if side is None:
            raise NoPictureError(f"The attribute {name} is missing or empty")
        if not 0 < side <= 0xFFFFFFFF:
            raise NoPictureError(f"{name} is {side}")
    syntax, big_endian = _encoding(dataset)
    bits, stored, high, notes = _depth(dataset)
    if floating is None:
        floating = bits in (32, 64) and "BitsStored" not in dataset and "PixelRepresentation" not in dataset
    return Layout(
        rows=sides["Rows"] or 0, columns=sides["Columns"] or 0, samples=samples, bits=bits, stored=stored, high=high,
        signed=own_integer(dataset, "PixelRepresentation") == 1, floating=floating, syntax=syntax, notes=notes,
        planar=samples > 1 and own_integer(dataset, "PlanarConfiguration") == 1, big_endian=big_endian,
        photometric=photometric or ("RGB" if samples == 3 else "MONOCHROME2"),
        shared=samples == 1 and stored < bits and _overlays_among_pixels(dataset),
    )  # fmt: skip


def _overlays_among_pixels(dataset: Dataset) -> bool:
    """Whether an overlay names a bit of the pixels and has no data of its own (PS3.3 C.9.2)."""
    groups = {tag.group for tag in list(dataset.keys()) if 0x6000 <= tag.group <= 0x60FF and tag.element == 0x0102}
    return any((group, 0x3000) not in dataset for group in groups)


def _depth(dataset: Dataset) -> tuple[int, int, int, tuple[str, ...]]:
    """Bits Allocated, Bits Stored and High Bit (PS3.5 8.1.1), and what was assumed for them."""
    bits = own_integer(dataset, "BitsAllocated")
    stored = own_integer(dataset, "BitsStored")
    if bits is None:
        if stored is None:
            raise NoPictureError("The attribute BitsAllocated is missing or empty")
        bits = next((b for b in (1, 8, 16, 32, 64) if b >= stored), 64)
    if bits not in (1, 8, 12, 16, 32, 64):
        raise NoPictureError(f"Bits Allocated is {bits}; 1, 8, 12, 16, 32 and 64 are known")
    notes = []
    if stored is None or not 0 < stored <= bits:
        if stored is not None:
            notes.append(f"Bits Stored is {stored} of {bits}: all bits are used.")
        stored = bits
    high = own_integer(dataset, "HighBit")
    if high is None or not stored - 1 <= high < bits:
        if high is not None:
            notes.append(f"High Bit is {high} for {stored} of {bits} bits: taken as {stored - 1}.")
        high = stored - 1
    return bits, stored, high, tuple(notes)


def _encoding(dataset: Dataset) -> tuple[str, bool]:
    """Transfer syntax and whether it is big endian; without file meta, as the data set was found to be written."""
    meta = getattr(dataset, "file_meta", None)
    syntax = text(meta, "TransferSyntaxUID") if meta is not None else ""
    if syntax:
        return syntax, syntax in _BIG_ENDIAN
    return "", getattr(dataset, "original_encoding", (None, None))[1] is False


def decode(dataset: Dataset, index: int, data: bytes, known: Layout | None = None) -> Frame:
    """Decode the bytes of one frame.

    Parameters
    ----------
    dataset
        Header of the instance, with its file meta information.
    index
        Frame number, from 0.
    data
        Native: the bytes of the frame alone, beginning with its first bit. Encapsulated: its fragments, joined.
    known
        What :func:`layout` gives for the data set, where it is at hand.

    Raises
    ------
    tui.errors.NoPictureError
        With the reason as a sentence.
    """
    shape = known or layout(dataset).fitted(len(data), 1)
    notes = list(shape.notes)
    syntax = shape.syntax
    if syntax in NATIVE or not syntax:
        found = sniff(data) if 8 * len(data) < shape.native_bits else ""
        if found:
            notes.append(f"The file says that its pixels are not compressed; they are {SYNTAXES[found].name}.")
            syntax = found
        else:
            return _uncompressed(shape, data, dataset, index, notes)
    elif (
        len(data) == (shape.native_bits + 7) // 8 and syntax in SYNTAXES and not sniff(data) and not _container(syntax)
    ):
        notes.append(f"The file names {SYNTAXES[syntax].name}, but its pixels are not compressed.")
        return _uncompressed(shape, data, dataset, index, notes)
    wanted = Wanted(shape.rows, shape.columns, shape.samples, shape.bits, shape.photometric)
    decoded = decompress(syntax, data, wanted)
    stored, raw = _from_codec(shape, decoded, lossless=SYNTAXES[syntax].lossless)
    kept = raw if shape.shared else None
    return Frame(stored, decoded.photometric, dataset, index, (*notes, *decoded.notes), kept)


def _container(syntax: str) -> bool:
    return SYNTAXES[syntax].decoders[0] in ("rle", "deflate")


# ------------------------------------------------------------------------------------------------ native


def _uncompressed(shape: Layout, data: bytes, dataset: Dataset, index: int, notes: list[str]) -> Frame:
    raw, photometric = _native(shape, data, notes)
    kept = raw if shape.shared and raw.dtype.kind == "u" else None
    return Frame(_meaningful(raw, shape), photometric, dataset, index, tuple(notes), kept)


def _native(shape: Layout, data: bytes, notes: list[str]) -> tuple[NDArray[Any], str]:
    """The samples in their places, with all Bits Allocated, and the photometric interpretation of that array."""
    size = (shape.native_bits + 7) // 8
    if len(data) < size:
        if 2 * len(data) < size:
            raise NoPictureError(f"The frame has {len(data)} bytes, {size} are needed: the file is cut or damaged")
        notes.append(
            f"The pixel data end early: {100 - 100 * len(data) // size} % of the frame is missing and shown as 0."
        )
        data = data + bytes(size - len(data))
    values = _samples(shape, data)
    if shape.subsampled:
        return _spread(values, shape), _FULL[shape.photometric]
    if shape.samples == 1:
        values = values.reshape(shape.rows, shape.columns)
    elif shape.planar:
        planes = values.reshape(shape.samples, shape.rows, shape.columns)
        values = np.ascontiguousarray(np.moveaxis(planes, 0, -1))
    else:
        values = values.reshape(shape.rows, shape.columns, shape.samples)
    return values, shape.photometric


# The 422 of YBR_PARTIAL_422 is undone too, but PS3.3 has no name for that; its limited range is what matters.
_FULL = {"YBR_FULL_422": "YBR_FULL", "YBR_PARTIAL_422": "YBR_PARTIAL_422"}


def _samples(shape: Layout, data: bytes) -> NDArray[Any]:
    """All samples of a frame in the order of the file, one dimension, in the machine's byte order."""
    count = shape.native_bits // shape.bits
    if shape.bits == 1:
        return np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little", count=count)
    if shape.bits == 12:
        return _twelve(data, count)
    order = ">" if shape.big_endian else "<"
    kind = "f" if shape.floating and shape.bits >= 32 else "u"
    array = np.frombuffer(data, f"{order}{kind}{shape.bits // 8}", count)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _twelve(data: bytes, count: int) -> NDArray[np.uint16]:
    """Two samples of 12 bits in three bytes, the least significant bits first (PS3.5 8.1.1)."""
    packed = np.zeros((count + 1) // 2 * 3, np.uint16)
    used = min(len(data), len(packed))
    packed[:used] = np.frombuffer(data, np.uint8, used)
    first, second, third = packed[0::3], packed[1::3], packed[2::3]
    out = np.empty((len(first), 2), np.uint16)
    out[:, 0] = first | (second & 0x0F) << 8
    out[:, 1] = second >> 4 | third << 4
    return out.reshape(-1)[:count]


def _spread(values: NDArray[Any], shape: Layout) -> NDArray[Any]:
    """Y1 Y2 B R → Y1 B R, Y2 B R (PS3.3 C.7.6.3.1.2, YBR_FULL_422)."""
    pairs = values[: values.size // 4 * 4].reshape(-1, 2, 2)
    out = np.zeros((shape.pixels, 3), values.dtype)
    even = out[: 2 * len(pairs)].reshape(-1, 2, 3)
    even[:, :, 0] = pairs[:, 0]
    even[:, :, 1:] = pairs[:, 1:]
    if shape.pixels > 2 * len(pairs):  # an odd number of pixels, against the standard: the last one has no colour
        out[-1] = (values[-2], out[-2, 1], out[-2, 2])
    return out.reshape(shape.rows, shape.columns, 3)


def _meaningful(values: NDArray[Any], shape: Layout) -> NDArray[Any]:
    """The bits from High Bit down, Bits Stored of them, with their sign (PS3.5 8.1.1)."""
    if values.dtype.kind == "f":
        return values
    return _bits(values, shape.stored, shape.high, signed=shape.signed and shape.bits > 1)


def _bits(values: NDArray[Any], stored: int, high: int, *, signed: bool) -> NDArray[Any]:
    """``stored`` bits from bit ``high`` down, of unsigned integers."""
    size = values.dtype.itemsize
    if signed:
        values = values.view(f"i{size}")
    if stored >= 8 * size:
        return values
    if not signed and high == stored - 1:
        if values.size and values.max() >> stored == 0:  # looking is cheaper than a copy
            return values
        masked: NDArray[Any] = np.bitwise_and(values, values.dtype.type((1 << stored) - 1))
        return masked
    # Shifting up drops what lies above High Bit, shifting down extends the sign and drops what lies below.
    shifted: NDArray[Any] = np.left_shift(values, 8 * size - 1 - high)
    np.right_shift(shifted, 8 * size - stored, out=shifted)
    return shifted


# ------------------------------------------------------------------------------------------------ compressed


def _from_codec(shape: Layout, decoded: Decoded, *, lossless: bool) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Samples of a codestream in the container that the header names, with the sign that it names (PS3.5 8.2).

    And the same with the bits above and below them, if these have come through the compression.
    """
    values = decoded.array
    if values.dtype.kind == "f":
        return values, None
    if decoded.family == "container":
        return _meaningful(values, shape), values
    size = max((shape.bits + 7) // 8, values.dtype.itemsize)
    precision = min(decoded.precision or 8 * values.dtype.itemsize, 8 * size)
    if decoded.signed:
        values = values.astype(f"i{size}", copy=False)
        # The header's "unsigned" wins over the stream's "signed", as in pydicom: the same bits, read otherwise.
        bits = values.view(f"u{size}")
        return (values if shape.signed else _bits(bits, precision, precision - 1, signed=False)), None
    raw = None
    if lossless and precision > shape.high:
        stored, high, raw = shape.stored, shape.high, values.astype(f"u{size}", copy=False)
    elif decoded.family in ("jpeg2k", "jpegls"):
        stored, high = precision, precision - 1
    else:
        # A lossy stream may overshoot Bits Stored; white must not wrap round to black.
        stored = shape.stored if lossless else max(shape.stored, precision)
        high = stored - 1
    return _bits(values.astype(f"u{size}", copy=False), stored, high, signed=shape.signed and shape.bits > 1), raw
