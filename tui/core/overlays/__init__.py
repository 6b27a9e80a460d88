"""Overlay kinds, one drop-in file each, ending in its record ``OVERLAY``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What an overlay draws over one frame: white where ``mask`` (bool, shape of the frame) is true."""

    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What one kind of overlay has for one frame, and sentences on what of it cannot be drawn."""

    layers: tuple[Layer, ...] = ()
    notes: tuple[str, ...] = ()


class Overlay(Protocol):
    """A kind of overlay: the record of a file in this folder."""

    def read(self, frame: Frame) -> Layers:
        """What the file has to draw over this frame; nothing, and no exception, where it is broken."""
