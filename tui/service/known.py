"""What a catalogue of earlier visits is asked, and told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from tui.core.values import Lost

if TYPE_CHECKING:
    import os

    from tui.core.values import Library, Series, Skipped


class Visit:
    """What a catalogue knows of the paths that are scanned, and is told. This one knows nothing and forgets all."""

    def series(self) -> Iterator[Series]:
        """The series that are known, not yet checked; quick ones first."""
        return iter(())

    def skipped(self) -> Iterator[Skipped]:
        """The files that are known to be no DICOM."""
        return iter(())

    def unchanged(self, path: str) -> bool | None:
        """Whether a file that is known is as it was; None for one that is not known."""
        return None

    def lose(self, path: str) -> Lost:
        """A file that is known has changed."""
        return Lost((path,))

    def note(self, path: str, status: os.stat_result) -> None:
        """A file was read."""

    def unmet(self) -> Iterator[Lost]:
        """What is known and was not met, when all has been."""
        return iter(())

    def keep(self, library: Library, complete: bool) -> None:
        """Keep what was found for the next visit."""


class Catalogue(Protocol):
    """What earlier visits have found."""

    def visit(self, paths: Collection[str]) -> Visit:
        """Begin a visit; called on a lane. Never raises: a catalogue that cannot be used knows nothing."""
