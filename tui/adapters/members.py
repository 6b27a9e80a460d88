"""What an archive holds, whatever kind it is: zip and tar, also compressed, and a file that is compressed alone.

Links and devices in an archive are not followed. What a bomb can cost is bounded in members, in bytes of a member and
in bytes of a whole compressed stream. How well it is packed counts only in streams that pass what one member may have:
a black picture packs a thousand times, a study does not.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol, cast

from tui.adapters import regular
from tui.errors import DamagedError, LimitError, UnreadableError
from tui.service.settings import Limits, trust

HEAD = 512
DEEPEST = 2  # an archive in an archive
_PIECE = 2**20
_LARGEST_READ = 64 * 2**20  # that a header of a tar may ask for

ENCRYPTED = "encrypted"
TOO_DEEP = "an archive in an archive in an archive"
BROKEN = "damaged in the archive"


class Member:
    """One file of an archive; ``read`` gives its first bytes, as many as there are."""

    def __init__(self, name: str, size: int, read: Callable[[int], bytes], problem: str = "") -> None:
        self.name, self.size, self.read, self.problem = name, size, read, problem


class Archive(Protocol):
    """A file that holds others."""

    def members(self) -> Iterator[Member]:
        """All of them in order; each can be read until the next is asked for."""

    def member(self, name: str) -> Member | None:
        """The member of that name."""

    def close(self) -> None:
        """Close what is open."""


def kind(head: bytes) -> str:
    """``zip``, ``tar``, ``gzip``, ``bzip2`` or ``xz`` by the first 512 bytes; empty for anything else."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    for magic, name in ((b"\x1f\x8b\x08", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz")):
        if head.startswith(magic):
            return name
    return ""


def errors() -> tuple[type[Exception], ...]:
    """What the modules for archives raise for broken ones."""
    import lzma
    import tarfile
    import zipfile

    return (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, struct.error, EOFError, OSError,
            RuntimeError, NotImplementedError, ValueError, KeyError, IndexError, MemoryError)  # fmt: skip


def open_archive(file: IO[bytes], name: str, limits: Limits) -> Archive | None:
    """The archive that a file is; None if it is none.

    Raises
    ------
    Exception
        One of :func:`errors`.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    match kind(head):
        case "zip":
            return _Zip(file, limits)
        case "tar":
            return _Tar(file, limits)
        case "":
            return None
        case packed:
            stream = _Stream(_inflater(file, packed), limits, file)
            if kind(stream.read(HEAD)) == "tar":
                stream.seek(0)
                return _Tar(stream, limits)
            return _Alone(stream, name, limits)


def _inflater(file: IO[bytes], packed: str) -> IO[bytes]:
    if packed == "gzip":
        import gzip

        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if packed == "bzip2":
        import bz2

        return cast(IO[bytes], bz2.BZ2File(file))
    import lzma

    return cast(IO[bytes], lzma.LZMAFile(file))


class _Stream(io.RawIOBase):
    """An inflated stream that ends in an error where it passes the limits.

    Parameters
    ----------
    packed
        What is inflated; None where nothing is.
    """

    def __init__(self, stream: IO[bytes], limits: Limits, packed: IO[bytes] | None = None) -> None:
        self._stream = stream
        self._limits = limits
        self._packed = packed

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 or size > _LARGEST_READ:
            raise DamagedError("an entry of the archive asks for too much memory")
        data = self._stream.read(size)
        inflated, limits = self._stream.tell(), self._limits
        if inflated > limits.archive_bytes:
            limit = f"{limits.archive_bytes >> 20} MiB"
            raise LimitError(f"The archive inflates past the limit archive_bytes ({limit})", trust("archive_bytes"))
        fair = 0 if self._packed is None else limits.archive_ratio * self._packed.tell()
        if fair and inflated > max(limits.dataset_bytes, fair):
            limit = f"{limits.archive_ratio} times its size"
            raise LimitError(f"The archive inflates past the limit archive_ratio ({limit})", trust("archive_ratio"))
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


class _Zip:
    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        import zipfile

        self._zip = zipfile.ZipFile(file)
        self._limits = limits

    def members(self) -> Iterator[Member]:
        infos = self._zip.infolist()
        for number, info in enumerate(infos):
            if number >= self._limits.archive_members:
                yield _one_too_many(self._limits)
                return
            made = self._made(info)
            if made is not None:
                yield made

    def member(self, name: str) -> Member | None:
        try:
            return self._made(self._zip.getinfo(name))
        except KeyError:
            return None

    def _made(self, info: Any) -> Member | None:
        if info.is_dir():
            return None
        mode = info.external_attr >> 16
        if info.create_system == 3 and mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            return Member(info.filename, 0, lambda count: b"", regular.kind(mode) or "a link in an archive")
        if info.flag_bits & 1:
            return Member(info.filename, info.file_size, lambda count: b"", ENCRYPTED)

        def read(count: int) -> bytes:
            with self._zip.open(info) as stream:
                return stream.read(count)

        return Member(info.filename, info.file_size, read)

    def close(self) -> None:
        self._zip.close()


class _Tar:
    def __init__(self, stream: IO[bytes] | _Stream, limits: Limits) -> None:
        import tarfile

        bounded = stream if isinstance(stream, _Stream) else _Stream(stream, limits)
        self._tar = tarfile.open(fileobj=cast(IO[bytes], bounded), mode="r:")  # noqa: SIM115
        self._limits = limits
        self._by_name: dict[str, Any] | None = None

    def members(self) -> Iterator[Member]:
        for number, info in enumerate(self._tar):
            if number >= self._limits.archive_members:
                yield _one_too_many(self._limits)
                return
            if not info.isdir():
                yield self._made(info)

    def member(self, name: str) -> Member | None:
        if self._by_name is None:
            self._by_name = {}
            for number, info in enumerate(self._tar):
                if number >= self._limits.archive_members:
                    break
                self._by_name.setdefault(info.name, info)
        found = self._by_name.get(name)
        return self._made(found) if found is not None and not found.isdir() else None

    def _made(self, info: Any) -> Member:
        if not info.isreg():
            return Member(info.name, 0, lambda count: b"", "a link or device in an archive, not a file")

        def read(count: int) -> bytes:
            stream = self._tar.extractfile(info)
            return b"" if stream is None else stream.read(count)

        return Member(info.name, info.size, read)

    def close(self) -> None:
        self._tar.close()


class _Alone:
    """One file that is compressed without an archive; its length is known only at its end."""

    def __init__(self, stream: _Stream, name: str, limits: Limits) -> None:
        self._stream = stream
        base = os.path.basename(name)
        stem, suffix = os.path.splitext(base)
        self._name = stem if suffix.lower() in {".gz", ".bz2", ".xz"} and stem else f"{base}.1"
        self._limits = limits

    def members(self) -> Iterator[Member]:
        size = 0
        self._stream.seek(0)
        while size <= self._limits.dataset_bytes and (piece := self._stream.read(_PIECE)):
            size += len(piece)
        yield Member(self._name, size, self._read)

    def member(self, name: str) -> Member | None:
        return next(self.members()) if name == self._name else None

    def _read(self, count: int) -> bytes:
        self._stream.seek(0)
        pieces = []
        while count > 0 and (piece := self._stream.read(min(count, _PIECE))):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        self._stream.close()


def _one_too_many(limits: Limits) -> Member:
    said = f"more members than the limit archive_members ({limits.archive_members:,}) are not looked at"
    return Member("", 0, lambda count: b"", LimitError(said, trust("archive_members")).brief())


def whole(member: Member, limits: Limits) -> bytes:
    """All bytes of a member.

    Raises
    ------
    tui.errors.UnreadableError
        It is encrypted, no file, or larger than the limit.
    """
    if member.problem:
        raise UnreadableError(member.problem)
    limit = limits.dataset_bytes
    if member.size > limit:
        said = f"The file in the archive passes the limit dataset_bytes ({limit >> 20} MiB)"
        raise LimitError(said, trust("dataset_bytes"))
    data = member.read(limit + 1)
    if len(data) > limit or len(data) != member.size:
        raise DamagedError("The file in the archive has not the length that the archive says")
    return data
