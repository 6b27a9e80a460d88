"""Large JPEG 2000 frames at a lower resolution, which takes a fraction of the time (ISO/IEC 15444-1 A.6.1, B.5).

A wavelet transform leaves the picture at half its sides after each of its levels; decoding may end there. The result
is a picture to look at until the whole one is there: a low-pass, not the exact mean of the pixels.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.codecs import Decoded
from tui.core.codestreams import SYNTAXES, bare, head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.codestreams import Codestream
    from tui.core.layout import Layout

LEAST_PIXELS = 1 << 20  # smaller frames are decoded as a whole soon enough
_COLOURS = {1: {"MONOCHROME1", "MONOCHROME2"}, 3: {"RGB", "YBR_ICT", "YBR_RCT"}}


def worthwhile(shape: Layout) -> bool:
    """Whether frames of this layout are large JPEG 2000 ones whose values may be averaged: no indices, no overlays."""
    syntax = SYNTAXES.get(shape.syntax)
    return (
        syntax is not None
        and "jpeg2k" in syntax.decoders
        and shape.pixels >= LEAST_PIXELS
        and shape.photometric in _COLOURS.get(shape.samples, ())
        and not shape.shared
    )


def reduced(data: bytes, shape: Layout, halvings: int) -> Decoded | None:
    """A frame whose sides are halved, at most as often as asked, or None where its stream does not allow it.

    High-throughput streams are not: they are decoded as fast as this.
    """
    stream = head(data)
    if stream is None or stream.family != "jpeg2k" or stream.high_throughput or stream.subsampled:
        return None
    if (stream.rows, stream.columns, stream.samples) != (shape.rows, shape.columns, shape.samples):
        return None
    if stream.precision > 16 or stream.tiles > 65535 or (shape.samples == 3 and stream.precision != 8):
        return None
    stop = next((n for n in range(min(halvings, _levels(data)), 0, -1) if _rounds_up(shape, n)), 0)
    array = _decoded(bare(data), stream, stop) if stop > 0 else None
    sides = tuple(-(-side >> stop) for side in (shape.rows, shape.columns))
    if array is None or array.shape[:2] != sides or array.ndim != (2 if shape.samples == 1 else 3):
        return None
    photometric = "RGB" if shape.samples == 3 else shape.photometric
    return Decoded(array, photometric, stream.family, stream.precision, stream.signed)


def _levels(data: bytes) -> int:
    """Decomposition levels of the main header's COD marker (ISO/IEC 15444-1 A.6.1)."""
    at = data.find(b"\xff\x52", 0, 4096)
    return data[at + 9] if 0 <= at < len(data) - 10 and data[at + 9] <= 32 else 0


def _rounds_up(shape: Layout, halvings: int) -> bool:
    """Whether Pillow expects the sides that come: it rounds them, where the standard rounds up."""
    half = 1 << halvings - 1
    return all((side + half) >> halvings == -(-side >> halvings) for side in (shape.rows, shape.columns))


def _decoded(data: bytes, stream: Codestream, halvings: int) -> NDArray[Any] | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG2000"]) as image:
            image.reduce = halvings  # type: ignore[method-assign, assignment]
            array = np.asarray(image)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None  # decoding the whole says why
    return _stored(array, stream)


def _stored(array: NDArray[Any], stream: Codestream) -> NDArray[Any] | None:
    """Pillow's samples as those of the stream: it fills up 8 or 16 bits, and lifts signed ones above 0."""
    size = array.dtype.itemsize
    if array.dtype.kind != "u" or size > 2 or stream.precision > 8 * size:
        return None
    values = array >> (8 * size - stream.precision)
    if not stream.signed:
        return values
    return (values.astype(np.int32) - (1 << stream.precision - 1)).astype(f"i{size}")
