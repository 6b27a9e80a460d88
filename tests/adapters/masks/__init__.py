"""A small stack that the tests of each format write."""

from __future__ import annotations

import numpy as np

from tests import phantoms
from tui.core.mask import MaskStack
from tui.core.quantities import Recipe
from tui.core.volume import place_of, volume


def stack(count: int = 4, step: int = 1) -> MaskStack:
    """Slices 5 mm apart whose mask grows by a column each; a step of 2 leaves out every other slice after two."""
    numbers = [0, 1, *range(1 + step, 1 + step * (count - 1), step)][:count]
    masks = np.zeros((count, 8, 8), bool)
    for n in range(count):
        masks[n, 2:5, 1 : 2 + n] = True
    frames = []
    for z in numbers:
        ds = phantoms.ct(z, size=8)
        del ds.PixelData
        ds.PositionReferenceIndicator = ""
        frames.append((ds, 0))
    return MaskStack(masks, tuple(frames), volume([place_of(ds, 0, 8, 8) for ds, _ in frames]), Recipe(100, 200))
