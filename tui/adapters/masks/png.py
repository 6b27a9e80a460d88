"""PNG of one slice's mask: 255 inside, 0 outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.values import Picture

if TYPE_CHECKING:
    from tui.core.mask import MaskStack


class Png:
    """One file a slice, in the pixels of the image."""

    suffix = ".png"
    slices = False

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file that holds the only slice of the stack."""
        import numpy as np

        from tui.adapters.exports.png import EXPORTER

        pixels = stack.masks[0].astype(np.uint8) * 255
        rows, columns = pixels.shape
        return EXPORTER.encode(Picture(pixels, columns, rows))


MASK_FORMAT = Png()
