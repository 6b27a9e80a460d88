"""The doctor: versions, the terminal, decoders, settings; complete where something is wrong, too."""

import sys

import pytest

from tests import phantoms
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


def test_it_tells_how_a_file_is_decoded_and_what_decoders_say(safelight, tmp_path):
    import imagecodecs
    import numpy as np
    from pydicom.encaps import encapsulate

    pixels = np.random.default_rng(1).integers(0, 4096, (64, 64), dtype=np.uint16)
    good, bad, plain = (tmp_path / name for name in ("good.dcm", "bad.dcm", "plain.dcm"))
    for path, cut in ((good, None), (bad, 900)):
        ds = phantoms.grey(pixels, stored=12)
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.80"
        ds.PixelData = encapsulate([imagecodecs.jpegls_encode(pixels)[:cut]])
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
        phantoms.save(ds, path)
    phantoms.save(phantoms.report(), plain)
    ended = safelight("doctor", good)
    assert ended.code == 0
    assert "  pixels          64 x 64, MONOCHROME2, 12 bits, 1 frame(s), JPEG-LS Lossless" in ended.out
    assert "  decoded by      jpegls\n" in ended.out
    ended = safelight("doctor", bad, plain, tmp_path / "none")
    assert ended.code == 1
    assert "problem         No decoder can read the JPEG-LS Lossless frame: it is damaged. Fetch" in ended.out
    assert "refused         jpegls: " in ended.out
    assert ended.out.count("problem ") == 3
    assert "Phantom" not in ended.out


def test_it_asks_the_terminal():
    with Pty([sys.executable, "-m", "tui", "doctor"], kind="sixel", size=(100, 30), cell=(9, 18)) as terminal:
        assert terminal.wait() == 0
        text = terminal.output.decode("utf-8", "replace")
    assert "100x30 cells of 9x18 pixels, measured" in text
    assert "drawn by        sixel" in text


@pytest.mark.parametrize(
    ("silent", "term", "sentence", "drawn_by"),
    [
        (
            True,
            "xterm-256color",
            "no: It did not answer in time.",
            "It did not answer in time. Every terminal can show",
        ),
        (
            False,
            "linux",
            "no: It was not asked: it would print the questions.",
            "The console of Linux has half blocks.",
        ),
    ],
)
def test_it_says_why_nothing_is_known_of_the_terminal(silent, term, sentence, drawn_by):
    with Pty([sys.executable, "-m", "tui", "doctor"], silent=silent, env={"TERM": term}) as terminal:
        assert terminal.wait() == 0
        text = terminal.output.decode("utf-8", "replace")
    assert sentence in text and drawn_by in text
    assert ("\x1b" in text) != (term == "linux")
