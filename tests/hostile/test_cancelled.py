"""Every job that writes, told to stop at each place where it asks: what has a final name is whole, and is all.

The first run of a job counts how often it asks; later ones are told to stop at one of the counts, drawn from a seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import phantoms
from tests.hostile.cases import fingerprint
from tests.hostile.killed import whole
from tui import compose
from tui.adapters.runners import Inline
from tui.core.edits import Edit
from tui.core.quantities import Recipe as Range
from tui.core.recipe import Recipe
from tui.core.values import Ref
from tui.service import actions as act
from tui.service import editing, writes
from tui.service.editing import WriteEdits
from tui.service.measuring import MakeMask
from tui.service.settings import Settings
from tui.service.state import State

FILES, PLACES, SEED = 4, 5, 7
Action = writes.WriteAction | WriteEdits
Make = Callable[[tuple[Ref, ...], Path], Action]
EDIT = Edit("0010,4000", "changed")

JOBS: dict[str, Make] = {
    "export": lambda refs, out: act.Export(tuple(act.Target(ref) for ref in refs), folder=str(out), jobs=0),
    "export of a GIF": lambda refs, out: act.Export(
        tuple(act.Target(ref, group="one") for ref in refs), format="gif", folder=str(out), jobs=0
    ),
    "anonymize": lambda refs, out: act.Anonymize(refs, str(out), jobs=1),
    "convert": lambda refs, out: act.Convert(
        tuple(ref.path for ref in refs), Recipe(transfer_syntax="rle"), folder=str(out)
    ),
    "mask": lambda refs, out: MakeMask(refs, Range(-100, 100), format="nifti", folder=str(out)),
    "edit": lambda refs, out: WriteEdits(
        tuple((ref, (EDIT,)) for ref in refs), str(out), str(Path(refs[0].path).parent)
    ),
}


def carried_out(action: Action, stop_at: int = 0) -> int:
    """Do the job; how often it has asked whether to go on."""
    settings, asked = Settings(catalogue=False), 0
    viewer = compose.wire(settings, Inline())

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return 0 < stop_at <= asked

    if isinstance(action, WriteEdits):
        work = editing.work(viewer._ports, settings, State(), action)
    else:
        work = writes.job(viewer._ports, settings, action, bytes(range(32)), ())
    work(lambda event: None, cancelled)
    return asked


def outputs(out: Path) -> list[Path]:
    return [path for path in sorted(out.rglob("*")) if path.is_file() and ".safelight" not in path.parts]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_that_is_stopped_leaves_whole_files_alone(name: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    refs = tuple(Ref(str(phantoms.save(phantoms.ct(n, size=32), source / f"{n}.dcm"))) for n in range(FILES))
    before = fingerprint(str(source))
    asked = carried_out(JOBS[name](refs, tmp_path / "all"))
    everything = outputs(tmp_path / "all")
    assert asked and everything
    for stop_at in sorted({1, *random.Random(SEED).sample(range(1, asked + 1), min(PLACES, asked))}):
        out = tmp_path / f"stopped-{stop_at}"
        carried_out(JOBS[name](refs, out), stop_at)
        left = outputs(out)
        assert len(left) <= len(everything) - (stop_at == 1), stop_at
        for path in left:
            assert path.suffix in (".json", ".csv") or whole(path.read_bytes()), (stop_at, path.name)
        assert not list(out.rglob("*.tmp")), stop_at
        assert fingerprint(str(source)) == before, stop_at
