"""Copies without a final name: new files in a folder of their own, brought to the disk together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from tui.adapters.output import translated
from tui.service.batch import Drafts

SUFFIX = ".draft"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class DraftFolder(Drafts):
    """Drafts on the local disk.

    Parameters
    ----------
    folder
        Where to; it exists, and nobody else writes there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._stem = os.path.join(folder, f"{os.getpid()}-{os.urandom(6).hex()}-")
        self._number = 0

    def put(self, pieces: Sequence[bytes | memoryview]) -> str:
        """Write a new file and return its path; the folder keeps it from others until it has its name.

        Raises
        ------
        tui.errors.OutputError
        """
        self._number += 1
        path = f"{self._stem}{self._number}{SUFFIX}"
        try:
            handle = os.open(path, _FLAGS, 0o666)
            try:
                for piece in pieces:
                    left = memoryview(piece)
                    while left:
                        left = left[os.write(handle, left) :]
            finally:
                os.close(handle)
        except OSError as error:
            Path(path).unlink(missing_ok=True)
            raise translated(Path(self._folder).parent, error) from error
        return path

    def read(self, path: str) -> bytes:
        """The bytes of a draft, from the disk."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb", buffering=0) as file:
                return file.read()
        except OSError as error:
            raise translated(Path(self._folder).parent, error) from error

    def sync(self, paths: Iterable[str]) -> None:
        """Wait until the drafts are on the disk. The first waits for most of the others' bytes, too."""
        for path in paths:
            try:
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
            except OSError as error:
                raise translated(Path(self._folder).parent, error) from error
