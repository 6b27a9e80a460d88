"""Which cells of the pane a picture may fill."""

from __future__ import annotations

from tui.service.ports import Box


def framed(columns: int, rows: int) -> bool:
    """Whether a pane of that size has room for texts around its picture."""
    return columns > 8 and rows > 4


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
    edge = int(corners and framed(columns, rows))
    wide, high = max(0, columns - 2 * edge), max(0, rows - 2 * edge)
    most = [max(1, pixels // size) if pixels else 10**6 for pixels, size in zip(limit, cell, strict=True)]
    inner = Box(edge, edge, min(wide, most[0]), min(high, most[1]))
    if not (inner.columns and inner.rows):
        return Box(edge, edge, 0, 0)
    return Box(edge + (wide - inner.columns) // 2, edge + (high - inner.rows) // 2, inner.columns, inner.rows)
