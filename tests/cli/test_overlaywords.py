"""The words of the options about overlays."""

from __future__ import annotations

import argparse

import pytest

from tui.cli import overlaywords
from tui.core.values import View


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    overlaywords.view_words(parser)
    return parser.parse_args(list(words))


def test_the_usual_opacity_is_that_of_a_view() -> None:
    assert parsed().opacity == round(100 * View().opacity)


def test_planes_are_even_groups() -> None:
    assert parsed("--no-plane", "6000", "--no-plane", "601E").no_plane == [0x6000, 0x601E]
    for bad in ("6001", "5000", "60", "x"):
        with pytest.raises(argparse.ArgumentError):
            parsed("--no-plane", bad)
