"""What the head of a compressed frame says of itself, read without decoding it.

So that a stream of a few bytes that claims 2^30 x 2^30 pixels is refused before any memory is asked for, and so
that the colours are named by what is in the stream where the DICOM header contradicts it. Here too: the transfer
syntaxes with the names of the decoders for each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SOI, _SOC = b"\xff\xd8", b"\xff\x4f\xff\x51"
_JXL, _JXL_BOX = b"\xff\x0a", b"\x00\x00\x00\x0cJXL "
_JP2_BOX = b"\x00\x00\x00\x0cjP  "
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
LOSSLESS_SOF = 0xC3
JPEG_LS_SOF = 0xF7


@dataclass(frozen=True, slots=True)
class Codestream:
    """Head of a compressed picture.

    Attributes
    ----------
    family
        ``jpeg``, ``jpegls``, ``jpeg2k`` or ``jpegxl``.
    samples, precision
        Components and bits of each; 0 where the head was not read that far (JPEG XL).
    signed
        Components are signed (JPEG 2000 only).
    process
        The JPEG frame marker's second byte (ITU-T T.81 Table B.1), 0 elsewhere.
    ids
        JPEG component identifiers.
    subsampled
        The components are not all of the same size.
    jfif, adobe
        A JFIF marker is there; the transform of the Adobe marker, None without.
    high_throughput
        JPEG 2000 with Part 15 blocks.
    tiles
        Tiles of a JPEG 2000 picture, as its grid says.
    """

    family: str
    rows: int
    columns: int
    samples: int = 0
    precision: int = 0
    signed: bool = False
    process: int = 0
    ids: tuple[int, ...] = ()
    subsampled: bool = False
    jfif: bool = False
    adobe: int | None = None
    high_throughput: bool = False
    tiles: int = 1

    @property
    def rgb_ids(self) -> bool:
        """The components are named R, G, B."""
        return bytes(self.ids).upper() == b"RGB"

    def colours(self, photometric: str) -> str:
        """Whether a stream of three components holds ``RGB`` or ``YBR_FULL``, whatever the header says.

        Names of the components first, then the Adobe marker, then subsampling, which RGB never has, then JFIF; at last
        Photometric Interpretation.
        """
        if self.rgb_ids:
            return "RGB"
        if self.adobe is not None:
            return "RGB" if self.adobe == 0 else "YBR_FULL"
        if self.subsampled:
            return "YBR_FULL"
        if self.jfif and self.process != LOSSLESS_SOF:
            return "YBR_FULL"
        return "YBR_FULL" if photometric.startswith("YBR") else "RGB"


@dataclass(frozen=True, slots=True)
class Syntax:
    """A compressed transfer syntax and the decoders for it, the best first. ``lossless`` is what the UID promises."""

    uid: str
    name: str
    decoders: tuple[str, ...]
    lossless: bool = True


_J = "1.2.840.10008.1.2.4."
_DCT = ("jpeg8", "pillow")
LOSSLESS_JPEG = ("jpeg8", "jpegsof3", "ljpeg")
# High throughput too: OpenJPH is faster than OpenJPEG, but as imagecodecs calls it a broken stream raises nothing and
# leaves part of the picture undefined, and the overshoot of an irreversible one wraps from white to black.
_J2K = ("jpeg2k", "openjpeg")
SYNTAXES: dict[str, Syntax] = {
    syntax.uid: syntax
    for syntax in (
        Syntax("1.2.840.10008.1.2.5", "RLE Lossless", ("rle",)),
        Syntax("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", ("deflate",)),
        Syntax(_J + "50", "JPEG Baseline (Process 1)", _DCT, False),
        Syntax(_J + "51", "JPEG Extended (Process 2 & 4)", _DCT, False),
        Syntax(_J + "53", "JPEG Spectral Selection (Process 6 & 8)", _DCT, False),
        Syntax(_J + "55", "JPEG Full Progression (Process 10 & 12)", _DCT, False),
        Syntax(_J + "57", "JPEG Lossless (Process 14)", LOSSLESS_JPEG),
        Syntax(_J + "70", "JPEG Lossless (Process 14, Selection Value 1)", LOSSLESS_JPEG),
        Syntax(_J + "80", "JPEG-LS Lossless", ("jpegls", "pyjpegls")),
        Syntax(_J + "81", "JPEG-LS Near-Lossless", ("jpegls", "pyjpegls"), False),
        Syntax(_J + "90", "JPEG 2000 Lossless", _J2K),
        Syntax(_J + "91", "JPEG 2000", _J2K, False),
        Syntax(_J + "92", "JPEG 2000 Part 2 Multi-component Lossless", _J2K),
        Syntax(_J + "93", "JPEG 2000 Part 2 Multi-component", _J2K, False),
        Syntax(_J + "110", "JPEG XL Lossless", ("jpegxl",)),
        Syntax(_J + "111", "JPEG XL JPEG Recompression", ("jpegxl",), False),
        Syntax(_J + "112", "JPEG XL", ("jpegxl",), False),
        Syntax(_J + "201", "High-Throughput JPEG 2000 Lossless", _J2K),
        Syntax(_J + "202", "High-Throughput JPEG 2000 RPCL Lossless", _J2K),
        Syntax(_J + "203", "High-Throughput JPEG 2000", _J2K, False),
    )
}
# PS3.5 A.4.5 to A.4.10: a stream of moving pictures, no frames of its own; with .1 it may lie in several fragments.
_MOVING = {
    "100": "MPEG-2 Main Level", "101": "MPEG-2 High Level", "102": "MPEG-4 AVC/H.264 High Profile",
    "103": "MPEG-4 AVC/H.264 BD-compatible", "104": "MPEG-4 AVC/H.264 High Profile 4.2 2D",
    "105": "MPEG-4 AVC/H.264 High Profile 4.2 3D", "106": "MPEG-4 AVC/H.264 Stereo High Profile",
    "107": "HEVC/H.265 Main Profile", "108": "HEVC/H.265 Main 10 Profile",
}  # fmt: skip
VIDEO: dict[str, str] = {_J + number: name for number, name in _MOVING.items()} | {
    f"{_J}{number}.1": f"Fragmentable {name}" for number, name in _MOVING.items() if number < "107"
}
NATIVE: dict[str, str] = {
    "1.2.840.10008.1.2": "Implicit VR Little Endian", "1.2.840.10008.1.2.1": "Explicit VR Little Endian",
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed Explicit VR Little Endian",
    "1.2.840.10008.1.2.1.99": "Deflated Explicit VR Little Endian", "1.2.840.10008.1.2.2": "Explicit VR Big Endian",
    "1.2.840.113619.5.2": "Implicit VR Little Endian with big endian pixels (GE private)",
}  # fmt: skip
_SNIFFED = {"jpeg": _J + "51", "jpegls": _J + "80", "jpeg2k": _J + "91", "jpegxl": _J + "112"}


def starts(data: bytes) -> bool:
    """Whether a fragment begins a codestream rather than continuing one."""
    return data.startswith((_SOI, _SOC, _JP2_BOX, _JXL, _JXL_BOX))


def head(data: bytes) -> Codestream | None:
    """Read the head of a codestream; None if it is none that is known, or cut before its size."""
    try:
        if data.startswith(_SOI):
            return _jpeg(data)
        if data.startswith((_SOC, _JP2_BOX)):
            return _jpeg2k(data)
        if data.startswith((_JXL, _JXL_BOX)):
            return _jpegxl(data)
    except (struct.error, IndexError):
        return None
    return None


def sniff(data: bytes) -> str:
    """The transfer syntax UID that a codestream would be in, or empty; for files that name none or a wrong one."""
    found = head(data)
    if found is None:
        return ""
    if found.family == "jpeg" and found.process == LOSSLESS_SOF:
        return _J + "57"
    return _J + "203" if found.high_throughput else _SNIFFED[found.family]


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Markers of a JPEG with their payload: (marker, start, end), as far as the first scan and again between scans.

    ITU-T T.81 B.1.1: entropy-coded data are stepped over by looking for the next marker that is neither a stuffed zero
    nor a restart.
    """
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 4 <= len(data):
        marker = data[at + 1]
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xD9:
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        yield marker, at + 4, end
        at = max(end, at + 4)


def ends(data: bytes, stream: Codestream) -> bool:
    """Whether a JPEG or JPEG-LS stream has its end marker, which decoders do not miss (ITU-T T.81 B.1.1.3)."""
    # In entropy-coded data the two bytes cannot stand; behind the end there may be padding.
    return (
        stream.family not in ("jpeg", "jpegls") or b"\xff\xd9" in data[-64:] or b"\xff\xd9" in data.rstrip(b"\0")[-64:]
    )


def bare(data: bytes) -> bytes:
    """A JPEG 2000 codestream without the JP2 boxes around it, whose colour space is not DICOM's (PS3.5 A.4.4)."""
    return data[max(0, data.find(_SOC, 0, 1 << 16)) :] if data.startswith(_JP2_BOX) else data


def mended(data: bytes, stream: Codestream, notes: list[str]) -> bytes:
    """Correct the spectral selection of a sequential JPEG: Ss is 0 and Se is 63 in every scan (ITU-T T.81 B.2.3)."""
    if stream.family != "jpeg" or stream.process not in (0xC0, 0xC1):
        return data
    mended = None
    for marker, start, end in segments(data):
        if marker != 0xDA or end - start < 6 or end > len(data):
            continue
        if data[end - 3 : end - 1] != b"\x00\x3f":
            mended = mended or bytearray(data)
            mended[end - 3 : end] = b"\x00\x3f\x00"
    if mended is None:
        return data
    notes.append("The JPEG's scan header was corrected: spectral selection ends at 63.")
    return bytes(mended)


def _jpeg(data: bytes) -> Codestream | None:
    jfif, adobe, found = False, None, None
    for marker, start, end in segments(data):
        if marker == 0xE0 and data[start : start + 4] == b"JFIF":
            jfif = True
        elif marker == 0xEE and data[start : start + 5] == b"Adobe" and end - start >= 12:
            adobe = data[start + 11]
        elif marker in _SOF:
            precision, rows, columns, samples = struct.unpack_from(">BHHB", data, start)
            parts = [data[start + 6 + 3 * i : start + 9 + 3 * i] for i in range(samples)]
            if any(len(part) < 3 for part in parts):
                return None
            found = (marker, precision, rows, columns, parts)
        elif marker == 0xDA:
            break
    if found is None:
        return None
    marker, precision, rows, columns, parts = found
    return Codestream(
        "jpegls" if marker == JPEG_LS_SOF else "jpeg", rows, columns, len(parts), precision,
        process=marker, ids=tuple(part[0] for part in parts), subsampled=len({part[1] for part in parts}) > 1,
        jfif=jfif, adobe=adobe,
    )  # fmt: skip


def _jpeg2k(data: bytes) -> Codestream | None:
    # ISO/IEC 15444-1 A.5.1; in a JP2 file the stream lies in a box of its own.
    at = data.find(_SOC, 0, 1 << 16)
    if at < 0:
        return None
    capabilities, x, y, x0, y0, tile_x, tile_y, _, _, samples = struct.unpack_from(">H8IH", data, at + 6)
    parts = [data[at + 42 + 3 * i : at + 45 + 3 * i] for i in range(min(samples, 4))]
    if not parts or any(len(part) < 3 for part in parts):
        return None
    columns, rows = max(0, x - x0), max(0, y - y0)
    tiles = -(-columns // max(1, tile_x)) * -(-rows // max(1, tile_y))
    return Codestream(
        "jpeg2k", rows, columns, samples, (parts[0][0] & 0x7F) + 1, signed=bool(parts[0][0] & 0x80),
        subsampled=any(part[1:] != b"\x01\x01" for part in parts), high_throughput=bool(capabilities & 0x4000),
        tiles=tiles,
    )  # fmt: skip


class _Bits:
    """Bits of a JPEG XL codestream, least significant first (ISO/IEC 18181-1 9.2)."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "little"), 8 * len(data)

    def take(self, count: int) -> int:
        if count > self._left:
            raise IndexError(count)
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        self._left -= count
        return found

    def size(self, eighths: bool) -> int:
        """One side of the picture (ISO/IEC 18181-1 D.2)."""
        if eighths:
            return 8 * (self.take(5) + 1)
        return self.take((9, 13, 18, 30)[self.take(2)]) + 1


_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def _jpegxl(data: bytes) -> Codestream | None:
    at = 0
    if data.startswith(_JXL_BOX):
        box = min((i for i in (data.find(b"jxlc", 0, 1 << 16), data.find(b"jxlp", 0, 1 << 16)) if i > 0), default=0)
        at = data.find(_JXL, box + 4, box + 16) if box else -1
    if at < 0:
        return None
    bits = _Bits(data[at + 2 : at + 18])
    eighths = bool(bits.take(1))
    rows = bits.size(eighths)
    ratio = bits.take(3)
    columns = rows * _RATIOS[ratio - 1][0] // _RATIOS[ratio - 1][1] if ratio else bits.size(eighths)
    return Codestream("jpegxl", rows, columns)


def reversible_blocks(data: bytes) -> bool:
    """Whether a JPEG 2000 stream is whole, reversible and of high-throughput blocks (ISO/IEC 15444-15)."""
    at = data.find(b"\xff\x52", 0, 4096)
    if at < 0 or len(data) < at + 14 or b"\xff\xd9" not in data[-4:]:
        return False
    style, transformation = data[at + 12], data[at + 13]
    return bool(style & 0x40) and transformation == 1
