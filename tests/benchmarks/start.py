"""How fast Safelight starts, each time beside what it is compared with, in turn, in one run.

    python -m tests.benchmarks.start [--rounds 7] [--peer /path/to/pydcmview]

| measured                                   | limit                                            |
| ------------------------------------------ | ------------------------------------------------ |
| CPU of ``safelight --help``                | at most 60 ms more than ``python -c pass``       |
| first usable screen (wall)                 | at most 1.15 times a bare Textual app            |
| first picture of one CT file (wall)        | at most 0.7 times pydcmview (skipped without it) |

Wall times are to the byte that completes what is waited for, on a pseudo-terminal of 120x40 cells. The least of all
rounds counts on both sides, since what else the machine does can only add to it; the medians stand beside.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests import phantoms
from tests.ptys import Pty

BARE = """
from textual.app import App
from textual.widgets import DataTable, Input, Tree
class Bare(App):
    def compose(self):
        yield Tree("library")
        yield DataTable()
        yield Input("usable")
    def on_mount(self):
        self.query_one(DataTable).add_columns("tag", "value")
Bare().run()
"""
SAFELIGHT = [sys.executable, "-m", "tui"]


def cpu(argv: list[str]) -> float:
    """CPU seconds of a program, start to end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def screen(argv: list[str], mark: bytes) -> float:
    """Wall seconds until a word is on the screen."""
    with Pty(argv) as terminal:
        return terminal.until(mark)


def settled(argv: list[str], quiet: float = 1.0) -> float:
    """Wall seconds to the last byte of the first picture; nothing follows it for a while."""
    with Pty(argv) as terminal:
        terminal.until(lambda output: len(output) > 2000)
        return terminal.quiet(quiet)


def compare(name: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int, unit: float = 1e3) -> float:
    """Measure both in turn; print the least and the medians; return the ratio of the least, or the excess of --help."""
    a, b = [], []
    for _ in range(rounds):
        a.append(ours())
        b.append(theirs())
    ours_ms, theirs_ms = min(a) * unit, min(b) * unit
    medians = statistics.median(a) * unit, statistics.median(b) * unit
    print(
        f"{name:<34} {ours_ms:8.1f} ms {theirs_ms:8.1f} ms   ratio {ours_ms / theirs_ms:5.2f}"
        f"   medians {medians[0]:.1f}, {medians[1]:.1f}: {medians[0] / medians[1]:.2f}"
    )
    return ours_ms - theirs_ms if "help" in name else ours_ms / theirs_ms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer", default=shutil.which("pydcmview") or "")
    options = parser.parse_args()
    print(f"{'':<34} {'ours':>11} {'theirs':>11}")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        file = phantoms.save(phantoms.ct(6, size=512), Path(folder) / "one.dcm")
        more = compare("CPU of --help, python -c pass", lambda: cpu([*SAFELIGHT, "--help"]),
                       lambda: cpu([sys.executable, "-c", "pass"]), options.rounds * 3)  # fmt: skip
        failed += ["help"] if more > 60 else []
        ratio = compare("first usable screen, bare Textual", lambda: screen([*SAFELIGHT, folder], b"Patients"),
                        lambda: screen([sys.executable, "-c", BARE], b"usable"), options.rounds)  # fmt: skip
        failed += ["screen"] if ratio > 1.15 else []
        if options.peer:
            ratio = compare("first picture, pydcmview", lambda: settled([*SAFELIGHT, str(file)]),
                            lambda: settled([options.peer, str(file)]), options.rounds)  # fmt: skip
            failed += ["picture"] if ratio > 0.7 else []
        else:
            print("first picture: skipped, there is no pydcmview (--peer)")
    print("over the limit: " + ", ".join(failed) if failed else "all within their limits")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
