"""The doctor: versions, the terminal, decoders, settings; complete where something is wrong, too."""

import sys

from tests.ptys import Pty
from tui import __version__
from tui.core import inventory


def test_it_lists_versions_ways_to_draw_and_decoders(safelight):
    ended = safelight("doctor")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Safelight {__version__}\n")
    for word in ("Python", "textual", "pydicom", "numpy", "imagecodecs", "drawn by", "kitty", "sixel", "cells"):
        assert f"\n  {word} " in ended.out
    for uid, name, _ in inventory.decoders():
        assert f"  {uid} " in ended.out and name in ended.out
    assert "not installed" not in ended.out


def test_wrong_settings_are_a_line_of_it(safelight, monkeypatch):
    monkeypatch.setenv("SAFELIGHT_MOUSE", "\x1b]0;x\x07")
    ended = safelight("doctor")
    assert ended.code == 0
    assert "problem         the setting mouse must be true or false" in ended.out
    assert "\x1b" not in ended.out
    assert "there is no way to draw named 'nosuch'" in safelight("doctor", "--graphics", "nosuch").out.lower()


def test_it_asks_the_terminal():
    with Pty([sys.executable, "-m", "tui", "doctor"], kind="sixel", size=(100, 30), cell=(9, 18)) as terminal:
        assert terminal.wait() == 0
        text = terminal.output.decode("utf-8", "replace")
    assert "100x30 cells of 9x18 pixels, measured" in text
    assert "drawn by        sixel" in text
