"""What the two halves of all ways to draw share: the one where pictures are, and the one where the screen is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tui.adapters.graphics._cell import Ruler
from tui.service.ports import Box, Drawing, Encoded, Likeness, Order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.values import Picture


class Drawer:
    """The half where pictures are: fits them into their cells. To be derived from, with ``encode``."""

    @property
    def dots(self) -> tuple[int, int]:
        """As many as the cell has pixels."""
        return 0, 0

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Any:
        """Encode a picture to fill the box."""
        raise NotImplementedError

    def draw(self, picture: Picture, order: Order) -> Drawing:
        """Fit the picture into the room and encode it."""
        box, across, down = place(picture.width, picture.height, order.room, order.cell)
        pixels = framed(picture.pixels, across, down)
        payload = self.encode(pixels, box, order.cell, order.coarse)
        return Drawing(order, box, payload, likeness(pixels, box.columns, box.rows))


class Screen:
    """The half where the screen is. To be derived from, with ``encoder`` and, where it differs, ``place``."""

    def __init__(self, ruler: Ruler, encoder: Drawer) -> None:
        self._ruler = ruler
        self.encoder = encoder

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a cell in pixels."""
        return self._ruler.cell()

    @property
    def note(self) -> str:
        """Nothing."""
        return ""

    @property
    def limit(self) -> tuple[int, int]:
        """None."""
        return 0, 0

    def place(self, drawing: Drawing, keep: bool = False) -> Encoded:
        """What the encoder made is what is shown, and nothing is kept."""
        return cast(Encoded, drawing.payload)

    @property
    def floats(self) -> bool:
        """Not so: what covers the cells covers the picture."""
        return False

    def withdraw(self) -> str:
        """Nothing."""
        return ""

    def forget(self) -> str:
        """Nothing: the pictures live in the cells."""
        return ""


def place(width: int, height: int, room: Box, cell: tuple[int, int]) -> tuple[Box, float, float]:
    """The cells that a picture touches, and the part of them that it fills in each direction (0 to 1).

    Parameters
    ----------
    width, height
        Pixels of the screen that the picture shall have; it is shrunk if the room has fewer.
    """
    across, down = room.columns * cell[0], room.rows * cell[1]
    part = min(1.0, across / max(1, width), down / max(1, height))
    wide, high = max(1.0, width * part), max(1.0, height * part)
    columns = min(room.columns, max(1, -int(-wide // cell[0])))
    rows = min(room.rows, max(1, -int(-high // cell[1])))
    x, y = room.x + (room.columns - columns) // 2, room.y + (room.rows - rows) // 2
    return Box(x, y, columns, rows), min(1.0, wide / (columns * cell[0])), min(1.0, high / (rows * cell[1]))


def framed(pixels: NDArray[np.uint8], across: float, down: float) -> NDArray[np.uint8]:
    """The picture with black margins, so that it fills these parts of its cells and keeps its shape.

    Parameters
    ----------
    pixels
        uint8, shape (rows, columns) or (rows, columns, 3).
    """
    import numpy as np

    rows, columns = pixels.shape[:2]
    more_rows, more_columns = round(rows / down) - rows, round(columns / across) - columns
    if more_rows <= 0 and more_columns <= 0:
        return pixels
    above, left = more_rows // 2, more_columns // 2
    margins = [(above, more_rows - above), (left, more_columns - left), (0, 0)][: pixels.ndim]
    return np.pad(pixels, margins)


def likeness(pixels: NDArray[np.uint8], columns: int, rows: int) -> Likeness:
    """The picture in two pixels a cell."""
    import numpy as np
    from PIL import Image

    step = max(1, min(pixels.shape[0] // (4 * rows), pixels.shape[1] // (2 * columns)))  # of four pixels or more
    image = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step])).resize(
        (columns, 2 * rows), Image.Resampling.BOX
    )
    return Likeness(columns, rows, 1 if pixels.ndim == 2 else 3, image.tobytes())
