"""From the windowed range to grey levels: polarity and Presentation LUT (PS3.3 C.7.6.3.1.2, C.11.4, C.11.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tui.core.attributes import text
from tui.core.modality import LookupTable, lookup_table, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    # Values of the modality, least and greatest output -> output, as core/voi.py has them.
    Curve = Callable[[NDArray[np.float64], float, float], NDArray[np.float64]]

WHITE = 255.0


@dataclass(frozen=True, slots=True, eq=False)
class Presentation:
    """Polarity, then the Presentation LUT; both on the whole output range, so independent of the picture's content."""

    inverse: bool = False
    table: LookupTable | None = None

    def greys(self, values: NDArray[np.float64], curve: Curve, invert: bool = False) -> NDArray[np.uint8]:
        """Grey levels ``floor(255 * y)`` of values in the modality's units, same shape.

        The inverse is made by a VOI transformation that runs from 255 to 0, not by turning its result round: so it is
        ``floor(255 * (1 - y))``, and inverting twice changes nothing.

        Parameters
        ----------
        values
            Finite.
        curve
            The VOI transformation.
        invert
            The user's wish, on top of what the file says.
        """
        if self.table is None:
            black, white = (WHITE, 0.0) if self.inverse != invert else (0.0, WHITE)
            levels: NDArray[np.float64] = np.floor(curve(values, black, white))
            return levels.astype(np.uint8)
        first, last = float(self.table.first), float(self.table.last)
        p_values = self.table(curve(values, last, first) if self.inverse else curve(values, first, last))
        shown = p_values.astype(np.float64) * (WHITE / (2**self.table.bits - 1))
        levels = np.floor(WHITE - shown if invert else shown)
        return levels.astype(np.uint8)


def presentation(dataset: Dataset, photometric: str, frame: int = 0) -> Presentation:
    """The last stage of a grey picture.

    MONOCHROME1 means that the least value is white. The shape INVERSE says the same of the same picture: together
    they invert once.
    """
    items = tables(dataset, "PresentationLUTSequence", frame)
    table = lookup_table(items[0], "LUTDescriptor", "LUTData", signed=False) if items else None
    inverse = photometric == "MONOCHROME1" or text(dataset, "PresentationLUTShape", frame) == "INVERSE"
    return Presentation(inverse, table)
