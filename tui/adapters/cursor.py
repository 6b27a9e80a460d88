"""Where the cursor stands: asked by DSR 6, answered by CPR (ECMA-48 8.3.14, 8.3.35)."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty

PATIENCE_SECONDS = 1.5
_ANSWER = re.compile(rb"\x1b\[(\d+);(\d+)R")


def place(read: int = 0, write: int = 1, patience: float = PATIENCE_SECONDS) -> tuple[int, int] | None:
    """Column and row of the cursor, counted from 0; None without a terminal, or from one that does not answer.

    Parameters
    ----------
    read, write
        File descriptors of the terminal.
    patience
        Seconds to wait.
    """
    if not (os.isatty(read) and os.isatty(write)):
        return None
    before = termios.tcgetattr(read)
    answer = b""
    try:
        tty.setcbreak(read, termios.TCSANOW)
        os.write(write, b"\x1b[6n")
        end = time.monotonic() + patience
        while not (match := _ANSWER.search(answer)):
            ready, _, _ = select.select([read], [], [], max(0.0, end - time.monotonic()))
            part = os.read(read, 1024) if ready else b""
            if not part:
                return None
            answer += part
    finally:
        termios.tcsetattr(read, termios.TCSANOW, before)
    return int(match.group(2)) - 1, int(match.group(1)) - 1
