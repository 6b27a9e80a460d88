"""How the pixels of an instance are laid out: the Image Pixel module, read once a file (PS3.3 C.7.6.3, PS3.5 8.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.core.attributes import own_integer, text
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_INCOMPLETE = "The pixels have no shape without it: the header is wrong, or the file is damaged."
_UNKNOWN = "The attribute is wrong, or the file is of a kind that nobody reads."
_BIG_ENDIAN = frozenset({"1.2.840.10008.1.2.2", "1.2.840.113619.5.2"})


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

    def as_rgb(self) -> Layout:
        """That of frames which a decoder has turned into 8-bit RGB."""
        return replace(
            self, samples=3, bits=8, stored=8, high=7, signed=False, planar=False, photometric="RGB", floating=False,
            syntax="", big_endian=False, shared=False,
        )  # fmt: skip

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
        raise NoPictureError(f"Samples per Pixel is {samples}; 1 and 3 are known", _UNKNOWN)
    sides = {name: own_integer(dataset, name) for name in ("Rows", "Columns")}
    for name, side in sides.items():
        if side is None:
            raise NoPictureError(f"The attribute {name} is missing or empty", _INCOMPLETE)
        if not 0 < side <= 0xFFFFFFFF:
            raise NoPictureError(f"{name} is {side}", _INCOMPLETE)
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
            raise NoPictureError("The attribute BitsAllocated is missing or empty", _INCOMPLETE)
        bits = next((b for b in (1, 8, 16, 32, 64) if b >= stored), 64)
    if bits not in (1, 8, 12, 16, 32, 64):
        raise NoPictureError(f"Bits Allocated is {bits}; 1, 8, 12, 16, 32 and 64 are known", _UNKNOWN)
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
