"""A DICOM object into another transfer syntax, without loss, and the proof that it was (PS3.5 A.4, PS3.3 C.7.6.3)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import encoders
from tui.core.attributes import integer, own_integer, text, value_errors
from tui.core.codestreams import NATIVE, SYNTAXES
from tui.core.encoders import COMPRESSED, Samples
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import FileDataset

    from tui.core.frames import Frame

_LITTLE = frozenset(("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"))
_METHODS = {"jpeg": "ISO_10918_1", "jpegls": "ISO_14495_1", "jpeg2k": "ISO_15444_1", "htj2k": "ISO_15444_15"}
Digest = bytes


def transcode(dataset: FileDataset, count: int, frame: Callable[[int], Frame], name: str) -> list[Digest]:
    """Change the transfer syntax of a whole data set in place; UIDs stay, because nothing is lost.

    Parameters
    ----------
    dataset
        With its pixels.
    count
        Number of frames; 0 without pixels.
    frame
        Decodes one, counted from 0.
    name
        One of :data:`tui.core.encoders.SYNTAXES`.

    Returns
    -------
    list
        What :func:`verify` needs: a digest a frame, empty where the pixels were not touched.

    Raises
    ------
    tui.errors.NoPictureError
        The syntax cannot hold the pixels; nothing was changed.
    """
    from pydicom.uid import UID

    now = text(dataset.file_meta, "TransferSyntaxUID")
    wanted = encoders.SYNTAXES[name]
    digests: list[Digest] = []
    if count and now != wanted and not (now in _LITTLE and name not in COMPRESSED):
        digests = _recode(dataset, count, frame, name, now)
    dataset.file_meta.TransferSyntaxUID = UID(wanted)
    return digests


def _recode(dataset: FileDataset, count: int, frame: Callable[[int], Frame], name: str, now: str) -> list[Digest]:
    digests, packed = [], []
    first: Frame | None = None
    stored, container = 0, False
    for index in range(count):
        found = frame(index)
        if first is None:
            first, container = found, _container(dataset, found, name)
            stored = 8 * found.stored.itemsize if container else _bits(dataset, found)
        array = _array(found, container)
        digests.append(digest(found.stored))
        if name in COMPRESSED:
            packed.append(encoders.encode(name, Samples(array, stored)))
        else:
            packed.append(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    assert first is not None
    size = len(_pixel_bytes(dataset))
    _describe(dataset, first, name, 0 if container else stored)
    _note_loss(dataset, now, size, sum(a.nbytes for a in [first.stored]) * count)
    _put(dataset, packed, name)
    return digests


def _container(dataset: FileDataset, found: Frame, name: str) -> bool:
    """Whether the bits that the pixels do not use hold overlays, and so must be kept (PS3.3 C.9.2)."""
    if own_integer(dataset, "BitsAllocated") == 1:
        raise NoPictureError("Pixels of one bit cannot be compressed here", "Leave the file as it is.")
    if found.stored.dtype.kind == "f":
        raise NoPictureError("Floating pixels cannot be compressed", "Leave the file as it is.")
    if found.raw is None:
        return False
    if name in COMPRESSED and name != "rle":
        raise NoPictureError("Overlays lie in bits of the pixels that the pixels do not use", "Choose rle or native.")
    return True


def _array(found: Frame, container: bool) -> NDArray[Any]:
    return found.raw if container and found.raw is not None else found.stored


def _bits(dataset: FileDataset, found: Frame) -> int:
    """Bits Stored, or as many as a lossy stream has made of them."""
    most = 8 * found.stored.itemsize
    bits = integer(dataset, "BitsStored", default=most)
    bits = bits if 0 < bits <= most else most
    if found.stored.dtype.kind == "u" and found.stored.size and int(found.stored.max()) >> bits:
        return most
    return bits


def _describe(dataset: FileDataset, found: Frame, name: str, stored: int) -> None:
    colour = found.stored.ndim == 3
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = encoders.photometric(name, found.photometric)
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = 8 * found.stored.itemsize
    if stored:
        dataset.BitsStored, dataset.HighBit = stored, stored - 1
        dataset.PixelRepresentation = int(found.stored.dtype.kind == "i")


def _note_loss(dataset: FileDataset, now: str, size: int, decoded: int) -> None:
    """That pixels once lost something stays true of them (PS3.3 C.7.6.1.1.5)."""
    syntax = SYNTAXES.get(now)
    if syntax is None or syntax.lossless or text(dataset, "LossyImageCompression") == "01":
        return
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{decoded / max(size, 1):.2f}"
    family = {"jpeg8": "jpeg", "jpegls": "jpegls", "jpeg2k": "jpeg2k"}.get(syntax.decoders[0], "")
    if family:
        dataset.LossyImageCompressionMethod = _METHODS[family]


def _put(dataset: FileDataset, packed: list[bytes], name: str) -> None:
    from pydicom.encaps import encapsulate

    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]
    if name in COMPRESSED:
        dataset.add_new(0x7FE00010, "OB", encapsulate(packed))
        dataset["PixelData"].is_undefined_length = True
        return
    data = b"".join(packed)
    dataset.add_new(0x7FE00010, "OW" if dataset.BitsAllocated > 8 else "OB", data + b"\0" * (len(data) % 2))
    dataset["PixelData"].is_undefined_length = False


def _pixel_bytes(dataset: FileDataset) -> bytes:
    element: Any = dataset.get_item(0x7FE00010)
    value = getattr(element, "value", None)
    return value if isinstance(value, bytes) else b""


def digest(array: NDArray[Any]) -> Digest:
    """Of the values of a frame, whatever type holds them."""
    return hashlib.sha256(repr(array.shape).encode() + array.astype("<i8").tobytes()).digest()


def verify(data: bytes, digests: list[Digest]) -> None:
    """Decode the bytes of a file again, and compare each frame.

    Raises
    ------
    tui.errors.NoPictureError
        A frame is not what it was.
    """
    if not digests:
        return
    try:
        found = [digest(frame.stored) for frame in decoded(data)]
    except value_errors() as error:
        raise NoPictureError("What was written cannot be read again") from error
    if found != digests:
        raise NoPictureError("The compressed pixels are not those of the source", "Choose another transfer syntax.")


def decoded(data: bytes) -> Iterator[Frame]:
    """All frames of a file that was just made."""
    from pydicom import dcmread
    from pydicom.encaps import generate_frames

    from tui.core.frames import decode
    from tui.core.layout import layout

    dataset = dcmread(io.BytesIO(data))
    count = max(1, integer(dataset, "NumberOfFrames", default=1))
    pixels = _pixel_bytes(dataset)
    if text(dataset.file_meta, "TransferSyntaxUID") in NATIVE:
        size = (layout(dataset).native_bits + 7) // 8
        parts: Iterator[bytes] = (pixels[n * size : (n + 1) * size] for n in range(count))
    else:
        parts = generate_frames(pixels, number_of_frames=count)
    for index, part in enumerate(parts):
        yield decode(dataset, index, part)
