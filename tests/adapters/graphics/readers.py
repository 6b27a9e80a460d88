"""Reads back what the encoders write, as a terminal would: written apart from them, from the protocols."""

from __future__ import annotations

import io
import pickle
import re
import unicodedata
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from tui.service.ports import Box, Drawing, Graphics, Likeness, Order


def drawn(
    graphics: Graphics, pixels: np.ndarray, box: Box, coarse: int, *, look: int = 0, key: int = 0, keep: bool = False
) -> Any:
    """A picture through both halves of a way to draw, as it goes from one process to the other."""
    encoder = pickle.loads(pickle.dumps(graphics.encoder))
    payload = encoder.encode(pixels, box, graphics.cell, coarse)
    order = Order(encoder, box, graphics.cell, coarse)
    drawing = Drawing(order, box, payload, Likeness(0, 0, 1, b""), look, key)
    return graphics.place(pickle.loads(pickle.dumps(drawing)), keep)


def likeness(seen: np.ndarray, wanted: np.ndarray) -> float:
    """Normalised cross-correlation of two pictures of one shape."""
    a, b = seen.astype(float) - seen.mean(), wanted.astype(float) - wanted.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def sixel(text: str) -> np.ndarray:
    """The picture of a DCS q sequence, uint8 RGB; pixels that were never painted fail."""
    body = re.fullmatch(r"\x1bP[\d;]*q(.*)\x1b\\", text, re.DOTALL)
    assert body, "no sixel sequence"
    size = re.match(r'"1;1;(\d+);(\d+)', body.group(1))
    assert size, "no raster attributes"
    width, height = int(size.group(1)), int(size.group(2))
    canvas = np.full((height + 5, width, 3), -1, int)
    palette: dict[int, tuple[int, ...]] = {}
    x = y = colour = 0
    rest = body.group(1)[size.end() :]
    pattern = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")
    position = 0
    while position < len(rest):
        match = pattern.match(rest, position)
        assert match, f"not a sixel at {position}: {rest[position : position + 10]!r}"
        position = match.end()
        number, *percent, chosen, count, repeated, single, move = match.groups()
        if number:
            palette[int(number)] = tuple(round(int(p) * 255 / 100) for p in percent)
        elif chosen:
            colour = int(chosen)
        elif move:
            x, y = 0, y + 6 * (move == "-")
        else:
            bits, times = ord(repeated or single) - 63, int(count or 1)
            for row in range(6):
                if bits >> row & 1:
                    assert y + row < height and x + times <= width, "paints outside its raster"
                    canvas[y + row, x : x + times] = palette[colour]
            x += times
    picture = canvas[:height]
    assert picture.min() >= 0, "a pixel was not painted"
    return picture.astype(np.uint8)


def osc1337(text: str) -> tuple[np.ndarray, str, dict[str, str]]:
    """Pixels, file format and keys of an inline image."""
    match = re.fullmatch(r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07", text)
    assert match
    data = b64decode(match.group(2))
    keys = dict(pair.split("=") for pair in match.group(1).split(";"))
    assert int(keys["size"]) == len(data)
    image = Image.open(io.BytesIO(data))
    return np.asarray(image), str(image.format), keys


@dataclass
class Kitty:
    """A terminal that keeps pictures by the kitty protocol."""

    frames: dict[int, list[np.ndarray]] = field(default_factory=dict)
    turned: dict[int, int] = field(default_factory=dict)
    placed: dict[int, tuple[int, int]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _data: str = ""

    @property
    def images(self) -> dict[int, np.ndarray]:
        """What each picture shows."""
        return {number: frames[self.turned[number] - 1] for number, frames in self.frames.items()}

    def feed(self, text: str) -> None:
        """Take commands; anything else fails."""
        rest = re.sub(r"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", self._command, text, flags=re.DOTALL)
        assert rest == "", f"not a graphics command: {rest[:40]!r}"

    def _command(self, match: re.Match[str]) -> str:
        keys = dict(pair.split("=") for pair in match.group(1).split(","))
        assert keys.pop("q") == "2", "an answer would arrive as a key"
        assert len(match.group(2)) <= 4096
        more = keys.pop("m", "0") == "1"
        if self._data:
            assert set(keys) <= {"a", "i", "r"} and all(self._keys[k] == v for k, v in keys.items())
            if self._keys["a"] == "f":
                assert keys, "frames need their keys on every chunk"
        else:
            self._keys = keys
        self._data += match.group(2)
        if not more:
            data, self._data = self._data, ""
            self._done(self._keys, data)
        return ""

    def _done(self, keys: dict[str, str], data: str) -> None:
        number = int(keys["i"])
        match keys["a"]:
            case "t" | "f":
                assert keys["f"] == "100"
                image = np.asarray(Image.open(io.BytesIO(b64decode(data))))
                if keys["a"] == "t":
                    self.frames[number], self.turned[number] = [image], 1
                    return
                assert self.frames[number][0].shape[:2] == image.shape[:2] and keys["X"] == "1"
                if "r" in keys:
                    self.frames[number][int(keys["r"]) - 1] = image
                else:
                    self.frames[number].append(image)
            case "a":
                assert 1 <= int(keys["c"]) <= len(self.frames[number])
                self.turned[number] = int(keys["c"])
            case "p":
                assert number in self.frames
                assert keys.get("U") == "1" or (keys["C"], keys["p"]) == ("1", "1"), "the cursor may not move"
                self.placed[number] = int(keys["c"]), int(keys["r"])
            case "d" if keys["d"] == "i":
                self.placed.pop(number, None)
            case "d":
                assert keys["d"] == "I"
                self.frames.pop(number, None)
                self.turned.pop(number, None)
                self.placed.pop(number, None)
            case other:
                raise AssertionError(other)


def envelopes(text: str) -> str:
    """What tmux passes on; anything outside an envelope fails."""
    out = []
    rest = re.sub(
        r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\",
        lambda m: out.append(m.group(1).replace("\x1b\x1b", "\x1b")) or "",
        text,
    )
    assert rest == ""
    return "".join(out)


def filled(sign: str) -> np.ndarray:
    """Which quarters of its cell a block character fills, by its Unicode name: bool, 2 x 2."""
    name = unicodedata.name(sign)
    if name == "SPACE":
        return np.zeros((2, 2), bool)
    words = {"UPPER HALF BLOCK": "UPPER LEFT UPPER RIGHT", "LOWER HALF BLOCK": "LOWER LEFT LOWER RIGHT"}
    words |= {"LEFT HALF BLOCK": "UPPER LEFT LOWER LEFT", "RIGHT HALF BLOCK": "UPPER RIGHT LOWER RIGHT"}
    words |= {"FULL BLOCK": "UPPER LEFT UPPER RIGHT LOWER LEFT LOWER RIGHT"}
    name = words.get(name, name)
    return np.array([[f"{v} {h}" in name for h in ("LEFT", "RIGHT")] for v in ("UPPER", "LOWER")])


XTERM_BASIC = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
]  # fmt: skip


def palette(number: int) -> tuple[int, int, int]:
    """A colour of xterm's 256."""
    if number < 16:
        return XTERM_BASIC[number]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    return steps[(number - 16) // 36], steps[(number - 16) // 6 % 6], steps[(number - 16) % 6]


def blocks(text: str) -> np.ndarray:
    """The pixels of a row of block characters, uint8, shape (2, 2 * cells, 3); the colours must be reset at its end."""
    ink = paper = None
    columns = []
    for codes, sign in re.findall(r"\x1b\[([\d;]*)m|([^\x1b])", text):
        if sign:
            assert paper is not None
            shape = filled(sign)[..., None]
            assert ink is not None or not shape.any()
            columns.append(np.where(shape, ink if ink is not None else 0, paper))
            continue
        numbers = [int(n) for n in codes.split(";")]
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                ink = paper = None
            elif number in (38, 48):
                kind = numbers.pop(0)
                colour = [numbers.pop(0) for _ in range(3)] if kind == 2 else palette(numbers.pop(0))
                ink, paper = (colour, paper) if number == 38 else (ink, colour)
            elif number in range(30, 38) or number in range(90, 98):
                ink = palette(number - 30 if number < 90 else number - 82)
            else:
                assert number in range(40, 48) or number in range(100, 108)
                paper = palette(number - 40 if number < 100 else number - 92)
    assert ink is None and paper is None and text.endswith("\x1b[0m")
    return np.concatenate(columns, 1).astype(np.uint8)
