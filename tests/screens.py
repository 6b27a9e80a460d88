"""What stands on a terminal's screen after a program's output: as much of ECMA-48 as Textual uses."""

from __future__ import annotations

import re

from rich.cells import cell_len

_TOKEN = re.compile(
    r"\x1b\[(?P<words>[0-9;:?<>=]*)[ -/]*(?P<end>[@-~])"  # CSI
    r"|(?P<string>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\)"  # OSC, DCS, APC
    r"|\x1b[ -/]*[0-Z\\^-~]|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])|(?P<text>[^\x00-\x1f\x7f]+)"
)
_CONTINUED = bytes(range(0x80, 0xC0))


class Screen:
    """A grid of cells that takes output piece by piece.

    ``strange`` are the strings (OSC, DCS, APC) and control characters in it that no plain screen needs.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0
        self._rest = b""
        self.strange: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take output, which may end anywhere."""
        data = self._rest + data
        end = len(data)
        escape = data.rfind(b"\x1b")
        if escape >= 0 and not _TOKEN.match(data[escape:].decode("utf-8", "ignore")):
            end = escape
        else:
            while end > len(data) - 4 and end > 0 and not _whole(data[:end]):
                end -= 1
        self._rest = data[end:]
        text = data[:end].decode("utf-8", "replace")
        for token in _TOKEN.finditer(text):
            if token["text"]:
                self._print(token["text"])
            elif token["end"]:
                self._control(token["end"], token["words"])
            elif token["control"] == "\n":
                self._y = min(self._y + 1, self.rows - 1)
            elif token["control"] == "\r":
                self._x = 0
            elif token["control"] or token["string"]:
                self.strange.append(token.group())

    def _print(self, text: str) -> None:
        for character in text:
            width = cell_len(character)
            if width and self._x + width <= self.columns:
                self._cells[self._y][self._x : self._x + width] = [character, *[""] * (width - 1)]
                self._x += width

    def _control(self, end: str, words: str) -> None:
        numbers = [int(word) if word.isdigit() else 0 for word in words.split(";")]
        if end in "Hf":
            self._y = min(max(numbers[0], 1), self.rows) - 1
            self._x = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.columns) - 1
        elif end == "G":
            self._x = min(max(numbers[0], 1), self.columns) - 1
        elif end in "ABCD":
            count = max(numbers[0], 1)
            self._y += {"A": -count, "B": count}.get(end, 0)
            self._x += {"C": count, "D": -count}.get(end, 0)
            self._x, self._y = min(max(self._x, 0), self.columns - 1), min(max(self._y, 0), self.rows - 1)
        elif end == "J" and numbers[0] == 2:
            self._cells = [[" "] * self.columns for _ in range(self.rows)]
        elif end == "K":
            self._cells[self._y][self._x :] = [" "] * (self.columns - self._x)

    def lines(self) -> list[str]:
        """Row by row."""
        return ["".join(row) for row in self._cells]


def _whole(data: bytes) -> bool:
    """Whether the last character is all there."""
    try:
        data[-4:].lstrip(_CONTINUED).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
