"""Pictures of the whole program on a pseudo-terminal: what a cine costs, and what the terminal is left with."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import phantoms
from tests.adapters.graphics import readers
from tests.ptys import Pty
from tests.tools import installed
from tui.adapters.opened import open_instance
from tui.core import pipeline
from tui.core.values import View
from tui.service.settings import Limits

ROOT = Path(__file__).resolve().parents[1]
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


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """Words that run a command over a real SSH connection to this machine, with a terminal there."""
    server = installed("sshd")
    installed("ssh")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = {
        "Port": port, "ListenAddress": "127.0.0.1", "HostKey": tmp_path / "host", "PidFile": "none", "UsePAM": "no",
        "AuthorizedKeysFile": tmp_path / "user.pub", "StrictModes": "no", "PermitRootLogin": "yes",
    }  # fmt: skip
    (tmp_path / "sshd_config").write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen([server, "-D", "-e", "-f", str(tmp_path / "sshd_config")], stderr=subprocess.PIPE)
    assert daemon.stderr is not None
    heard = b""
    while b"listening" not in heard:
        line = daemon.stderr.readline()
        assert line, f"sshd ended: {heard!r}"
        heard += line
    options = {"UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "no", "LogLevel": "ERROR"}
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    me = pwd.getpwuid(os.geteuid()).pw_name
    try:
        yield ["ssh", "-tt", "-F", "none", "-i", str(tmp_path / "user"), "-p", str(port), *words, f"{me}@127.0.0.1"]
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stderr.close()


@pytest.mark.parametrize("kind", ["kitty", "sixel"])
def test_over_ssh_without_colorterm_the_picture_is_right(tmp_path: Path, ssh: list[str], kind: str) -> None:
    path = phantoms.save(phantoms.ct(0, size=128), tmp_path / "a.dcm")
    remote = f"cd {shlex.quote(str(ROOT))} && env -u COLORTERM {shlex.join([*SAFELIGHT, str(path)])}"
    wanted = pipeline.render(open_instance(str(path), Limits()).frame(0), View()).pixels
    with Pty([*ssh, remote], kind=kind, size=(120, 40)) as program:
        program.until("\U0010eeee".encode() if kind == "kitty" else b"\x1bP0;0;0q", 60)
        program.quiet(0.5)
        if kind == "kitty":
            number = [*terminal(program.output).placed][-1]
            assert np.array_equal(terminal(program.output).images[number], wanted)
            cells = re.findall(r"\x1b\[0;38;5;(\d+)m\U0010eeee", program.output.decode())
            assert cells[-1] == str(number & 255)  # whole, though no more than 256 colours are known of
        else:
            data = program.output[program.output.rindex(b"\x1bP0;0;0q") :]
            seen = readers.sixel(data[: data.index(b"\x1b\\") + 2].decode())[..., 0]
            size = (seen.shape[1], seen.shape[0])
            assert readers.likeness(seen, np.asarray(Image.fromarray(wanted).resize(size))) > 0.98
        program.press("q")
        assert program.wait() == 0
