"""pydicom on files that may be broken or hostile: what it raises, and what it must not be given."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.adapters import regular
from tui.core import headers
from tui.core.attributes import value_errors
from tui.errors import DamagedError, LimitError, UnreadableError
from tui.service.settings import trust

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileMetaDataset

    from tui.service.settings import Limits

_READ, _PIECE = 64 * 2**10, 2**20
_ITEM_STARTS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_ITEM_BYTES, _TAKEN_APART = 1600, 12  # of memory, for each item of a sequence and each byte of it, as measured
_READ_BYTES = 400  # of memory: an element of pydicom comes of two or three reads; as measured


def pydicom_errors() -> tuple[type[Exception], ...]:
    """What pydicom raises for broken files: besides what it raises for values, deflate streams and impossible sizes."""
    from pydicom.errors import InvalidDicomError

    return (*value_errors(), InvalidDicomError, zlib.error, MemoryError, StopIteration)


class Bounded(io.BufferedReader):
    """Never asks for more than the file has, nor for more in all than the limits allow.

    pydicom asks for what the file says, and Python makes room for it before it reads. ``rest`` is what was left where
    the 8 bytes of an element's header (PS3.5 7.1) were asked for, and were not there.
    """

    def __init__(self, raw: io.RawIOBase, size: int, limits: Limits) -> None:
        super().__init__(raw, 16384)
        self.length = size
        self.rest = b""
        self._bytes_left = limits.dataset_bytes
        self._elements_left = limits.elements
        self._reads_left = 4 * limits.elements  # tag, length and value, and items
        self._limits = limits

    @property
    def taken(self) -> int:
        """Bytes of memory that what was read takes as elements of pydicom, about."""
        reads = 4 * self._limits.elements - self._reads_left
        return self._limits.dataset_bytes - self._bytes_left + reads * _READ_BYTES

    def count(self) -> None:
        """One more element at the top of the data set; raises as :meth:`read`."""
        self._elements_left -= 1
        if self._elements_left < 0:
            raise self._too_many()

    def _too_many(self) -> LimitError:
        return LimitError(f"The header passes the limit elements ({self._limits.elements})", trust("elements"))

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to ``size`` bytes, all if negative.

        Raises
        ------
        tui.errors.LimitError
            Names the limit that is passed.
        """
        if size is None or size < 0 or size > 65536:
            there = max(0, self.length - self.tell())
            size = there if size is None or size < 0 else min(size, there)
        self._bytes_left -= size
        self._reads_left -= 1
        if self._bytes_left < 0:
            limit = self._limits.dataset_bytes >> 20
            raise LimitError(f"The header passes the limit dataset_bytes ({limit} MiB)", trust("dataset_bytes"))
        if self._reads_left < 0:
            raise self._too_many()
        data = super().read(size)
        if size == 8 and len(data) < size:
            self.rest = data
        return data


def inflated(opened: int, at: int, limit: int) -> tuple[bytes, bool]:
    """A deflated data set (PS3.5 A.5) that begins at ``at`` of an open file, and whether the stream is whole.

    It is inflated twice, first only to be measured, so that a bomb costs time and no memory.

    Raises
    ------
    tui.errors.LimitError
        If it is longer than ``limit`` bytes, the setting ``dataset_bytes``.
    """
    size = 0

    def measure(piece: bytes) -> None:
        nonlocal size
        size += len(piece)
        if size > limit:
            said = f"The inflated data set passes the limit dataset_bytes ({limit >> 20} MiB)"
            raise LimitError(said, trust("dataset_bytes"))

    _inflate(opened, at, measure)
    out = io.BytesIO()
    whole = _inflate(opened, at, lambda piece: _keep(out, piece, limit))
    return out.getvalue(), whole


def _keep(out: io.BytesIO, piece: bytes, limit: int) -> None:
    if out.tell() + len(piece) > limit:  # the file has grown since it was measured
        raise UnreadableError("The file has changed while it was read", "Open it again.")
    out.write(piece)


def _inflate(opened: int, at: int, take: Callable[[bytes], object]) -> bool:
    """Hand over what a stream inflates to, piece by piece; false where it is cut or damaged."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = b""
    try:
        while not stream.eof:
            if not packed:
                packed = os.pread(opened, _READ, at)
                at += len(packed)
            if not packed and not stream.unconsumed_tail:
                return False
            take(stream.decompress(packed, _PIECE))
            packed = stream.unconsumed_tail
    except zlib.error:
        return False
    except OSError as error:
        raise UnreadableError(regular.reason(error)) from error
    return True


def file_meta(file: io.BufferedReader) -> tuple[bytes | None, FileMetaDataset]:
    """Preamble and file meta information (PS3.10 7.1) of a file, nothing of its data set; the file stands behind it."""
    from pydicom.filereader import _read_file_meta_info, read_preamble

    file.seek(0)
    preamble = read_preamble(file, force=True)
    return preamble, _read_file_meta_info(file)


def refuse_deflated(file: io.BufferedReader) -> None:
    """Rewind a file for pydicom, which would inflate a deflated data set without any limit.

    Raises
    ------
    tui.errors.DamagedError
        If the file meta information, as pydicom understands it, says that the data set is deflated.
    """
    _, meta = file_meta(file)
    file.seek(0)
    syntax = str(meta.get("TransferSyntaxUID", ""))
    if syntax.strip(" \0").encode("latin-1", "replace") in headers.DEFLATED:
        raise DamagedError(f"{headers.DAMAGED} (odd file meta information of a deflate stream)")


def readable(opened: int, at: int, limits: Limits, notes: list[str]) -> bytes:
    """The deflated data set (PS3.5 A.5), as far as it can be read."""
    data, whole = inflated(opened, at, limits.dataset_bytes)
    if not data:
        raise DamagedError("The deflated data set cannot be read")
    if not whole:
        notes.append("The deflated data set is cut or damaged: what could be read of it is shown.")
    return data


def character_sets(dataset: Dataset) -> Any:
    """Python's codecs for what the data set says of its text (PS3.3 C.12.1.1.2); the default one for nonsense."""
    from pydicom.charset import convert_encodings, default_encoding

    try:
        return convert_encodings(dataset.get("SpecificCharacterSet") or "")
    except value_errors():
        return default_encoding


def unread(dataset: Dataset) -> int:
    """Bytes of memory that its sequences (PS3.5 7.5) will take once somebody has looked into them, about."""
    values = (getattr(element, "value", None) for element in dataset.values())
    sequences = [value for value in values if isinstance(value, bytes) and value.startswith(_ITEM_STARTS)]
    return sum(value.count(value[:4]) * _ITEM_BYTES + len(value) * _TAKEN_APART for value in sequences)
