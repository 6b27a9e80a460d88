"""Reading a file up to its pixels, and copying what follows into another file as it is."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

from tui.adapters import careful, regular
from tui.core import heads
from tui.core import plain as plain_files
from tui.core.elements import BrokenError
from tui.core.heads import Head
from tui.core.plain import Plain
from tui.core.walk import Short
from tui.errors import DamagedError, LimitError, NotDicomError, OutputError
from tui.service.settings import Limits, trust

_FIRST, _PIECE, _PLAIN = 256 * 2**10, 4 * 2**20, 16 * 2**10


def read(path: str, limits: Limits, *, whole: bool = False) -> Head:
    """The head of a file; with ``whole`` all of it.

    Raises
    ------
    tui.errors.UnreadableError
    tui.errors.LimitError
    """
    opened, status = regular.descriptor(path)
    try:
        size, stamp = status.st_size, _stamp(status)
        count = _FIRST
        data = regular.head(opened, count)
        _refuse_others(data)
        meta, start, form, deflated = heads.layout(data)
        if deflated:
            inflated, complete = careful.inflated(opened, start, limits.dataset_bytes)
            if not complete:
                raise DamagedError("The file is cut short")
            return Head(data[:start] + inflated, meta, start, form, size, size, stamp, True)
        if whole:
            data = regular.head(opened, size)
            return Head(data, meta, start, form, size, size, stamp)
        while (end := heads.end(data, start, form, complete=len(data) >= size)) is None:
            if len(data) >= limits.dataset_bytes:
                said = f"The header passes the limit dataset_bytes ({limits.dataset_bytes >> 20} MiB)"
                raise LimitError(said, trust("dataset_bytes"))
            count = min(8 * count, limits.dataset_bytes)
            data = regular.head(opened, min(count, size))
        return Head(data[:end], meta, start, form, end, size, stamp)
    except BrokenError as error:
        raise DamagedError(f"The data set cannot be followed: {error}") from error
    finally:
        os.close(opened)


def plain(path: str, limits: Limits) -> tuple[Plain, bytes] | None:
    """The header and the value of Pixel Data of a file where they lie as they are, within the limits.

    Raises
    ------
    tui.errors.UnreadableError
    """
    opened, status = regular.descriptor(path)
    try:
        found, count = None, _PLAIN
        while found is None:
            data = regular.head(opened, count)
            try:
                found = plain_files.read(data, status.st_size)
            except Short:
                count *= 8
                if count > limits.dataset_bytes:
                    return None
                continue
            if found is None or found.length > min(limits.frame_bytes, limits.pixels):
                return None
        pixels = os.pread(opened, found.length, found.offset)
        return (found, pixels) if len(pixels) == found.length else None
    finally:
        os.close(opened)


def _refuse_others(data: bytes) -> None:
    if data[128:132] != b"DICM" and data[:2] not in (b"\x02\x00", b"\x08\x00", b"\x00\x08"):
        raise NotDicomError("The file is not DICOM")


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def bytes_at(path: str, stamp: tuple[int, ...], at: int, count: int) -> bytes:
    """Bytes of a file that is still the same.

    Raises
    ------
    tui.errors.UnreadableError
    """
    opened, status = regular.descriptor(path)
    try:
        if _stamp(status) != stamp:
            raise DamagedError("The file has changed meanwhile", "Read it again.")
        return os.pread(opened, count, at)
    finally:
        os.close(opened)


def packed(head: Head, data: bytes) -> bytes:
    """An edited head as its file has it: deflated again, where it was."""
    if not head.deflated:
        return data
    _, start, _, _ = heads.layout(data)
    squeeze = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(data[start:]) + squeeze.flush()
    return data[:start] + body + b"\0" * (len(body) % 2)


def joined(path: str, head: Head, data: bytes) -> Iterator[bytes]:
    """An edited head, then what follows it in the file.

    Raises
    ------
    tui.errors.OutputError
        If the file is not the one that was read any more.
    """
    yield packed(head, data)
    if head.tail >= head.size:
        return
    opened, status = regular.descriptor(path)
    try:
        if _stamp(status) != head.stamp:
            raise _changed()
        at = head.tail
        while at < head.size:
            piece = os.pread(opened, min(_PIECE, head.size - at), at)
            if not piece:
                raise _changed()
            yield piece
            at += len(piece)
        if _stamp(os.fstat(opened)) != head.stamp:
            raise _changed()
    finally:
        os.close(opened)


def _changed() -> OutputError:
    return OutputError("The file has changed while it was copied", "Read it again.")
