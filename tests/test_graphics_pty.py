"""Pictures of the whole program on a pseudo-terminal: what a cine costs, and what the terminal is left with."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from tests import phantoms
from tests.adapters.graphics import readers
from tests.ptys import Pty

SAFELIGHT = [sys.executable, "-m", "tui"]
COMMAND = re.compile(rb"\x1b_G[^\x1b]*\x1b\\")
PROBE = re.compile(rb"i=3[123][,;\x1b]")
QUESTION = b"\x1b[6n"


def commands(output: bytes) -> str:
    """The graphics commands, without the questions of the start."""
    return "".join(found.decode() for found in COMMAND.findall(output) if not PROBE.search(found))


def terminal(output: bytes) -> readers.Kitty:
    """The terminal after all that."""
    reader = readers.Kitty()
    reader.feed(commands(output))
    return reader


def test_a_cine_in_kitty_is_sent_once_and_goes_at_its_rate(tmp_path: Path) -> None:
    frames = 6
    ds = phantoms.cine(frames=frames, size=64)
    ds.FrameTime = 1000 / 30
    path = phantoms.save(ds, tmp_path / "cine.dcm")
    with Pty([*SAFELIGHT, str(path)], kind="kitty", size=(100, 30)) as program:
        program.until(b"\x1b_Ga=t,f=100")
        program.press("\t ")
        program.until(lambda output: output.count(b"\x1b_Ga=a,") > 3 * frames)
        begin = len(program.output)
        program.until(lambda output: output.count(b"\x1b_Ga=a,", begin) >= 60)
        round_and_round = program.output[begin : program.output.rindex(b"\x1b_Ga=a,")]
        found = COMMAND.findall(round_and_round)
        assert all(one.startswith(b"\x1b_Ga=a,") for one in found)
        assert sum(map(len, found)) + len(QUESTION) * round_and_round.count(QUESTION) <= 40 * len(found)
        program.press(" q")
        assert program.wait() == 0
        assert terminal(program.output).frames == {}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("keys", ["", "\t ", "?"], ids=["still", "cine", "dialog"])
def test_a_signal_frees_the_terminals_memory(tmp_path: Path, name: str, keys: str) -> None:
    path = phantoms.save(phantoms.cine(frames=6, size=64), tmp_path / "cine.dcm")
    with Pty([*SAFELIGHT, str(path)], kind="kitty", size=(160, 50)) as program:
        program.until(b"\x1b_Ga=t,f=100")
        program.press(keys)
        if keys == "\t ":
            program.until(lambda output: output.count(b"\x1b_Ga=a,") > 3)
        if keys == "?":
            program.until(b"esc closes")
        os.kill(program.pid, getattr(signal, name))
        assert program.wait() == 128 + getattr(signal, name)
        assert terminal(program.output).frames == {}
        assert program.output.rindex(b"a=d,d=I") < program.output.rindex(b"\x1b[?1049l")
