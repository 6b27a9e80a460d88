"""pydicom on files that may be broken or hostile: what it raises, and what it must not be given."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.adapters import regular
from tui.core import headers
from tui.core.attributes import value_errors
from tui.errors import DamagedError, LimitError, UnreadableError
from tui.service.settings import trust

if TYPE_CHECKING:
    from pydicom.dataset import FileMetaDataset

_READ, _PIECE = 64 * 2**10, 2**20


def pydicom_errors() -> tuple[type[Exception], ...]:
    """What pydicom raises for broken files: besides what it raises for values, deflate streams and impossible sizes."""
    from pydicom.errors import InvalidDicomError

    return (*value_errors(), InvalidDicomError, zlib.error, MemoryError, StopIteration)


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
