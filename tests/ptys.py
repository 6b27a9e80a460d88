"""A terminal made of a pseudo-terminal and nothing else: starts a program, answers its queries, keeps its bytes.

Waiting is for something that must be seen, up to a limit that only a broken program reaches; nothing sleeps.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

QUERY = re.compile(
    rb"\x1b\[0?c|\x1b\[16t|\x1b\[14t|\x1b\[6n|\x1b\[\?(\d+)\$p|\x1b\[>0?q|\x1b_G([^;\x1b]*+);?+[^\x1b]*+\x1b\\"
)


@dataclass
class Pty:
    """A program on a pseudo-terminal.

    Parameters
    ----------
    argv
        The program and its words.
    env
        Added to a small environment that has no COLORTERM.
    size
        Columns and rows; ``cell`` is the size of a cell in pixels, (0, 0) if the terminal does not say.
    kind
        What the terminal answers as: ``plain``, ``sixel`` or ``kitty``.
    silent
        It answers nothing.
    """

    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    size: tuple[int, int] = (120, 40)
    cell: tuple[int, int] = (10, 20)
    kind: str = "plain"
    silent: bool = False
    output: bytes = b""
    status: int | None = None

    def __post_init__(self) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            kept = {
                k: os.environ[k] for k in ("PATH", "HOME", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR") if k in os.environ
            }
            env = {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", **self.env}
            os.execvpe(self.argv[0], list(self.argv), env)
        self.resize(*self.size)
        self._answered = 0

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the system tells the program."""
        pixels = (columns * self.cell[0], rows * self.cell[1])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, *pixels))

    def pump(self, seconds: float = 0.05) -> bool:
        """Take what has come, answer what was asked; False when the program has ended its side."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux says so when the last writer is gone
            data = b""
        if not data:
            return False
        self.output += data
        self._answer()
        return True

    def _answer(self) -> None:
        for match in QUERY.finditer(self.output, self._answered):
            self._answered = match.end()
            reply = b"" if self.silent else self._reply(match)
            if reply:
                os.write(self.fd, reply)

    def _reply(self, match: re.Match[bytes]) -> bytes:
        asked = match.group()
        if asked in (b"\x1b[c", b"\x1b[0c"):
            return b"\x1b[?62;4;22c" if self.kind == "sixel" else b"\x1b[?62;22c"
        if asked == b"\x1b[16t":
            return b"\x1b[6;%d;%dt" % (self.cell[1], self.cell[0]) if self.cell[0] else b""
        if asked == b"\x1b[6n":
            return b"\x1b[1;1R"
        if asked.startswith(b"\x1b[?"):
            return b"\x1b[?%s;%d$y" % (match.group(1), 2 if match.group(1) == b"2026" else 0)
        if asked.startswith(b"\x1b[>") and self.kind == "kitty":
            return b"\x1bP>|kitty(0.41.1)\x1b\\"
        if asked.startswith(b"\x1b_G") and self.kind == "kitty" and b"q=2" not in asked:
            found = re.search(rb"i=(\d+)", asked)
            return b"\x1b_Gi=%s;OK\x1b\\" % found.group(1) if found else b""
        return b""

    def until(self, seen: bytes | Callable[[bytes], bool], limit: float = 120.0) -> float:
        """Wait until the output holds something; returns the seconds since the start of the program."""
        check = seen if callable(seen) else (lambda output: seen in output)
        end = time.perf_counter() + limit
        while not check(self.output):
            if time.perf_counter() > end or not self.pump():
                raise AssertionError(f"not seen within {limit} s: {seen!r}; last bytes {self.output[-300:]!r}")
        return time.perf_counter() - self.started

    def quiet(self, seconds: float = 0.4, limit: float = 30.0) -> float:
        """Wait until nothing came for a while; returns the time of the last byte since the start."""
        last, length = time.perf_counter(), len(self.output)
        end = last + limit
        while time.perf_counter() - last < seconds and time.perf_counter() < end:
            alive = self.pump(0.02)
            if len(self.output) != length:
                last, length = time.perf_counter(), len(self.output)
            if not alive:
                break
        return last - self.started

    def press(self, keys: str) -> None:
        """Send keys as a terminal would."""
        os.write(self.fd, keys.encode())

    def cpu(self) -> float:
        """Seconds of CPU that the program has used so far, all threads."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, limit: float = 120.0) -> int:
        """Wait for the end; returns the exit status, negative for a signal."""
        end = time.perf_counter() + limit
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.perf_counter() > end:
                raise AssertionError(f"the program did not end within {limit} s")
            else:
                self.pump(0.02)
        while self.pump(0) and select.select([self.fd], [], [], 0)[0]:
            pass
        return self.status

    def __enter__(self) -> Pty:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
