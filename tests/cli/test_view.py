"""Options to a view."""

import argparse

import pytest

from tui.cli.view import view_of, voi_of
from tui.errors import UsageError
from tui.service.exporting import view_words
from tui.service.settings import Settings
from tui.service.values import View, Voi, VoiKind, Window

SETTINGS = Settings(presets={"Lung": (-500.0, 1400.0)})


@pytest.mark.parametrize(
    ("word", "voi"),
    [
        (None, Voi()),
        ("auto", Voi(VoiKind.AUTO)),
        ("file", Voi(VoiKind.STORED, 0)),
        ("file:3", Voi(VoiKind.STORED, 2)),
        ("40,80", Voi(VoiKind.MANUAL, window=Window(40, 80))),
        ("-0.5,1e-3", Voi(VoiKind.MANUAL, window=Window(-0.5, 0.001))),
        ("brain", Voi(VoiKind.PRESET, name="brain", window=Window(40, 80))),
        ("lung", Voi(VoiKind.PRESET, name="Lung", window=Window(-500, 1400))),
    ],
)
def test_window(word, voi):
    assert voi_of(word, "CT", SETTINGS) == voi


@pytest.mark.parametrize("word", ["brain", "40;80", "file:", "file:-1", "file:²", "40,", "inf,2", "1,inf", "auto:1"])
def test_no_window(word):
    with pytest.raises(UsageError):
        voi_of(word, "MR", Settings())


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(voi=Voi(VoiKind.AUTO), invert=True, icc=False),
        View(voi=Voi(VoiKind.STORED, 1), flip=True, rotation=3),
        View(voi=Voi(VoiKind.MANUAL, window=Window(-600, 1500)), overlays=False),
        View(voi=Voi(VoiKind.PRESET, name="brain", window=Window(40, 80))),
    ],
)
def test_the_command_that_the_browser_tells_makes_the_same_view(view):
    from tui.cli import commands

    parser = commands._PARSERS["export"]()
    options = parser.parse_intermixed_args(commands._joined(["a.dcm", *view_words(view)]))
    assert isinstance(options, argparse.Namespace)
    assert view_of(options, "CT", Settings()) == view
