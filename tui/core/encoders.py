"""Samples → compressed frames, without loss (PS3.5 section 8.2, annexes A.4 and G)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import NoPictureError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

NATIVE, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
_J = "1.2.840.10008.1.2.4."
SYNTAXES = {
    "native": NATIVE,
    "implicit": "1.2.840.10008.1.2",
    "deflated": DEFLATED,
    "rle": "1.2.840.10008.1.2.5",
    "jpegls": _J + "80",
    "jpeg2000": _J + "90",
    "htj2k": _J + "201",
}
"""What ``--transfer-syntax`` takes, and its UID."""
COMPRESSED = frozenset(("rle", "jpegls", "jpeg2000", "htj2k"))


@dataclass(frozen=True)
class Samples:
    """One frame to be encoded.

    Attributes
    ----------
    array
        Stored values, shape (rows, columns) or (rows, columns, 3); 8, 16 or 32 bits, signed or not.
    stored
        Bits Stored.
    """

    array: NDArray[Any]
    stored: int

    @property
    def colour(self) -> bool:
        """Whether there are three samples a pixel."""
        return self.array.ndim == 3

    def unsigned(self) -> NDArray[Any]:
        """The same bits without sign; those above Bits Stored repeat it, which every reader takes (PS3.5 8.1.1)."""
        return np.ascontiguousarray(self.array).view(f"u{self.array.itemsize}")


def uid_of(name: str) -> str:
    """The UID of a transfer syntax by its name or UID.

    Raises
    ------
    tui.errors.UsageError
    """
    if name in SYNTAXES:
        return SYNTAXES[name]
    if name in SYNTAXES.values():
        return name
    raise UsageError("There is no such transfer syntax to write", f"There are: {', '.join(SYNTAXES)}.")


def name_of(uid: str) -> str:
    """The name of a transfer syntax that can be written; empty for another one."""
    return next((name for name, known in SYNTAXES.items() if known == uid), "")


def encode(name: str, samples: Samples) -> bytes:
    """One frame in a compressed transfer syntax, padded to even length (PS3.5 A.4).

    Raises
    ------
    tui.errors.NoPictureError
        The syntax cannot hold such samples.
    """
    if samples.array.dtype.kind not in "iu" or samples.array.itemsize > 4:
        raise NoPictureError("Only whole numbers can be compressed", "Choose native.")
    if name != "rle" and (samples.array.itemsize > 2 or samples.stored > 16):
        raise NoPictureError(f"{name} holds at most 16 bits here", "Choose rle or native.")
    data = {"rle": _rle, "jpegls": _jpegls, "jpeg2000": _jpeg2000, "htj2k": _htj2k}[name](samples)
    return data + b"\0" * (len(data) % 2)


def photometric(name: str, wanted: str) -> str:
    """Photometric Interpretation of the frames: the reversible colour transform of JPEG 2000 is named (PS3.5 8.2.4)."""
    return "YBR_RCT" if wanted == "RGB" and name in ("jpeg2000", "htj2k") else wanted


def _rle(samples: Samples) -> bytes:
    """RLE (PS3.5 annex G): a segment for each byte of a sample, the most significant first; no run crosses a row."""
    from imagecodecs import packbits_encode

    bits = samples.unsigned()
    size = bits.itemsize
    planes = [bits[..., i] for i in range(3)] if samples.colour else [bits]
    segments: list[bytes] = []
    for plane in planes:
        split = np.ascontiguousarray(plane.astype(f">u{size}")).view(np.uint8).reshape(*plane.shape, size)
        for byte in range(size):
            packed = bytes(packbits_encode(split[..., byte].copy(), axis=-1))
            segments.append(packed + b"\0" * (len(packed) % 2))
    if len(segments) > 15:
        raise NoPictureError("RLE has at most 15 segments", "Choose native.")
    offsets, at = [], 64
    for segment in segments:
        offsets.append(at)
        at += len(segment)
    header = struct.pack("<16L", len(segments), *offsets, *([0] * (15 - len(offsets))))
    return header + b"".join(segments)


def _jpegls(samples: Samples) -> bytes:
    from imagecodecs import jpegls_encode

    return bytes(jpegls_encode(np.ascontiguousarray(samples.unsigned())))


def _jpeg2000(samples: Samples) -> bytes:
    from imagecodecs import jpeg2k_encode

    array = np.ascontiguousarray(samples.array)
    return bytes(
        jpeg2k_encode(
            array, codecformat="j2k", reversible=True, level=0, bitspersample=samples.stored, mct=samples.colour
        )
    )


def _htj2k(samples: Samples) -> bytes:
    from imagecodecs import htj2k_encode

    return bytes(htj2k_encode(np.ascontiguousarray(samples.array), reversible=True, rgb=samples.colour))
