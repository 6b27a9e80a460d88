"""The door of the command line: help, version, exit codes, nothing foreign in a message."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import phantoms
from tui import __version__, cli
from tui.cli import COMMANDS, HELP, main
from tui.core.printable import printable

ROOT = Path(__file__).resolve().parents[2]
RUN = [sys.executable, "-m", "tui"]


@pytest.mark.parametrize("words", [["-h"], ["--help"]])
def test_help(safelight, words):
    ended = safelight(*words)
    assert (ended.code, ended.out, ended.err) == (0, HELP, "")
    assert all(len(line) <= 80 for line in HELP.splitlines())
    assert all(f"\n  {command} " in HELP for command in COMMANDS)


def test_version(safelight):
    assert safelight("--version").out == f"safelight {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(safelight, command):
    ended = safelight(command, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"usage: safelight {command}")


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["info", "--no-such"],
        ["tags"],
        ["export"],
        ["anonymize"],
        ["show"],
        ["config"],
        ["config", "nothing"],
        ["--no-such"],
        ["demo", "path"],
        ["show", "x", "--frame", "0"],
        ["show", "x", "--size", "80"],
        ["export", "x", "--frame", "-1"],
        ["export", "x", "--frame", "٣"],
        ["show", "x", "--rotate", "45"],
    ],
    ids=" ".join,
)
def test_wrong_words_are_usage(safelight, words):
    ended = safelight(*words)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("safelight: ")
    assert len(ended.err.splitlines()) == 1


HOSTILE = "\x1b]0;stolen\x07\u202e\udcff"


@pytest.mark.parametrize(
    "words",
    [
        ["tags", "a", "b", f"--{HOSTILE}"],
        ["info", f"/nowhere/{HOSTILE}"],
        ["info", "--json", f"/nowhere/{HOSTILE}"],
        ["tags", f"/nowhere/{HOSTILE}"],
        ["export", f"/nowhere/{HOSTILE}", "--json"],
        ["anonymize", f"/nowhere/{HOSTILE}"],
        ["config", HOSTILE],
        [f"/nowhere/{HOSTILE}"],
        ["export", "x", "--format", HOSTILE],
    ],
    ids=lambda words: words[0][:6],
)
def test_no_word_of_the_command_line_steers_the_terminal(safelight, words):
    ended = safelight(*words)
    assert ended.code in (2, 3)
    for text in (ended.out, ended.err):
        assert all(printable(line) == line for line in text.splitlines())


@pytest.mark.parametrize("command", ["info", "tags", "show", "export", "anonymize"])
def test_no_value_of_a_file_gets_into_a_message(data, tmp_path, command):
    """pydicom warns of a broken character set or value by quoting it."""
    ds = phantoms.ct(0, size=16)
    ds.PatientName = "Secret^Name"
    whole = phantoms.data(ds)
    whole = whole.replace(b"CS\x02\x00CT", b"CS\x02\x00\x1bT").replace(b"DS\x0a\x00", b"DS\x0a\x00", 1)
    source = tmp_path / "hostile"
    source.write_bytes(
        whole.replace(b"\x08\x00\x16\x00UI", b"\x08\x00\x05\x00CS\x0a\x00\x1b]0;STOLEN\x08\x00\x16\x00UI", 1)
    )
    words = [command, str(source)] + (["-o", str(tmp_path / "out")] if command in ("export", "anonymize") else [])
    ended = subprocess.run([*RUN, *words], cwd=ROOT, capture_output=True, check=False)
    assert b"\x1b]" not in ended.stdout + ended.stderr
    assert b"Warning" not in ended.stderr and b"Secret" not in ended.stderr
    assert ended.returncode in (0, 1, 3)


def test_a_path_named_like_a_command(safelight, data, monkeypatch):
    monkeypatch.chdir(data)
    (data / "us").rename(data / "info")
    assert "Colour ramp" in safelight("info", "./info").out
    assert "Colour ramp" in safelight("./info").out


def test_options_may_stand_before_the_command():
    assert cli._split(["--no-mouse", "--graphics", "kitty", "demo"]) == ("demo", ["--no-mouse", "--graphics", "kitty"])
    assert cli._split(["--graphics=kitty", "info", "x"]) == ("info", ["--graphics=kitty", "x"])
    assert cli._split(["--graphics", "info"]) == ("", ["--graphics", "info"])
    assert cli._split(["data", "info"]) == ("", ["data", "info"])
    assert cli._split(["--", "info"]) == ("", ["--", "info"])
    assert cli._split([]) == ("", [])


def test_a_reader_that_goes_away_is_no_error(data):
    """``safelight tags … | head -1``: 141, and nothing on stderr."""
    for number in range(200):
        phantoms.save(phantoms.ct(number, size=8, of=200), data / "more" / f"{number}")
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [*RUN, "info", "--json", str(data)], cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_an_interrupt_is_130(monkeypatch, capsys):
    def interrupted(words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert main(["info"]) == 130
    assert capsys.readouterr().err == ""


def test_a_bug_says_where_and_nothing_of_the_data(monkeypatch, capsys):
    def broken(words):
        raise ValueError("PATIENT^NAME")

    monkeypatch.setattr(cli, "_run", broken)
    assert main(["info"]) == 70
    said = capsys.readouterr().err
    assert "ValueError at tui/cli/__init__.py:" in said
    assert "PATIENT" not in said


def test_the_handlers_of_signals_are_put_back(safelight, data):
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    safelight("info", data)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_unicode_gets_everything_it_can_show(data, encoding):
    ds = phantoms.ct(9, size=8)
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.PatientID = "山田^太郎", "P-2"
    phantoms.save(ds, data / "name")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run([*RUN, "info", str(data)], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0
    assert b"P-2" in ended.stdout


def cpu(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_costs_next_to_nothing(word):
    """At most 60 ms of CPU more than an interpreter that does nothing; the least of some runs, side by side."""
    extra = min(cpu([*RUN, word]) - cpu([sys.executable, "-c", "pass"]) for _ in range(7))
    assert extra <= 0.060
