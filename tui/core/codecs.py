"""Compressed frames → samples: one list of decoders per transfer syntax, tried in order (PS3.5 section 8.2, annex A.4).

The arrays hold what the stream holds; sign and Bits Stored are applied by :mod:`tui.core.frames`. The decoders of
imagecodecs let other threads run, so the screen stays alive while one of them works.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.codestreams import (
    LOSSLESS_JPEG,
    LOSSLESS_SOF,
    SYNTAXES,
    VIDEO,
    Codestream,
    Syntax,
    bare,
    ends,
    head,
    mended,
    reversible_blocks,
    sniff,
)
from tui.core.printable import printable
from tui.errors import NoDecoderError, NoPictureError, UndecodableError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the DICOM header says of a frame; the stream has to agree. ``bits`` is Bits Allocated."""

    rows: int
    columns: int
    samples: int
    bits: int
    photometric: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """Samples of a frame, shape (rows, columns) or (rows, columns, samples), interleaved.

    ``precision`` is the stream's own number of bits, 0 where it is a container (RLE, deflate) or unknown. ``family`` is
    that of :class:`tui.core.codestreams.Codestream`, or ``container``. ``decoder`` is the one that made it.
    """

    array: NDArray[Any]
    photometric: str
    family: str
    precision: int = 0
    signed: bool = False
    notes: tuple[str, ...] = ()
    decoder: str = ""


_ONE_IS_WRONG = "One of the two is wrong: fetch the file again from where it came."
# What decoders raise for a broken stream. A missing one raises ImportError.
_FAILURES = (RuntimeError, ValueError, TypeError, OSError, EOFError, LookupError, MemoryError, struct.error, zlib.error)


def decompress(uid: str, data: bytes, wanted: Wanted) -> Decoded:
    """Decode one compressed frame.

    Parameters
    ----------
    uid
        Transfer syntax; a stream of another family than it names is decoded by what it is, with a note.
    data
        All fragments of the frame, joined.

    Raises
    ------
    tui.errors.NoDecoderError
        No decoder for this syntax, or none is installed.
    tui.errors.NoPictureError
        The stream is broken or is not of the size that the header says.
    """
    if uid in VIDEO:
        raise NoDecoderError(f"The pixels are a video ({VIDEO[uid]}), which has no frames of its own")
    if uid not in SYNTAXES:
        raise NoDecoderError(f"No decoder knows the transfer syntax {printable(uid, 64) or '(none)'}")
    notes: list[str] = []
    stream = None
    if SYNTAXES[uid].decoders[0] not in _CONTAINERS:
        stream = head(data)
        if stream is None:
            said = f"The frame does not begin with a {_short(SYNTAXES[uid])} stream"
            raise NoPictureError(said, "Transfer Syntax UID is wrong, or the file is damaged: fetch it again.")
        _agree(stream, wanted)
        uid = _by_family(uid, data, stream, notes)
        data = mended(bare(data), stream, notes)
    return _first_that_can(SYNTAXES[uid], data, stream, wanted, notes)


def _agree(stream: Codestream, wanted: Wanted) -> None:
    said = f"{wanted.columns} x {wanted.rows}"
    if (stream.rows, stream.columns) != (wanted.rows, wanted.columns):
        there = f"{stream.columns} x {stream.rows}"
        raise NoPictureError(f"The header says {said} pixels, the compressed stream {there}", _ONE_IS_WRONG)
    if stream.samples and stream.samples != wanted.samples:
        said = f"The header says {wanted.samples} samples a pixel, the compressed stream has {stream.samples}"
        raise NoPictureError(said, _ONE_IS_WRONG)
    if stream.tiles > 65535:  # ISO/IEC 15444-1 A.5.1
        raise NoPictureError(f"The JPEG 2000 stream says it has {stream.tiles} tiles; 65535 is the most")


def _by_family(uid: str, data: bytes, stream: Codestream, notes: list[str]) -> str:
    actual = sniff(data)
    families = {"jpeg8": "jpeg", "jpegls": "jpegls", "jpeg2k": "jpeg2k", "jpegxl": "jpegxl"}
    if families[SYNTAXES[uid].decoders[0]] != stream.family:
        notes.append(f"The file names {SYNTAXES[uid].name}, the pixels are {SYNTAXES[actual].name}.")
        return actual
    lossless = stream.process == LOSSLESS_SOF
    if stream.family == "jpeg" and lossless != (SYNTAXES[uid].decoders is LOSSLESS_JPEG):
        return actual
    return uid


def _first_that_can(
    syntax: Syntax, data: bytes, stream: Codestream | None, wanted: Wanted, notes: list[str]
) -> Decoded:
    failures: list[str] = []
    missing = True
    for name in syntax.decoders:
        try:
            decoded = _DECODERS[name](data, stream, wanted)
        except ImportError:
            failures.append(f"{name}: not installed")
            continue
        except _FAILURES as error:
            missing = False
            failures.append(f"{name}: {printable(str(error).strip() or type(error).__name__, 160)}")
            continue
        _check(decoded.array, wanted)
        if not missing:
            notes.append(f"Decoded by {name}, as others refused: {'; '.join(failures)}.")
        if stream is not None and not ends(data, stream):
            notes.append("The compressed frame has no end: a part of it may be missing.")
        return replace(decoded, notes=(*notes, *decoded.notes), decoder=name)
    if missing:
        raise NoDecoderError(f"No decoder for {syntax.name} is installed ({'; '.join(failures)})")
    if syntax.decoders[0] in _CONTAINERS:  # our own words
        raise UndecodableError(f"The {_short(syntax)} frame is damaged: {failures[0].partition(': ')[2]}")
    raise UndecodableError(f"No decoder can read the {_short(syntax)} frame: it is damaged", reasons=tuple(failures))


def _short(syntax: Syntax) -> str:
    return syntax.name.partition(" (")[0]


def _check(array: NDArray[Any], wanted: Wanted) -> None:
    shape = (wanted.rows, wanted.columns) + ((wanted.samples,) if wanted.samples > 1 else ())
    if array.shape != shape:
        raise NoPictureError(f"The decoder gave an array of {array.shape}, the header says {shape}")


# ------------------------------------------------------------------------------------------------ the decoders


def _jpeg8(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    assert stream is not None
    if wanted.samples != 3:
        return _described(imagecodecs.jpeg8_decode(data), stream, wanted.photometric)
    actual = stream.colours(wanted.photometric)
    notes = _contradiction(actual, wanted.photometric)
    if stream.process == LOSSLESS_SOF:  # no transform inside: what comes out is what the stream's colours are
        array = imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB")
        return _described(array, stream, actual, notes)
    source = "RGB" if actual == "RGB" else "YCBCR"
    array = imagecodecs.jpeg8_decode(data, colorspace=source, outcolorspace="RGB")
    return _described(array, stream, "RGB", notes)


def _contradiction(actual: str, photometric: str) -> tuple[str, ...]:
    if (actual == "RGB") == (photometric == "RGB"):
        return ()
    return (f"Photometric Interpretation is {printable(photometric, 16)}, but the JPEG holds {actual}.",)


def _jpegsof3(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    return _lossless(np.ascontiguousarray(imagecodecs.jpegsof3_decode(data)), stream, wanted)


def _ljpeg(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    return _lossless(imagecodecs.ljpeg_decode(data), stream, wanted)


def _lossless(array: NDArray[Any], stream: Codestream | None, wanted: Wanted) -> Decoded:
    assert stream is not None
    actual = stream.colours(wanted.photometric) if wanted.samples == 3 else wanted.photometric
    return _described(array, stream, actual)


def _pillow(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import io

    from PIL import Image

    assert stream is not None
    if stream.precision != 8:
        raise ValueError("takes 8 bits only")
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        array = np.asarray(image)
    return _described(array, stream, "RGB" if wanted.samples == 3 else wanted.photometric)


# CharLS counts to 2^31, for seconds, in a stream that is cut without its end marker; a second marker does no harm.
_EOI = b"\xff\xd9"


def _jpegls(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    return _plain(imagecodecs.jpegls_decode(data + _EOI), stream, wanted)


def _pyjpegls(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import jpeg_ls  # type: ignore[import-not-found,import-untyped,unused-ignore]

    return _plain(jpeg_ls.decode(np.frombuffer(data + _EOI, np.uint8)), stream, wanted)


def _jpeg2k(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    if reversible_blocks(data):  # OpenJPH is three times as fast, but wraps overshoot and does not see a cut
        try:
            return _plain(imagecodecs.htj2k_decode(data), stream, wanted)
        except imagecodecs.Htj2kError:
            return _plain(imagecodecs.jpeg2k_decode(data, planar=False, numthreads=2), stream, wanted)
    return _plain(imagecodecs.jpeg2k_decode(data, planar=False, numthreads=2), stream, wanted)


def _openjpeg(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import openjpeg.utils  # type: ignore[import-not-found,import-untyped,unused-ignore]

    return _plain(openjpeg.utils.decode(data), stream, wanted)


def _plain(array: NDArray[Any], stream: Codestream | None, wanted: Wanted) -> Decoded:
    """JPEG-LS and JPEG 2000: YBR_ICT and YBR_RCT are undone by the codec (PS3.3 C.7.6.3.1.2)."""
    assert stream is not None
    names = {"YBR_ICT": "RGB", "YBR_RCT": "RGB", "YBR_FULL_422": "YBR_FULL"}
    return _described(array, stream, names.get(wanted.photometric, wanted.photometric))


def _jpegxl(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    import imagecodecs

    assert stream is not None
    array = imagecodecs.jpegxl_decode(data)
    colour = "RGB" if wanted.samples == 3 else wanted.photometric
    return Decoded(array, colour, "jpegxl")


def _described(array: NDArray[Any], stream: Codestream, photometric: str, notes: tuple[str, ...] = ()) -> Decoded:
    return Decoded(array, photometric, stream.family, stream.precision, array.dtype.kind == "i", notes)


def _deflate(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    """Deflated Image Frame Compression (PS3.5 A.4.15): the native frame as a raw deflate stream (RFC 1951)."""
    size = _container_size(wanted)
    native = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size)
    if len(native) < size:
        raise ValueError(f"{len(native)} of {size} bytes")
    return _contained(np.frombuffer(native, np.uint8), wanted, planar=False)


def _rle(data: bytes, stream: Codestream | None, wanted: Wanted) -> Decoded:
    """RLE (PS3.5 annex G): a segment per byte of the sample, the most significant first, sample after sample."""
    if len(data) < 64:
        raise ValueError("it ends inside its header")
    offsets = struct.unpack_from("<16L", data)
    count = wanted.samples * max(1, wanted.bits // 8)
    if offsets[0] != count:
        raise ValueError(f"{offsets[0]} segments, {count} are needed")
    size = _container_size(wanted) // count
    planes = np.zeros((count, size), np.uint8)
    shortest = size
    for i, start in enumerate(offsets[1 : count + 1]):
        if not 64 <= start < len(data):
            raise ValueError(f"segment {i + 1} begins outside the frame")
        later = [o for o in offsets[i + 2 : count + 1] if o > start]
        plane = _unpacked(data[start : min(later, default=len(data))], size)
        planes[i, : len(plane)] = np.frombuffer(plane, np.uint8)
        shortest = min(shortest, len(plane))
    if 2 * shortest < size:
        raise ValueError(f"{shortest} of {size} bytes a segment")
    width = max(1, wanted.bits // 8)
    joined = planes.reshape(wanted.samples, width, size)[:, ::-1].transpose(0, 2, 1)
    notes = (
        ()
        if shortest == size
        else (f"The RLE data end early: {100 - 100 * shortest // size} % of the frame is missing.",)
    )
    return replace(_contained(np.ascontiguousarray(joined).reshape(-1), wanted, planar=True), notes=notes)


def _unpacked(packed: bytes, size: int) -> bytes:
    import imagecodecs

    try:
        return bytes(imagecodecs.packbits_decode(packed, out=size))
    except RuntimeError:  # longer or shorter than it should be
        return _packbits(packed, size)


def _packbits(packed: bytes, size: int) -> bytes:
    """PackBits (PS3.5 G.3.2) as far as the data go, never more than ``size`` bytes."""
    out = bytearray()
    at = 0
    while at < len(packed) and len(out) < size:
        control = packed[at]
        if control < 128:
            out += packed[at + 1 : at + 2 + control]
            at += 2 + control
        else:
            if control > 128:
                out += packed[at + 1 : at + 2] * (257 - control)
            at += 2 if control > 128 else 1
    return bytes(out[:size])


def _container_size(wanted: Wanted) -> int:
    return (wanted.rows * wanted.columns * wanted.samples * wanted.bits + 7) // 8


def _contained(raw: NDArray[np.uint8], wanted: Wanted, *, planar: bool) -> Decoded:
    """Bytes of a native little endian frame as samples."""
    shape = (wanted.rows, wanted.columns)
    if wanted.bits == 1:
        array: NDArray[Any] = np.unpackbits(raw, bitorder="little", count=wanted.rows * wanted.columns)
        return Decoded(array.reshape(shape), wanted.photometric, "container")
    array = raw.view(f"<u{wanted.bits // 8}")
    if wanted.samples == 1:
        array = array.reshape(shape)
    elif planar:
        array = np.ascontiguousarray(np.moveaxis(array.reshape(wanted.samples, *shape), 0, -1))
    else:
        array = array.reshape(*shape, wanted.samples)
    names = {"YBR_FULL_422": "YBR_FULL", "YBR_ICT": "YBR_FULL", "YBR_RCT": "RGB"}
    return Decoded(array, names.get(wanted.photometric, wanted.photometric), "container")


_DECODERS: dict[str, Callable[[bytes, Codestream | None, Wanted], Decoded]] = {
    "jpeg8": _jpeg8, "jpegsof3": _jpegsof3, "ljpeg": _ljpeg, "pillow": _pillow, "jpegls": _jpegls,
    "pyjpegls": _pyjpegls, "jpeg2k": _jpeg2k, "openjpeg": _openjpeg, "jpegxl": _jpegxl,
    "rle": _rle, "deflate": _deflate,
}  # fmt: skip
_CONTAINERS = frozenset({"rle", "deflate"})
