"""Opening files that others made: regular ones only, read-only, never waiting, never past their end."""

from __future__ import annotations

import errno
import io
import os
import stat

from tui.errors import LimitError, UnreadableError
from tui.service.settings import trust

_KINDS = {
    stat.S_IFIFO: "a FIFO, not a file",
    stat.S_IFSOCK: "a socket, not a file",
    stat.S_IFCHR: "a device, not a file",
    stat.S_IFBLK: "a device, not a file",
    stat.S_IFDIR: "a folder, not a file",
}
# O_NONBLOCK: a FIFO without a writer would block for ever, before one can ask what it is.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_ADVISE = getattr(os, "posix_fadvise", None)  # macOS has none
_AT_ONCE = 2**30  # bytes; the system gives no more than 2 GiB at a time (read(2))
_REASONS = {
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.ENOENT: "no such file or folder",
    errno.ENOTDIR: "no such file or folder",
    errno.ELOOP: "a link that leads nowhere",
    errno.ENAMETOOLONG: "the path is too long",
    errno.EIO: "the disk reports an error",
    errno.ESTALE: "the server has forgotten the file",
    errno.EMFILE: "too many files are open",
    errno.ENXIO: "a socket, not a file",
}


def kind(mode: int) -> str:
    """Why a file of that ``st_mode`` is not opened; empty for a regular file."""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "not a file")


def reason(error: OSError | ValueError) -> str:
    """What went wrong, in a short phrase without the file's name."""
    if not isinstance(error, OSError):
        return "no possible path"  # a NUL character in it
    return _REASONS.get(error.errno or 0, "cannot be read")


def plain(path: str) -> tuple[int, os.stat_result] | None:
    """As :func:`descriptor`; None where the path is a link.

    Raises
    ------
    tui.errors.UnreadableError
    """
    try:
        opened = os.open(path, _FLAGS | os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            return None
        raise UnreadableError(reason(error)) from error
    return _regular(opened)


def descriptor(path: str) -> tuple[int, os.stat_result]:
    """An open file descriptor of a regular file, for the caller to close, and what ``fstat`` says of it.

    Raises
    ------
    tui.errors.UnreadableError
        With a reason as in :func:`reason` or :func:`kind` as its message.
    """
    try:
        opened = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise UnreadableError(reason(error)) from error
    return _regular(opened)


def _regular(opened: int) -> tuple[int, os.stat_result]:
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        os.close(opened)
        raise UnreadableError(kind(status.st_mode))
    return opened, status


def head(opened: int, count: int) -> bytes:
    """The first bytes of an open file.

    Raises
    ------
    tui.errors.UnreadableError
    """
    try:
        if count > _AT_ONCE:
            return _long(opened, count)
        data = os.pread(opened, count, 0)
        while len(data) < count and (more := os.pread(opened, count - len(data), len(data))):
            data += more
    except OSError as error:
        raise UnreadableError(reason(error)) from error
    return data


def beginning(opened: int, count: int) -> bytes:
    """As :func:`head`, where more is seldom wanted: of a file that is not in the cache the system fetches no more.

    Raises
    ------
    tui.errors.UnreadableError
    """
    if _ADVISE is not None:
        try:  # a context manager takes longer than the call
            _ADVISE(opened, 0, 0, os.POSIX_FADV_RANDOM)
        except OSError:
            return head(opened, count)  # a file system that takes no advice
    return head(opened, count)


def _long(opened: int, count: int) -> bytes:
    """As :func:`head`, where what comes in parts must not be put together in memory of its own."""
    os.lseek(opened, 0, os.SEEK_SET)
    with io.FileIO(opened, "rb", closefd=False) as file:
        data = file.readall()
    return data if len(data) <= count else data[:count]


class Clipped(io.BufferedReader):
    """A file that is never asked for more than it has: a false length of 4 GiB reserves no memory.

    ``rest`` is what was left when 8 bytes, the shortest element of PS3.5 7.1, were asked for and were not there.

    Its ``name`` is a number, as for every file that is opened by its descriptor. pydicom only warns where a value of
    undefined length has no end, and drops all elements; as its warning wants the name as text, this is an error here.

    Parameters
    ----------
    limit
        The bytes that may be read of it in all, the setting ``dataset_bytes``; None where the whole file is wanted.
    """

    def __init__(self, opened: int, size: int, limit: int | None = None) -> None:
        super().__init__(io.FileIO(opened, "rb", closefd=True))
        self._size = size
        self._limit = limit
        self._taken = 0
        self.rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to ``size`` bytes, all if negative.

        Raises
        ------
        tui.errors.LimitError
            The limit is passed.
        """
        left, wanted = max(0, self._size - self.tell()), size
        size = left if size is None or size < 0 else min(size, left)
        self._taken += size
        if self._limit is not None and self._taken > self._limit:
            said = f"The header passes the limit dataset_bytes ({self._limit >> 20} MiB)"
            raise LimitError(said, trust("dataset_bytes"))
        data = super().read(size)
        if wanted == 8 and len(data) < wanted:
            self.rest = data
        return data
