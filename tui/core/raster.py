"""What was read of a picture file, ready to become DICOM: samples, or a stream that is kept as it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.codestreams import Codestream, head, segments
from tui.errors import UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_J = "1.2.840.10008.1.2.4."
_LOSSLESS_FIRST = 1  # selection value of the predictor of process 14, first order
_KEPT = frozenset((0xE0, 0xE2, 0xEE))  # JFIF, ICC profile, Adobe's colour transform; EXIF and comments go


@dataclass(eq=False)
class Raster:
    """One file.

    Attributes
    ----------
    frames
        Each (rows, columns) or (rows, columns, 3); uint8 or uint16, all of one shape and type. Empty for a document.
    added
        What was added to the values to make them unsigned.
    jpeg
        The stream of the only frame, if it is kept; its ``frames`` are decoded only for the size.
    lossy, ratio, method
        Whether the source has lost something, by how much it is smaller, and how (PS3.3 C.7.6.1.1.5).
    rate
        Pictures a second; 0 for pages.
    pdf
        A document.
    notes
        Sentences on what was changed.
    """

    frames: list[NDArray[Any]] = field(default_factory=list)
    added: int = 0
    jpeg: Jpeg | None = None
    lossy: bool = False
    ratio: float = 1.0
    method: str = ""
    rate: float = 0.0
    pdf: bytes = b""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Jpeg:
    """A JPEG stream and what DICOM calls it."""

    data: bytes
    stream: Codestream
    syntax: str
    photometric: str


def jpeg(data: bytes) -> Jpeg | None:
    """A JPEG file as a stream for DICOM; None for one that DICOM has no place for, such as CMYK.

    The tables and scans are the file's own bytes; segments that hold words (EXIF, XMP, comments) are left out.
    """
    stream = head(data)
    if stream is None or stream.family != "jpeg" or stream.samples not in (1, 3):
        return None
    syntax = _process(data, stream)
    if not syntax:
        return None
    bare = _without_words(data)
    return Jpeg(bare + b"\0" * (len(bare) % 2), stream, syntax, _photometric(stream))


def _process(data: bytes, stream: Codestream) -> str:
    """The transfer syntax by the frame marker (PS3.5 A.4.1, ITU-T T.81 Table B.1)."""
    match stream.process:
        case 0xC0:
            return _J + "50" if stream.precision == 8 else ""
        case 0xC1:
            return _J + "51" if stream.precision in (8, 12) else ""
        case 0xC2:
            return _J + "55" if stream.precision in (8, 12) else ""
        case 0xC3:
            return _J + ("70" if _predictor(data) == _LOSSLESS_FIRST else "57")
        case _:
            return ""


def _predictor(data: bytes) -> int:
    return next((data[end - 3] for marker, _, end in segments(data) if marker == 0xDA), 0)


def _photometric(stream: Codestream) -> str:
    """By the markers, as libjpeg reads them; three components without any are YCbCr.

    A lossy stream of those is YBR_FULL_422, however its chroma are sampled (PS3.5 Table 8.2.1-1).
    """
    if stream.samples == 1:
        return "MONOCHROME2"
    if stream.colours("YBR_FULL") == "RGB":
        return "RGB"
    return "YBR_FULL" if stream.process == 0xC3 else "YBR_FULL_422"


def _without_words(data: bytes) -> bytes:
    """Without APPn and COM segments that may name somebody, up to the first scan, and nothing behind the end."""
    out, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        words = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _KEPT)
        if not words:
            out.append(data[at:end])
        at = end
        if marker == 0xDA:
            break
    stop = data.rfind(b"\xff\xd9")
    out.append(data[at : stop + 2] if stop >= at else data[at:] + b"\xff\xd9")
    return b"".join(out)


def upright(array: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Samples turned and mirrored as Orientation of Exif says (JEITA CP-3451, tag 0112): 1 to 8, else as they are."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    return np.ascontiguousarray(array)


def unsigned(array: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Samples as uint8 or uint16, and what was added to negative ones.

    Raises
    ------
    tui.errors.UnreadableError
        They do not fit.
    """
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * 255, 0
    if array.dtype in (np.uint8, np.uint16):
        return array, 0
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or (array != np.rint(array)).any():
            raise UnreadableError("its values are fractions, which a picture in DICOM does not hold")
    elif array.dtype.kind not in "iu":
        raise UnreadableError("its values are no numbers")
    low, high = (int(array.min()), int(array.max())) if array.size else (0, 0)
    if low >= 0 and high <= 0xFFFF:
        return array.astype(np.uint16), 0
    if low >= -0x8000 and high <= 0x7FFF:
        return (array.astype(np.int32) + 0x8000).astype(np.uint16), 0x8000
    raise UnreadableError("its values do not fit into 16 bits")
