"""Asking where the cursor is, on a pseudo-terminal whose other end is this test."""

import os
import pty
import termios
import threading

import pytest

from tui.adapters import cursor


@pytest.fixture
def ends():
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def answer(ours, text):
    asked = []

    def run():
        asked.append(os.read(ours, 100))
        os.write(ours, text)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, asked


@pytest.mark.parametrize(
    ("text", "place"), [(b"\x1b[8;1R", (0, 7)), (b"\x1b[?62c\x1b[24;80R", (79, 23)), (b"x\x1b[1;12R", (11, 0))]
)
def test_the_answer(ends, text, place):
    ours, theirs = ends
    before = termios.tcgetattr(theirs)
    thread, asked = answer(ours, text)
    assert cursor.place(theirs, theirs, patience=20) == place
    thread.join()
    assert asked == [b"\x1b[6n"]
    assert termios.tcgetattr(theirs) == before


def test_no_answer(ends):
    _, theirs = ends
    before = termios.tcgetattr(theirs)
    assert cursor.place(theirs, theirs, patience=0.01) is None
    assert termios.tcgetattr(theirs) == before


def test_no_terminal():
    read, write = os.pipe()
    assert cursor.place(read, write) is None
    os.close(read)
    os.close(write)
