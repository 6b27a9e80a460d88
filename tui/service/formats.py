"""The ports of export and import: formats, who makes the files, and pictures that become DICOM."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.raster import Raster
    from tui.core.values import Wish
    from tui.service.actions import Target
    from tui.service.printing import Print, PrintOrder, Told

Cancelled = Callable[[], bool]


class Makes(StrEnum):
    """What one file of an export format holds."""

    FRAME = "frame"
    SERIES = "series"  # all frames of a multi-frame object, or of the single-frame objects of a series
    TAGS = "tags"  # the tags of an object


class Exporter(Protocol):
    """A format: the record of a file in ``adapters/exports``."""

    @property
    def suffix(self) -> str:
        """With its dot."""

    @property
    def about(self) -> str:
        """A few words for help and dialog."""

    @property
    def makes(self) -> Makes:
        """What one file holds."""

    @property
    def shows(self) -> bool:
        """Whether it holds the picture as displayed, so that window, overlays and annotations count."""

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file.

        Raises
        ------
        tui.errors.MissingExtraError
        tui.errors.NoPictureError
        """


class Pictures(Protocol):
    """Picture files and documents that can become DICOM."""

    def find(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[str]:
        """All files of the paths, folders with what lies in them."""

    def kind(self, path: str) -> str:
        """``dicom``, a kind of picture or document, or empty.

        Raises
        ------
        tui.errors.UnreadableError
        """

    def read(self, path: str, *, upright: bool = False) -> Raster:
        """The samples of a file, or its stream; with ``upright`` also a JPEG turned as the camera says.

        Raises
        ------
        tui.errors.SafelightError
        """


class Presses(Protocol):
    """Who makes the files of an export: this process, or several beside it."""

    def prints(
        self, order: PrintOrder, tasks: Sequence[tuple[Target, ...]], jobs: int, cancelled: Cancelled, told: Told
    ) -> Iterator[tuple[int, Print]]:
        """What comes of each task, with its number, in order; ends early once ``cancelled``.

        ``jobs`` is the number of processes; 0 is this one. A task that is alone ``told`` hears on the way, picture by
        picture.
        """
