"""Programs that write are killed at seeded points; ``python -m tests.hostile.killed 200`` does more of them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POINTS = 6  # of each command


def test_what_is_killed_leaves_nothing_half() -> None:
    run = [sys.executable, "-m", "tests.hostile.killed", str(POINTS)]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith(f"{4 * POINTS} kills, 0 with faults\n")
