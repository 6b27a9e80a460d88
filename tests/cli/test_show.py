"""A picture into a terminal: cells where it is none, fitted, and at the right place where it lies over the cells."""

import re
import sys

import pytest

from tests import phantoms
from tests.ptys import Pty
from tui.cli import show
from tui.service.ports import Box, Drawing, Likeness, Order

CELLS = re.compile(r"\x1b\[[0-9;]*m")
RUN = [sys.executable, "-m", "tui", "show"]


def cells(text):
    return [CELLS.sub("", line) for line in text.splitlines()]


def test_the_picture_fills_the_size_and_keeps_its_shape(safelight, data):
    ended = safelight("show", data / "ct" / "IM0001", "--size", "40x10", "--graphics", "half")
    assert ended.code == 0
    lines = cells(ended.out)
    assert len(lines) == 10
    assert {len(line) for line in lines} == {20}  # a square picture, in cells twice as high as wide
    assert "\x1b[0m" in ended.out


def test_oblong_pixels_are_shown_at_their_shape(safelight, tmp_path):
    ds = phantoms.ct(0, size=32)
    ds.PixelSpacing = [2, 1]
    phantoms.save(ds, tmp_path / "a")
    lines = cells(safelight("show", tmp_path / "a", "--size", "40x16", "--graphics", "half").out)
    assert (len(lines), len(lines[0])) == (16, 16)


@pytest.mark.parametrize(
    "words",
    [["--frame", "2"], ["--invert"], ["--window", "auto"], ["--window", "10,20"], ["--flip"], ["--rotate", "90"]],
    ids=" ".join,
)
def test_every_option_changes_the_picture(safelight, data, words):
    source = data / "us" / "disc.dcm"
    plain = safelight("show", source, "--size", "40x20", "--graphics", "half").out
    changed = safelight("show", source, "--size", "40x20", "--graphics", "half", *words)
    assert changed.code == 0
    assert changed.out != plain


def test_what_cannot_be_shown_says_why(safelight, data):
    ended = safelight("show", data / "report.dcm")
    assert (ended.code, ended.out) == (3, "")
    assert "report.dcm" in ended.err
    ended = safelight("show", data / "us" / "disc.dcm", "--frame", "21")
    assert (ended.code, ended.out) == (2, "")
    assert "1 to 20" in ended.err
    ended = safelight("show", data / "us" / "ramp.dcm", "--window", "auto")
    assert ended.code == 2
    assert "colour" in ended.err
    assert safelight("show", data / "ct" / "IM0001", "--graphics", "nosuch").code == 2


class Blank:
    """Graphics of a picture over blank cells."""

    name, note, cell = "blank", "", (10, 20)

    def place(self, drawing):
        return self

    size, send = 0, "<send>"

    def row(self, y, start, end):
        return None

    here = "<here>"

    def forget(self):
        return ""


def drawing():
    order = Order(None, Box(0, 0, 80, 24), (10, 20))
    return Drawing(order, Box(20, 7, 40, 10), None, Likeness(0, 0, 1, b""))


def test_room_is_made_and_the_picture_drawn_where_that_is(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    room = "\n" * 10 + "\x1b[10A\r"
    assert show.drawn(Blank(), drawing()) == f"{room}\x1b7<send><here>\x1b8\x1b[10B\r"


def test_a_pipe_needs_no_room():
    assert show.drawn(Blank(), drawing()) == "<send><here>\n"


@pytest.mark.parametrize("silent", [False, True])
def test_a_sixel_terminal_gets_a_sixel_in_its_room_also_if_it_answers_nothing(data, silent):
    words = [*RUN, str(data / "ct" / "IM0001"), "--size", "30x10", *(["--graphics", "sixel"] if silent else [])]
    with Pty(words, kind="sixel", size=(80, 24), silent=silent) as terminal:
        assert terminal.wait() == 0
        text = terminal.output
        assert text.index(b"\x1b[10A") < text.index(b"\x1bP") < text.index(b"\x1b[10B")
        assert b"\x1b[6n" not in terminal.output


def test_a_plain_terminal_gets_cells(data):
    with Pty([*RUN, str(data / "ct" / "IM0001")], size=(80, 24)) as terminal:
        assert terminal.wait() == 0
        assert b"\x1bP" not in terminal.output
        last = terminal.output.rsplit(b"\x1b[c", 1)[-1].decode()
        assert len(cells(last)) == 22
