"""Where a picture stands in the pane: whole cells, centred, with its true shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.ports import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def area(columns: int, rows: int, corners: bool, cell: tuple[int, int], limit: tuple[int, int]) -> Box:
    """The cells of the pane that a picture may fill; 0 x 0 if there is no room.

    Parameters
    ----------
    columns, rows
        The pane within its border.
    corners
        A row above and below is for text, a column left and right for letters, whether there are any or not:
        so the picture does not jump when they come.
    cell
        Pixels of a cell.
    limit
        Largest picture in pixels that the terminal takes; 0 for no limit.
    """
    edge = int(corners and columns > 8 and rows > 4)
    wide, high = max(0, columns - 2 * edge), max(0, rows - 2 * edge)
    most = [max(1, pixels // size) if pixels else 10**6 for pixels, size in zip(limit, cell, strict=True)]
    inner = Box(edge, edge, min(wide, most[0]), min(high, most[1]))
    if not (inner.columns and inner.rows):
        return Box(edge, edge, 0, 0)
    return Box(edge + (wide - inner.columns) // 2, edge + (high - inner.rows) // 2, inner.columns, inner.rows)


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
