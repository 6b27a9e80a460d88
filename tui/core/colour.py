"""Colour models to 8-bit RGB (PS3.3 C.7.6.3.1.2), and palettes (C.7.6.3.1.5, C.7.6.3.1.6, C.7.6.19, C.7.9.2).

Colour is shown without window; ``core/icc.py`` leads from the colours of the file to those of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import geometry
from tui.core.attributes import integer, text, value
from tui.core.modality import table_descriptor, table_words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.geometry import Placement
    from tui.core.icc import Conversion
    from tui.core.values import View

_NAMES = ("Red", "Green", "Blue")
_LONGEST = 0x10000  # entries of a palette

# Rows are R, G, B; columns Y, Cb, Cr (PS3.3 C.7.6.3.1.2; the inverse of the matrices that it gives).
_FULL = np.array([[1, 0, 1.402], [1, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587], [1, 1.772, 0]], np.float32)
_LUMA, _CHROMA = 255 / 219, 255 / 224
_PARTIAL = _FULL * np.array([_LUMA, _CHROMA, _CHROMA], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Colour:
    """A frame in colour.

    Attributes
    ----------
    stored
        Shape (rows, columns), if there is a palette, else (rows, columns, 3 or more).
    bits
        Bits Stored.
    """

    frame: Frame
    stored: NDArray[Any]
    bits: int
    palette: Palette | None = None
    conversion: Conversion | None = None
    notes: tuple[str, ...] = ()

    def part(self, placement: Placement) -> ColourPart:
        """A rectangle, shrunk to its size on the screen."""
        crop = placement.crop(self.stored)
        full = self.palette(crop) if self.palette is not None else rgb(crop, self.frame.photometric, self.bits)
        picture = fitted(full, placement)
        return ColourPart(self.conversion(picture) if self.conversion is not None else picture)


@dataclass(frozen=True, slots=True, eq=False)
class ColourPart:
    """What is shown of a frame in colour: uint8, shape (rows, columns, 3)."""

    rgb: NDArray[np.uint8]

    def pixels(self, view: View) -> tuple[NDArray[np.uint8], None]:
        """The pixels; colour has no window."""
        return (~self.rgb if view.invert else self.rgb), None


def fitted(picture: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """A cropped picture, shape (rows, columns, 3), shrunk to its size on the screen."""
    if picture.shape[:2] == placement.shrunk:
        return picture
    means = geometry.shrink(picture, *placement.shrunk)
    return np.asarray(np.rint(means), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """A palette: ``colours[0]`` stands for ``first`` and all below, the last for all above.

    Attributes
    ----------
    first
        Stored value of the first colour.
    colours
        uint8, shape (n, 3), 1 <= n <= 65536.
    """

    first: int
    colours: NDArray[np.uint8]

    def __call__(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        """RGB of stored values, shape (..., 3)."""
        return np.take(self.colours, stored.astype(np.intp) - self.first, axis=0, mode="clip")


def palette(dataset: Dataset) -> Palette | None:
    """The palette of a data set, plain or segmented, or None where it has none that can be used."""
    signed = integer(dataset, "PixelRepresentation", default=0) == 1
    channels: list[NDArray[np.uint16]] = []
    firsts: list[int] = []
    for name in _NAMES:
        described = table_descriptor(dataset, f"{name}PaletteColorLookupTableDescriptor", signed)
        if described is None:
            return None
        count, first, bits = described
        entries = table_words(dataset, f"{name}PaletteColorLookupTableData", count)
        if not len(entries):
            keyword = f"Segmented{name}PaletteColorLookupTableData"
            # Segments in bytes are marked by the descriptor alone: a count of words that cannot be reached reads words.
            entries = expand(
                table_words(dataset, keyword, _byte_count(dataset, keyword) if bits == 8 else 0), bits == 8
            )
        if not len(entries):
            return None
        firsts.append(first)
        channels.append(entries[:count])
    length = max(map(len, channels))
    levels = np.stack([np.pad(c, (0, length - len(c)), mode="edge") for c in channels], axis=-1)
    # Descriptors often say 16 for entries of 8 bits, so the entries themselves decide.
    return Palette(firsts[0], (levels if levels.max() <= 0xFF else levels >> 8).astype(np.uint8))


def _byte_count(dataset: Dataset, keyword: str) -> int:
    found = value(dataset, keyword)
    return len(found) if isinstance(found, bytes) else 0


def supplemental(dataset: Dataset, photometric: str, frame: int = 0) -> Palette | None:
    """The palette of a grey picture whose stored values from ``first`` on are colours (PS3.3 C.7.6.19), or None."""
    if photometric != "MONOCHROME2" or text(dataset, "PixelPresentation", frame) not in ("COLOR", "MIXED"):
        return None
    return palette(dataset)


def expand(words: NDArray[np.uint16], in_bytes: bool = False) -> NDArray[np.uint16]:
    """Expand segmented palette data (PS3.3 C.7.9.2), at most 65536 entries; stops at what it cannot read.

    Parameters
    ----------
    words
        Segments, shape (n,).
    in_bytes
        Whether each number of an indirect segment's offset has 8 instead of 16 bits.
    """
    segments = words.tolist()
    entries: list[int] = []
    at = 0
    while at + 2 <= len(segments) and len(entries) < _LONGEST:
        after = _segment(segments, at, entries)
        if segments[at] == 2:  # indirect: copies some segments from an offset that is given in two or four parts
            parts = segments[at + 2 : at + (6 if in_bytes else 4)]
            offset = sum(part << (8 if in_bytes else 16) * n for n, part in enumerate(parts))
            after = at + (6 if in_bytes else 4)
            source = offset // (1 if in_bytes else 2)
            for _ in range(segments[at + 1]):
                if source + 2 > len(segments) or segments[source] == 2 or len(entries) >= _LONGEST:
                    break
                source = _segment(segments, source, entries)
        if after <= at:
            break
        at = after
    return np.array(entries[:_LONGEST], np.uint16)


def _segment(segments: list[int], at: int, entries: list[int]) -> int:
    """Append a discrete or linear segment and return where the next begins; ``at`` if it is neither."""
    kind, length = segments[at], segments[at + 1]
    if kind == 0:
        entries.extend(segments[at + 2 : at + 2 + length])
        return at + 2 + length
    if kind != 1 or at + 3 > len(segments):
        return at
    start, end = (entries[-1] if entries else 0), segments[at + 2]
    entries.extend(int(start + (end - start) * n / length + 0.5) for n in range(1, length + 1))
    return at + 3


def rgb(stored: NDArray[Any], photometric: str, bits: int) -> NDArray[np.uint8]:
    """8-bit RGB of a colour frame.

    Parameters
    ----------
    stored
        Shape (rows, columns, 3 or more); what is beyond the third sample (alpha) is left out.
    photometric
        RGB, YBR_FULL, YBR_FULL_422 (already with a chroma value for each pixel), YBR_PARTIAL_420, YBR_PARTIAL_422;
        everything else is taken as RGB, also YBR_ICT and YBR_RCT, which a decoder has turned into it.
    bits
        Bits Stored; higher values are cut off.
    """
    samples = stored[..., :3]
    if samples.dtype != np.uint8 or bits != 8:
        samples = to_bytes(samples, bits)
    if photometric.startswith("YBR_FULL"):
        return _from_ybr(samples, _FULL, 0.0)
    if photometric.startswith("YBR_PARTIAL"):
        return _from_ybr(samples, _PARTIAL, 16.0)
    return samples


def to_bytes(samples: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Samples of any depth as 8 bits: ``floor(255 * v / (2**bits - 1))``; floats are taken as 0..1."""
    top = 1.0 if samples.dtype.kind == "f" else float(2 ** max(bits, 1) - 1)
    scaled = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=top, neginf=0.0).clip(0, top)
    levels: NDArray[np.float64] = np.floor(scaled * 255.0 / top)
    return levels.astype(np.uint8)


def _from_ybr(samples: NDArray[np.uint8], matrix: NDArray[np.float32], black: float) -> NDArray[np.uint8]:
    luma = samples[..., 0].astype(np.float32) - np.float32(black)
    cb = samples[..., 1].astype(np.float32) - np.float32(128)
    cr = samples[..., 2].astype(np.float32) - np.float32(128)
    picture = np.empty((*samples.shape[:-1], 3), np.uint8)
    for channel, (of_luma, of_cb, of_cr) in enumerate(matrix):
        level = luma * of_luma + (cb * of_cb + cr * of_cr + np.float32(0.5))
        np.clip(level, 0, 255, out=level)
        picture[..., channel] = level
    return picture
