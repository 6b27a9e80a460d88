"""The whole program on a pseudo-terminal: what reaches the terminal, how it starts and how it ends."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import phantoms
from tests.ptys import Pty
from tests.screens import Screen
from tests.tools import installed

SAFELIGHT = [sys.executable, "-m", "tui"]
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
TITLE, CLIPBOARD = "\x1b]0;STOLEN\x07", "\x1b]52;c;U1RPTEVO\x07"
HOSTILE = f"{TITLE}{CLIPBOARD}\x9b31m\x1b[2J\u202eevil\u200b[@click=app.bell]x[/] [/b]"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose file name, file text and tags hold escape sequences, bidi overrides and markup."""
    ds = phantoms.ct(0, size=32)
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = HOSTILE
    ds.StudyDescription = HOSTILE[:60]
    ds.SeriesDescription = HOSTILE[:60]
    ds.WindowCenterWidthExplanation = ["\x1b]0;STOLEN\x07", "[/b]"]
    ds.ImageComments = HOSTILE * 3
    phantoms.save(ds, tmp_path / "data" / "\x1b]0;STOLEN\x07[b]\u202e.dcm")
    (tmp_path / "data" / "\x1b]0;STOLEN\x07.txt").write_text(HOSTILE)
    return tmp_path / "data"


def controls(output: bytes) -> bytes:
    """The output without what our own screen may send: the bytes left must hold nothing of the file's own."""
    own = rb"\x1b_G[^\x1b]*\x1b\\|\x1bP[^\x1b]*\x1b\\|\x1b\]22;[a-z-]*\x07"  # pictures; the pointer's shape, by Textual
    return re.sub(own, b"", output)


def foreign(output: bytes) -> list[str]:
    text = controls(output).decode("utf-8", "replace")
    found = [name for name, sign in {"title": "\x1b]0;", "clipboard": "\x1b]52", "bell": "\x07", "csi": "\x9b"}.items()
             if sign in text]  # fmt: skip
    return found + [f"U+{ord(c):04X}" for c in text if c in "\u202e\u200b"]


def test_no_control_byte_of_a_file_reaches_the_terminal(hostile: Path) -> None:
    with Pty([*SAFELIGHT, str(hostile)]) as terminal:
        terminal.until(b"STOLEN")
        for keys in ("\t", "\t", "T", "*", "?", "\x1b", "/", "comment\r", "\x1b", "v", "v"):
            terminal.press(keys)
            terminal.quiet(0.3)
        terminal.press("q")
        terminal.wait()
        assert foreign(terminal.output) == []
        assert b"STOLEN" in terminal.output  # it was shown, made visible


@pytest.mark.parametrize("words", [["info"], ["info", "--json"], ["tags"], ["tags", "--json"], ["show"]])
def test_nor_through_a_command(hostile: Path, words: list[str]) -> None:
    target = hostile if words[0] == "info" else next(hostile.glob("*.dcm"))
    with Pty([*SAFELIGHT, words[0], str(target), *words[1:]]) as terminal:
        terminal.wait()
        assert foreign(terminal.output) == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_a_signal_restores_the_terminal(tmp_path: Path, name: str) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    with Pty([*SAFELIGHT, str(tmp_path / "data")]) as terminal:
        terminal.until(b"Phantom")
        os.kill(terminal.pid, getattr(signal, name))
        assert terminal.wait() in (128 + getattr(signal, name), -getattr(signal, name))
        for sequence in RESTORED:
            assert sequence in terminal.output


@pytest.mark.terminal
def test_a_multiplexer_that_dies_takes_the_program_along(tmp_path: Path) -> None:
    """Its side of the line is gone at once and for good, in the middle of a picture."""
    installed("tmux")
    phantoms.folder(tmp_path / "data", slices=3, size=64)
    told = tmp_path / "pid"
    os.mkfifo(told)
    program = shlex.join([*SAFELIGHT, str(tmp_path / "data")])
    server = ["tmux", "-L", f"safelight-{os.getpid()}", "-f", "/dev/null"]
    environment = {k: v for k, v in os.environ.items() if k != "TMUX"}
    subprocess.run([*server, "new-session", "-d", f"echo $$ > {told}; exec {program}"], check=True, env=environment)
    try:
        pid = int(told.read_text())
        end = os.pidfd_open(pid)
        shown = ""
        while "Phantom" not in shown:
            shown = subprocess.run([*server, "capture-pane", "-p"], check=True, capture_output=True, text=True).stdout
    finally:
        subprocess.run([*server, "kill-server"], check=True, env=environment)
    with contextlib.closing(os.fdopen(end)):
        assert select.select([end], [], [], 20.0)[0], "the program outlived its terminal"


def test_a_key_quits_and_restores(tmp_path: Path) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    with Pty([*SAFELIGHT, str(tmp_path / "data")]) as terminal:
        terminal.until(b"Phantom")
        terminal.press("q")
        assert terminal.wait() == 0
        for sequence in RESTORED:
            assert sequence in terminal.output


def test_coming_back_from_the_background_paints_everything(tmp_path: Path) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    with Pty([*SAFELIGHT, str(tmp_path / "data")]) as terminal:
        terminal.until(b"Disc")
        terminal.quiet()
        terminal.press("\x1a")
        terminal.until(RESTORED[0])
        _, status = os.waitpid(terminal.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        terminal.output, terminal._answered = b"", 0
        os.kill(terminal.pid, signal.SIGCONT)
        for words in (b"\x1b[?1049h", b"Patients", b"Phantom, Formula", b"SOPClassUID", b"DICOM files", b"quit"):
            terminal.until(words)
        terminal.press("q")
        assert terminal.wait() == 0


def test_the_size_is_the_terminals_whatever_a_shell_exported(tmp_path: Path) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    env = {"COLUMNS": "80", "LINES": "24"}
    with Pty([*SAFELIGHT, str(tmp_path / "data")], env=env, size=(130, 45)) as terminal:
        terminal.until(b"\x1b[45;1H")  # the last row
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_poor_terminal_gets_the_report(tmp_path: Path, term: str) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    with Pty([*SAFELIGHT, str(tmp_path / "data")], env={"TERM": term}) as terminal:
        assert terminal.wait() == 0
        assert b"Head 5 mm" in terminal.output
        assert b"\x1b[?1049h" not in terminal.output


def test_a_storm_of_resizes_ends_in_the_right_size(tmp_path: Path) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    with Pty([*SAFELIGHT, str(tmp_path / "data")]) as terminal:
        terminal.until(b"Phantom")
        for number in range(300):
            terminal.resize(1 + 37 * number % 200, 1 + 13 * number % 60)
            terminal.pump(0)
        terminal.resize(1, 1)
        terminal.resize(100, 30)
        screen = Screen(100, 30)
        seen = len(terminal.output)

        def painted(output: bytes) -> bool:
            nonlocal seen
            screen.feed(output[seen:])
            seen = len(output)
            top, *_, status, _ = screen.lines()
            # Frames of the sizes before may still come, and this one in parts: a wider one has no corner here.
            return top.startswith("╭─") and top.endswith("╮") and "DICOM files" in status

        terminal.until(painted)
        terminal.press("q")
        assert terminal.wait() == 0


FAILING = """
import sys
from tui.ui import verbs
from tui.ui.panes.leaving import LEAVING
def fail():
    name = "Doe^Jane"
    raise ValueError("no place for " + name)
    yield
def help(app):
    {failing}
for verb in [name for name in vars(verbs) if "help" in name]:
    setattr(verbs, verb, help)
from tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("failing", ["next(fail())", "LEAVING.add(fail())"], ids=["key", "thread"])
def test_a_crash_says_type_and_place_and_nothing_of_the_data(tmp_path: Path, failing: str) -> None:
    phantoms.folder(tmp_path / "data", slices=3, size=32)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    with Pty([sys.executable, "-c", FAILING.format(failing=failing), str(tmp_path / "data")], env=state) as terminal:
        terminal.until(b"Phantom")
        terminal.press("?")
        assert terminal.wait() == 70
        _, _, after = terminal.output.rpartition(RESTORED[0])
        said = re.sub(rb"\s+", b" ", re.sub(rb"\x1b\[[0-9;?]*[a-z]", b"", after))
        assert b"Safelight failed: ValueError at tui/ui/" in said
        for secret in (b"Doe", b"no place for", b"Phantom"):
            assert secret not in said
        for sequence in RESTORED:
            assert sequence in terminal.output
    (report,) = (tmp_path / "state").rglob("crash-*")
    assert "ValueError" in report.read_text() and "Doe" not in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_what_a_patient_is_called_stays_on_the_screen(tmp_path: Path) -> None:
    """Nothing but the catalogue of what was found may hold it, in a file for the user alone."""
    for number in range(3):
        ds = phantoms.ct(number, size=32)
        ds.PatientName, ds.PatientID, ds.StudyDescription = "MARKER^NAME", "MARKERID", "MARKERSTUDY"
        phantoms.save(ds, tmp_path / "data" / f"{number}.dcm")
    places = {name: tmp_path / name.lower() for name in ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    for place in places.values():
        place.mkdir()
    out = tmp_path / "out"
    written = {"SAFELIGHT_EXPORT_FOLDER": str(out), "SAFELIGHT_ANONYMIZE_FOLDER": str(out / "copies")}
    environment = {name: str(place) for name, place in places.items()} | written
    with Pty([*SAFELIGHT, str(tmp_path / "data")], env=environment) as terminal:
        terminal.until(b"MARKER")
        for key in ("j", "j", "\t", "j", "\t", "j"):
            terminal.press(key)
            terminal.quiet(0.2)
        terminal.press("e")  # a picture, whose file is named by its place in the study
        terminal.until(b"Written")
        terminal.press("a")
        terminal.until(b"can be copied")
        terminal.press("\r")
        terminal.until(b"verified")
        for told in ("cmdline", "environ"):
            assert b"MARKER" not in Path(f"/proc/{terminal.pid}/{told}").read_bytes()
        limits = Path(f"/proc/{terminal.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 ", limits)
        terminal.press("q")
        assert terminal.wait() == 0
        assert not re.search(rb"\x1b\][^\x07\x1b]*MARKER", terminal.output)  # titles, clipboard
        _, _, after = terminal.output.rpartition(RESTORED[0])
        assert b"MARKER" not in after
    holding = [p for place in places.values() for p in place.rglob("*") if p.is_file() and b"MARKER" in p.read_bytes()]
    assert {path.name for path in holding} <= {"catalogue.sqlite", "catalogue.sqlite-wal"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in holding)
    left = list(out.rglob("*"))
    assert {".png", ".dcm", ".json"} <= {path.suffix for path in left}
    assert not any("MARKER" in path.name or b"MARKER" in path.read_bytes() for path in left if path.is_file())
