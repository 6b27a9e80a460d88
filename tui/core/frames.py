"""The bytes of one frame → its stored values (PS3.5 sections 8.1 and 8.2, PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import previews
from tui.core.codecs import Decoded, Wanted, decompress
from tui.core.codestreams import NATIVE, SYNTAXES, sniff
from tui.core.layout import Layout, layout
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset


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
    whole
        Rows and columns of the frame, where ``stored`` is that frame at a lower resolution.
    decoder
        Who decompressed it; empty for native pixels.
    """

    stored: NDArray[Any]
    photometric: str
    dataset: Dataset
    index: int = 0
    notes: tuple[str, ...] = ()
    raw: NDArray[Any] | None = None
    whole: tuple[int, int] | None = None
    decoder: str = ""

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and columns of the frame in its full resolution."""
        return self.whole or (self.stored.shape[0], self.stored.shape[1])

    @property
    def nbytes(self) -> int:
        """Size of the samples in bytes, for the cache."""
        return int(self.stored.nbytes) + (0 if self.raw is None else int(self.raw.nbytes))


class Decoder:
    """Makes the frames of one instance from their bytes; what is the same for all of them is found out once.

    Parameters
    ----------
    dataset
        Header of the instance, with its file meta information.
    shape
        What :func:`tui.core.layout.layout` says of it.
    decoder
        Who has decompressed the bytes already.
    """

    def __init__(self, dataset: Dataset, shape: Layout, decoder: str = "") -> None:
        self._decoder = decoder
        self._dataset = dataset
        self._shape = shape
        self._native = shape.syntax in NATIVE or not shape.syntax
        self._bytes = (shape.native_bits + 7) // 8
        self._as_stored = _as_stored(shape) if self._native else None
        self._sides = (shape.rows, shape.columns) + ((shape.samples,) if shape.samples > 1 else ())

    def frame(self, index: int, data: bytes) -> Frame:
        """Decode one frame.

        Parameters
        ----------
        index
            Frame number, from 0.
        data
            Native: the bytes of the frame alone, beginning with its first bit. Encapsulated: its fragments, joined.

        Raises
        ------
        tui.errors.NoPictureError
            With the reason as a sentence.
        """
        shape = self._shape
        if self._as_stored is not None and len(data) == self._bytes:
            values = np.frombuffer(data, self._as_stored).reshape(self._sides)
            if shape.stored < shape.bits and values.dtype.kind == "u":
                values = _bits(values, shape.stored, shape.high, signed=shape.signed)
            return Frame(values, shape.photometric, self._dataset, index, shape.notes, decoder=self._decoder)
        notes = list(shape.notes)
        syntax = self._syntax(data, notes)
        if not syntax:
            return _uncompressed(shape, data, self._dataset, index, notes)
        wanted = Wanted(shape.rows, shape.columns, shape.samples, shape.bits, shape.photometric)
        decoded = decompress(syntax, data, wanted)
        stored, raw = _from_codec(shape, decoded, lossless=SYNTAXES[syntax].lossless)
        kept = raw if shape.shared else None
        notes += decoded.notes
        return Frame(stored, decoded.photometric, self._dataset, index, tuple(notes), kept, decoder=decoded.decoder)

    def foreign(self, data: bytes) -> bool:
        """Whether decoders that others made have a part in :meth:`frame` of these bytes."""
        return bool(self._syntax(data, []))

    @property
    def reducible(self) -> bool:
        """Whether :meth:`reduced` may have something to give."""
        return previews.worthwhile(self._shape)

    def reduced(self, index: int, data: bytes, halvings: int) -> Frame | None:
        """One frame in a fraction of the time, its sides halved at most that often; None where that cannot be."""
        shape = self._shape
        decoded = previews.reduced(data, shape, halvings)
        if decoded is None:
            return None
        stored, _ = _from_codec(shape, decoded, lossless=SYNTAXES[shape.syntax].lossless)
        return Frame(stored, decoded.photometric, self._dataset, index, whole=(shape.rows, shape.columns))

    def _syntax(self, data: bytes, notes: list[str]) -> str:
        """The transfer syntax that the bytes are in, as they themselves show; empty if they are not compressed."""
        named = self._shape.syntax
        if self._native:
            found = sniff(data) if len(data) < self._bytes else ""
            if found:
                notes.append(f"The file says that its pixels are not compressed; they are {SYNTAXES[found].name}.")
            return found
        if len(data) == self._bytes and named in SYNTAXES and not _container(named) and not sniff(data):
            notes.append(f"The file names {SYNTAXES[named].name}, but its pixels are not compressed.")
            return ""
        return named


def decode(dataset: Dataset, index: int, data: bytes) -> Frame:
    """Decode one frame without anything known of the instance; as :meth:`Decoder.frame`."""
    return Decoder(dataset, layout(dataset).fitted(len(data), 1)).frame(index, data)


def _as_stored(shape: Layout) -> np.dtype[Any] | None:
    """The type of samples that lie in the file as they are needed, but for bits above and below those stored."""
    if shape.big_endian or shape.subsampled or shape.planar or shape.shared or shape.bits not in (8, 16, 32, 64):
        return None
    if shape.floating and shape.bits >= 32:
        return np.dtype(f"<f{shape.bits // 8}")
    return np.dtype(f"<{'i' if shape.signed and shape.stored == shape.bits else 'u'}{shape.bits // 8}")


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
    kind = "f" if shape.floating and shape.bits >= 32 else "u"
    if shape.big_endian:
        return np.frombuffer(data, f">{kind}{shape.bits // 8}", count).astype(f"={kind}{shape.bits // 8}")
    return np.frombuffer(data, f"<{kind}{shape.bits // 8}", count)


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
    if signed and high == stored - 1 and values.size and -(1 << high) <= values.min() <= values.max() < 1 << high:
        return values  # looking is cheaper than a copy: their sign reaches up to the highest bit, as it should
    if not signed and high == stored - 1:
        if values.size and values.max() >> stored == 0:
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
