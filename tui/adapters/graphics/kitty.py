"""The kitty graphics protocol: pictures that the terminal keeps, scales and shows in cells that name them.

https://sw.kovidgoyal.net/kitty/graphics-protocol/

With placeholders (kitty 0.28 and later, Ghostty) the cells are text, so a multiplexer or a dialog over
them does no harm. Where the terminal can edit the root frame of a picture, a new picture replaces the pixels
and no cell is written; there it also keeps the pictures of a cine, as frames of an animation that stands still and is
told which one to show: 31 bytes instead of a picture.

A kitty older than 0.28 has no placeholders. There the picture lies above the cells, where it would hide whatever comes
to stand in them: so it is taken away before that, and comes back when the cells are painted again. (Below the cells
it would be hidden by itself, but kitty 0.26 then paints backgrounds that let through what stood there before.)

Every command says ``q=2``: an answer would arrive as a key.
"""

from __future__ import annotations

import re
from random import randint
from typing import TYPE_CHECKING, cast

from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._drawing import Drawer, Screen
from tui.adapters.graphics._drop import Drop, Fit
from tui.adapters.graphics._placeholder import MARKS, cells
from tui.adapters.graphics._wire import over
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.adapters.terminal import Terminal
    from tui.service.ports import Box, Drawing

CHUNK = 4096
DIRECT = "kitty-direct"
KEPT_BYTES = 256 * 2**20  # of the terminal's memory, four a pixel; kitty allows 320 MB for pictures, more for frames
_COMMAND = re.compile(r"\x1b_G.*?\x1b\\", re.DOTALL)


def enveloped(text: str) -> str:
    """The commands for the terminal around tmux, each in an envelope of its own, so that none must be held whole."""
    return "".join("\x1bPtmux;" + c.replace("\x1b", "\x1b\x1b") + "\x1b\\" for c in _COMMAND.findall(text))


def command(keys: str, body: str = "", repeated: str = "") -> str:
    """A command in chunks of 4096 characters; chunks after the first carry the ``repeated`` keys only."""
    parts = [body[i : i + CHUNK] for i in range(0, len(body), CHUNK)] or [""]
    if len(parts) == 1:
        return f"\x1b_G{keys},q=2;{body}\x1b\\"
    out = []
    for number, part in enumerate(parts):
        head = keys if number == 0 else repeated
        more = int(number + 1 < len(parts))
        out.append(f"\x1b_G{head}{',' if head else ''}q=2,m={more};{part}\x1b\\")
    return "".join(out)


def transmit(image: int, data: str) -> str:
    """Give the terminal a PNG, in base64, under a number."""
    return command(f"a=t,f=100,i={image}", data)


def frame(image: int, number: int, data: str, *, new: bool) -> str:
    """Put a PNG into a frame of the picture: another one at its end, or one that is there."""
    at = "" if new else f"r={number},"
    return command(f"a=f,{at}X=1,f=100,i={image}", data, f"a=f,i={image}{',' + at[:-1] if at else ''}")


def turn(image: int, number: int) -> str:
    """Show a frame of the picture."""
    return f"\x1b_Ga=a,i={image},c={number},q=2\x1b\\"


def delete(image: int) -> str:
    """Forget the picture and its pixels; the capital ``I`` frees the memory."""
    return f"\x1b_Ga=d,d=I,i={image},q=2\x1b\\"


def above(image: int, columns: int, rows: int) -> str:
    """Show the picture above so many cells from the cursor on, which stays; no longer where it was."""
    return f"\x1b_Ga=p,i={image},p=1,c={columns},r={rows},C=1,q=2\x1b\\"


def away(image: int) -> str:
    """Show the picture nowhere, and keep it."""
    return f"\x1b_Ga=d,d=i,i={image},q=2\x1b\\"


@frozen
class Data:
    """A PNG in base64; rows and columns of its pixels."""

    png: str
    rows: int
    columns: int

    @property
    def size(self) -> int:
        """Characters, all of one byte."""
        return len(self.png)


@frozen
class KittyEncoder(Drawer):
    """PNG; coarse ones have half or a quarter of the resolution, in equal squares where the size must stay."""

    edits: bool

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Data:
        """Never enlarged: the terminal scales."""
        from base64 import standard_b64encode

        from tui.adapters.graphics._scale import at_most, blocks, shrunk
        from tui.adapters.graphics._wire import png

        pixels = at_most(pixels, box.columns * cell[0], box.rows * cell[1])
        if coarse:
            pixels = blocks(pixels, 2 * coarse) if self.edits else shrunk(pixels, 2 * coarse)
        return Data(standard_b64encode(png(pixels)).decode("ascii"), pixels.shape[0], pixels.shape[1])


@frozen
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

    @property
    def here(self) -> str:
        """Nothing, too."""
        return ""


@frozen
class AboveCells:
    """A picture above blank cells; ``others`` lay there before."""

    image: int
    send: str
    columns: int
    rows: int
    others: tuple[int, ...]

    @property
    def size(self) -> int:
        """Characters, all of one byte."""
        return len(self.send) + len(self.here)

    def row(self, y: int, start: int, end: int) -> str | None:
        """Blank cells."""
        return None

    def stamp(self, x: int, y: int) -> str:
        """Bring it here."""
        return over(x, y, self.here)

    @property
    def here(self) -> str:
        """The picture above the cells from the cursor on, and the others away."""
        return above(self.image, self.columns, self.rows) + "".join(map(away, self.others))


class Kitty(Screen):
    """Pictures by the kitty graphics protocol.

    Parameters
    ----------
    ruler
        Measures the cell.
    edits
        The terminal edits the root frame of a picture in place.
    tmux
        Commands go in envelopes through tmux.
    direct
        Pictures lie above the cells, as the terminal has no placeholders.
    """

    def __init__(self, ruler: Ruler, *, edits: bool = True, tmux: bool = False, direct: bool = False) -> None:
        super().__init__(ruler, KittyEncoder(edits))
        self.name = DIRECT if direct else "kitty"
        self._edits, self._tmux, self._direct = edits, tmux, direct
        self._image = 0
        self._held: tuple[int, ...] = ()
        self._shape: tuple[int, int, int, int] = (0, 0, 0, 0)
        self._frames: dict[int, tuple[int, int]] = {}  # by key, number of the frame and how coarse it is
        self._count = 1  # frames of the picture
        self._turned = 1  # the frame that is shown
        self._look = 0  # of the frames

    @property
    def limit(self) -> tuple[int, int]:
        """Largest picture in pixels: there are marks for 297 rows and columns."""
        width, height = self.cell
        return width * len(MARKS), height * len(MARKS)

    def place(self, drawing: Drawing, keep: bool = False) -> InCells | AboveCells:
        """The pixels in the place of those before, if they have the same shape; else a picture with a new number."""
        payload, box = cast(Data, drawing.payload), drawing.box
        shape = (payload.rows, payload.columns, box.columns, box.rows)
        other = self._count > 1 and drawing.look != self._look  # its frames will not be asked for again
        self._look = drawing.look
        if self._edits and self._image and shape == self._shape and not other:
            send = self._change(payload, drawing.key, drawing.order.coarse, keep)
        else:
            send = self._renew(payload.png, box)
            self._shape = shape
            self._frames, self._count, self._turned = {}, 1, 1
            if drawing.key:
                self._frames[drawing.key] = 1, drawing.order.coarse
        if self._tmux:
            send = enveloped(send)
        if self._direct:
            return AboveCells(self._image, send, box.columns, box.rows, self._held[:-1])
        return InCells(self._image, send, box.columns)

    def _change(self, payload: Data, key: int, coarse: int, keep: bool) -> str:
        """Bring the frame that holds the picture, or one that may hold it, and show that."""
        number, held = self._frames.get(key, (0, coarse + 1))
        gone, self._held = self._held[:-1], self._held[-1:]  # no cell shows them any longer
        send = "".join(map(delete, gone))
        if not number:
            more = keep and (self._count + 1) * payload.rows * payload.columns * 4 <= KEPT_BYTES
            number = self._count + 1 if more else 1
            if not more:
                self._frames = {k: kept for k, kept in self._frames.items() if kept[0] != 1}
        if coarse < held:
            send += frame(self._image, number, payload.png, new=number > self._count)
            self._count = max(self._count, number)
            if key:
                self._frames[key] = number, coarse
        if number != self._turned:
            send += turn(self._image, number)
            self._turned = number
        return send

    def _renew(self, data: str, box: Box) -> str:
        """A new number for the picture. The one before stays until the next, as the cells still show it."""
        gone, kept = self._held[:-1], self._held[-1:]
        self._image = self._number()
        self._held = (*kept, self._image)
        if self._direct:
            return "".join(map(delete, gone)) + transmit(self._image, data)
        place = f"\x1b_Ga=p,U=1,i={self._image},c={box.columns},r={box.rows},q=2\x1b\\"
        return "".join(map(delete, gone)) + transmit(self._image, data) + place

    def _number(self) -> int:
        while True:
            number = randint(1, 255) | randint(1, 255) << 24
            if number not in self._held:
                return number

    @property
    def floats(self) -> bool:
        """Without placeholders."""
        return self._direct

    def withdraw(self) -> str:
        """Take away what lies above cells."""
        return "".join(map(away, self._held)) if self._direct else ""

    def forget(self) -> str:
        """Delete the pictures that the terminal still holds."""
        text = "".join(map(delete, self._held))
        self._held, self._image, self._shape = (), 0, (0, 0, 0, 0)
        self._frames, self._count, self._turned = {}, 1, 1
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
    elif terminal.kitty:
        return Fit(85, f"This {known} shows no placeholders (kitty has them since 0.28): pictures lie above the cells.")
    return Fit(0, f"This {known} shows no pictures.")


def _make(terminal: Terminal, variant: str = "") -> Kitty:
    direct = variant == DIRECT or (terminal.kitty and not terminal.placeholders and not terminal.inside)
    return Kitty(Ruler.of(terminal), edits=terminal.edits, tmux=terminal.inside == "tmux", direct=direct)


GRAPHICS = Drop("kitty", _make, _suits, (DIRECT,))
