"""Overlay planes of groups 6000 to 60FE: bitmaps in the file, or in bits that the pixels do not use (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.attributes import own_integer
from tui.core.overlays import Layer, Layers, Overlay
from tui.core.planes import DATA, GROUPS, ROWS, TYPE, number_of, outline, plane, value_of
from tui.core.printable import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame

_BITS_ALLOCATED, _BIT_POSITION = 0x0100, 0x0102
_DESCRIPTION, _LABEL = 0x0022, 0x1500


class Bitmap:
    """Graphics are drawn whole, regions of interest (type R) as their outline."""

    def read(self, frame: Frame) -> Layers:
        """The planes of a frame; what cannot be drawn is named in the notes."""
        layers: list[Layer] = []
        notes: list[str] = []
        shape = frame.sides
        present = {tag >> 16 for tag in frame.dataset.keys()}  # noqa: SIM118  the keys are numbers, and cost nothing
        for group in GROUPS:
            if group not in present or (
                (group, ROWS) not in frame.dataset and (group, _BIT_POSITION) not in frame.dataset
            ):
                continue
            if value_of(frame.dataset, group, DATA):
                mask = plane(frame.dataset, group, frame.index, shape)
            elif number_of(frame.dataset, group, _BITS_ALLOCATED, 1) > 1:
                mask, reason = _among_pixels(frame, group)
                if reason:
                    notes.append(f"Overlay {group:04X} is not drawn: {reason}.")
                    continue
            else:
                continue
            if mask is None:
                notes.append(f"Overlay {group:04X} cannot be read.")
            elif mask.any():
                region = str(value_of(frame.dataset, group, TYPE)).strip().upper() == "R"
                layers.append(Layer(outline(mask) if region else mask, group, _name(frame.dataset, group)))
        return Layers(tuple(layers), tuple(notes))


def _name(dataset: Dataset, group: int) -> str:
    told = value_of(dataset, group, _LABEL) or value_of(dataset, group, _DESCRIPTION) or ""
    return printable(str(told).strip(), 64) or f"plane {group:04X}"


def _among_pixels(frame: Frame, group: int) -> tuple[NDArray[np.bool_] | None, str]:
    """The plane that lies in one bit of every sample of this frame, or why there is none.

    It is as large as the image and begins at its first pixel, whatever its other attributes say.
    """
    position = number_of(frame.dataset, group, _BIT_POSITION, -1)
    stored = own_integer(frame.dataset, "BitsStored") or 0
    high = own_integer(frame.dataset, "HighBit")
    high = stored - 1 if high is None or high < stored - 1 else high
    if high - stored < position <= high:
        return None, f"its bit {position} is one of the picture's"
    if frame.raw is None:
        return None, "the bits beside the picture's are not in the pixel data"
    if not 0 <= position < 8 * frame.raw.dtype.itemsize:
        return None, f"the pixels have no bit {position}"
    bit = frame.raw.dtype.type(1 << position)
    return np.asarray(np.bitwise_and(frame.raw, bit) != 0), ""


OVERLAY: Overlay = Bitmap()
