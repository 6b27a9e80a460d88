"""``-`` among the paths: what comes on standard input, a DICOM file or an archive, kept apart while it is looked at."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.errors import UnreadableError, UsageError
from tui.service.settings import Limits, trust

NAME = "standard-input"
_PIECE = 2**20


@contextmanager
def spooled(paths: Sequence[str], limits: Limits) -> Iterator[list[str]]:
    """The paths, with a private file in place of ``-``; it is removed at the end, and the keyboard is standard input.

    Raises
    ------
    tui.errors.UsageError
        Standard input is the keyboard.
    tui.errors.UnreadableError
        More comes than the limit ``archive_bytes``.
    """
    if "-" not in paths:
        yield list(paths)
        return
    if sys.stdin.isatty():
        raise UsageError("standard input is the keyboard", "Pipe a file into it: cat image.dcm | safelight -")
    from tui.adapters import leftovers

    place = _memory() or tempfile.gettempdir()
    leftovers.sweep(Path(place))
    folder = tempfile.mkdtemp(leftovers.SUFFIX, leftovers.prefix(), place)
    try:
        file = os.path.join(folder, NAME)
        _copy(file, limits.archive_bytes)
        with suppress(OSError):  # without a terminal there is no keyboard either
            keyboard = os.open("/dev/tty", os.O_RDWR)
            os.dup2(keyboard, 0)
            os.close(keyboard)
        yield [file if path == "-" else path for path in paths]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A folder in memory that is ours alone, where there is one."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return folder if folder and os.access(folder, os.W_OK | os.X_OK) else None


def _copy(file: str, limit: int) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    left = limit
    with os.fdopen(opened, "wb") as out:
        while piece := sys.stdin.buffer.read(_PIECE):
            left -= len(piece)
            if left < 0:
                said = f"standard input passes the limit archive_bytes ({limit >> 20} MiB)"
                raise UnreadableError(said, trust("archive_bytes"))
            out.write(piece)
