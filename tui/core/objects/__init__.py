"""Objects that draw over other images, one drop-in file for each kind, ending in its record ``OVERLAY``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.overlaid import RGB, Look, Part
    from tui.core.target import Target


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A coloured area; ``cover`` is bool, or float32 from 0 to 1, in the shape of the frame.

    ``light`` areas are filled with a quarter of the opacity, ``solid`` ones hide what is under them; one with an
    ``edge`` has its outline drawn more strongly.
    """

    cover: NDArray[np.bool_] | NDArray[np.float32]
    colour: RGB
    edge: bool = True
    light: bool = False
    solid: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A line through ``points`` (n, 2): x and y in pixels from the upper left corner of the image's first pixel.

    One point is a mark at that place.
    """

    points: NDArray[np.float64]
    colour: RGB
    closed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Printable text at a place, as for :class:`Stroke`; ``align`` is -1 for left, 0 for the middle, 1 for right."""

    text: str
    x: float
    y: float
    colour: RGB
    align: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """What a shutter hides (PS3.3 C.7.6.11): everything where ``mask`` is true gets this grey level."""

    mask: NDArray[np.bool_]
    level: int = 0


Drawing = Area | Stroke | Words | Shade


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What an object draws over one frame, in this order; how many parts that is, and what is to be said of it."""

    drawings: tuple[Drawing, ...] = ()
    parts: int = 0
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """An object that is open: what it draws, and its own frames."""

    @property
    def dataset(self) -> Dataset:
        """The data set without its pixels."""

    @property
    def frames(self) -> int:
        """Number of frames; 0 without pixels."""

    def frame(self, index: int) -> Frame:
        """One decoded frame; raises NoPictureError."""


class Reading(Protocol):
    """An object that draws over images, as it was read."""

    @property
    def title(self) -> str:
        """What it calls itself, printable."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be shown and hidden."""

    @property
    def look(self) -> Look | None:
        """How it wants pictures turned and cut; None if it does not say."""

    def refers(self, target: Target) -> bool:
        """Whether it is about this image, or about the space that it lies in."""

    def here(self, target: Target) -> frozenset[int]:
        """Numbers of the parts that have something on this frame."""

    def drawn(self, target: Target, parts: frozenset[int]) -> Drawn:
        """What these parts draw over the frame; raises NoPictureError where its own pixels cannot be read."""

    def dressed(self, frame: Frame) -> Frame:
        """The frame with the grey transformations that it asks for; the same frame where it asks for none."""


class ObjectOverlay(Protocol):
    """A kind of object that draws over images: the record of a file in this folder."""

    @property
    def word(self) -> str:
        """What such an object is, in a word."""

    @property
    def sop_classes(self) -> frozenset[str]:
        """Its SOP Classes."""

    def read(self, source: Source) -> Reading:
        """Read an object, but for its pixels; raises NoPictureError with the reason where it is broken."""
