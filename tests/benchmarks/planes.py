"""How soon planes through a series are on the screen, and how fast they follow the keys.

    python -m tests.benchmarks.planes [--rounds 5]

| measured                                                              | limit   |
| --------------------------------------------------------------------- | ------- |
| 140 files of 512 x 512: read, decoded, cut, three planes drawn        | 1500 ms |
| a step of one plane, all three drawn anew for a pane of 800 x 640     | 30 ms   |
| the same with slabs of 20 voxels                                      | 30 ms   |
| a new window on all three                                             | 30 ms   |
| memory beyond what was there, with 70 MiB of voxels                   | 300 MB  |

Times are CPU, the least of the rounds; a step is the mean over the directions of all three planes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

import numpy as np

from tests import phantoms
from tui.adapters.instances import DicomInstances
from tui.core.cuts import Cut, Plane
from tui.core.values import Ref, View, Viewport, Voi, VoiKind, Window
from tui.service.settings import Limits
from tui.service.volumes import Volumes

PANE = Viewport(800, 640)
SLICES, SIZE = 140, 512
FIRST, STEP, MEMORY = 1500.0, 30.0, 300.0


def series(folder: Path) -> tuple[tuple[Ref, int], ...]:
    """A head with noise, as files."""
    rng = np.random.default_rng(1)
    made = []
    for z in range(SLICES):
        ds = phantoms.ct(z, of=SLICES, size=SIZE)
        noisy = ds.pixel_array + 40 * rng.standard_normal((SIZE, SIZE))
        ds.PixelData = np.clip(noisy, 0, 4095).astype(np.uint16).tobytes()
        made.append((Ref(str(phantoms.save(ds, folder / f"{z}.dcm"))), 0))
    return tuple(made)


def main() -> int:
    """Print each row with its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        slices = series(Path(folder))
        instances = DicomInstances(Limits())
        looked_at = instances.open(slices[70][0]).dataset, 0
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = []
        for _ in range(rounds):
            volumes = Volumes(instances, Limits())
            start = time.process_time()
            volumes.draw(1, slices, View(cut=Cut()), PANE, looked_at)
            first.append(time.process_time() - start)
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
        rows = [
            ("first three planes of 140 files", 1000 * min(first), FIRST, "ms"),
            ("a step", steps(volumes, slices, looked_at, rounds, 1), STEP, "ms"),
            ("a step of slabs of 20", steps(volumes, slices, looked_at, rounds, 20), STEP, "ms"),
            ("a new window", windows(volumes, slices, looked_at, rounds), STEP, "ms"),
            ("memory", memory, MEMORY, "MB"),
        ]
    for name, found, limit, unit in rows:
        print(f"{name:34} {found:8.1f} {unit}   limit {limit:.0f}   {'ok' if found <= limit else 'MISSED'}")
    return 0 if all(found <= limit for _, found, limit, _ in rows) else 1


def steps(volumes: Volumes, slices: object, looked_at: object, rounds: int, slab: int) -> float:
    """Milliseconds for a step of a plane."""
    found = []
    for n in range(rounds):
        start = time.process_time()
        for at, plane in zip(range(200 + n, 230 + n), cycle(Plane), strict=False):
            view = View(cut=Cut(plane, (at, at, 70 + at % 30), slab=slab))
            volumes.draw(1, slices, view, PANE, looked_at)  # type: ignore[arg-type]
        found.append((time.process_time() - start) / 30)
    return 1000 * min(found)


def windows(volumes: Volumes, slices: object, looked_at: object, rounds: int) -> float:
    """Milliseconds for another window on the planes that are shown."""
    found = []
    for n in range(rounds):
        start = time.process_time()
        for width in range(80, 110):
            view = View(Voi(VoiKind.MANUAL, window=Window(40, width + n)), cut=Cut(at=(200, 200, 70)))
            volumes.draw(1, slices, view, PANE, looked_at)  # type: ignore[arg-type]
        found.append((time.process_time() - start) / 30)
    return 1000 * min(found)


if __name__ == "__main__":
    sys.exit(main())
