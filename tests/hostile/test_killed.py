"""Programs that write are ended at seeded points; ``python -m tests.hostile.killed 200`` does more of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.killed import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("signal", "points"), [("KILL", 5), ("INT", 3), ("TERM", 3)])
def test_what_is_ended_leaves_nothing_half(signal: str, points: int) -> None:
    run = [sys.executable, "-m", "tests.hostile.killed", str(points), "--signal", signal]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith(f"{len(COMMANDS) * points} ends by {signal}, 0 with faults\n")
