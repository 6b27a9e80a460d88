"""Where the browser opens, and where the report stands in for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tui.cli import browse, commands
from tui.errors import UsageError
from tui.service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    def __init__(self, is_tty):
        self._is_tty = is_tty

    def isatty(self):
        return self._is_tty


@pytest.mark.parametrize(
    ("term", "reads", "writes", "screen"),
    [
        ("xterm", True, True, True),
        ("xterm", False, True, False),
        ("xterm", True, False, False),
        ("dumb", True, True, False),
        ("", True, True, False),
    ],
)
def test_a_screen_needs_two_terminals_and_a_name(monkeypatch, term, reads, writes, screen):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(browse.sys, "stdin", Terminal(reads))
    monkeypatch.setattr(browse.sys, "stdout", Terminal(writes))
    assert browse.has_screen() is screen


def test_without_term_there_is_no_screen(monkeypatch):
    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.setattr(browse.sys, "stdin", Terminal(True))
    monkeypatch.setattr(browse.sys, "stdout", Terminal(True))
    assert not browse.has_screen()


def test_into_a_pipe_goes_the_report(data):
    ended = subprocess.run(
        [sys.executable, "-m", "tui", str(data)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0
    assert "Head 5 mm" in ended.stdout
    assert "\x1b" not in ended.stdout


def test_no_path_is_the_working_folder(safelight, data, monkeypatch):
    monkeypatch.chdir(data)
    assert "6 DICOM files" in safelight().out


def test_the_browser_gets_the_paths_and_the_settings(monkeypatch, data):
    seen = []

    def run_browser(paths, settings):
        seen.append((paths, settings))
        return 7

    monkeypatch.setattr(browse, "has_screen", lambda: True)
    monkeypatch.setattr(browse.compose, "run_browser", run_browser)
    assert commands.run("", ["--graphics", "sixel", "--no-mouse", str(data), "b"]) == 7
    assert seen == [([str(data), "b"], Settings(graphics="sixel", mouse=False))]


def test_a_mistake_in_the_settings_is_said_before_the_browser_opens(monkeypatch, data):
    monkeypatch.setenv("SAFELIGHT_CINE_RATE", "fast")
    with pytest.raises(UsageError, match="SAFELIGHT_CINE_RATE"):
        commands.run("", [str(data)])
