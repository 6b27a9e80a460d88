"""The wiring: which adapters, in which order they start, and how the browser ends."""

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests import phantoms
from tests.ptys import Pty
from tui import compose
from tui.adapters import terminal
from tui.adapters.exports.png import Png
from tui.errors import UsageError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.settings import Settings
from tui.ui import app as screen

WAIT = 20.0
ROOT = Path(__file__).resolve().parents[1]
RUN = [sys.executable, "-m", "tui"]


@pytest.fixture
def data(tmp_path):
    return phantoms.folder(tmp_path / "data", slices=3, size=32)


def test_an_inline_viewer_is_done_when_do_returns(data):
    viewer = compose.viewer(Settings())
    viewer.do(act.Open((str(data),)))
    assert viewer.state.scan.complete
    assert (viewer.state.scan.dicom, viewer.state.scan.skipped) == (6, 2)


def test_a_viewer_on_lanes_gets_its_events_too(data):
    viewer = compose.viewer(Settings(), inline=False)
    ended = threading.Event()
    viewer.subscribe(lambda event: ended.set() if isinstance(event, ev.ScanEnded) else None)
    viewer.do(act.Open((str(data),)))
    assert ended.wait(WAIT)
    viewer.close()
    assert viewer.state.scan.dicom == 6


def test_settings_come_from_the_environment_given(tmp_path):
    (tmp_path / "c").write_text("cine_rate = 3\n")
    environment = {"SAFELIGHT_CONFIG": str(tmp_path / "c"), "SAFELIGHT_THEME": "nord"}
    assert compose.settings(environment) == Settings(cine_rate=3.0, theme="nord")
    assert compose.configuration_path(environment) == str(tmp_path / "c")
    assert compose.configuration_path({}) == ""


def test_exporters_are_found_by_scan():
    assert isinstance(compose.exporters()["png"], Png)


def test_ways_to_draw_come_best_first():
    ways = compose.ways_to_draw(terminal.Terminal())
    assert [score for _, score, _ in ways] == sorted((score for _, score, _ in ways), reverse=True)
    assert {name for name, _, _ in ways} >= {"kitty", "iterm", "sixel", "cells"}
    with pytest.raises(UsageError):
        compose.graphics(terminal.Terminal(), "nosuch")


class FakeApp:
    """As the screen: paints once, then ends."""

    def __init__(self, viewer, graphics, paths, settings):
        FakeApp.made = self
        self.viewer, self.graphics, self.paths, self.settings = viewer, graphics, paths, settings
        self.order = []
        self.return_code, self.ending, self.screen = 4, None, None

    def deliver(self, event):
        self.order.append(type(event).__name__)

    def crashed(self, error):
        raise AssertionError from error

    def call_after_refresh(self, callback):
        self.painted = callback

    async def run_async(self, mouse):
        self.mouse = mouse
        runner = self.viewer._ports.runner
        indexed = threading.Event()
        runner.submit("index", lambda emit, cancelled: (self.order.append("index"), indexed.set()))
        assert not indexed.is_set()
        self.order.append("painted")
        self.painted()
        assert indexed.wait(WAIT)
        assert gc.isenabled()
        self.viewer.close()


def test_the_scan_waits_for_the_first_paint(monkeypatch):
    monkeypatch.setattr(screen, "SafelightApp", FakeApp)
    monkeypatch.setattr(compose, "terminal", lambda: terminal.Terminal(tty=True, colours=terminal.TRUECOLOUR))
    monkeypatch.setenv("TEXTUAL_COLOR_SYSTEM", "auto")
    settings = Settings(mouse=False, graphics="half")
    gc.disable()  # as the command line does, until the first paint
    try:
        assert compose.run_browser(["a", "b"], settings) == 4
    finally:
        gc.enable()
    app = FakeApp.made
    assert app.order == ["painted", "index"]
    assert (app.paths, app.settings, app.mouse, app.graphics.name) == (("a", "b"), settings, False, "half")
    assert compose.os.environ["TEXTUAL_COLOR_SYSTEM"] == "truecolor"


RACE = """
import threading
from tui.adapters import imports
from tui.adapters.runners import Lanes
lanes = Lanes(held=("open", "render", "write"), prepare=imports.load)
wrong, ended, together = [], threading.Semaphore(0), threading.Barrier(4)
lanes.attach(lambda event: None, lambda error: (wrong.append(error), ended.release()))
def job(lane, run):
    def work(emit, cancelled):
        together.wait()
        run()
        ended.release()
    lanes.submit(lane, work)
def scan():
    imports.load()
    from pydicom.filereader import read_partial
def tags():
    from pydicom.errors import InvalidDicomError
    from tui.core import tags
job("index", scan)
job("open", tags)
job("render", lambda: __import__("tui.core.pipeline"))
job("write", lambda: __import__("tui.core.deidentify.profile"))
lanes.release()
for _ in range(4):
    assert ended.acquire(timeout=60)
lanes.close()
assert not wrong, wrong
"""


@pytest.mark.parametrize("run", range(5))
def test_lanes_that_import_pydicom_at_once_do_not_meet_it_half_imported(run):
    ended = subprocess.run([sys.executable, "-c", RACE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(("environment", "full"), [({"COLORTERM": "truecolor"}, True), ({"TERM": "xterm"}, False)])
def test_the_screen_uses_the_colours_that_the_terminal_has(data, environment, full):
    with Pty([*RUN, str(data)], env=environment) as pty:
        pty.until(b"Phantom")
        pty.press("q")
        assert pty.wait() == 0
    assert (b"38;2;" in pty.output) is full


def test_kitty_forgets_the_pictures_at_the_end(data):
    with Pty([*RUN, str(data / "ct")], kind="kitty") as pty:
        pty.until(lambda output: b"a=T" in output or b"a=t,f=100" in output)
        pty.quiet()
        before = len(pty.output)
        pty.press("q")
        assert pty.wait() == 0
    assert b"a=d" in pty.output[before:]


def test_a_wrong_name_of_graphics_is_said_without_a_screen(data):
    with Pty([*RUN, "--graphics", "nosuch", str(data)]) as pty:
        assert pty.wait() == 2
    assert b"nosuch" in pty.output and b"\x1b[?1049h" not in pty.output
