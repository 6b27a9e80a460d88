"""Overlay kinds of the image's own file, one drop-in file each, ending in its record ``OVERLAY``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What an overlay of the file itself draws over one frame: white where ``mask`` (bool, its shape) is true.

    ``number`` tells it from the other layers of the file, ``name`` is for the screen.
    """

    mask: NDArray[np.bool_]
    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What one kind of overlay has for one frame, and sentences on what of it cannot be drawn."""

    layers: tuple[Layer, ...] = ()
    notes: tuple[str, ...] = ()


class Overlay(Protocol):
    """A kind of overlay in the file of the image itself: the record of a module of this package."""

    def read(self, frame: Frame) -> Layers:
        """What the file of a frame has to draw over it; nothing, and no exception, where it is broken."""
