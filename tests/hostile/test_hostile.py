"""Hostile files through the command line: no traceback, no crash, no hang, no byte for the terminal, no file changed.

``python -m tests.hostile.run`` runs the same cases with a process for each command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.hostile import cases
from tui.adapters.opened import open_instance
from tui.service.settings import Limits

ROOT = Path(__file__).resolve().parents[2]
MUTANTS, SEED = 500, 7
CONTROL = ("plain-good", "deflate-good", "enc-good-jpeg", "enc-good-j2k", "enc-good-jls", "enc-good-rle")
LOSSY = 4  # grey levels that the lossy one of them may be off


@pytest.fixture(autouse=True)
def tools() -> None:
    """The scripts that make the files lie beside the clone."""
    if not cases.TOOLS.is_dir():
        assert not os.environ.get("CI"), f"{cases.TOOLS} is missing"
        pytest.skip("the scripts that make hostile files are not beside the clone")


def judged(*words: str) -> tuple[int, dict[str, list[str]]]:
    """How many cases there were, and the faults of those that have any."""
    run = [sys.executable, "-m", "tests.hostile.run", "--forked", "--json", *words]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    return len(found), {one["name"]: one["faults"] for one in found if one["faults"]}


def test_no_hostile_file_does_harm() -> None:
    count, faults = judged("--quick")
    assert count >= 216
    assert not faults


def test_the_browser_shows_what_it_can_of_every_one() -> None:
    count, faults = judged("--browser")
    assert count >= 216
    assert not faults


def test_no_mutant_of_a_real_file_does_harm() -> None:
    count, faults = judged("--mutants", str(MUTANTS), "--seed", str(SEED))
    assert count == MUTANTS
    assert not faults


def test_who_refuses_everything_fails(tmp_path: Path) -> None:
    row, column = np.mgrid[:16, :16]
    ramp = (8 * row + 8 * column) % 256
    made = {case.name: case.path for case in cases.corpus(tmp_path / "corpus", "good")}
    for name in CONTROL:
        stored = open_instance(made[name], Limits()).frame(0).stored.astype(int)
        assert np.abs(stored - ramp).max() <= (LOSSY if name == "enc-good-jpeg" else 0), name
