"""The kitty graphics protocol: pictures that the terminal keeps, scales and shows in cells that name them.

https://sw.kovidgoyal.net/kitty/graphics-protocol/

With placeholders (kitty 0.28 and later, Ghostty) the cells are text, so a multiplexer or a dialog over
them does no harm. Where the terminal can edit the root frame of a picture, a new picture replaces the pixels
and no cell is written. A kitty older than 0.28 has no placeholders; a picture that merely lies above or below the
cells would hide dialogs or be drawn wrongly, so there block characters serve.

Every command says ``q=2``: an answer would arrive as a key.
"""

from __future__ import annotations

import re
from base64 import standard_b64encode
from dataclasses import dataclass
from random import randint
from typing import TYPE_CHECKING

from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._drop import Drop, Fit
from tui.adapters.graphics._placeholder import MARKS, cells
from tui.adapters.graphics._scale import at_most, blocks, shrunk
from tui.adapters.graphics._wire import png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.adapters.terminal import Terminal
    from tui.service.ports import Box

CHUNK = 4096
_COMMAND = re.compile(r"\x1b_G.*?\x1b\\", re.DOTALL)


def enveloped(text: str) -> str:
    """The commands for the terminal around tmux, each in an envelope of its own, so that none must be held whole."""
    return "".join("\x1bPtmux;" + c.replace("\x1b", "\x1b\x1b") + "\x1b\\" for c in _COMMAND.findall(text))


def command(keys: str, payload: bytes = b"", repeated: str = "") -> str:
    """A command in chunks of 4096 characters; chunks after the first carry the ``repeated`` keys only."""
    body = standard_b64encode(payload).decode("ascii")
    parts = [body[i : i + CHUNK] for i in range(0, len(body), CHUNK)] or [""]
    if len(parts) == 1:
        return f"\x1b_G{keys},q=2;{body}\x1b\\"
    out = []
    for number, part in enumerate(parts):
        head = keys if number == 0 else repeated
        more = int(number + 1 < len(parts))
        out.append(f"\x1b_G{head}{',' if head else ''}q=2,m={more};{part}\x1b\\")
    return "".join(out)


def transmit(image: int, data: bytes) -> str:
    """Give the terminal a PNG under a number."""
    return command(f"a=t,f=100,i={image}", data)


def edit(image: int, data: bytes) -> str:
    """Put a PNG of the same size in the place of the picture; kitty reads the keys of the last chunk, too."""
    return command(f"a=f,r=1,X=1,f=100,i={image}", data, f"a=f,i={image},r=1")


def delete(image: int) -> str:
    """Forget the picture and its pixels; the capital ``I`` frees the memory."""
    return f"\x1b_Ga=d,d=I,i={image},q=2\x1b\\"


@dataclass(frozen=True, slots=True)
class InCells:
    """A picture behind placeholders."""

    image: int
    send: str
    columns: int

    @property
    def size(self) -> int:
        """Characters, all of one byte; cells that already show the picture cost nothing."""
        return len(self.send)

    def row(self, y: int, start: int, end: int) -> str | None:
        """Placeholders."""
        return cells(self.image, y, start, min(end, self.columns))

    def stamp(self, x: int, y: int) -> str:
        """Nothing: the cells are the picture."""
        return ""


class Kitty:
    """Pictures by the kitty graphics protocol.

    Parameters
    ----------
    ruler
        Measures the cell.
    edits
        The terminal edits the root frame of a picture in place.
    tmux
        Commands go in envelopes through tmux.
    """

    name = "kitty"
    note = ""

    def __init__(self, ruler: Ruler, *, edits: bool = True, tmux: bool = False) -> None:
        self._ruler = ruler
        self._edits = edits
        self._tmux = tmux
        self._image = 0
        self._held: tuple[int, ...] = ()
        self._shape: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a cell in pixels."""
        return self._ruler.cell()

    @property
    def limit(self) -> tuple[int, int]:
        """Largest picture in pixels: there are marks for 297 rows and columns."""
        width, height = self.cell
        return width * len(MARKS), height * len(MARKS)

    def encode(self, picture: NDArray[np.uint8], box: Box, coarse: int) -> InCells:
        """PNG; coarse ones have half or a quarter of the resolution, in equal squares where the size must stay."""
        width, height = self.cell
        picture = at_most(picture, box.columns * width, box.rows * height)
        if coarse and self._edits:
            picture = blocks(picture, 2 * coarse)
        elif coarse:
            picture = shrunk(picture, 2 * coarse)
        data = png(picture)
        shape = (picture.shape[0], picture.shape[1], box.columns, box.rows)
        if self._edits and self._image and shape == self._shape:
            send = edit(self._image, data)
        else:
            send = self._renew(data, box)
            self._shape = shape
        if self._tmux:
            send = enveloped(send)
        return InCells(self._image, send, box.columns)

    def _renew(self, data: bytes, box: Box) -> str:
        """A new number for the picture. The one before stays until the next, as the cells still show it."""
        gone, kept = self._held[:-1], self._held[-1:]
        self._image = self._number()
        self._held = (*kept, self._image)
        place = f"\x1b_Ga=p,U=1,i={self._image},c={box.columns},r={box.rows},q=2\x1b\\"
        return "".join(map(delete, gone)) + transmit(self._image, data) + place

    def _number(self) -> int:
        while True:
            number = randint(1, 255) | randint(1, 255) << 24
            if number not in self._held:
                return number

    def forget(self) -> str:
        """Delete the pictures that the terminal still holds."""
        text = "".join(map(delete, self._held))
        self._held, self._image, self._shape = (), 0, (0, 0, 0, 0)
        return enveloped(text) if self._tmux else text


def _suits(terminal: Terminal) -> Fit:
    known = {"kitty": "kitty", "ghostty": "Ghostty"}.get(terminal.outer or terminal.name)
    if not known:
        return Fit(0, "The terminal is none that is known to show kitty placeholders.")
    if terminal.inside:
        if terminal.inside != "tmux" or not terminal.passthrough:
            return Fit(0, f"{terminal.inside} does not pass graphics on: `set -g allow-passthrough on` for tmux 3.3.")
        if terminal.placeholders:
            return Fit(90, f"{known} shows placeholders, and tmux passes pictures on.")
    elif terminal.placeholders:
        how = "and edits pictures in place" if terminal.edits else "and takes each picture anew"
        return Fit(90, f"{known} shows placeholders {how}.")
    return Fit(0, f"This {known} shows no placeholders; kitty has them since 0.28.")


def _make(terminal: Terminal, variant: str = "") -> Kitty:
    return Kitty(Ruler.of(terminal), edits=terminal.edits, tmux=terminal.inside == "tmux")


GRAPHICS = Drop("kitty", _make, _suits)
