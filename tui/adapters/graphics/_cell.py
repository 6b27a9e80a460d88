"""The size of a cell in pixels, which a font zoom changes while the program runs."""

from __future__ import annotations

import fcntl
import struct
import termios
from dataclasses import field
from typing import TYPE_CHECKING

from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.adapters.terminal import Terminal


def window(fd: int) -> tuple[int, int, int, int]:
    """Columns, rows, width and height in pixels as the kernel knows them; 0 where it does not."""
    try:
        answer = fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8)
    except (OSError, ValueError):
        return 0, 0, 0, 0
    rows, columns, width, height = struct.unpack("HHHH", answer)
    return columns, rows, width, height


def cell_of(window_size: tuple[int, int, int, int]) -> tuple[int, int]:
    """Width and height of a cell by the window's size in cells and pixels; (0, 0) if the kernel does not say."""
    columns, rows, width, height = window_size
    if not (columns and rows and width >= columns and height >= rows):
        return 0, 0
    return width // columns, height // rows


@frozen
class Ruler:
    """Measures the cell again each time.

    What the terminal said at the start is exact and holds until the kernel's figures, which include
    the margins of the window, give another cell than they gave then.
    """

    said: tuple[int, int]
    fd: int = -1
    first: tuple[int, int] = field(default=(0, 0))

    @classmethod
    def of(cls, terminal: Terminal) -> Ruler:
        """The ruler of a terminal that was just probed."""
        return cls(terminal.cell, terminal.fd, cell_of(window(terminal.fd)) if terminal.fd >= 0 else (0, 0))

    def cell(self) -> tuple[int, int]:
        """Width and height of a cell in pixels, now."""
        if self.fd < 0:
            return self.said
        now = cell_of(window(self.fd))
        return self.said if now in (self.first, (0, 0)) else now
