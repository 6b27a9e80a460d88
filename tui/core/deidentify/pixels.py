"""Pixel Data: what stands behind the last frame, and overlays in bits that the picture does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.deidentify import elements
from tui.errors import RefusedError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PIXEL_DATA = 0x7FE00010
_BITS = {0x7FE00008: 32, 0x7FE00009: 64}
ENCAPSULATED = 0xFFFFFFFF


def has_pixels(dataset: Dataset) -> bool:
    """Whether there is Pixel Data, also as floats."""
    return any(tag in dataset for tag in (PIXEL_DATA, *_BITS))


def is_encapsulated(dataset: Dataset) -> bool:
    """Whether the Pixel Data are compressed fragments (PS3.5 A.4)."""
    from pydicom.dataelem import RawDataElement

    if PIXEL_DATA not in dataset:
        return False
    element = elements.get(dataset, PIXEL_DATA)
    if isinstance(element, RawDataElement):
        return element.length == ENCAPSULATED
    return bool(element.is_undefined_length)


def are_native(dataset: Dataset) -> bool:
    """Whether the Pixel Data are native although the transfer syntax says that they are compressed.

    Raises
    ------
    RefusedError
        If they are neither fragments nor of the length of native pixels.
    """
    if PIXEL_DATA not in dataset or is_encapsulated(dataset):
        return False
    data = elements.data(elements.get(dataset, PIXEL_DATA))
    if not data:
        return False
    length = expected_length(dataset)
    if len(data) not in (length, length + length % 2):
        raise RefusedError("R09: the pixels are not compressed as the file says")
    return True


def is_framed(dataset: Dataset) -> bool:
    """Whether encapsulated Pixel Data are little endian and begin with an item, as they must (PS3.5 A.4)."""
    if dataset.original_encoding[1] is False:
        return False
    return elements.data(elements.get(dataset, PIXEL_DATA)).startswith(b"\xfe\xff\x00\xe0")


def integer(dataset: Dataset, tag: int, default: int = 0) -> int:
    """A number at the top level, whatever its VR; the default if there is none that can be read."""
    if tag not in dataset:
        return default
    element = elements.get(dataset, tag)
    value = element.value
    if isinstance(value, bytes) and elements.dictionary_vr(tag) != "IS":
        little = getattr(element, "is_little_endian", True)
        return int.from_bytes(value[:2], "little" if little else "big") if len(value) >= 2 else default
    try:
        return int(elements.text(element, dataset).split("\\")[0] or default)
    except ValueError:
        return default


def expected_length(dataset: Dataset, tag: int = PIXEL_DATA) -> int:
    """Bytes of native Pixel Data without the padding byte (PS3.5 8.1.1, 8.2); 0 if the header does not tell."""
    samples = integer(dataset, 0x00280002, 1)
    frames = integer(dataset, 0x00280008) if elements.first(dataset, 0x00280008) else 1
    pixels = integer(dataset, 0x00280010) * integer(dataset, 0x00280011) * frames
    bits = _BITS.get(tag) or integer(dataset, 0x00280100)
    return (pixels * samples * bits + 7) // 8


def cut_excess(dataset: Dataset) -> bool:
    """Cut what stands behind the last frame of native pixels; whether there was something other than zeros.

    YBR_FULL_422 may be shorter than its samples say (two of three); it is measured by the longer size, as some
    writers do not subsample.
    """
    cut = False
    for tag in (PIXEL_DATA, *_BITS):
        if tag not in dataset or (tag == PIXEL_DATA and is_encapsulated(dataset)):
            continue
        length = expected_length(dataset, tag)
        data = elements.data(elements.get(dataset, tag))
        short = length * 2 // 3
        if elements.first(dataset, 0x00280004) in ("YBR_FULL_422", "YBR_PARTIAL_422") and len(data) < length:
            length = short
        length += length % 2
        if 0 < length < len(data):
            cut = cut or any(data[length:])
            put(dataset, tag, data[:length])
    return cut


def put(dataset: Dataset, tag: int, data: bytes) -> None:
    """Give an element with bytes other bytes; it stays as it was else."""
    from pydicom.dataelem import DataElement, RawDataElement

    element = elements.get(dataset, tag)
    if isinstance(element, RawDataElement):
        dataset[tag] = element._replace(
            value=data, length=ENCAPSULATED if element.length == ENCAPSULATED else len(data)
        )
    else:
        dataset[tag] = DataElement(tag, element.VR, data, is_undefined_length=element.is_undefined_length)


# ---------------------------------------------------------------------------------------------- overlays in the pixels


def overlay_bits(dataset: Dataset) -> int:
    """Mask of the bits of a pixel cell that hold overlays instead of the picture (PS3.3 C.9.2, retired in 2004)."""
    stored, high = integer(dataset, 0x00280101), integer(dataset, 0x00280102)
    used = ((1 << stored) - 1) << max(high - stored + 1, 0)
    mask = 0
    for group in range(0x6000, 0x6020, 2):
        base = group << 16
        if base + 0x0010 in dataset and base + 0x3000 not in dataset:
            mask |= 1 << integer(dataset, base + 0x0102)
    return mask & ~used & ((1 << integer(dataset, 0x00280100)) - 1)


def clear_bits(dataset: Dataset, mask: int) -> bool:
    """Set bits of all pixel cells to zero; whether one was set.

    Raises
    ------
    RefusedError
        If the pixels are compressed or in cells of an unusual size.
    """
    from pydicom.dataelem import RawDataElement

    if not mask or PIXEL_DATA not in dataset:
        return False
    import numpy as np

    size = integer(dataset, 0x00280100)
    if is_encapsulated(dataset) or size not in (8, 16, 32):
        raise RefusedError(
            "R11: an overlay is drawn in unused bits of the compressed picture and cannot be taken out",
            "Decompress the file first.",
        )
    element = elements.get(dataset, PIXEL_DATA)
    little = element.is_little_endian if isinstance(element, RawDataElement) else True
    data = elements.data(element)
    whole = len(data) - len(data) % (size // 8)
    cells = np.frombuffer(data[:whole], dtype=f"{'<' if little else '>'}u{size // 8}")
    if not (cells & cells.dtype.type(mask)).any():
        return False
    left = cells & cells.dtype.type(~mask & ((1 << size) - 1))
    put(dataset, PIXEL_DATA, left.astype(cells.dtype).tobytes() + data[whole:])
    return True
