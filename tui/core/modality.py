"""From stored values to values in the modality's units (PS3.3 C.11.1), and which of them are no part of the picture.

Look-up tables are encoded alike in all stages (a descriptor of three numbers, and the data), so the table is here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import integer, number, numbers, text, value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

# XA, XRF and biplane XA: their modality LUT leads back to X-ray intensity and is not for display (PS3.4 N.2.1.2).
_NOT_FOR_DISPLAY = frozenset(f"1.2.840.10008.5.1.4.1.1.12.{n}" for n in (1, 2, 3))
_LARGEST = 1e30  # of a slope or intercept: beyond it, values would leave the range of the arithmetic that follows
_LARGEST_FLOAT = 1e200  # what is beyond cannot be summed up and rescaled any more


@dataclass(frozen=True, slots=True)
class Rescale:
    """``slope * stored + intercept`` (PS3.3 C.11.1.1.2)."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rescaled values, same shape."""
        return np.asarray(values, np.float64) * self.slope + self.intercept


@dataclass(frozen=True, slots=True, eq=False)
class LookupTable:
    """A table of PS3.3 C.11.1.1.1: ``entries[0]`` stands for ``first`` and all below, the last for all above.

    Attributes
    ----------
    first
        Input value of the first entry.
    entries
        uint16, shape (n,), 1 <= n <= 65536.
    bits
        Bits an entry, 1..16, as the descriptor says, or more if an entry needs more.
    short
        Whether the descriptor promises more entries than there are.
    """

    first: int
    entries: NDArray[np.uint16]
    bits: int
    short: bool = False

    @property
    def last(self) -> int:
        """Input value of the last entry."""
        return self.first + len(self.entries) - 1

    def __call__(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """The entries for finite values, same shape; a fraction takes the nearest entry."""
        whole = values if values.dtype.kind in "iu" else np.rint(np.clip(values, self.first, self.last))
        return np.take(self.entries, whole.astype(np.intp) - self.first, mode="clip")


@dataclass(frozen=True, slots=True)
class Padding:
    """Stored values from ``low`` to ``high``, both included, are no part of the picture (PS3.3 C.7.5.1.1.2)."""

    low: float
    high: float

    def covers(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
        """True where a stored value is padding, same shape."""
        return (stored >= self.low) & (stored <= self.high)


def padding(dataset: Dataset, stored: NDArray[Any], frame: int = 0) -> Padding | None:
    """The padding of a grey frame, in stored values, or None."""
    if stored.dtype.kind == "f":
        kind = "DoubleFloat" if stored.dtype.itemsize > 4 else "Float"
        low = number(dataset, f"{kind}PixelPaddingValue", frame)
        high = number(dataset, f"{kind}PixelPaddingRangeLimit", frame)
    else:
        signed = stored.dtype.kind == "i"
        low = _signed(number(dataset, "PixelPaddingValue", frame), signed)
        high = _signed(number(dataset, "PixelPaddingRangeLimit", frame), signed)
    if low is None:
        return None
    high = low if high is None else high
    return Padding(min(low, high), max(low, high))


def finite(stored: NDArray[Any]) -> NDArray[np.bool_]:
    """True where arithmetic is safe, same shape: integers, and floats neither NaN nor close to the end of float64."""
    if stored.dtype.kind != "f":
        return np.ones(stored.shape, np.bool_)
    return np.isfinite(stored) if stored.dtype.itemsize <= 4 else np.asarray(np.abs(stored) < _LARGEST_FLOAT)


def bits_stored(dataset: Dataset, stored: NDArray[Any]) -> int:
    """Bits Stored (PS3.3 C.7.6.3), or the bits of the array where it makes no sense."""
    most = 8 * stored.dtype.itemsize
    found = integer(dataset, "BitsStored", default=most)
    return found if 0 < found <= most else most


def _signed(number: float | None, signed: bool) -> float | None:
    """The value that the 16 bits of a number mean; its VR often contradicts Pixel Representation."""
    if number is not None and signed and 0x8000 <= number <= 0xFFFF:
        return number - 0x10000
    if number is not None and not signed and -0x8000 <= number < 0:
        return number + 0x10000
    return number


def transformation(dataset: Dataset, frame: int = 0) -> tuple[Rescale | LookupTable, str]:
    """What leads from stored values to the modality's units, and a sentence if that is not as the file says.

    A Modality LUT Sequence excludes the rescale attributes; functional groups are honoured (PS3.3 C.7.6.16.2.9).
    A missing intercept is 0, a missing slope 1. For a dose grid it is the Dose Grid Scaling (PS3.3 C.8.8.3).
    """
    if text(dataset, "SOPClassUID") in _NOT_FOR_DISPLAY:
        return Rescale(), ""
    if items := tables(dataset, "ModalityLUTSequence", frame):
        signed = integer(dataset, "PixelRepresentation", default=0) == 1
        if table := lookup_table(items[0], "LUTDescriptor", "LUTData", signed):
            return table, "The Modality LUT has fewer entries than it says." if table.short else ""
        return Rescale(), "The Modality LUT cannot be used, so stored values are shown."
    slope, intercept = number(dataset, "RescaleSlope", frame), number(dataset, "RescaleIntercept", frame)
    if slope is None and text(dataset, "RescaleSlope", frame):
        return Rescale(), "The Rescale Slope cannot be used, so stored values are shown."
    if slope is None and intercept is None:
        slope = number(dataset, "DoseGridScaling", frame)
    rescale = Rescale(1.0 if slope is None else slope, intercept or 0.0)
    if not 1 / _LARGEST <= abs(rescale.slope) <= _LARGEST or abs(rescale.intercept) > _LARGEST:
        return Rescale(), "The Rescale Slope cannot be used, so stored values are shown."
    return rescale, ""


def unit(dataset: Dataset, frame: int = 0) -> str:
    """Unit of the modality's values, or empty where the file does not say or means "unspecified".

    CT without Rescale Type is in Hounsfield units (PS3.3 C.11.1.1.2); magnetic resonance has no unit.
    """
    modality = text(dataset, "Modality")
    if items := tables(dataset, "ModalityLUTSequence", frame):
        named = text(items[0], "ModalityLUTType")
    else:
        named = text(dataset, "RescaleType", frame)
    if not named and modality == "CT" and number(dataset, "RescaleSlope", frame) is not None:
        named = "HU"
    if not named or named == "US":
        named = text(dataset, "Units" if modality == "PT" else "DoseUnits", frame)
    return "" if named == "US" or modality == "MR" else named[:16]


def tables(dataset: Dataset, sequence_keyword: str, frame: int = 0) -> list[Dataset]:
    """Items of a sequence of tables that are not empty, as some writers leave them."""
    from pydicom.sequence import Sequence

    items = value(dataset, sequence_keyword, frame)
    if not isinstance(items, Sequence):
        return []
    return [i for i in items if value(i, "LUTDescriptor") is not None or value(i, "LUTData") is not None]


def lookup_table(item: Dataset, descriptor: str, data: str, signed: bool) -> LookupTable | None:
    """A table of an item, or None where it cannot be used.

    Parameters
    ----------
    descriptor, data
        Keywords, e.g. ``LUTDescriptor`` and ``LUTData``.
    signed
        Whether the input can be negative; the descriptor's VR is not to be trusted on it.
    """
    described = table_descriptor(item, descriptor, signed)
    if described is None:
        return None
    count, first, bits = described
    entries = table_words(item, data, count)
    if not len(entries):
        return None
    entries = entries[:count]
    return LookupTable(first, entries, max(bits, int(entries.max()).bit_length(), 1), short=len(entries) < count)


def table_descriptor(item: Dataset, keyword: str, signed: bool) -> tuple[int, int, int] | None:
    """Number of entries (0 stands for 65536), first input value, bits an entry (0..16); None if it cannot be read."""
    found = value(item, keyword)
    if isinstance(found, bytes) and len(found) == 6:
        parts = np.frombuffer(found, _word(item)).astype(float).tolist()
    else:
        parts = numbers(item, keyword)
    if len(parts) != 3:
        return None
    first = _signed(parts[1], signed)
    if first is None or not -0x8000 <= first <= 0xFFFF:
        return None
    return int(parts[0]) % 0x10000 or 0x10000, int(first), min(max(int(parts[2]), 0), 16)


def table_words(item: Dataset, keyword: str, count: int) -> NDArray[np.uint16]:
    """The entries of a table, whether in words, in bytes, or bytes packed in words (PS3.3 C.11.1.1.1).

    Bytes are told by the length alone, because descriptors often name the wrong number of bits.
    """
    found = value(item, keyword)
    if not isinstance(found, bytes):
        try:
            words = np.array([found] if isinstance(found, int | float) else list(found or ()), np.int64).ravel()
        except (TypeError, ValueError, OverflowError):
            return np.zeros(0, np.uint16)
        if len(words) == count:
            return (words & 0xFFFF).astype(np.uint16)
        found = (words & 0xFFFF).astype(_word(item)).tobytes()
    if len(found) in (count, count + count % 2):
        if _word(item) != "<u2" and len(found) % 2 == 0:
            found = np.frombuffer(found, ">u2").astype("<u2").tobytes()
        return np.frombuffer(found, np.uint8).astype(np.uint16)
    return np.frombuffer(found[: len(found) // 2 * 2], _word(item)).astype(np.uint16)


def _word(item: Dataset) -> str:
    return ">u2" if getattr(item, "original_encoding", (None, None))[1] is False else "<u2"


def bounds(transform: Rescale | LookupTable, low: float, high: float) -> tuple[float, float]:
    """Least and greatest result for stored values from ``low`` to ``high``."""
    if isinstance(transform, LookupTable):
        return float(transform.entries.min()), float(transform.entries.max())
    ends = [float(transform.slope * v + transform.intercept) for v in (low, high)]
    return (min(ends), max(ends)) if all(map(math.isfinite, ends)) else (0.0, 1.0)


def mask_note(dataset: Dataset, frame: int = 0) -> str:
    """A sentence where the file wants a mask to be subtracted from this frame (PS3.3 C.7.6.10), which is not done."""
    from pydicom.sequence import Sequence

    items = value(dataset, "MaskSubtractionSequence", frame)
    wanted = []
    for item in items if isinstance(items, Sequence) else ():
        operation = text(item, "MaskOperation").upper()
        ranges = [int(n) for n in numbers(item, "ApplicableFrameRange")]
        pairs = list(zip(ranges[::2], ranges[1::2], strict=False))
        if operation not in ("", "NONE") and (not pairs or any(a <= frame + 1 <= b for a, b in pairs)):
            wanted.append(operation)
    return (
        f"The file asks for the subtraction of a mask ({wanted[0][:16]}); the frame is shown without." if wanted else ""
    )
