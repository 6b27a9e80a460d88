"""dciodvfy of dicom3tools, where it is installed: the port ``Checker``."""

from __future__ import annotations

import re
import shutil
import subprocess

from tui.core.printable import printable
from tui.core.validation import ERROR, MOST, WARNING, Finding

SECONDS = 120
_LINE = re.compile(r"(Error|Warning) - (?:<(/[^>]*)> - )?(.*)")
_STEP = re.compile(r"(\w*)\(([0-9a-f]{4}),([0-9a-f]{4})\)(?:\[(\d+)\])?", re.IGNORECASE)


class Dciodvfy:
    """Runs the program on one file at a time."""

    def __init__(self, program: str = "dciodvfy") -> None:
        self._program = program

    def findings(self, path: str) -> tuple[Finding, ...] | None:
        """What it finds in a file; None where it is not installed, or does not end."""
        program = shutil.which(self._program)
        if program is None:
            return None
        try:
            # "./" before a name that looks like an option
            ended = subprocess.run(
                [program, "-new", path if path.startswith("/") else f"./{path}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return parsed(ended.stderr.decode("utf-8", "replace"))


def parsed(text: str) -> tuple[Finding, ...]:
    """The findings in what it prints with ``-new``, each once; a path such as ``</A(0040,a730)[1]/B(0008,0100)>``."""
    found: dict[Finding, None] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        steps = _STEP.findall(match[2] or "")
        path = ".".join(
            f"{group.upper()},{element.upper()}" + (f"[{int(item) - 1}]" if item and left else "")
            for left, (_, group, element, item) in zip(range(len(steps) - 1, -1, -1), steps, strict=True)
        )
        keyword = steps[-1][0] if steps else ""
        severity = ERROR if match[1] == "Error" else WARNING
        found[Finding(severity, path, printable(keyword, 64), printable(match[3], 400))] = None
        if len(found) == MOST:
            break
    return tuple(found)
