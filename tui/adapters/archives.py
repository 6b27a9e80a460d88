"""Archives read in place: a member that is looked at is inflated into memory that has no name. The last ones are kept.

Nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from tui.adapters import regular
from tui.adapters.framebytes import Identity, Reader, identity
from tui.adapters.members import DEEPEST, Archive, errors, open_archive, whole
from tui.core.instance import Ref
from tui.errors import DamagedError, NoPictureError, UnreadableError
from tui.service.settings import Limits

KEPT_BYTES = 256 * 2**20  # of inflated members
KEPT_MEMBERS = 64
KEPT_ARCHIVES = 4


class Archives:
    """Members of archives as open files. May be used from any thread.

    Parameters
    ----------
    limits
        Bound what is inflated.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._door = threading.Lock()
        self._open: OrderedDict[tuple[str, Identity], Archive] = OrderedDict()
        self._held: OrderedDict[tuple[Identity, str], tuple[int, int]] = OrderedDict()  # descriptor and size

    def descriptor(self, ref: Ref, known: Identity | None = None) -> tuple[int, int, Identity]:
        """An open descriptor of a file or a member, for the caller to close; its size; and what its file is.

        Parameters
        ----------
        known
            What the file must still be.

        Raises
        ------
        tui.errors.UnreadableError
        """
        opened, status = regular.descriptor(ref.path)
        here = identity(status)
        if not ref.member:
            return opened, status.st_size, here
        if known is not None and here != known:
            os.close(opened)
            raise UnreadableError("the archive has changed since it was opened")
        with io.FileIO(opened, "rb") as file, self._door:
            return *self._member(file, here, ref), here

    def _member(self, file: io.FileIO, here: Identity, ref: Ref) -> tuple[int, int]:
        key = here, ref.member
        held = self._held.get(key)
        if held is None:
            with _translated():
                held = in_memory(self._bytes(file, here, ref))
            self._held[key] = held
            while len(self._held) > 1 and (
                len(self._held) > KEPT_MEMBERS or sum(size for _, size in self._held.values()) > KEPT_BYTES
            ):
                os.close(self._held.popitem(last=False)[1][0])
        self._held.move_to_end(key)
        return _another(held[0]), held[1]

    def _bytes(self, file: io.FileIO, here: Identity, ref: Ref) -> bytes:
        archive = self._open.get((ref.path, here))
        if archive is None:
            copy = io.BufferedReader(io.FileIO(os.dup(file.fileno()), "rb"))
            found = open_archive(copy, ref.path, self._limits)
            if found is None:
                raise UnreadableError("the archive is none any more")
            archive = self._open[ref.path, here] = found
            if len(self._open) > KEPT_ARCHIVES:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end((ref.path, here))
        return self._read(archive, ref.member, self._limits, 1)

    def _read(self, archive: Archive, name: str, limits: Limits, depth: int) -> bytes:
        """The bytes of a member, or of a member of a member that is an archive."""
        member = archive.member(name)
        if member is not None:
            return whole(member, limits)
        at = name.find("/")
        while at >= 0 and depth < DEEPEST:
            outer = archive.member(name[:at])
            if outer is not None:
                inner = open_archive(io.BytesIO(whole(outer, limits)), name[:at], limits)
                if inner is not None:
                    return self._read(inner, name[at + 1 :], limits, depth + 1)
            at = name.find("/", at + 1)
        raise UnreadableError("no such file in the archive")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except errors() as error:
        raise DamagedError("The file is damaged in its archive") from error


def in_memory(data: bytes) -> tuple[int, int]:
    """A descriptor of a file without a name that holds these bytes."""
    if hasattr(os, "memfd_create"):
        opened = os.memfd_create("member", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as file:  # unlinked before it holds anything
            opened = os.dup(file.fileno())
    view = memoryview(data)
    while view:
        view = view[os.write(opened, view) :]
    return opened, len(data)


def _another(opened: int) -> int:
    """The same file with a position of its own."""
    try:
        return os.open(f"/proc/self/fd/{opened}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        copy, _ = in_memory(os.pread(opened, os.fstat(opened).st_size, 0))
        os.lseek(copy, 0, os.SEEK_SET)
        return copy


class _MemberReader:
    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        return os.pread(self._descriptor, length, offset) if length > 0 else b""


class MemberSource:
    """A member of an archive that must still be the one that its header was read from."""

    def __init__(self, archives: Archives, ref: Ref, known: Identity) -> None:
        self._archives, self._ref, self._known = archives, ref, known

    @property
    def identity(self) -> Identity | None:
        """Of the archive."""
        return self._known

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Inflate it again if it is not kept."""
        try:
            opened, size, _ = self._archives.descriptor(self._ref, self._known)
        except UnreadableError as error:
            raise NoPictureError(f"The file cannot be read any more: {error}") from error
        try:
            yield _MemberReader(opened, size)
        finally:
            os.close(opened)
