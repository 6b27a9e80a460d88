"""The part of the ports that is about bytes of files, which editing splices: protocols, as in ``ports.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui.core.heads import Head
    from tui.core.values import Ref


class FileBytes(Protocol):
    """The bytes of DICOM files and of the user's own tables."""

    def head(self, ref: Ref, *, whole: bool = False) -> Head:
        """The bytes of a file up to its pixels, or all of them.

        Raises
        ------
        tui.errors.UnreadableError
        """

    def bytes_at(self, ref: Ref, head: Head, at: int, count: int) -> bytes:
        """Bytes of the file behind its head.

        Raises
        ------
        tui.errors.UnreadableError
        """

    def edited(self, ref: Ref, head: Head, data: bytes) -> Iterator[bytes]:
        """The file with another head: what follows is as it is there.

        Raises
        ------
        tui.errors.OutputError
            If the file has changed since the head was read.
        """

    def text(self, path: str) -> str:
        """A text file of the user, such as a table of values.

        Raises
        ------
        tui.errors.UnreadableError
        """


class Replaces(Protocol):
    """Putting a file in the place of another."""

    def replace(self, path: str, data: Iterable[bytes], stamp: tuple[int, ...]) -> str:
        """Put new bytes in the place of a file and return the path under which the old one is kept.

        Raises
        ------
        tui.errors.OutputError
        """
