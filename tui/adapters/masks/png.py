"""PNG of one slice's mask: 255 inside, 0 outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.mask import MaskStack


class Png:
    """One file a slice, in the pixels of the image."""

    suffix = ".png"
    slices = False

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file that holds the only slice of the stack."""
        import numpy as np

        from tui.adapters.exports._png import stream

        return stream(stack.masks[0].astype(np.uint8) * 255)


MASK_FORMAT = Png()
