"""NumPy's file format: uint8, 1 inside, 0 outside, shape (slices, rows, columns)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.mask import MaskStack


class Npy:
    """All slices in one file, in the order of the series."""

    suffix = ".npy"
    slices = True

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file."""
        import io

        import numpy as np

        out = io.BytesIO()
        np.save(out, stack.masks.astype(np.uint8), allow_pickle=False)
        return out.getvalue()


MASK_FORMAT = Npy()
