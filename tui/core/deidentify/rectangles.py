"""Rectangles made blank in all frames of an object, where text is burned into the picture (PS3.15 E.3.1).

Native pixels are changed where they lie, so all others keep their bytes. Compressed ones are decoded and stored native,
because to compress them again would lose once more what lossy compression has left; Lossy Image Compression
(0028,2110) goes on saying what they went through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tui.core.deidentify import elements, pixels
from tui.core.quantities import Box
from tui.errors import NoDecoderError, NoPictureError, RefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import FileDataset


_EXPLICIT = "1.2.840.10008.1.2.1"
_FLOATS = {0x7FE00008: "f4", 0x7FE00009: "f8"}
_SUBSAMPLED = ("YBR_FULL_422", "YBR_PARTIAL_422")
_CODE = ("113101", "DCM", "Clean Pixel Data Option")  # PS3.16 CID 7050
_OFFSETS = (0x7FE00001, 0x7FE00002)


def clean(dataset: FileDataset, boxes: Sequence[Box]) -> None:
    """Make the boxes blank and mark the picture as clean, in place; without boxes it was seen to be clean as it is.

    Raises
    ------
    RefusedError
        If the pixels cannot be decoded, or are laid out in a way that is not known.
    """
    if not pixels.has_pixels(dataset):
        return
    inside = [box for box in (_clipped(dataset, box) for box in boxes) if box]
    if inside:
        if pixels.is_encapsulated(dataset):
            _decode(dataset)
        _blank(dataset, inside)
    _mark(dataset)


def blanked(dataset: FileDataset, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The boxes as far as they are inside the picture; where chroma is stored once for two columns, for both."""
    paired = elements.first(dataset, 0x00280004) in _SUBSAMPLED and not pixels.is_encapsulated(dataset)
    found = []
    for box in boxes:
        clipped = _clipped(dataset, box)
        if clipped:
            left, top, width, height = clipped
            found.append((left - left % 2, top, width + left % 2 + (left + width) % 2, height) if paired else clipped)
    return tuple(found)


def _clipped(dataset: FileDataset, box: Box) -> Box | None:
    rows, columns = pixels.integer(dataset, 0x00280010), pixels.integer(dataset, 0x00280011)
    left, top, width, height = box
    right, bottom = min(left + width, columns), min(top + height, rows)
    left, top = max(left, 0), max(top, 0)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


# ------------------------------------------------------------------------------------------------ compressed pixels


def _decode(dataset: FileDataset) -> None:
    """Store the frames native, explicit VR little endian, samples of a pixel side by side."""
    import numpy as np
    from pydicom.dataelem import DataElement
    from pydicom.uid import UID

    bits = pixels.integer(dataset, 0x00280100)
    if bits not in (8, 16, 32):
        raise RefusedError("R11: the compressed pixels have an unusual size, and cannot be cleaned")
    kind = np.dtype(f"<u{bits // 8}")
    frames, photometric = [], ""
    for array, model in _frames(dataset):
        photometric = model
        frames.append((array.astype(np.int64) & ((1 << bits) - 1)).astype(kind).tobytes())
    data = b"".join(frames)
    dataset[0x7FE00010] = DataElement(0x7FE00010, "OW" if bits > 8 else "OB", data + b"\0" * (len(data) % 2))
    dataset[0x00280004] = DataElement(0x00280004, "CS", photometric)
    if pixels.integer(dataset, 0x00280002, 1) > 1:
        dataset[0x00280006] = DataElement(0x00280006, "US", 0)
    for tag in _OFFSETS:
        if tag in dataset:
            del dataset[tag]
    dataset.file_meta.TransferSyntaxUID = UID(_EXPLICIT)
    dataset.set_original_encoding(False, True, dataset.original_character_set)


def _frames(dataset: FileDataset) -> Iterator[tuple[NDArray[Any], str]]:
    from pydicom.encaps import generate_frames

    from tui.core.codecs import Wanted, decompress

    count = pixels.integer(dataset, 0x00280008) or 1
    wanted = Wanted(
        pixels.integer(dataset, 0x00280010), pixels.integer(dataset, 0x00280011),
        pixels.integer(dataset, 0x00280002, 1), pixels.integer(dataset, 0x00280100),
        elements.first(dataset, 0x00280004),
    )  # fmt: skip
    syntax = elements.first(dataset.file_meta, 0x00020010)
    data = elements.data(elements.get(dataset, pixels.PIXEL_DATA))
    found = 0
    try:
        for frame in generate_frames(data, number_of_frames=count):
            found += 1
            decoded = decompress(syntax, frame, wanted)
            yield decoded.array, decoded.photometric
    except NoDecoderError as error:
        raise RefusedError("R11: no decoder for the pixels is there, so they cannot be cleaned", error.hint) from error
    except (NoPictureError, ValueError) as error:
        raise RefusedError("R11: the pixels cannot be decoded, so they cannot be cleaned") from error
    if found != count:
        raise RefusedError("R11: the file has not the frames that it says, so they cannot be cleaned")


# ------------------------------------------------------------------------------------------------ native pixels


def _blank(dataset: FileDataset, boxes: Sequence[Box]) -> None:
    import numpy as np

    tag = next(tag for tag in (pixels.PIXEL_DATA, *_FLOATS) if tag in dataset)
    element = elements.get(dataset, tag)
    rows, columns = pixels.integer(dataset, 0x00280010), pixels.integer(dataset, 0x00280011)
    samples, bits = pixels.integer(dataset, 0x00280002, 1), pixels.integer(dataset, 0x00280100)
    frames = pixels.integer(dataset, 0x00280008) or 1
    model = elements.first(dataset, 0x00280004)
    order = "<" if getattr(element, "is_little_endian", True) else ">"
    data = bytearray(elements.data(element))
    if bits == 1 and tag not in _FLOATS:
        _blank_bits(data, (frames, rows, columns), boxes, model)
        pixels.put(dataset, tag, bytes(data))
        return
    name = _FLOATS.get(tag) or {8: "u1", 16: "u2", 32: "u4"}.get(bits)
    if name is None:
        raise RefusedError("R11: the pixels have an unusual size, and cannot be cleaned")
    kind = np.dtype(order + name)
    paired = model in _SUBSAMPLED and len(data) < rows * columns * samples * frames
    count = rows * columns * frames * (2 if paired else samples)
    if len(data) < count * kind.itemsize or (paired and columns % 2):
        raise RefusedError("R11: the pixels are shorter than the file says, and cannot be cleaned")
    cells = np.frombuffer(data, kind, count)
    if paired:
        _blank_pairs(cells.reshape(frames, rows, columns // 2, 4), boxes, model)
    elif samples > 1 and pixels.integer(dataset, 0x00280006) == 1:
        planes = cells.reshape(frames, samples, rows, columns)
        for sample, value in enumerate(_black(dataset, model, cells, samples)):
            for left, top, width, height in boxes:
                planes[:, sample, top : top + height, left : left + width] = value
    else:
        picture = cells.reshape(frames, rows, columns, samples)
        for left, top, width, height in boxes:
            picture[:, top : top + height, left : left + width] = _black(dataset, model, cells, samples)
    pixels.put(dataset, tag, bytes(data))


def _black(dataset: FileDataset, model: str, cells: NDArray[Any], samples: int) -> list[Any]:
    """What is black in this colour model, a value a sample (PS3.3 C.7.6.3.1.2)."""
    stored = pixels.integer(dataset, 0x00280101) or cells.dtype.itemsize * 8
    if samples > 1:
        if not model.startswith("YBR"):
            return [0] * samples
        return [16 if "PARTIAL" in model else 0, *[1 << (stored - 1)] * (samples - 1)]
    if cells.dtype.kind == "f":
        return [cells.max() if model == "MONOCHROME1" else cells.min()]
    if model == "PALETTE COLOR":
        return [_darkest(dataset)]
    if not pixels.integer(dataset, 0x00280103):
        return [(1 << stored) - 1 if model == "MONOCHROME1" else 0]
    # the least value that occurs, because the least possible one would stretch the window of the whole picture
    mask, sign = (1 << stored) - 1, 1 << (stored - 1)
    values = ((cells.astype("i8") & mask) ^ sign) - sign
    return [int(values.max() if model == "MONOCHROME1" else values.min()) & mask]


def _darkest(dataset: FileDataset) -> int:
    """The pixel value whose colour is the darkest (PS3.3 C.7.6.3.1.5)."""
    import numpy as np

    first, tables = 0, []
    for number in range(3):
        if 0x00281101 + number not in dataset or 0x00281201 + number not in dataset:
            return 0
        described = dataset[0x00281101 + number].value  # three numbers, whatever VR they have
        data = elements.data(elements.get(dataset, 0x00281201 + number))
        if isinstance(described, bytes | str) or len(described) != 3 or not data:
            return 0
        first = int(described[1])
        tables.append(np.frombuffer(data[: len(data) - len(data) % 2], "<u2").astype(np.int64))
    shortest = min(len(table) for table in tables)
    return first + int(np.argmin(sum(table[:shortest] for table in tables))) if shortest else 0


def _blank_pairs(pairs: NDArray[Any], boxes: Sequence[Box], model: str) -> None:
    """Y Y Cb Cr for each two columns (PS3.3 C.7.6.3.1.2): what shares its chroma is blanked with it."""
    for left, top, width, height in boxes:
        first, last = left // 2, (left + width + 1) // 2
        luma = 16 if "PARTIAL" in model else 0
        pairs[:, top : top + height, first:last] = (luma, luma, 128, 128)


def _blank_bits(data: bytearray, shape: tuple[int, int, int], boxes: Sequence[Box], model: str) -> None:
    """One bit a pixel, frames to the bit one behind the other (PS3.5 8.2)."""
    import numpy as np

    frames, rows, columns = shape
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    count = frames * rows * columns
    if len(bits) < count:
        raise RefusedError("R11: the pixels are shorter than the file says, and cannot be cleaned")
    picture = bits[:count].reshape(shape)
    for left, top, width, height in boxes:
        picture[:, top : top + height, left : left + width] = model == "MONOCHROME1"
    bits[:count] = picture.ravel()
    data[:] = np.packbits(bits, bitorder="little").tobytes()


# ------------------------------------------------------------------------------------------------ marks


def _mark(dataset: FileDataset) -> None:
    """Say that the picture was cleaned (PS3.15 E.3.1); the profile adds its own method to the codes."""
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    dataset[0x00280301] = DataElement(0x00280301, "CS", "NO")
    codes = (elements.items(dataset, 0x00120064) if 0x00120064 in dataset else None) or []
    if not any(elements.first(code, 0x00080100) == _CODE[0] for code in codes):
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = _CODE
        codes.append(code)
    dataset[0x00120064] = DataElement(0x00120064, "SQ", Items(codes))
